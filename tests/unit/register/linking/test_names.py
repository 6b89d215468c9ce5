"""How two names agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.register.linking.names import NameBook, NameComparer, NameFit, differs_by_sex

WORDS = st.sampled_from("de van El Ben Jean Marie Luc Dubois Duboys Mohamed D'Angelo Ag Nu É œ".split())


def fit(one: str, other: str) -> NameFit:
    book = NameBook()
    return NameComparer().fit(book.name(one), book.name(other))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Éric", "ERIC", NameFit.SAME),
        ("Van den Broeck", "Vandenbroeck", NameFit.SAME),
        ("D'Angelo", "DANGELO", NameFit.SAME),
        ("Jean-Pierre", "Jean Pierre", NameFit.SAME),
        ("El Amrani", "Amrani", NameFit.SOUNDS),
        ("Philippe", "Filip", NameFit.SOUNDS),
        ("Mohamed", "Muhammad", NameFit.SOUNDS),
        ("Dubois-Lacroix", "Dubois", NameFit.PART),
        ("Martin", "Mardin", NameFit.CLOSE),
        ("Catherine", "Cath", NameFit.BEGINS),
        ("Dubois", "", NameFit.MISSING),
        ("", "", NameFit.MISSING),
        ("Dubois", "Martin", NameFit.OTHER),
        ("Anne", "Luc", NameFit.OTHER),
    ],
)
def test_two_spellings_agree_as_a_person_would_say(one: str, other: str, expected: NameFit) -> None:
    assert fit(one, other) is expected
    assert fit(other, one) is expected


def test_a_particle_alone_is_a_name() -> None:
    assert fit("Ben", "ben") is NameFit.SAME


@pytest.mark.parametrize(
    "pair", ["mario maria", "karim karima", "louis louise", "michel michelle", "giovanni giovanna"]
)
def test_forms_for_men_and_women_are_known(pair: str) -> None:
    one, other = pair.split()
    assert differs_by_sex(one, other)
    assert differs_by_sex(other, one)


def test_two_spellings_for_one_sex_are_no_forms_of_two() -> None:
    assert not differs_by_sex("yasmina", "yasmine")
    assert not differs_by_sex("jean", "jan")


@given(st.lists(WORDS, max_size=4), st.lists(WORDS, max_size=4))
def test_names_agree_alike_in_either_order(one: list[str], other: list[str]) -> None:
    left, right = " ".join(one), " ".join(other)
    assert fit(left, right) is fit(right, left)
