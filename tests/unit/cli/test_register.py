"""`register import|search` and `practice register` from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from counter_app.cli.main import run
from counter_app.logs import stop_logging
from tests.unit.counters import PASSPHRASE, Templates

HEADER = "id,given_name,surname,date_of_birth,postcode,national_id"
Call = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def call(templates: Templates, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """Runs a command line on a fresh workstation; gives its status, its JSON or its words, and its complaints."""
    data, secret = templates.copy("A1", tmp_path / "a1"), tmp_path / "secret"
    secret.write_bytes(PASSPHRASE)

    def run_line(*words: str) -> tuple[int, Any, str]:
        status = run(["--data", str(data), "--passphrase-file", str(secret), "--lang", "en", *words])
        said = capsys.readouterr()
        return status, json.loads(said.out) if "--json" in words and said.out else said.out, said.err

    yield run_line
    stop_logging()


def test_a_register_whose_lines_end_in_an_old_way_is_refused_in_a_sentence(
    call: Call, tmp_path: Path
) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes(f"{HEADER}\rP1,Marie,Dupont,19800312,75012,\r".encode())
    status, _, said = call("register", "import", str(file), "--dated", "2026-02-01")
    assert (status, "taken apart into columns" in said) == (2, True)


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    file = tmp_path / "register.csv"
    people = [
        "P1,Marie,Dupont,19800312,75012,",
        "P2,Luc,Dupré,19800000,1070,",
        "P3,Jan,De Smet,,,79.04.05-002.31",
    ]
    file.write_text("\n".join([HEADER, *people, ""]), encoding="utf-8")
    return file


def test_an_imported_register_is_searched_with_reasons_and_the_time_it_took(
    call: Call, csv_file: Path
) -> None:
    status, done, _ = call("register", "import", str(csv_file), "--dated", "2026-02-01", "--json")
    assert (status, done["people"], done["left_out"], done["dated"]) == (0, 3, 0, "2026-02-01")
    assert (done["people_before"], done["bad_lines"]) == (None, [])
    status, found, _ = call("register", "search", "dup mar 1980", "--json")
    assert status == 0
    assert found["took_ms"] > 0
    assert found["register"]["people"] == 3
    first = found["matches"][0]
    assert (first["id"], first["surname"], first["given_name"]) == ("P1", "Dupont", "Marie")
    assert (first["date_of_birth"], first["birth_date"], first["postcode"]) == (
        "19800312",
        "1980-03-12",
        "75012",
    )
    assert 0 < first["score"] <= 1
    assert first["why"] == ["surname begins like this", "given name begins like this", "year of birth"]


def test_the_limit_bounds_the_matches_and_must_be_a_number_of_people(call: Call, csv_file: Path) -> None:
    call("register", "import", str(csv_file))
    assert len(call("register", "search", "1980", "--limit", "1", "--json")[1]["matches"]) == 1
    assert len(call("register", "search", "1980", "--json")[1]["matches"]) == 2
    for wrong in ("0", "-1", "many", "100000"):
        assert call("register", "search", "1980", "--limit", wrong)[0] == 2


def test_bad_lines_are_told_with_their_numbers_and_end_with_status_1(call: Call, csv_file: Path) -> None:
    with csv_file.open("a", encoding="utf-8") as file:
        file.write("P4,Secret\nP1,Again,Secret,,,\n")
    status, done, words = call("register", "import", str(csv_file), "--json")
    assert (status, done["people"], done["left_out"]) == (1, 3, 2)
    assert [(bad["line"], bad["error"]) for bad in done["bad_lines"]] == [
        (5, "register_line_columns"),
        (6, "register_line_id_twice"),
    ]
    assert done["bad_lines"][0]["message"].startswith("Line 5 has 2 columns and not 6")
    assert "Secret" not in words


def test_a_second_import_says_what_it_replaced(call: Call, csv_file: Path) -> None:
    call("register", "import", str(csv_file))
    assert call("register", "import", str(csv_file), "--json")[1]["people_before"] == 3


def test_people_read_names_reasons_and_the_age_of_the_copy(call: Call, csv_file: Path) -> None:
    call("register", "import", str(csv_file), "--dated", "2020-01-01")
    _, words, _ = call("register", "search", "desmet")
    assert "De Smet Jan" in words
    assert "surname in one word or in several" in words
    assert "The copy is " in words
    assert "Nobody in the copy" in call("register", "search", "xyzzy")[1]


def test_without_a_copy_a_search_says_how_to_get_one(call: Call) -> None:
    status, _, complaint = call("register", "search", "dupont")
    assert status == 2
    assert "register import" in complaint


@pytest.mark.parametrize(
    "words", [("import", "none.csv"), ("import", ".", "--dated", "soon"), ("search",), ()]
)
def test_wrong_use_is_one_sentence(words: tuple[str, ...], call: Call) -> None:
    status, _, complaint = call("register", *words)
    assert status == 2
    assert complaint.count("\n") == 1


def test_a_made_up_register_can_be_imported_and_everybody_is_found_by_id(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "made-up.csv"
    status, done, _ = call("practice", "register", "--count", "300", "--seed", "5", str(out), "--json")
    assert (status, done["people"]) == (0, 300)
    assert call("register", "import", str(out), "--json")[1]["people"] == 300
    person_id = out.read_text(encoding="utf-8").splitlines()[250].partition(",")[0]
    assert call("register", "search", person_id, "--json")[1]["matches"][0]["id"] == person_id


def test_doctor_tells_the_age_of_the_copy(call: Call, csv_file: Path) -> None:
    def point() -> dict[str, str]:
        checks = call("doctor", "--json")[1]["checks"]
        (found,) = [check for check in checks if check["name"] == "register"]
        return dict(found)

    assert point()["state"] == "missing"
    call("register", "import", str(csv_file))
    assert point()["state"] == "ok"
    assert "holds 3 people" in point()["message"]
    call("register", "import", str(csv_file), "--dated", "2020-01-01")
    assert point()["state"] == "warning"


def test_doctor_tells_of_a_copy_that_cannot_be_opened(call: Call, csv_file: Path, tmp_path: Path) -> None:
    call("register", "import", str(csv_file))
    (tmp_path / "a1" / "register.key").write_bytes(b"broken")
    status, told, _ = call("doctor", "--json")
    assert status == 1
    (check,) = [one for one in told["checks"] if one["name"] == "register"]
    assert check["state"] == "failed"
    assert "import the register again" in check["message"]


def test_a_file_that_holds_far_fewer_people_than_before_is_warned_of(call: Call, csv_file: Path) -> None:
    *_, said = call("register", "import", str(csv_file), "--dated", "2026-02-01")
    assert "far fewer" not in said
    part = csv_file.with_name("part.csv")
    part.write_text(f"{HEADER}\nP1,Marie,Dupont,19800312,75012,\n", encoding="utf-8")
    status, _, said = call("register", "import", str(part), "--dated", "2026-02-02")
    assert (status, "far fewer people than before (1 instead of 3)" in said) == (0, True)
