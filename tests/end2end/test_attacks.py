"""The attack list of docs/security.md, tried: each attack as an intruder makes it, and who notices it when."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from counter_app.journal.sidecar import NAME as SIDECAR
from counter_app.keys.keyring import open_keys
from counter_app.service.export import VERIFIER
from counter_app.storage.database import Connection, open_database
from tests.end2end.counters import ROOT, Answer, Counter, Line, files_below

AGENT, COLLEAGUE, SUPERVISOR, IT = "yleroux", "abakari", "hgarcia", "bnguyen"
EMERGENCY = {"aid": "FR-SECURG", "circumstances": {"evidence": ["interview"]}}
DAY = {"command": "close_day", "agent": SUPERVISOR, "approver": SUPERVISOR}

EVIL = (
    "Robert'); DROP TABLE entry;--",
    '" OR 1=1 --',
    "'; UPDATE p_grant SET cents = 1; --",
    "NEAR(a b) AND *",
    '=HYPERLINK("http://evil.example","x")',
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "../../../etc/passwd",
    "..\\..\\windows\\system32",
    "C:\\con\\nul",
    "line\none\r\ttwo\x0b\x00three",
    "\x1b[2J\x1b]0;owned\x07",
    "\x9b31m",
    "Dupont\u202egnp.exe",
    "\u2066\u2067\u200f",
    "<img src=x onerror=alert(1)><b>bold</b>",
    "{person} %s ${HOME}",
    "a" * 200,
    "\U0001f600 Zoe\u0301 ﷽",
)


def somebody(surname: str = "Dupont", **more: Any) -> Line:
    return {
        "surname": surname,
        "given_names": ["Zoé"],
        "birth_date": "1980-03-05",
        "identity": "document",
        **more,
    }


@pytest.fixture
def open_counter(tmp_path: Path, template: Callable[[str, str], Path]) -> Callable[[str], Counter]:
    def open_one(name: str) -> Counter:
        shutil.copytree(template("ccas", name), tmp_path / name)
        return Counter(name, tmp_path / name)

    return open_one


@pytest.fixture
def counter(open_counter: Callable[[str], Counter]) -> Counter:
    """Counter A1 with a filled drawer, a request and a paid grant."""
    made = open_counter("A1")
    answers = made.record(
        {"command": "replenish_cash", "agent": AGENT, "cents": 500_000, "document": "BX 12"},
        {"command": "record_request", "agent": AGENT, "person": somebody("Okoye"), **EMERGENCY},
        {
            "command": "grant_aid",
            "agent": AGENT,
            "person": somebody(),
            "cents": 4000,
            "payment": {"means": "cash", "payer": COLLEAGUE},
            **EMERGENCY,
        },
    )
    assert all(answer["ok"] for answer in answers), answers
    return made


def intrude(counter: Counter, *statements: str) -> None:
    """Change the journal as somebody does who has the passphrase and takes the triggers away."""
    keyring = open_keys(counter.data, counter.passphrase_file.read_bytes().rstrip())
    connection: Connection = open_database(counter.data / "journal.db", keyring.database, write=True).conn
    try:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            connection.execute(statement)
    finally:
        connection.close()


def findings(counter: Counter, *words: str) -> list[Line]:
    """What `journal verify` finds, each with its place; status 4 where it finds something."""
    answer = counter.run("journal", "verify", "--json", *words)
    assert answer.status == (0 if answer.row["ok"] else 4), answer
    found: list[Line] = answer.row["findings"]
    assert all(finding["message"] for finding in found)
    return found


def codes(counter: Counter) -> list[str]:
    return [finding["code"] for finding in findings(counter)]


# --- the journal changed behind the program's back


@pytest.mark.parametrize(
    ("statements", "code", "where"),
    [
        (
            ("UPDATE entry SET content = CAST(replace(content, '4000', '9000') AS BLOB) WHERE seq = 5",),
            "chain_broken",
            5,
        ),
        (("DELETE FROM entry WHERE seq = 4",), "chain_gap", 4),
        (
            (
                "UPDATE entry SET seq = 99 WHERE seq = 4",
                "UPDATE entry SET seq = 4 WHERE seq = 5",
                "UPDATE entry SET seq = 5 WHERE seq = 99",
            ),
            "chain_broken",
            4,
        ),
        (("DELETE FROM entry WHERE seq = 5",), "chain_head", 5),
    ],
    ids=["edited row", "deleted row", "swapped rows", "truncated tail"],
)
def test_a_changed_journal_says_where_it_was_changed(
    counter: Counter, statements: tuple[str, ...], code: str, where: int
) -> None:
    assert findings(counter) == []
    intrude(counter, *statements)
    found = findings(counter)[0]
    assert (found["code"], found["where"]["chain"], found["where"]["seq"]) == (code, "A1", where)


def test_a_tail_cut_off_with_its_head_put_right_is_seen_by_the_sidecar_at_the_next_start(
    counter: Counter,
) -> None:
    intrude(
        counter,
        "DELETE FROM entry WHERE seq = 5",
        "UPDATE chain SET seq = 4, hash = (SELECT hash FROM entry WHERE seq = 4)",
    )
    assert codes(counter) == ["tail_lost"]
    answer = counter.run("journal", "record", "-", "--json", stdin=b"{}\n")
    assert answer.status == 4


# --- an older copy put back: who notices it, and when


@pytest.fixture
def older(counter: Counter, tmp_path: Path) -> Path:
    """The folder as it was, before one more grant was recorded and its receipt went out."""
    shutil.copytree(counter.data, tmp_path / "older", ignore=shutil.ignore_patterns("*.lock"))
    (answer,) = counter.record(
        {"command": "grant_aid", "agent": AGENT, "person": somebody(), "cents": 1000, **EMERGENCY}
    )
    assert answer["ok"]
    return tmp_path / "older"


def put_back(counter: Counter, older: Path, *, sidecar: bool) -> None:
    """Put the older journal in the place of the newer one, with or without its sidecar."""
    for path in counter.data.glob("journal.db*"):
        path.unlink()
    for path in older.glob("journal.db*"):
        shutil.copy(path, counter.data)
    if sidecar:
        shutil.copy(older / SIDECAR, counter.data)


def test_an_older_journal_alone_is_seen_by_the_sidecar(counter: Counter, older: Path) -> None:
    put_back(counter, older, sidecar=False)
    assert codes(counter) == ["tail_lost"]


def test_an_older_copy_with_its_sidecar_is_seen_by_the_receipt_that_went_out(
    counter: Counter, older: Path, tmp_path: Path
) -> None:
    number = [entry["facts"]["number"] for entry in counter.entries() if "number" in entry["facts"]][-1]
    counter.paper("receipt", number, out=tmp_path / "receipt.pdf")
    put_back(counter, older, sidecar=True)
    assert codes(counter) == []
    answer = counter.run("receipt", "verify", str(tmp_path / "receipt.pdf"), "--json")
    assert (answer.status, answer.row["standing"]) == (4, "differs")


def test_an_older_copy_with_its_sidecar_is_seen_by_the_folder_that_it_exchanged_with(
    counter: Counter, older: Path, tmp_path: Path
) -> None:
    (tmp_path / "share").mkdir()
    assert counter.write("exchange", "--folder", str(tmp_path / "share")).status == 0
    put_back(counter, older, sidecar=True)
    answer = counter.write("exchange", "--folder", str(tmp_path / "share"))
    assert answer.status == 4
    assert "an older copy was put back" in answer.err


def test_a_history_made_anew_is_seen_by_a_peer_as_a_fork(
    counter: Counter, older: Path, open_counter: Callable[[str], Counter], tmp_path: Path
) -> None:
    peer, share = open_counter("A2"), tmp_path / "share"
    share.mkdir()
    for one in (counter, peer):
        assert one.write("exchange", "--folder", str(share)).status == 0
    put_back(counter, older, sidecar=True)
    counter.record(*({"command": "replenish_cash", "agent": AGENT, "cents": 1, "document": "x"},) * 2)
    shutil.rmtree(share / "EX-CCAS" / "A1")
    counter.write("exchange", "--folder", str(share))
    answer = peer.write("exchange", "--folder", str(share))
    assert answer.status == 4
    assert "two different entries at place 6" in answer.err


def test_an_older_copy_is_seen_by_the_hash_of_a_closing_on_the_daily_log(
    counter: Counter, older: Path, tmp_path: Path
) -> None:
    (closed,) = counter.record({**DAY, "counted": {"1000": 496}})
    printed = counter.entries(closed["seq"])[0]["hash"]
    put_back(counter, older, sidecar=True)
    assert counter.run("journal", "export", str(tmp_path / "out")).status == 0
    assert audit(tmp_path / "out").returncode == 0
    done = audit(tmp_path / "out", "--hash", printed)
    assert done.returncode == 1
    assert "no entry has the printed hash" in done.stdout


def audit(export: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What an auditor's own Python says of an export."""
    line = [sys.executable, "-I", "-S", str(export / VERIFIER), str(export), *words]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)


# --- receipts and suspect workstations


def test_an_altered_receipt_is_refused(counter: Counter, tmp_path: Path) -> None:
    from counter_app.keys.receipt_code import read_image

    number = [entry["facts"]["number"] for entry in counter.entries() if "number" in entry["facts"]][-1]
    counter.paper("receipt", number, out=tmp_path / "receipt.pdf")
    code = read_image(tmp_path / "receipt.pdf")
    assert counter.run("receipt", "verify", code).status == 0
    place = len(code) // 2
    altered = code[:place] + ("A" if code[place] != "A" else "B") + code[place + 1 :]
    assert counter.run("receipt", "verify", altered).status == 1


def test_a_suspect_workstation_from_the_declaration_to_the_release(
    counter: Counter, open_counter: Callable[[str], Counter], tmp_path: Path
) -> None:
    stolen, share = open_counter("A2"), str(tmp_path / "share")
    (tmp_path / "share").mkdir()
    for one in (stolen, counter):
        assert one.write("exchange", "--folder", share).status == 0
    since = counter.entries()[-1]["recorded_at"]
    told = ("--chain", "A2", "--since", since, "--reason", "stolen for a night", "--agent", IT)
    assert counter.write("suspect", "declare", *told).status == 0
    assert counter.write("suspect", "declare", *told).status == 1
    (answer,) = stolen.record(
        {"command": "grant_aid", "agent": AGENT, "person": somebody(), "cents": 1000, **EMERGENCY}
    )
    stolen.paper("receipt", answer["number"], out=tmp_path / "late.pdf")
    assert stolen.write("exchange", "--folder", share).status == 0
    done = counter.write("exchange", "--folder", share, "--json")
    assert (done.status, done.row["taken"], done.row["quarantined"]) == (1, {}, {"A2": 1})

    verdict = counter.run("receipt", "verify", str(tmp_path / "late.pdf"), "--json")
    assert (verdict.status, verdict.row["standing"]) == (1, "suspect")
    listed = counter.run("suspect", "list", "--json")
    assert (listed.status, listed.row["suspects"][0]["quarantined"]) == (1, 1)

    upto = str(listed.row["suspects"][0]["last_seq"])
    words = ("suspect", "release", "--chain", "A2", "--upto", upto, "--reason", "seen on paper", "--json")
    assert counter.write(*words, "--agent", IT).row["released"] is None
    assert counter.write(*words, "--agent", IT).status == 1
    assert counter.write(*words, "--agent", SUPERVISOR).row["released"] == 1
    assert (
        counter.run("receipt", "verify", str(tmp_path / "late.pdf"), "--json").row["standing"] == "in_journal"
    )
    assert findings(counter, "--full") == []


def test_evidence_leaves_a_suspect_machine_and_nothing_on_it_changes(
    counter: Counter, open_counter: Callable[[str], Counter], tmp_path: Path
) -> None:
    stolen, share = open_counter("A2"), str(tmp_path / "share")
    (tmp_path / "share").mkdir()
    stolen.write("exchange", "--folder", share)
    counter.write("exchange", "--folder", share)
    told = (
        "--chain",
        "A2",
        "--since",
        counter.entries()[0]["recorded_at"],
        "--reason",
        "stolen",
        "--agent",
        IT,
    )
    assert counter.write("suspect", "declare", *told).status == 0
    counter.write("exchange", "--folder", share)
    stolen.write("exchange", "--folder", share)
    before = fingerprints(stolen)
    answer = stolen.run("journal", "export", str(tmp_path / "evidence"), "--json")
    assert (answer.status, answer.row["suspect"]) == (0, True)
    assert "only read" in answer.err
    assert fingerprints(stolen) == before
    done = audit(tmp_path / "evidence")
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "evidence" / "A2.1.suspect").is_file()


def test_evidence_is_exported_from_a_journal_that_no_longer_verifies(
    counter: Counter, tmp_path: Path
) -> None:
    intrude(
        counter, "UPDATE entry SET content = CAST(replace(content, '4000', '9000') AS BLOB) WHERE seq = 5"
    )
    assert codes(counter) == ["chain_broken"]
    assert counter.run("journal", "export", str(tmp_path / "evidence")).status == 0
    done = audit(tmp_path / "evidence")
    assert done.returncode == 1
    assert "chain A1: entry 5 is not what was recorded" in done.stdout


def fingerprints(counter: Counter) -> dict[str, str]:
    """Every file of a workstation by its hash, but for the database's own memory of its readers."""
    return {
        path.name: sha256(path.read_bytes()).hexdigest()
        for path in files_below(counter.data)
        if not path.name.endswith("-shm")
    }


# --- words as weapons


def every_text(evil: str) -> list[Line]:
    """Commands with the same hostile words in every field that takes words."""
    name = evil[:200]
    person = {
        "surname": name,
        "given_names": [name],
        "used_name": name,
        "birth_place": name,
        "address": evil,
        "domiciled_by": evil,
        "phone": evil,
        "numbers": [{"scheme": "other", "value": evil[:64]}],
    }
    act = {"agent": AGENT, "note": evil, "form": evil[:64]}
    cannot = {"means": "cash", "payer": COLLEAGUE, "acquit": "cannot_sign", "witnesses": [name]}
    return [
        {"command": "record_request", "person": person, **EMERGENCY, **act},
        {"command": "grant_aid", "person": person, "cents": 100, "payment": cannot, **EMERGENCY, **act},
        {
            "command": "refuse_aid",
            "person": person,
            "reason": "not_urgent",
            "words": evil,
            **EMERGENCY,
            **act,
        },
        {"command": "replenish_cash", "cents": 1, "document": evil[:64], **act},
        {
            "command": "declare_incident",
            "agent": IT,
            "services": {"treasury": "down"},
            "title": evil,
            "cause": evil,
            "source": evil,
        },
    ]


def names_somebody(text: str) -> bool:
    """Whether it has a letter or a digit, without which no surname and no reason is taken."""
    return any(letter.isalnum() for letter in text)


def test_hostile_words_are_kept_as_words_everywhere(counter: Counter, tmp_path: Path) -> None:
    answers = counter.record(*(line for evil in EVIL for line in every_text(evil)))
    recorded = [answer for answer in answers if answer["ok"]]
    assert len(recorded) >= 4 * sum(map(names_somebody, EVIL)), [
        answer for answer in answers if not answer["ok"]
    ]
    kept = [entry["private"]["note"] for entry in counter.entries() if "note" in entry.get("private", {})]
    assert {unicodedata.normalize("NFC", evil) for evil in EVIL} <= set(kept)
    assert findings(counter, "--full") == []
    for words in (("journal", "show"), ("incident", "status"), ("reconcile", "status")):
        assert not steering(counter.run(*words).said), words


def test_hostile_words_on_paper_and_in_a_search_stay_words(counter: Counter, tmp_path: Path) -> None:
    for evil in EVIL:
        (answer,) = counter.record(every_text(evil)[0])
        if not names_somebody(evil):
            assert answer["error"] == "words_missing"
            continue
        assert not steering(counter.paper("receipt", answer["number"], out=tmp_path / "receipt.pdf"))
        assert not steering(counter.run("register", "search", evil).said)
    assert not steering(
        counter.paper("daily-log", "--date", counter.entries()[-1]["day"], out=tmp_path / "log.pdf")
    )
    # No name became a path: beside the workstation lies what was asked for.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["A1", "log.pdf", "receipt.pdf"]


def steering(said: str) -> list[str]:
    """What would move a terminal's cursor or turn a line round."""
    return [letter for letter in said if letter in "\x00\x07\x0b\x1b\x9b\u200f\u202e\u2066\u2067"]


def test_what_looks_like_a_command_of_the_database_finds_and_changes_nothing(counter: Counter) -> None:
    before = counter.entries()
    for evil in EVIL:
        answer = counter.run("journal", "show", "--chain", evil)
        assert answer.status == 2
        said = counter.run("document", "receipt", evil, "--out", str(counter.data.parent / "none.pdf"))
        assert said.status in (1, 2, 3), said
    assert counter.entries() == before
    assert not (counter.data.parent / "none.pdf").exists()


def test_a_folder_whose_names_are_paths_or_commands_is_taken_for_what_it_is(
    counter: Counter, tmp_path: Path
) -> None:
    office = tmp_path / "share" / "EX-CCAS"
    for name in ("A2;rm -rf", "A2\x1b[2J", "\u202eA2", "-n", "A2'--"):
        place = office / name
        place.mkdir(parents=True)
        (place / "000000001-000000001.range").write_bytes(b'{"content":"x"}\n')
        (place / "suspects.list").write_bytes(json.dumps({"statement": name, "signature": name}).encode())
    answer: Answer = counter.write("exchange", "--folder", str(tmp_path / "share"))
    assert answer.status == 1
    assert "\x1b" not in answer.said
    assert "\u202e" not in answer.said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["A1", "share"]


def test_every_attack_of_the_list_names_a_test_that_is_there() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    table = page.partition("## Attacks, tried")[2].partition("\n## ")[0]
    named = {
        word
        for line in table.splitlines()
        if line.startswith("|")
        for word in line.split("`")
        if "::" in word
    }
    assert len(named) >= 15
    for place in named:
        file, _, test = place.partition("::")
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), place
