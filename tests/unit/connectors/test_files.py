"""What the folder connector leaves in a folder, and what it reads there."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
import threading
from pathlib import Path

import pytest

from counter_app.connectors import files
from counter_app.connectors.files import FolderConnector
from counter_app.sync.port import Cause, Message, Outcome, UnitReply

TWO = [Message("k1", '{ "name":"Ébène",  "cents":1.0 }'.encode()), Message("k2", b'{"cents":2}')]
NAME = "aid-A1-a1.jsonl"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "IN" / "done").mkdir(parents=True)
    (tmp_path / "ACK").mkdir()
    return tmp_path


@pytest.fixture
def connector(folder: Path) -> FolderConnector:
    return FolderConnector(folder, "aid", "A1")


def acknowledge(
    folder: Path, *lines: dict[str, object] | bytes, name: str = "aid-A1-a1", at: int = 0
) -> Path:
    path = folder / "ACK" / f"{name}.ack.jsonl"
    path.write_bytes(
        b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    )
    if at:
        os.utime(path, (at, at))
    return path


def left_in(folder: Path) -> set[str]:
    return {path.name for path in (folder / "IN").iterdir()} - {"done"}


def outcomes(reply: files.Reply) -> list[Outcome]:
    return [unit.outcome for unit in reply.units]


# --- depositing


def test_a_deposit_is_one_file_with_a_checked_head_and_the_bodies_byte_for_byte(folder, connector):
    assert connector.send("a1", TWO).units == (
        UnitReply("k1", Outcome.RECEIVED),
        UnitReply("k2", Outcome.RECEIVED),
    )
    assert left_in(folder) == {NAME}
    head, lines = (folder / "IN" / NAME).read_bytes().split(b"\n", 1)
    assert lines == b'{"key":"k1","body":' + TWO[0].body + b'}\n{"key":"k2","body":' + TWO[1].body + b"}\n"
    assert json.loads(head) == {
        "attempt": "a1",
        "service": "aid",
        "counter": "A1",
        "count": 2,
        "sha256": hashlib.sha256(lines).hexdigest(),
    }


@pytest.mark.parametrize("place", ["IN", "IN/done"])
def test_the_same_attempt_deposited_again_is_received_and_stands_once(folder, connector, place):
    connector.send("a1", TWO)
    (folder / "IN" / NAME).rename(folder / place / NAME)
    assert outcomes(connector.send("a1", TWO)) == [Outcome.RECEIVED] * 2
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [NAME]


@pytest.mark.parametrize("place", ["IN", "IN/done"])
def test_other_bytes_under_the_name_of_the_attempt_are_never_overwritten(folder, connector, place):
    (folder / place / NAME).write_bytes(b"other")
    reply = connector.send("a1", TWO)
    assert outcomes(reply) == [Outcome.UNKNOWN] * 2
    assert reply.cause is Cause.FOLDER
    assert (folder / place / NAME).read_bytes() == b"other"


def test_a_part_left_by_a_crash_does_not_stop_the_attempt(folder, connector):
    (folder / "IN" / f".{NAME}.part").write_bytes(b'{"half')
    assert outcomes(connector.send("a1", TWO)) == [Outcome.RECEIVED] * 2
    assert left_in(folder) == {NAME}


def test_a_crash_between_the_two_names_is_repaired_by_the_same_attempt(folder, connector):
    connector.send("a1", TWO)
    (folder / "IN" / f".{NAME}.part").write_bytes((folder / "IN" / NAME).read_bytes())
    assert outcomes(connector.send("a1", TWO)) == [Outcome.RECEIVED] * 2
    assert left_in(folder) == {NAME}


@pytest.mark.parametrize("missing", ["IN", ""])
def test_a_missing_folder_proves_that_nothing_was_sent(tmp_path, missing):
    reply = FolderConnector(tmp_path / missing, "aid", "A1").send("a1", TWO)
    assert outcomes(reply) == [Outcome.NOT_SENT] * 2
    assert reply.cause is Cause.FOLDER


def test_folders_are_found_in_whatever_case_the_centre_made_them(tmp_path):
    (tmp_path / "In" / "done").mkdir(parents=True)
    (tmp_path / "ack").mkdir()
    connector = FolderConnector(tmp_path, "aid", "A1")
    assert outcomes(connector.send("a1", TWO)) == [Outcome.RECEIVED] * 2
    assert (tmp_path / "In" / NAME).exists()
    (tmp_path / "ack" / "aid-A1-a1.ack.jsonl").write_bytes(b'{"key":"k1","status":"accepted"}')
    assert outcomes(connector.ask(TWO)) == [Outcome.ACCEPTED, Outcome.RECEIVED]


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_proves_that_nothing_was_sent_and_leaves_no_part(folder, connector, monkeypatch):
    monkeypatch.setattr(os, "fsync", full_disk)
    reply = connector.send("a1", TWO)
    assert outcomes(reply) == [Outcome.NOT_SENT] * 2
    assert reply.cause is Cause.FOLDER
    assert left_in(folder) == set()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_device_that_is_full_proves_that_nothing_was_sent(folder, connector, monkeypatch):
    real = Path.open

    def on_a_full_device(path: Path, *mode: str, **more: str) -> object:
        return real(Path("/dev/full"), "wb") if path.suffix == ".part" else real(path, *mode, **more)

    monkeypatch.setattr(Path, "open", on_a_full_device)
    assert outcomes(connector.send("a1", TWO)) == [Outcome.NOT_SENT] * 2
    assert left_in(folder) == set()


def test_a_rename_that_fails_proves_that_nothing_was_sent_and_leaves_no_part(folder, connector, monkeypatch):
    monkeypatch.setattr(files, "publish", full_disk)
    assert outcomes(connector.send("a1", TWO)) == [Outcome.NOT_SENT] * 2
    assert left_in(folder) == set()


def test_a_rename_that_was_done_but_reported_as_failed_is_a_deposit(folder, connector, monkeypatch):
    def lose_the_answer(part: Path, final: Path) -> None:
        part.rename(final)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(files, "publish", lose_the_answer)
    assert outcomes(connector.send("a1", TWO)) == [Outcome.RECEIVED] * 2


def test_a_part_that_vanished_without_a_deposit_leaves_everything_unknown(folder, connector, monkeypatch):
    def lose_the_file(part: Path, final: Path) -> None:
        part.unlink()
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(files, "publish", lose_the_file)
    assert outcomes(connector.send("a1", TWO)) == [Outcome.UNKNOWN] * 2


def without_links(*_: object) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize("links", [True, False])
def test_a_taken_name_is_refused_with_and_without_hard_links(tmp_path, monkeypatch, links):
    if not links:
        monkeypatch.setattr(os, "link", without_links)
    part, final = tmp_path / "part", tmp_path / "final"
    part.write_bytes(b"first")
    files.publish(part, final)
    assert (final.read_bytes(), part.exists()) == (b"first", False)
    part.write_bytes(b"second")
    with pytest.raises(FileExistsError):
        files.publish(part, final)
    assert final.read_bytes() == b"first"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a named pipe in the file system")
def test_a_folder_that_hangs_does_not_outlast_the_deadline(folder):
    os.mkfifo(folder / "IN" / NAME)  # whoever opens it waits for a writer
    connector = FolderConnector(folder, "aid", "A1", deadline_s=0.2)
    assert outcomes(connector.send("a1", TWO)) == [Outcome.UNKNOWN] * 2
    assert outcomes(connector.send("a2", TWO)) == [Outcome.NOT_SENT] * 2
    assert outcomes(connector.ask(TWO)) == [Outcome.UNKNOWN] * 2
    with (folder / "IN" / NAME).open("wb"):
        pass
    (folder / "IN" / NAME).unlink()
    answered = threading.Event()
    while connector.send("a3", TWO).units[0].outcome is not Outcome.RECEIVED:
        answered.wait(0.01)
    assert left_in(folder) == {"aid-A1-a3.jsonl"}


def test_a_body_that_does_not_fit_on_one_line_is_our_own_mistake(connector):
    with pytest.raises(ValueError, match="line break"):
        connector.send("a1", [Message("k1", b'{"a":\n1}')])


def test_names_that_are_no_file_names_stay_within_the_folder(folder):
    FolderConnector(folder, "aid/../é", "A1").send("a:1", TWO)
    assert left_in(folder) == {"aid%2F..%2F%C3%A9-A1-a%3A1.jsonl"}
    assert outcomes(FolderConnector(folder, "aid/../é", "A1").ask(TWO)) == [Outcome.RECEIVED] * 2


# --- asking


def test_answers_are_found_in_acknowledgements_key_by_key(folder, connector):
    acknowledge(
        folder,
        {"key": "k2", "status": "rejected", "reason": "aid_closed", "words": "Dispositif clos"},
        {"key": "k1", "status": "accepted", "number": "CC-1", "record": {"key": "k2", "cents": 1}},
    )
    assert connector.ask([*TWO, Message("k3", b"{}")]).units == (
        UnitReply("k1", Outcome.ACCEPTED, "CC-1", {"key": "k2", "cents": 1}),
        UnitReply("k2", Outcome.REJECTED, reason="aid_closed", words="Dispositif clos"),
        UnitReply("k3", Outcome.UNKNOWN),
    )


@pytest.mark.parametrize("place", ["IN", "IN/done"])
def test_a_deposit_without_an_answer_is_received(folder, connector, place):
    connector.send("a1", TWO)
    (folder / "IN" / NAME).rename(folder / place / NAME)
    assert outcomes(connector.ask(TWO)) == [Outcome.RECEIVED] * 2
    assert outcomes(FolderConnector(folder, "aid", "B2").ask(TWO)) == [Outcome.RECEIVED] * 2
    assert outcomes(FolderConnector(folder, "tax", "A1").ask(TWO)) == [Outcome.UNKNOWN] * 2


def test_a_deposit_that_the_centre_moves_away_is_still_received(folder, connector):
    connector.send("a1", TWO)
    assert outcomes(connector.ask(TWO)) == [Outcome.RECEIVED] * 2
    (folder / "IN" / NAME).rename(folder / "IN" / "done" / NAME)
    assert outcomes(connector.ask(TWO)) == [Outcome.RECEIVED] * 2


def test_a_key_that_only_stands_within_a_body_was_not_deposited(folder, connector):
    connector.send("a1", [Message("k1", b'{"key":"k2","refers_to":{"key":"k3"}}')])
    assert outcomes(connector.ask([*TWO, Message("k3", b"{}")])) == [
        Outcome.RECEIVED,
        Outcome.UNKNOWN,
        Outcome.UNKNOWN,
    ]


def test_what_is_nowhere_is_unknown_and_never_absent(connector):
    assert outcomes(connector.ask(TWO)) == [Outcome.UNKNOWN] * 2
    assert not connector.proves_absence


def test_a_deposit_that_was_taken_away_is_unknown_again(folder, connector):
    connector.send("a1", TWO)
    assert outcomes(connector.ask(TWO)) == [Outcome.RECEIVED] * 2
    (folder / "IN" / NAME).unlink()
    assert outcomes(connector.ask(TWO)) == [Outcome.UNKNOWN] * 2


def test_half_a_line_is_passed_over_until_it_is_whole(folder, connector):
    connector.send("a1", TWO)
    whole = json.dumps({"key": "k2", "status": "accepted", "number": "CC-2"}).encode()
    acknowledge(folder, {"key": "k1", "status": "accepted"}, whole[:-7])
    assert outcomes(connector.ask(TWO)) == [Outcome.ACCEPTED, Outcome.RECEIVED]
    acknowledge(folder, {"key": "k1", "status": "accepted"}, b"\xff\n", b"[]\n", whole)
    assert outcomes(connector.ask(TWO)) == [Outcome.ACCEPTED, Outcome.ACCEPTED]


def test_an_acknowledgement_that_is_replaced_is_read_again(folder, connector):
    acknowledge(folder, {"key": "k1", "status": "received"}, at=1_000)
    assert connector.ask(TWO[:1]).units[0].outcome is Outcome.RECEIVED
    acknowledge(folder, {"key": "k1", "status": "accepted"}, at=2_000)
    assert connector.ask(TWO[:1]).units[0].outcome is Outcome.ACCEPTED


def test_a_business_answer_wins_over_a_technical_one_and_the_newer_over_the_older(folder, connector):
    acknowledge(folder, {"key": "k1", "status": "accepted", "number": "1"}, name="aid-A1-a1", at=1_000)
    acknowledge(folder, {"key": "k1", "status": "accepted", "number": "2"}, name="aid-A1-a2", at=2_000)
    acknowledge(folder, {"key": "k1", "status": "received"}, name="aid-A1-a3", at=3_000)
    assert connector.ask(TWO[:1]).units == (UnitReply("k1", Outcome.ACCEPTED, "2"),)


def test_accepted_in_one_file_and_rejected_in_another_is_a_conflict(folder, connector):
    acknowledge(folder, {"key": "k1", "status": "accepted"}, name="aid-A1-a1")
    acknowledge(folder, {"key": "k1", "status": "rejected"}, name="aid-A1-a2")
    assert connector.ask(TWO[:1]).units == (UnitReply("k1", Outcome.CONFLICT),)


def test_files_that_have_not_changed_are_not_read_again(folder, connector, monkeypatch):
    for number in range(50):
        acknowledge(folder, {"key": f"old{number}", "status": "accepted"}, name=f"aid-A1-{number}")
    connector.ask(TWO)
    read: list[str] = []
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path.name) or real(path))
    acknowledge(folder, {"key": "k1", "status": "accepted"}, name="aid-A1-new")
    assert outcomes(connector.ask(TWO)) == [Outcome.ACCEPTED, Outcome.UNKNOWN]
    assert read == ["aid-A1-new.ack.jsonl"]


def test_an_acknowledgement_that_is_too_long_is_not_read(folder, connector, monkeypatch):
    monkeypatch.setattr("counter_app.connectors.line_index.FILE_MAX", 10)
    acknowledge(folder, {"key": "k1", "status": "accepted"})
    assert outcomes(connector.ask(TWO)) == [Outcome.UNKNOWN] * 2


def test_a_missing_folder_leaves_a_question_unanswered(folder, connector):
    connector.send("a1", TWO)
    (folder / "ACK").rmdir()
    reply = connector.ask(TWO)
    assert outcomes(reply) == [Outcome.UNKNOWN] * 2
    assert reply.cause is Cause.FOLDER


def test_a_missing_inbox_keeps_the_answers_that_are_there(folder, connector):
    acknowledge(folder, {"key": "k1", "status": "accepted"})
    (folder / "IN" / "done").rmdir()
    assert connector.ask(TWO).cause is Cause.NONE
    (folder / "IN").rmdir()
    reply = connector.ask(TWO)
    assert outcomes(reply) == [Outcome.ACCEPTED, Outcome.UNKNOWN]
    assert reply.cause is Cause.FOLDER


# --- probing


@pytest.mark.parametrize("links", [True, False])
def test_a_probe_of_a_sound_folder_finds_it_safe_and_leaves_nothing_behind(
    folder, connector, monkeypatch, links
):
    if not links:
        monkeypatch.setattr(os, "link", without_links)
    probe = connector.check()
    assert (probe.reachable, probe.idempotent, probe.askable) == (True, True, True)
    assert all(finding.ok for finding in probe.findings)
    assert left_in(folder) == set()


def test_a_folder_whose_names_can_be_overwritten_is_found_unsafe(folder, connector, monkeypatch):
    monkeypatch.setattr(files, "publish", os.replace)
    probe = connector.check()
    assert not probe.idempotent
    assert [finding.code for finding in probe.findings if not finding.ok] == ["never_overwrites"]
    assert left_in(folder) == set()


def test_a_probe_names_the_folder_that_is_missing(folder, connector):
    (folder / "ACK").rmdir()
    probe = connector.check()
    assert (probe.reachable, probe.askable) == (True, False)
    assert [finding.code for finding in probe.findings if not finding.ok] == ["ack_folder"]


def test_a_folder_that_cannot_be_written_is_found(folder, connector, monkeypatch):
    monkeypatch.setattr(os, "fsync", full_disk)
    probe = connector.check()
    assert not probe.idempotent
    assert [finding.code for finding in probe.findings if not finding.ok] == ["writable"]
