"""The stand-alone verifier: run as an auditor runs it, it passes what was exported and names whatever was changed."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from counter_app.domain.cash import POSTING_KINDS
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.export import VERIFIER, export_journal
from tests.unit.counters import CASH, SUPERVISOR, Desk, Templates, person

SOURCE = Path(__file__).parents[2] / "resources" / "verifier" / VERIFIER
Row = dict[str, Any]


@dataclass(frozen=True)
class Export:
    """A folder that was exported, to be tampered with."""

    folder: Path

    def rows(self, chain: str = "A1") -> list[Row]:
        return [
            json.loads(line) for line in (self.folder / f"{chain}.jsonl").read_bytes().split(b"\n") if line
        ]

    def put(self, rows: list[Row], chain: str = "A1") -> None:
        lines = [json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows]
        (self.folder / f"{chain}.jsonl").write_bytes(b"".join(lines))

    def remake(self, change: Callable[[int, Row], None]) -> None:
        """Change what entries say and make every hash behind it anew, as whoever holds the whole machine can."""
        previous, rows = bytes(32), self.rows()
        for row in rows:
            value = json.loads(row["content"])
            change(value["header"]["seq"], value)
            row["content"] = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            whole = previous + row["content"].encode() + bytes.fromhex(row["private_hash"])
            previous = sha256(whole).digest()
            row["hash"] = previous.hex()
        self.put(rows)

    def check(self, *words: str, **environment: str) -> tuple[int, str]:
        """Exit status and output of the verifier that lies in the export; it never ends in a traceback."""
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(self.folder / VERIFIER), str(self.folder), *words],
            capture_output=True,
            text=True,
            env={**os.environ, **environment},
            check=False,
            timeout=60,
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    def wrong(self, *words: str) -> list[str]:
        """What it finds wrong; the exit status agrees."""
        status, said = self.check(*words)
        found = [line.removeprefix("WRONG: ") for line in said.splitlines() if line.startswith("WRONG: ")]
        assert status == (1 if found else 0), said
        return found


@pytest.fixture(scope="module")
def made(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of a counter that closed its day and heard of another counter."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "share").mkdir()
    other, desk = Desk(templates.copy("A2", folder / "A2")), Desk(templates.copy("A1", folder / "A1"))
    other.do("record_request", person=person("Quatremère"), aid="FR-SECURG")
    exchange_by_folder(other.workstation, folder / "share")
    desk.fill_drawer()
    desk.do("open_day", float_cents=500_000)
    grant = desk.grant()
    desk.do("pay_grant", grant=grant, payment=CASH)
    desk.grant(person=person("D’Été"), payment=CASH)
    desk.do("return_money", grant=grant, cents=1000)
    desk.do("close_day", approver=SUPERVISOR, counted={"1000": 493})
    desk.do("record_request", person=person("Okoye"), aid="FR-SECURG", note="comes back")
    exchange_by_folder(desk.workstation, folder / "share")
    export_journal(desk.workstation, folder / "plain")
    export_journal(desk.workstation, folder / "private", with_private=True)
    desk.close()
    other.close()
    return folder


@pytest.fixture
def export(made: Path, tmp_path: Path) -> Export:
    shutil.copytree(made / "plain", tmp_path / "export")
    return Export(tmp_path / "export")


@pytest.fixture
def private(made: Path, tmp_path: Path) -> Export:
    shutil.copytree(made / "private", tmp_path / "private")
    return Export(tmp_path / "private")


def test_an_untouched_export_is_right_in_every_point(export: Export) -> None:
    status, said = export.check()
    assert status == 0
    assert "chain A1: 10 entries, 5 receipts, 493000 cents in the drawer" in said
    assert "chain A2: 3 entries, 1 receipts" in said
    assert said.endswith("Nothing is wrong.\n")


def test_an_export_with_private_parts_is_checked_with_them(private: Export) -> None:
    assert private.wrong() == []
    rows = private.rows()
    (row,) = [row for row in rows if "comes back" in row.get("private", "")]
    row["private"] = row["private"].replace("comes back", "never came")
    private.put(rows)
    assert private.wrong() == ["chain A1: the private part of entry 10 is not what was recorded"]


def test_names_are_in_an_export_only_where_they_were_asked_for(made: Path) -> None:
    plain, private = ((made / name / "A1.jsonl").read_text(encoding="utf-8") for name in ("plain", "private"))
    assert "Okoye" in private
    assert "Okoye" not in plain
    assert "Quatrem" not in (made / "private" / "A2.jsonl").read_text(encoding="utf-8")


def test_an_edited_entry_is_named(export: Export) -> None:
    rows = export.rows()
    assert '"cents":4000' in rows[4]["content"]
    rows[4]["content"] = rows[4]["content"].replace('"cents":4000', '"cents":9000')
    export.put(rows)
    assert export.wrong()[0] == (
        "chain A1: entry 5 is not what was recorded: its hash does not fit it and entry 4"
    )


def test_an_edited_entry_with_its_own_hash_made_anew_breaks_at_the_next(export: Export) -> None:
    rows = export.rows()
    rows[4]["content"] = rows[4]["content"].replace('"cents":4000', '"cents":9000')
    whole = rows[3]["hash"], rows[4]["content"].encode(), rows[4]["private_hash"]
    rows[4]["hash"] = sha256(bytes.fromhex(whole[0]) + whole[1] + bytes.fromhex(whole[2])).hexdigest()
    export.put(rows)
    assert (
        "chain A1: entry 6 is not what was recorded: its hash does not fit it and entry 5" in export.wrong()
    )


def test_a_chain_made_anew_whole_fails_against_the_signed_heads(export: Export) -> None:
    def dearer(seq: int, value: Row) -> None:
        if seq == 5:
            value["facts"]["cents"] = 4001

    export.remake(dearer)
    found = export.wrong()
    assert "chain A1: entry 9 is not the one that was signed in A1.9.head: it was made anew" in found
    assert "chain A1: entry 10 is not the one that was signed in A1.10.head: it was made anew" in found


def test_a_head_written_anew_has_no_signature_that_holds(export: Export) -> None:
    export.remake(lambda seq, value: value["facts"].update(document="BX 13") if seq == 3 else None)
    for row in export.rows():
        seq = json.loads(row["content"])["header"]["seq"]
        head = export.folder / f"A1.{seq}.head"
        if head.exists():
            head.write_text(f"A1 {seq} {row['hash']}", encoding="ascii")
    assert export.wrong() == [
        "the signature of A1.10.head does not hold, or is missing",
        "the signature of A1.9.head does not hold, or is missing",
    ]


@pytest.mark.parametrize(("gone", "words"), [((5,), "missing: entry 5"), ((5, 6), "missing: entry 5 to 6")])
def test_a_deleted_entry_is_missing(export: Export, gone: tuple[int, ...], words: str) -> None:
    export.put([row for seq, row in enumerate(export.rows(), 1) if seq not in gone])
    assert f"chain A1: {words}" in export.wrong()


def test_two_entries_that_changed_places_are_named(export: Export) -> None:
    rows = export.rows()
    rows[4], rows[5] = rows[5], rows[4]
    export.put(rows)
    assert export.wrong() == ["chain A1: entry 5 stands behind entry 6: lines have changed places"]


def test_a_doubled_entry_is_named_by_its_line(export: Export) -> None:
    rows = export.rows()
    export.put([*rows, rows[4]])
    assert export.wrong() == ["chain A1: line 11 of A1.jsonl says that it is entry 5, as another line does"]


def test_a_cut_off_end_is_seen_by_the_signed_heads(export: Export) -> None:
    export.put(export.rows()[:8])
    assert export.wrong() == [
        "chain A1: it ends at entry 8, but A1.10.head was signed: its end was cut off",
        "chain A1: it ends at entry 8, but A1.9.head was signed: its end was cut off",
    ]


def test_the_end_of_another_counters_chain_is_seen_by_what_it_signed_for_the_exchange(export: Export) -> None:
    export.put(export.rows("A2")[:2], "A2")
    assert export.wrong() == ["chain A2: it ends at entry 2, but A2.3.range was signed: its end was cut off"]


def test_a_file_cut_in_the_middle_of_a_line_is_named(export: Export) -> None:
    path = export.folder / "A1.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    found = export.wrong()
    assert found[-2] == "chain A1: A1.jsonl is cut off in the middle of its last line" or any(
        "cut off in the middle" in words for words in found
    )
    assert any("line 10 of A1.jsonl is no entry" in words for words in found)


def test_receipts_that_were_numbered_anew_are_named(export: Export) -> None:
    def renumber(seq: int, value: Row) -> None:
        if value["facts"].get("number") == "A1-0003":
            value["facts"]["number"] = "A1-0007"

    export.remake(renumber)
    assert "chain A1: entry 7 has the receipt number 'A1-0007', and A1-0003 is due" in export.wrong()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"book_cents": 1}, "entry 9 says 1 cents in the books, they make 493000"),
        ({"counted_cents": 492_000}, "the count at entry 9 does not add up"),
        ({"head_seq": 4}, "the count at entry 9 does not add up"),
        ({"counted": {"1000": 400}}, "the count at entry 9 does not add up"),
        ({"counted": None}, "entry 9 lacks what every entry has"),
    ],
)
def test_a_closing_that_does_not_add_up_is_named(export: Export, change: Row, words: str) -> None:
    export.remake(lambda seq, value: value["facts"].update(change) if seq == 9 else None)
    assert any(found.startswith(f"chain A1: {words}") for found in export.wrong())


def test_an_entry_of_another_chain_or_place_is_named(export: Export) -> None:
    export.remake(lambda seq, value: value["header"].update(chain="A7") if seq == 4 else None)
    assert "chain A1: entry 4 says that it belongs to chain 'A7'" in export.wrong()


def test_another_way_of_writing_the_same_is_named(export: Export) -> None:
    rows = export.rows()
    rows[9]["content"] = json.dumps(json.loads(rows[9]["content"]))
    export.put(rows)
    assert "chain A1: entry 10 is not written in the one canonical way" in export.wrong()


def test_a_chain_under_another_key_is_named(export: Export) -> None:
    signers = export.folder / "allowed_signers"
    lines = signers.read_text(encoding="ascii").splitlines()
    keys = [line.split()[3] for line in lines]
    signers.write_text(
        lines[0].replace(keys[0], keys[1]) + "\n" + "\n".join(lines[1:]) + "\n", encoding="ascii"
    )
    found = export.wrong()
    assert "chain A1: it was opened with another key than that of allowed_signers" in found
    assert "the signature of A1.10.head does not hold, or is missing" in found


@pytest.mark.parametrize("name", ["allowed_signers", "A1.jsonl", "A1.10.head.sig"])
def test_a_file_that_is_missing_is_missed(export: Export, name: str) -> None:
    (export.folder / name).unlink()
    assert export.wrong() != []


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe",
        b"{}",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"content":"{}","hash":"","private_hash":""}',
        b'{"content":"{\\"header\\":{\\"seq\\":1e400},\\"facts\\":{}}","hash":"00","private_hash":"00"}',
        b'{"content":7}',
        b'{"content":"\\ud800"}',
    ],
)
def test_a_line_that_is_no_entry_is_named_and_never_a_traceback(export: Export, line: bytes) -> None:
    path = export.folder / "A1.jsonl"
    path.write_bytes(path.read_bytes() + line + b"\n")
    (words,) = export.wrong()
    assert words.startswith("chain A1: line 11 of A1.jsonl is no entry")


def test_words_of_the_export_never_steer_the_terminal(export: Export) -> None:
    evil = "day_opened\x1b[2J\u202e"
    export.remake(lambda seq, value: value["header"].update(kind=evil, chain=evil) if seq == 10 else None)
    status, said = export.check("--hash", export.rows()[-1]["hash"])
    assert status == 1
    assert "\x1b" not in said
    assert "\u202e" not in said


# --- what is printed on paper


def test_the_hash_of_a_daily_log_is_found_as_printed(export: Export) -> None:
    hashed = export.rows()[8]["hash"]
    grouped = " ".join(hashed[start : start + 4] for start in range(0, 64, 4))
    status, said = export.check("--hash", grouped, "--hash", export.rows()[4]["hash"][:16].upper())
    assert status == 0
    assert f"{hashed}: entry 9 of A1, day_closed" in said
    assert f"{export.rows()[4]['hash'][:16]}: entry 5 of A1, aid_granted" in said


def test_a_hash_that_no_entry_has_is_wrong(export: Export) -> None:
    assert export.wrong("--hash", "0123 4567 89ab cdef") == [
        "no entry has the printed hash 0123456789abcdef: another journal, an older copy, or one made anew"
    ]


def test_the_paper_shows_an_older_copy_that_was_put_back(export: Export) -> None:
    printed = export.rows()[9]["hash"]
    export.put(export.rows()[:9])
    for name in ("A1.10.head", "A1.10.head.sig"):
        (export.folder / name).unlink()
    assert export.wrong() == []
    assert len(export.wrong("--hash", printed)) == 1


@pytest.mark.parametrize("words", ["", "0123", "xyz", "0" * 65])
def test_what_is_no_hash_is_wrong_use(export: Export, words: str) -> None:
    status, said = export.check("--hash", words)
    assert status == 2
    assert "hexadecimal" in said


# --- where it runs


def test_without_openssh_it_says_that_signatures_were_not_checked(export: Export) -> None:
    status, said = export.check(PATH="/nowhere")
    assert status == 0
    assert "signatures: not checked" in said


def test_a_folder_with_nothing_in_it_is_not_right(tmp_path: Path) -> None:
    shutil.copy(SOURCE, tmp_path)
    assert Export(tmp_path).check()[0] == 1


def test_it_is_short_imports_the_standard_library_alone_and_is_written_for_old_pythons() -> None:
    text = SOURCE.read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 8))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    }
    assert imported <= sys.stdlib_module_names
    assert len(text.splitlines()) <= 300


def test_it_knows_every_event_that_moves_the_drawer() -> None:
    spec = importlib.util.spec_from_file_location("verify_journal", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    verifier = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(verifier)
    elsewhere = {
        "day_opened",
        "day_closed",
        "vouchers_received",
        "vouchers_withdrawn",
        "unit_decided",
        "decision_undone",
    }
    assert set(verifier.CASH) == POSTING_KINDS - elsewhere


def test_openssh_verifies_a_head_as_the_export_says(export: Export) -> None:
    readme = (export.folder / "README.txt").read_text(encoding="utf-8")
    command = readme.partition("To check one signature alone:")[2].split("\n\n")[1].strip()
    assert command.startswith("ssh-keygen -Y verify")
    done = subprocess.run(command, shell=True, cwd=export.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert 'Good "counter-app/head" signature for A1' in done.stdout
