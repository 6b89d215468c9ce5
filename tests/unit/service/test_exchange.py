"""Exchange: facts travel without names, from counters that somebody vouches for; a fork stops everything."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counter_app.domain.catalogue import Counter
from counter_app.domain.errors import AppError, EnvironmentFailed, Refused
from counter_app.exchange.folder import MOST_BYTES, SharedFolder
from counter_app.exchange.ranges import parse_range, range_bytes
from counter_app.journal.chain import entry_hash
from counter_app.journal.codec import canonical, read
from counter_app.journal.entry import Entry
from counter_app.journal.verify import head_words
from counter_app.keys.sign import RANGE, sign
from counter_app.service.exchange import Exchanged, exchange_by_folder
from tests.unit.counters import SUPERVISOR, Desk, person

OFFICE = "EX-CCAS"


@pytest.fixture
def share(tmp_path: Path) -> Path:
    (tmp_path / "share").mkdir()
    return tmp_path / "share"


@pytest.fixture
def other(open_desk: Callable[..., Desk]) -> Desk:
    """Counter A2, which recorded one request."""
    desk = open_desk("A2")
    desk.do("record_request", person=person("Quatremère"), aid="FR-SECURG", note="private")
    return desk


def files(share: Path, chain: str) -> list[Path]:
    return sorted((share / OFFICE / chain).glob("*.range"))


def codes(done: Exchanged) -> list[str]:
    return [error.code for error in done.refused]


def failure(call: Callable[[], Any]) -> AppError:
    with pytest.raises(AppError) as caught:
        call()
    return caught.value


def leave(share: Path, desk: Desk, entries: list[Entry], *, key: Any = None, name: str = "") -> Path:
    """Leave a range of these entries, signed by the desk or by another key."""
    chain, last = entries[0].chain, entries[-1]
    signature = sign(key or desk.workstation.keyring.signing, RANGE, head_words(chain, last.seq, last.hash))
    place = share / OFFICE / (chain if not name else name.partition("/")[0])
    place.mkdir(parents=True, exist_ok=True)
    file = place / (name.partition("/")[2] or f"{entries[0].seq:09d}-{last.seq:09d}.range")
    file.write_bytes(range_bytes(entries, signature))
    return file


def changed(entries: list[Entry], place: int, change: Callable[[dict[str, Any]], None]) -> list[Entry]:
    """The entries with one changed and every hash behind it made again."""
    previous, made = bytes(32), []
    for entry in entries:
        value = read(entry.content)
        if entry.seq == place:
            change(value)
        content = canonical(value)
        previous = entry_hash(previous, content, entry.private_hash)
        header = value["header"]
        made.append(
            Entry(header["chain"], header["seq"], header["entry_id"], content, entry.private_hash, previous)
        )
    return made


# --- giving and taking


def test_each_counter_leaves_what_is_new_and_takes_what_others_left(
    desk: Desk, other: Desk, share: Path
) -> None:
    done = exchange_by_folder(other.workstation, share)
    assert (done.given, done.taken) == (3, {})
    done = exchange_by_folder(desk.workstation, share)
    assert (done.given, done.taken, done.parked, done.refused) == (2, {"A2": 3}, [], [])
    assert [entry.hash for entry in desk.entries("A2")] == [entry.hash for entry in other.entries()]
    other.fill_drawer()
    assert exchange_by_folder(other.workstation, share).taken == {"A1": 2}
    assert exchange_by_folder(desk.workstation, share).taken == {"A2": 1}
    assert exchange_by_folder(desk.workstation, share) == Exchanged()
    assert [file.name for file in files(share, "A2")] == [
        "000000001-000000003.range",
        "000000004-000000004.range",
    ]
    assert desk.findings() == other.findings() == []


def test_no_name_and_no_private_word_lies_in_the_folder(other: Desk, share: Path) -> None:
    exchange_by_folder(other.workstation, share)
    everything = b"".join(file.read_bytes() for file in files(share, "A2"))
    assert b"record" in everything
    for word in ("Quatrem", "private_body", '"note"', "Zo"):
        assert word.encode() not in everything


def test_words_with_other_ends_of_line_travel(desk: Desk, other: Desk, share: Path) -> None:
    other.do("replenish_cash", cents=1, document="one\u2028two\u0085three\u000bfour\r\nfive")
    exchange_by_folder(other.workstation, share)
    assert exchange_by_folder(desk.workstation, share).taken == {"A2": 4}
    assert desk.entries("A2")[-1].facts["document"] == other.entries()[-1].facts["document"]


def test_a_long_chain_is_left_in_several_files(
    desk: Desk, other: Desk, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counter_app.service.exchange._RANGE", 2)
    for _ in range(4):
        other.do("replenish_cash", cents=1, document="BX")
    assert exchange_by_folder(other.workstation, share).given == 7
    assert [file.name[:19] for file in files(share, "A2")] == [
        "000000001-000000002",
        "000000003-000000004",
        "000000005-000000006",
        "000000007-000000007",
    ]
    assert exchange_by_folder(desk.workstation, share).taken == {"A2": 7}


def test_a_release_is_taken_once_it_was_heard_of(desk: Desk, other: Desk, share: Path) -> None:
    release = desk.id("release_slice", approver=SUPERVISOR, to="A2", cents=1000)
    assert other.code("take_slice", release=release) == "unknown_release"
    exchange_by_folder(desk.workstation, share)
    exchange_by_folder(other.workstation, share)
    other.do("take_slice", release=release)
    assert other.slice().slice_cents == 751_000
    assert other.code("take_slice", release=release) == "release_taken"


def test_a_file_that_does_not_join_waits_until_the_ones_before_it_are_there(
    desk: Desk, other: Desk, share: Path, tmp_path: Path
) -> None:
    exchange_by_folder(other.workstation, share)
    other.fill_drawer()
    exchange_by_folder(other.workstation, share)
    first = files(share, "A2")[0]
    away = tmp_path / first.name
    shutil.move(first, away)
    done = exchange_by_folder(desk.workstation, share)
    assert (done.parked, done.taken) == (["000000004-000000004.range"], {})
    shutil.move(away, first)
    assert exchange_by_folder(desk.workstation, share).taken == {"A2": 4}


def test_files_that_overlap_or_repeat_are_taken_once(desk: Desk, other: Desk, share: Path) -> None:
    other.fill_drawer()
    entries = other.entries()
    leave(share, other, entries[:2])
    leave(share, other, entries[:3])
    leave(share, other, entries[1:])
    assert exchange_by_folder(desk.workstation, share).taken == {"A2": 4}
    assert desk.findings() == []


def test_what_is_no_range_is_left_alone(desk: Desk, other: Desk, share: Path) -> None:
    exchange_by_folder(other.workstation, share)
    (share / OFFICE / "A2" / ".abc.part").write_bytes(b"half")
    (share / OFFICE / "A2" / "notes.txt").write_text("hello", encoding="utf-8")
    (share / OFFICE / "readme.txt").write_text("hello", encoding="utf-8")
    (share / OFFICE / "Z9").mkdir()
    assert exchange_by_folder(desk.workstation, share).taken == {"A2": 3}


# --- whom to believe


def test_a_counter_whose_key_nobody_vouches_for_is_refused(desk: Desk, other: Desk, share: Path) -> None:
    stranger = Ed25519PrivateKey.generate()
    public = stranger.public_key().public_bytes_raw().hex()
    entries = changed(other.entries(), 1, lambda value: value["facts"].update(public_key=public))
    leave(share, other, entries, key=stranger)
    done = exchange_by_folder(desk.workstation, share)
    assert codes(done) == ["chain_unknown_key"]
    assert done.refused[0].params == {"chain": "A2", "key": public}
    assert desk.entries("A2") == []


def test_a_key_named_in_the_configuration_needs_no_attestation(desk: Desk, other: Desk, share: Path) -> None:
    entries = changed(other.entries(), 1, lambda value: value["facts"].pop("attestation"))
    leave(share, other, entries)
    assert codes(exchange_by_folder(desk.workstation, share)) == ["chain_unknown_key"]
    named = Counter(id="A2", public_key=other.workstation.keyring.public_key.hex())
    office = desk.workstation.office
    configuration = msgspec.structs.replace(office.configuration, counters=(named,))
    desk.workstation.office = dataclasses.replace(office, configuration=configuration)
    assert exchange_by_folder(desk.workstation, share).taken == {"A2": 3}


def test_a_counter_cannot_speak_under_another_ones_name(desk: Desk, other: Desk, share: Path) -> None:
    entries = other.entries()
    for place in range(1, 4):
        entries = changed(entries, place, lambda value: value["header"].update(chain="A3"))
    leave(share, other, entries)
    done = exchange_by_folder(desk.workstation, share)
    assert codes(done) == ["chain_without_beginning"]
    assert desk.entries("A3") == []


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value["header"].update(kind="day_opened"),
        lambda value: value["facts"].pop("public_key"),
        lambda value: value["facts"].update(public_key="xyz"),
        lambda value: value["facts"].update(public_key=7),
        lambda value: value["facts"].update(epoch=99),
        lambda value: value["facts"].update(epoch="one"),
        lambda value: value["facts"].pop("counter"),
    ],
)
def test_a_chain_that_does_not_begin_as_one_does_is_refused(
    desk: Desk, other: Desk, share: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    leave(share, other, changed(other.entries(), 1, change))
    assert codes(exchange_by_folder(desk.workstation, share)) == ["chain_without_beginning"]


@pytest.mark.parametrize("heard", [False, True])
def test_a_range_signed_by_another_key_is_refused(desk: Desk, other: Desk, share: Path, heard: bool) -> None:
    if heard:
        leave(share, other, other.entries()[:2])
        exchange_by_folder(desk.workstation, share)
    file = leave(share, other, other.entries(), key=Ed25519PrivateKey.generate())
    done = exchange_by_folder(desk.workstation, share)
    assert codes(done) == ["range_signature"]
    assert done.refused[0].params == {"file": file.name, "chain": "A2"}
    assert len(desk.entries("A2")) == (2 if heard else 0)


# --- forks


def test_another_entry_at_a_known_place_is_a_fork(desk: Desk, other: Desk, share: Path) -> None:
    exchange_by_folder(other.workstation, share)
    exchange_by_folder(desk.workstation, share)
    shutil.rmtree(share / OFFICE / "A2")
    twin = changed(other.entries(), 3, lambda value: value["facts"].update(aid="FR-CAP"))
    leave(share, other, twin)
    error = failure(lambda: exchange_by_folder(desk.workstation, share))
    assert (error.code, error.exit_status, error.params) == ("fork", 4, {"chain": "A2", "seq": 3})
    assert [entry.hash for entry in desk.entries("A2")] == [entry.hash for entry in other.entries()]


def test_a_fork_is_seen_when_it_goes_on_behind_a_known_place(desk: Desk, other: Desk, share: Path) -> None:
    exchange_by_folder(other.workstation, share)
    exchange_by_folder(desk.workstation, share)
    other.fill_drawer()
    twin = changed(other.entries(), 3, lambda value: value["facts"].update(aid="FR-CAP"))
    leave(share, other, twin[3:])
    assert failure(lambda: exchange_by_folder(desk.workstation, share)).params == {"chain": "A2", "seq": 4}
    leave(share, other, twin[2:])
    assert failure(lambda: exchange_by_folder(desk.workstation, share)).code == "fork"
    assert len(desk.entries("A2")) == 3
    assert desk.findings() == []


def test_a_journal_older_than_what_it_gave_stops(other: Desk, share: Path, tmp_path: Path) -> None:
    other.close()
    shutil.copytree(other.data, tmp_path / "copy")
    other.reopen()
    other.fill_drawer()
    exchange_by_folder(other.workstation, share)
    restored = Desk(tmp_path / "copy")
    error = failure(lambda: exchange_by_folder(restored.workstation, share))
    assert (error.code, error.params) == ("older_than_given", {"chain": "A2", "seq": 3, "given": 4})
    restored.close()


# --- files that are broken


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"{",
        b"[]",
        b"null\nnull",
        b"\xff\xfe",
        b'{"signature":"x"}',
        b'{"a":1}\n{"signature":"x"}',
        b'{"content":"{}","hash":"","private_hash":""}\n{"signature":"x"}',
        b"[" * 100_000,
        b'{"content":"' + b"[" * 100_000 + b'","hash":"","private_hash":""}\n{"signature":"x"}',
    ],
)
def test_a_file_that_holds_no_range_is_refused(desk: Desk, share: Path, content: bytes) -> None:
    (share / OFFICE / "A2").mkdir(parents=True)
    (share / OFFICE / "A2" / "000000001-000000001.range").write_bytes(content)
    done = exchange_by_folder(desk.workstation, share)
    assert codes(done) == ["range_broken"]
    assert done.refused[0].params["file"] == "000000001-000000001.range"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seq", 1e400),
        ("seq", 2**70),
        ("seq", 0),
        ("seq", True),
        ("seq", "1"),
        ("entry_id", "no id"),
        ("entry_id", 7),
        ("kind", None),
        ("kind", []),
    ],
)
def test_a_range_whose_entries_say_nonsense_is_refused_and_never_a_bug(
    other: Desk, field: str, value: Any
) -> None:
    entries = other.entries()
    whole = range_bytes(entries, "x").split(b"\n")
    row = json.loads(whole[0])
    told = json.loads(row["content"])
    told["header"][field] = value
    row["content"] = json.dumps(told)
    error = failure(lambda: parse_range(json.dumps(row).encode() + b'\n{"signature":"x"}', "file"))
    assert (type(error), error.code) == (Refused, "range_broken")


def test_a_range_is_read_back_as_it_was_written(other: Desk) -> None:
    entries = other.entries()
    part = parse_range(range_bytes(entries, "signature"), "file")
    assert (part.chain, part.first_seq, part.last.seq, part.signature) == ("A2", 1, 3, "signature")
    assert [(e.seq, e.entry_id, e.content, e.hash) for e in part.entries] == [
        (e.seq, e.entry_id, e.content, e.hash) for e in entries
    ]
    assert {entry.private_bytes for entry in part.entries} == {None}


def test_a_changed_left_out_or_swapped_line_is_refused(other: Desk) -> None:
    lines = range_bytes(other.entries(), "x").splitlines(keepends=True)
    swapped = [lines[1], lines[0], *lines[2:]]
    altered = [lines[0], lines[1].replace(b"configuration_adopted", b"configuration_adapted"), *lines[2:]]
    for broken in ([lines[0], *lines[2:]], swapped, altered):
        assert broken != lines
        with pytest.raises(Refused) as caught:
            parse_range(b"".join(broken), "file")
        assert caught.value.code == "range_broken"


@pytest.mark.parametrize("name", ["A3/000000001-000000003.range", "A2/000000001-000000009.range"])
def test_a_file_under_a_name_that_is_not_its_own_is_refused(
    desk: Desk, other: Desk, share: Path, name: str
) -> None:
    leave(share, other, other.entries(), name=name)
    assert codes(exchange_by_folder(desk.workstation, share)) == ["range_broken"]
    assert desk.entries("A2") == []


def test_own_entries_under_another_name_never_grow_the_own_chain(desk: Desk, share: Path) -> None:
    leave(share, desk, desk.entries(), name="A2/000000001-000000002.range")
    assert codes(exchange_by_folder(desk.workstation, share)) == ["range_broken"]


def test_a_file_larger_than_any_honest_one_is_refused_unread(desk: Desk, share: Path) -> None:
    (share / OFFICE / "A2").mkdir(parents=True)
    file = share / OFFICE / "A2" / "000000001-000000001.range"
    with file.open("wb") as large:
        large.truncate(MOST_BYTES + 1)
    assert codes(exchange_by_folder(desk.workstation, share)) == ["range_too_large"]


def test_entries_of_a_newer_program_stop_the_exchange(desk: Desk, other: Desk, share: Path) -> None:
    leave(share, other, changed(other.entries(), 3, lambda value: value["header"].update(format=2)))
    error = failure(lambda: exchange_by_folder(desk.workstation, share))
    assert (type(error), error.code) == (EnvironmentFailed, "journal_newer")
    assert desk.entries("A2") == []


# --- the folder


def test_a_folder_that_is_not_there_is_named(desk: Desk, share: Path) -> None:
    error = failure(lambda: exchange_by_folder(desk.workstation, share / "none"))
    assert (error.code, error.exit_status) == ("exchange_folder", 3)


def test_a_folder_that_cannot_be_written_is_named_and_no_half_file_stays(desk: Desk, share: Path) -> None:
    (share / OFFICE).write_text("a file in the way", encoding="utf-8")
    assert failure(lambda: exchange_by_folder(desk.workstation, share)).code == "disk_failed"


def test_a_range_that_could_not_be_left_whole_is_not_left_at_all(
    share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    folder = SharedFolder(share, OFFICE)
    with pytest.raises(OSError, match="No space"):
        folder.put("A1", 1, 2, b"x")
    assert files(share, "A1") == []
    assert folder.ranges("A1") == []


def test_a_broken_file_stops_its_chain_alone(desk: Desk, other: Desk, open_desk: Any, share: Path) -> None:
    third = open_desk("A3")
    exchange_by_folder(third.workstation, share)
    (share / OFFICE / "A2").mkdir()
    (share / OFFICE / "A2" / "000000001-000000001.range").write_bytes(b"{")
    done = exchange_by_folder(desk.workstation, share)
    assert (codes(done), done.taken) == (["range_broken"], {"A3": 2})


def test_a_proved_entry_that_says_nonsense_stops_its_chain_alone(
    desk: Desk, other: Desk, open_desk: Any, share: Path
) -> None:
    third = open_desk("A3")
    exchange_by_folder(third.workstation, share)

    def without_amount(told: dict[str, Any]) -> None:
        told["header"]["kind"] = "envelope_raised"
        told["facts"] = {}

    leave(share, other, changed(other.entries(), 3, without_amount))
    done = exchange_by_folder(desk.workstation, share)
    assert (codes(done), done.taken) == (["entry_unreadable"], {"A3": 2})
    assert done.refused[0].params == {"chain": "A2", "seq": 3}
    assert desk.findings() == []


def test_who_was_given_nothing_tells_nothing_of_this_counters_messages(
    desk: Desk, other: Desk, open_desk: Any, share: Path
) -> None:
    third = open_desk("A3")
    exchange_by_folder(third.workstation, share)
    mine = desk.id("record_request", person=person("Okoye"), aid="FR-SECURG")

    def meddle(told: dict[str, Any]) -> None:
        told["header"]["kind"] = "delivery_answered"
        answers = [{"entry_id": mine, "part": "main", "fact": "accepted", "number": "N1"}]
        told["facts"] = {
            "service": "aid-file",
            "term": 99,
            "attempt": "x",
            "asked": False,
            "answers": answers,
        }

    leave(share, other, changed(other.entries(), 3, meddle))
    done = exchange_by_folder(desk.workstation, share)
    assert (codes(done), done.taken) == (["told_without_custody"], {"A3": 2})
    assert {unit.state.value for unit in desk.units(mine)} == {"waiting"}
    assert desk.findings() == []


# --- what somebody else put into the folder

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="links need a right and pipes do not exist there")


def test_a_name_that_anybody_could_make_is_no_sign_of_an_older_copy(
    desk: Desk, other: Desk, share: Path
) -> None:
    exchange_by_folder(other.workstation, share)
    (share / OFFICE / "A1").mkdir()
    (share / OFFICE / "A1" / "000000900-999999999.range").write_bytes(b"")
    done = exchange_by_folder(desk.workstation, share)
    assert (done.given, done.taken, codes(done)) == (2, {"A2": 3}, ["range_broken"])
    desk.fill_drawer()
    assert exchange_by_folder(desk.workstation, share).given == 1
    assert exchange_by_folder(other.workstation, share).taken == {"A1": 3}


def test_what_another_key_signed_in_the_own_folder_was_not_given_by_this_counter(
    desk: Desk, other: Desk, share: Path
) -> None:
    leave(share, desk, desk.entries(), key=Ed25519PrivateKey.generate())
    done = exchange_by_folder(desk.workstation, share)
    assert (done.given, codes(done)) == (2, ["range_signature"])
    assert exchange_by_folder(other.workstation, share).taken == {"A1": 2}


def test_a_junk_file_does_not_keep_the_later_files_of_its_chain_away(
    desk: Desk, other: Desk, share: Path
) -> None:
    entries = other.entries()
    leave(share, other, entries[:1])
    leave(share, other, entries[1:])
    for name in ("000000001-000000001", "000000001-000000002", "000000002-000000099"):
        junk = share / OFFICE / "A2" / f"{name}.range"
        if not junk.exists():
            junk.write_bytes(b"{")
    done = exchange_by_folder(desk.workstation, share)
    assert (codes(done), done.taken) == (["range_broken"] * 2, {"A2": 3})


def test_a_junk_file_does_not_hide_a_fork_behind_it(desk: Desk, other: Desk, share: Path) -> None:
    leave(share, other, other.entries())
    exchange_by_folder(desk.workstation, share)
    leave(share, other, changed(other.entries(), 3, lambda value: value["facts"].update(aid="FR-CAP")))
    (share / OFFICE / "A2" / "000000003-000000003.range").write_bytes(b"{")
    assert failure(lambda: exchange_by_folder(desk.workstation, share)).code == "fork"


def test_a_folder_named_like_a_range_is_refused_alone(desk: Desk, other: Desk, share: Path) -> None:
    exchange_by_folder(other.workstation, share)
    (share / OFFICE / "A1" / "000000001-000000002.range").mkdir(parents=True)
    (share / OFFICE / "A1" / "suspects.list").mkdir()
    (share / OFFICE / "A2" / "000000001-000000001.range").mkdir()
    done = exchange_by_folder(desk.workstation, share)
    assert set(codes(done)) <= {"exchange_no_file", "exchange_unreadable"}
    assert [error.params["file"] for error in done.refused] == [
        "000000001-000000002.range",
        "000000001-000000002.range",
        "000000001-000000001.range",
    ]
    assert (done.given, done.taken) == (0, {"A2": 3})


@POSIX
def test_pipes_devices_and_links_are_refused_unread(desk: Desk, other: Desk, share: Path) -> None:
    exchange_by_folder(other.workstation, share)
    place = share / OFFICE / "A2"
    (place / "000000001-000000001.range").symlink_to("/dev/zero")
    os.mkfifo(place / "000000001-000000002.range")
    (place / "000000002-000000003.range").symlink_to(place / "000000001-000000003.range")
    done = exchange_by_folder(desk.workstation, share)
    assert (codes(done), done.taken) == (["exchange_no_file"] * 3, {"A2": 3})


@POSIX
def test_a_linked_folder_is_neither_read_nor_written(
    desk: Desk, other: Desk, share: Path, tmp_path: Path
) -> None:
    exchange_by_folder(other.workstation, share)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for chain in ("A1", "A3"):
        (share / OFFICE / chain).symlink_to(elsewhere, target_is_directory=True)
    done = exchange_by_folder(desk.workstation, share)
    assert (codes(done), done.taken) == (["exchange_link", "exchange_link"], {"A2": 3})
    shutil.rmtree(share / OFFICE)
    (share / OFFICE).symlink_to(elsewhere, target_is_directory=True)
    assert failure(lambda: exchange_by_folder(desk.workstation, share)).code == "exchange_link"
    assert list(elsewhere.iterdir()) == []
