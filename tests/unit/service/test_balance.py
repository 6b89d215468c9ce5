"""The balance: both sides in counts, euros and hashes, every difference named, nobody else, and signed."""

from __future__ import annotations

import subprocess
import zipfile
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import pytest

from counter_app.documents.balance_words import sentence
from counter_app.domain.errors import EnvironmentFailed
from counter_app.service.balance import read_balance, save_balance
from counter_app.service.balance_statement import statement
from counter_app.text import Text
from tests.unit.counters import IT, Desk, person
from tests.unit.service.scripted import Centre, Deliverer, accepts
from tests.unit.service.units import disputed, lost, rejected

EVIL = '=HYPERLINK("http://evil.example","x")'


def sheet_of(path: Path, place: int) -> list[list[str]]:
    """The cells of one sheet of a workbook, as text."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as book:
        tree = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{place}.xml"))
    return [["".join(cell.itertext()) for cell in row.iter(f"{space}c")] for row in tree.iter(f"{space}row")]


@pytest.fixture
def week(desk: Desk) -> Desk:
    """One act accepted, one explained, one decided with a dangerous reason, one lost, and its treasury units unsent."""
    desk.grant(1000, person=person("Taken"))
    Deliverer(desk, Centre(accepts())).run()
    for target, decision in ((disputed(desk), "accept"), (rejected(desk), "waive")):
        about = {"agent": IT, "target": target, "service": "aid-file"}
        desk.do("decide_unit", **about, decision=decision, reason=EVIL)
    lost(desk)
    return desk


def test_each_side_of_each_service_stands_in_counts_euros_and_a_hash(week: Desk) -> None:
    sheet = read_balance(week.workstation, Text("en"))
    (files, treasury) = sheet.rows.services
    assert (files.journal.entries, files.journal.amount.cents) == (4, 6500)
    assert (files.centre.entries, files.centre.amount.cents) == (1, 1000)
    assert [part[0] for part in (files.explained, files.decided, files.open)] == [1, 1, 1]
    assert [part[1].cents for part in (files.explained, files.decided, files.open)] == [3000, 2500, 0]
    taken = [unit for unit in sheet.units if unit.service == "aid-file" and unit.state == "accepted"]
    lines = sorted(f"{unit.key} {unit.cents}\n" for unit in taken)
    assert files.centre.sha256 == sha256("".join(lines).encode()).hexdigest()
    assert treasury.centre.entries == 0
    assert sheet.rows.unexplained == 1 + treasury.open[0]


def test_every_difference_says_how_it_stands_why_and_who_said_so(week: Desk) -> None:
    rows = read_balance(week.workstation, Text("en"), "aid-file").rows
    told = {row.standing: (row.what, row.why, row.by) for row in rows.differences}
    assert told["explained"] == ("kept as the centre’s record has it", EVIL, "Bao Nguyen")
    assert told["decided"] == ("closed, what was paid is waived", EVIL, "Bao Nguyen")
    assert told["open"] == ("lost by the centre", "", "")


def test_no_sheet_holds_a_formula_and_no_file_a_name(week: Desk, tmp_path: Path) -> None:
    sheet = read_balance(week.workstation, Text("en"))
    save_balance(week.workstation, sheet, Text("en"), tmp_path)
    pages = [sheet_of(tmp_path / "balance.xlsx", place) for place in (1, 2, 3)]
    assert EVIL in {cell for page in pages for row in page for cell in row}
    with zipfile.ZipFile(tmp_path / "balance.xlsx") as book:
        inside = [book.read(name) for name in book.namelist() if name.endswith(".xml")]
    assert not any(b"<f>" in part or b"hyperlink" in part for part in inside)
    for path in tmp_path.glob("*.csv"):
        content = path.read_text(encoding="utf-8-sig")
        assert not any(line.startswith(("=", "+", "@")) for line in content.replace(",", "\n").splitlines())
        for surname in ("Taken", "Disputed", "Rejected", "Lost"):
            assert f"{surname}," not in content
    assert f"'{EVIL}".replace('"', '""') in (tmp_path / "balance-differences.csv").read_text("utf-8-sig")


def test_the_signed_lines_are_the_same_in_every_language_and_tell_both_sides(week: Desk) -> None:
    told = {statement(read_balance(week.workstation, Text(one)).rows) for one in ("fr", "en")}
    (lines,) = (one.decode().splitlines() for one in told)
    rows = read_balance(week.workstation, Text("nl")).rows
    assert rows.statement_sha256 == sha256("\n".join([*lines, ""]).encode()).hexdigest()
    (files, _) = rows.services
    assert f"aid-file journal 4 entries 6500 EUR cents sha256 {files.journal.sha256}" in lines
    assert f"aid-file centre 1 entries 1000 EUR cents sha256 {files.centre.sha256}" in lines
    assert lines[-1] == f"unexplained {rows.unexplained}"


def test_each_file_is_signed_and_openssh_agrees(week: Desk, tmp_path: Path) -> None:
    files = save_balance(week.workstation, read_balance(week.workstation, Text("fr")), Text("fr"), tmp_path)
    signed = [path for path in files if path.with_name(f"{path.name}.sig") in files]
    assert {path.name for path in signed} == {
        "balance.pdf",
        "balance.xlsx",
        "balance.txt",
        "balance.csv",
        "balance-differences.csv",
        "balance-entries.csv",
    }
    proof = ["ssh-keygen", "-Y", "verify", "-f", str(tmp_path / "allowed_signers"), "-I", "A1"]
    proof += ["-n", "counter-app/balance", "-s", str(tmp_path / "balance.txt.sig")]
    good = (tmp_path / "balance.txt").read_bytes()
    for content, status in ((good, 0), (good.replace(b"unexplained", b"explained"), 255)):
        assert subprocess.run(proof, input=content, capture_output=True, check=False).returncode == status


def test_the_other_side_makes_the_hash_again_from_the_entries(week: Desk, tmp_path: Path) -> None:
    sheet = read_balance(week.workstation, Text("en"))
    save_balance(week.workstation, sheet, Text("en"), tmp_path)
    rows = sheet_of(tmp_path / "balance.xlsx", 3)[1:]
    lines = sorted(f"{row[1]} {row[2]}\n" for row in rows if row[0] == "aid-file")
    assert sheet.rows.services[0].journal.sha256 == sha256("".join(lines).encode()).hexdigest()


def test_a_folder_that_cannot_be_written_is_named(week: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    sheet = read_balance(week.workstation, Text("en"))
    with pytest.raises(EnvironmentFailed) as caught:
        save_balance(week.workstation, sheet, Text("en"), tmp_path / "file")
    assert caught.value.code == "file_unwritable"


def test_what_the_centre_holds_otherwise_stands_with_both_amounts_and_its_reason(week: Desk) -> None:
    sheet = read_balance(week.workstation, Text("en"), "aid-file")
    told = {row.standing: row for row in sheet.rows.differences}
    explained = told["explained"]
    assert (explained.amount.cents, explained.shown and explained.shown.cents) == (3000, 9900)
    assert (explained.said, explained.reasons) == ("Differs: Amount", f"Differs: Amount · {EVIL}")
    assert (told["decided"].said, told["decided"].shown) == ("Over income", None)
    (files,) = sheet.rows.services
    assert files.held is not None
    assert (files.held.entries, files.held.sent.cents, files.held.shown.cents) == (1, 3000, 9900)
    words = sentence(files, Text("en"))
    assert "has accepted as sent 1 entry of this office over €10.00" in words
    assert words.endswith(
        "Explained besides: 1 entry over €30.00, held there with €99.00, €69.00 more than sent."
    )
    assert "aid-file explained-amounts 1 sent 3000 held 9900 EUR cents" in statement(sheet.rows).decode()


def test_the_sheets_tell_the_centres_amount_and_the_gap(week: Desk, tmp_path: Path) -> None:
    save_balance(week.workstation, read_balance(week.workstation, Text("en")), Text("en"), tmp_path)
    head, *lines = sheet_of(tmp_path / "balance.xlsx", 2)
    (told,) = (dict(zip(head, line, strict=True)) for line in lines if line[1] == "Explained")
    assert (told["Amount"], told["Centre’s amount"], told["Gap"]) == ("30", "99", "69")
    assert told["Centre’s reason"] == "Differs: Amount"


def test_an_act_kept_by_its_number_alone_shows_no_amount_of_the_centre(desk: Desk) -> None:
    about = {"agent": IT, "target": rejected(desk), "service": "aid-file"}
    desk.do("decide_unit", **about, decision="accept", number="C-8", reason="rang")
    (files,) = read_balance(desk.workstation, Text("en"), "aid-file").rows.services
    assert files.held is None
    assert sentence(files, Text("en")).endswith("over €25.00; the centre showed no amount.")


def test_a_disk_that_is_full_leaves_the_balance_before_whole(
    week: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    out = tmp_path / "out"
    sheet = read_balance(week.workstation, Text("en"))
    save_balance(week.workstation, sheet, Text("en"), out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    week.grant(2000, person=person("Later"))
    monkeypatch.setattr("counter_app.service.balance.own_signature", full)
    with pytest.raises(EnvironmentFailed, match="file_unwritable"):
        save_balance(week.workstation, read_balance(week.workstation, Text("fr")), Text("fr"), out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
