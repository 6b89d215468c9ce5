"""Finding people in the copy: exact and begun, in any order, by date, postcode and number, best first."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counter_app.domain.likeness import Reason
from counter_app.domain.names import fold
from counter_app.domain.seeking import understood
from counter_app.keys.keyring import Keyring
from counter_app.practice.register import COLUMNS, made_up_register
from counter_app.register import store
from counter_app.register.importing import Imported
from counter_app.register.search import RegisterMatch, find_people
from tests.unit.register.conftest import HEADER

Find = Callable[..., list[RegisterMatch]]
ROWS = [dict(zip(COLUMNS, row, strict=True)) for row in made_up_register(1500, 3)]


@pytest.fixture
def find(tmp_path: Path, keyring: Keyring) -> Find:
    def find_here(query: str, limit: int = 20) -> list[RegisterMatch]:
        with store.reading(tmp_path, keyring) as connection:
            return find_people(connection, understood(query), limit)

    return find_here


def ids(matches: list[RegisterMatch]) -> list[str]:
    return [match.person.id for match in matches]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("dupont marie", "P1"),
        ("Marie DUPONT", "P1"),
        ("dup mar 1980", "P1"),
        ("dupont 1981", "P2"),
        ("dup 1980", "P3"),
        ("dubois", "P4"),
        ("ferrand marie", "P4"),
        ("thérèse ferrand", "P4"),
        ("van den broeck lotte", "P5"),
        ("broeck lotte", "P5"),
        ("vandenbroeck jan", "P6"),
        ("van den broeck jan", "P6"),
        ("amrani", "P7"),
        ("elamrani", "P7"),
        ("el amr fat", "P7"),
        ("31/02/1980", "P7"),
        ("12/03/1980", "P1"),
        ("1980-03", "P1"),
        ("mars 1980", "P1"),
        ("martin", "P8"),
        ("bernard martin", "P9"),
        ("dhondt", "P10"),
        ("d'hon", "P10"),
        ("hondt", "P10"),
        ("280037511612345", "P1"),
        ("2 80 03 75 116 123 45", "P1"),
        ("2 80 03 75 116 123", "P1"),
        ("79.04.05-002.31", "P5"),
        ("79040500231", "P5"),
        ("p10", "P10"),
        ("dupont 75012", "P1"),
        ("9000", "P10"),
        ("dup 1070", "P3"),
    ],
)
def test_the_person_meant_comes_first(query: str, first: str, small: Imported, find: Find) -> None:
    assert ids(find(query))[:1] == [first]


def test_a_surname_comes_before_a_given_name_and_a_whole_name_before_a_beginning(
    small: Imported, find: Find
) -> None:
    assert ids(find("martin")) == ["P8", "P9"]
    assert ids(find("dup"))[:3] == ["P3", "P2", "P1"], "the shorter name, then by given name"


def test_nobody_fits_what_nobody_is_called(small: Imported, find: Find) -> None:
    assert find("xyzzy") == []
    assert find("") == []
    assert find("  - ") == []


def test_a_wrong_word_or_date_still_finds_with_a_lower_score(small: Imported, find: Find) -> None:
    right = find("dupont marie 12/03/1980")[0]
    year = find("dupont marie 12/03/1975")[0]
    word = find("dupont marie bernadette")[0]
    assert right.person.id == year.person.id == word.person.id == "P1"
    assert right.likeness.score > 0.97 > max(year.likeness.score, word.likeness.score)
    assert Reason.OTHER_BIRTH in year.likeness.why


def test_matches_are_at_most_as_many_as_asked_for_best_first_and_always_in_the_same_order(
    small: Imported, find: Find
) -> None:
    matches = find("1980")
    assert ids(matches) == ids(find("1980"))
    assert len(matches) == 5
    assert find("1980", 2) == matches[:2]
    scores = [match.likeness.score for match in find("d")]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    "query",
    ['"', "dupont* OR 1", "surname:dupont", "a AND b NOT", "^du", "du + po", "{x}", "NEAR(a b)", "'; --"],
)
def test_no_sign_of_the_index_s_own_language_is_understood(query: str, small: Imported, find: Find) -> None:
    assert all(0 < match.likeness.score <= 1 for match in find(query))


def test_a_given_name_typed_in_two_words_finds_it_written_in_one(
    take: Callable[..., Imported], find: Find
) -> None:
    take(f"{HEADER}\nP1,Jeanpierre,Noël,,,\nP2,Jean,Noël,,,\nP3,Pierre,Noël,,,\n")
    assert ids(find("jean pierre noël")) == ["P1"]
    assert find("jean pierre noël")[0].likeness.score > 0.9


def test_two_people_of_one_number_are_both_shown(take: Callable[..., Imported], find: Find) -> None:
    take(f"{HEADER}\nP1,A,B,,,123-456\nP2,C,D,,,123456\n")
    assert sorted(ids(find("123 456"))) == ["P1", "P2"]


def test_letters_beyond_latin_are_found_as_they_are(take: Callable[..., Imported], find: Find) -> None:
    take(f"{HEADER}\nP1,محمد,العلوي,,,\nP2,Łukasz,Wœrth,,,\nP3,Đức,Nguyễn,,,\n")
    assert ids(find("محمد")) == ["P1"]
    assert ids(find("العل")) == ["P1"]
    assert ids(find("lukasz woerth")) == ["P2"]
    assert ids(find("nguyen duc")) == ["P3"]


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Keyring]:
    from counter_app.keys.keyring import new_keyring
    from counter_app.register.importing import import_register
    from tests.unit.register.conftest import NOW

    folder = tmp_path_factory.mktemp("made-up")
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(ROWS)
    (folder / "r.csv").write_text(text.getvalue(), encoding="utf-8")
    keyring = new_keyring("w", b"r" * 32)
    import_register(folder, keyring, folder / "r.csv", NOW)
    return folder, keyring


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(ROWS), st.data())
def test_everybody_is_found_by_beginnings_of_their_names_in_any_order_with_their_year(
    made_up: tuple[Path, Keyring], row: dict[str, str], data: st.DataObject
) -> None:
    words = [*fold(row["surname"]).split(), *fold(row["given_name"]).split()]
    chosen = data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True))
    typed = [word[: data.draw(st.integers(min(3, len(word)), len(word)))] for word in chosen]
    year = row["date_of_birth"][:4]
    if year and year != "0000" and data.draw(st.booleans()):
        typed.append(year)
    folder, keyring = made_up
    with store.reading(folder, keyring) as connection:
        matches = find_people(connection, understood(" ".join(typed)), 1000)
    assert row["id"] in ids(matches) or len(matches) >= 100, typed


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.integers(1, 30))
def test_no_text_breaks_a_search(made_up: tuple[Path, Keyring], query: str, limit: int) -> None:
    folder, keyring = made_up
    with store.reading(folder, keyring) as connection:
        matches = find_people(connection, understood(query), limit)
    assert len(matches) <= limit
    assert len(set(ids(matches))) == len(matches)


@pytest.mark.parametrize("number", range(0, 1500, 150))
def test_everybody_with_a_number_is_found_by_it_first(number: int, made_up: tuple[Path, Keyring]) -> None:
    folder, keyring = made_up
    row = ROWS[number]
    for told in (row["id"], row["national_id"]):
        if told:
            with store.reading(folder, keyring) as connection:
                assert ids(find_people(connection, understood(told), 3))[0] == row["id"]
