"""`register link` from the command line: the files it reads and writes, what it says, and how well it finds people."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from random import Random

import pytest

from counter_app.cli.main import run
from counter_app.practice.register import COLUMNS, made_up_register
from counter_app.register.linking import run as linking
from counter_app.register.linking.table import COLUMNS as OF_PAIRS

HEADER = ",".join(COLUMNS)
LIST_A = f"{HEADER}\nA1,Hélène,Quesnelet,19800312,75012,\nA2,Jean,Martin,19700421,1000,\nA3,Luc,Petit,19650000,13001,\n"
LIST_B = f"{HEADER}\nB1,Helene,QUESNELET,19800312,75012,\nB2,Anne,Martin,19700421,1000,\nB3,Zoé,Barzan,19990909,5900,\n"
Told = dict[tuple[str, str], dict[str, str]]


def link(
    folder: Path, list_a: str | bytes = LIST_A, list_b: str | bytes = LIST_B, *words: str
) -> tuple[int, Path]:
    """Run the command line on two lists; gives its status and the file of pairs."""
    for name, content in (("a.csv", list_a), ("b.csv", list_b)):
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    out = folder / "out.csv"
    lists = [str(folder / "a.csv"), str(folder / "b.csv"), str(out)]
    return run(["--lang", "en", "register", "link", *lists, *words]), out


def pairs(out: Path) -> Told:
    with out.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        told = {(row["id_a"], row["id_b"]): row for row in reader}
    assert reader.fieldnames == list(OF_PAIRS)
    return told


def test_people_are_linked_and_doubtful_pairs_left_for_review_without_a_workstation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out = link(tmp_path, LIST_A, LIST_B, "--json")
    said = json.loads(capsys.readouterr().out)
    told = pairs(out)
    assert status == 0
    assert told["A1", "B1"]["decision"] == "link"
    assert float(told["A1", "B1"]["score"]) >= 0.9
    assert told["A2", "B2"]["decision"] == "review"
    assert 0.5 <= float(told["A2", "B2"]["score"]) < 0.9
    assert "held:may_be_twins" in told["A2", "B2"]["why"].split()
    assert (said["links"], said["review"], said["people"]) == (1, len(told) - 1, [3, 3])
    assert [file.name for file in sorted(tmp_path.iterdir())] == ["a.csv", "b.csv", "out.csv"]


def test_raw_scores_are_held_by_no_guard(tmp_path: Path) -> None:
    _, out = link(tmp_path, LIST_A, LIST_B, "--raw")
    guarded = link(tmp_path)[1].read_text(encoding="utf-8")
    assert "held:" in guarded
    link(tmp_path, LIST_A, LIST_B, "--raw")
    assert "held:" not in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
def test_lists_are_read_in_the_encodings_that_offices_export(tmp_path: Path, encoding: str) -> None:
    status, out = link(tmp_path, LIST_A.encode(encoding), LIST_B.encode(encoding))
    assert status == 0
    assert pairs(out)["A1", "B1"]["decision"] == "link"


@pytest.mark.parametrize(
    ("list_a", "said"),
    [
        (b"id,given_name,surname\nA1,Luc,Petit\n", "date_of_birth"),
        (b"", "holds nobody"),
        (HEADER.encode("utf-16"), "UTF-8"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], list_a: bytes, said: str
) -> None:
    (tmp_path / "out.csv").write_text("as it was", encoding="utf-8")
    status, out = link(tmp_path, list_a)
    complaint = capsys.readouterr().err
    assert (status, said in complaint, complaint.count("\n")) == (2, True, 1), complaint
    assert out.read_text(encoding="utf-8") == "as it was"


def test_a_missing_list_and_a_folder_that_is_not_there_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link(tmp_path)
    capsys.readouterr()
    known = str(tmp_path / "a.csv")
    assert run(["register", "link", known, str(tmp_path / "none.csv"), str(tmp_path / "o.csv")]) == 2
    assert "none.csv" in capsys.readouterr().err
    assert run(["register", "link", known, known, str(tmp_path / "nowhere" / "o.csv")]) == 3
    assert "nowhere" in capsys.readouterr().err


def test_the_pairs_never_take_the_place_of_a_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    link(tmp_path)
    a, b = str(tmp_path / "a.csv"), str(tmp_path / "b.csv")
    assert run(["--lang", "en", "register", "link", a, b, a]) == 2
    assert "overwritten" in capsys.readouterr().err
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == LIST_A


def test_a_bad_line_costs_itself_alone_and_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out = link(tmp_path, LIST_A + "A9,Luc\n", LIST_B)
    said = capsys.readouterr().err
    assert status == 0
    assert "Line 5" in said
    assert ("A1", "B1") in pairs(out)


def test_one_list_twice_is_searched_in_itself(tmp_path: Path) -> None:
    link(tmp_path, LIST_A + "A7,Helene,Quesnelet,19800312,75012,\n")
    known, out = str(tmp_path / "a.csv"), tmp_path / "within.csv"
    assert run(["register", "link", known, known, str(out)]) == 0
    assert set(pairs(out)) == {("A1", "A7")}


def test_children_find_the_same_pairs_as_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    list_a, list_b, _ = made_up_lists(300, 120)
    _, out = link(tmp_path, list_a, list_b)
    alone = out.read_text(encoding="utf-8")
    monkeypatch.setattr(linking, "_SMALL_BYTES", 0)
    link(tmp_path, list_a, list_b)
    assert out.read_text(encoding="utf-8") == alone
    assert alone.count("\n") > 20


def test_a_child_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(linking, "_SMALL_BYTES", 0)
    monkeypatch.setattr(linking, "own_command", lambda: ["no such program"])
    status, out = link(tmp_path)
    assert status == 3
    assert "could not be compared" in capsys.readouterr().err
    assert not out.exists()


def made_up_lists(register: int, sought: int, seed: int = 7) -> tuple[str, str, dict[str, tuple[str, str]]]:
    """A register, people sought in it, and for each of these its own record and what was done to it."""
    draw = Random(f"link {seed}")
    people = [list(row[:5]) for row in made_up_register(register, seed) if row[1] and len(row[3]) == 8]
    lines, truth = [], {}
    for number in range(sought):
        one = draw.choice(people)
        kind = draw.choice([*MISTAKES, "stranger", "twin", "namesake"])
        other = [f"B{number}", *_changed(one[1:], kind, people, draw)]
        lines.append(",".join((*other, "")))
        truth[other[0]] = (one[0], kind)
    listed = [",".join((*one, "")) for one in people]
    return "\n".join([HEADER, *listed, ""]), "\n".join([HEADER, *lines, ""]), truth


MISTAKES = ("same", "letter", "capitals", "exchanged", "moved", "turned_date", "second_name")


def _changed(told: list[str], kind: str, people: list[list[str]], draw: Random) -> list[str]:
    given, surname, born, postcode = told
    other = draw.choice(people)
    if kind == "letter":
        place = draw.randrange(1, len(surname))
        return [given, surname[:place] + surname[place + 1 :], born, postcode]
    return {
        "same": told,
        "capitals": [given.upper(), surname.upper(), born, postcode],
        "exchanged": [surname, given, born, postcode],
        "moved": [given, surname, born, other[4]],
        "turned_date": [given, surname, born[:4] + born[6:] + born[4:6], postcode],
        "second_name": [given, f"{surname}-{other[2]}", born, postcode],
        "stranger": ["Wilhelmina", f"Zz{surname[::-1]}", "19331107", "0999"],
        "twin": [next(p[1] for p in people if p[1][0] != given[0]), surname, born, postcode],
        "namesake": [given, surname, f"{int(born[:4]) + 7:04d}{other[3][4:]}", other[4]],
    }[kind]


def test_made_up_people_are_found_and_twins_and_namesakes_are_not_linked(tmp_path: Path) -> None:
    list_a, list_b, truth = made_up_lists(3000, 900)
    _, out = link(tmp_path, list_a, list_b)
    told = pairs(out)
    linked = {b: a for (a, b), row in told.items() if row["decision"] == "link"}
    real = {b: a for b, (a, kind) in truth.items() if kind in MISTAKES}
    right = sum(linked.get(b) == a for b, a in real.items())
    twins = [b for b, (_, kind) in truth.items() if kind == "twin"]
    assert right / len(linked) >= 0.995
    assert right / len(real) >= 0.90
    assert sum(b in linked for b in twins) / len(twins) < 0.02
    assert sum(row["decision"] == "review" for row in told.values()) / len(truth) <= 0.25
