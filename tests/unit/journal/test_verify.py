"""Verification: every kind of change made behind the program's back is found and named."""

from __future__ import annotations

import json
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from counter_app.bootstrap import open_workstation
from counter_app.domain.errors import AppError, EnvironmentFailed, JournalBroken
from counter_app.journal import store
from counter_app.journal.chain import NO_PRIVATE, entry_hash
from counter_app.journal.codec import canonical, read
from counter_app.journal.sidecar import NAME as SIDECAR
from counter_app.journal.sidecar import Sidecar
from counter_app.journal.verify import head_words, verify_chain, verify_journal
from counter_app.keys.sign import HEAD, sign
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.proof import prove, sign_head
from counter_app.storage.database import Connection, open_database
from tests.unit.counters import PASSPHRASE, Desk, Templates, person


class Intruder:
    """Somebody with the key of a closed workstation, who takes the triggers away first."""

    def __init__(self, desk: Desk) -> None:
        desk.close()
        self.data = desk.data
        self.keyring = desk.workstation.keyring
        self.connection: Connection = open_database(
            self.data / "journal.db", self.keyring.database, write=True
        ).conn
        for (name,) in self.run("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            self.run(f"DROP TRIGGER {name}")
        self.run("PRAGMA foreign_keys = OFF")

    def run(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.connection.execute(statement, values).fetchall()
        return found

    def rewrite(self, change: Callable[[int, dict[str, Any]], None], *, sign_again: bool = True) -> None:
        """Change contents and make every hash, the head, the sidecar and, with the key, the signatures again."""
        previous, entry = bytes(32), None
        signed = {seq for seq, _, _ in store.head_signatures(self.connection, "A1")} if sign_again else set()
        for entry in list(store.entries(self.connection, "A1")):
            value = read(entry.content)
            change(entry.seq, value)
            content = canonical(value)
            previous = entry_hash(previous, content, entry.private_hash)
            self.run(
                "UPDATE entry SET content = ?, hash = ? WHERE chain = 'A1' AND seq = ?",
                (content, previous, entry.seq),
            )
            if entry.seq in signed:
                signature = sign(self.keyring.signing, HEAD, head_words("A1", entry.seq, previous))
                self.run(
                    "UPDATE head_signature SET hash = ?, signature = ? WHERE seq = ?",
                    (previous, signature, entry.seq),
                )
        assert entry is not None
        self.run("UPDATE chain SET hash = ? WHERE name = 'A1'", (previous,))
        sidecar = Sidecar(self.data)
        sidecar.write("A1", entry.seq, previous)
        sidecar.close()

    def findings(self) -> list[str]:
        self.connection.close()
        workstation = open_workstation(self.data, PASSPHRASE)
        try:
            return [finding.code for finding in prove(workstation, full=False).findings]
        finally:
            workstation.close()


@pytest.fixture
def intruder(desk: Desk) -> Intruder:
    """An intruder into a journal of seven entries: two of the set-up, three numbered ones, two others."""
    desk.fill_drawer()
    grant = desk.grant()
    desk.do("pay_grant", grant=grant, payment={"means": "cash", "payer": "abakari"})
    desk.do("record_request", person=person("Okoye"), aid="FR-SECURG", note="comes back on Friday")
    desk.do("close_day", approver="hgarcia", counted={"1000": 496})
    assert [entry.seq for entry in desk.entries()] == [1, 2, 3, 4, 5, 6, 7]
    assert desk.findings() == []
    return Intruder(desk)


def test_an_untouched_journal_has_no_findings(intruder: Intruder) -> None:
    assert intruder.findings() == []


def test_a_changed_amount_breaks_the_chain_and_is_not_read(intruder: Intruder) -> None:
    (content,) = intruder.run("SELECT content FROM entry WHERE seq = 4")[0]
    changed = content.replace(b'"cents":4000', b'"cents":9000')
    assert changed != content
    intruder.run("UPDATE entry SET content = ? WHERE seq = 4", (changed,))
    assert intruder.findings() == ["chain_broken"]


def test_an_entry_that_claims_a_newer_format_is_a_change_and_not_a_newer_program(intruder: Intruder) -> None:
    (content,) = intruder.run("SELECT content FROM entry WHERE seq = 4")[0]
    intruder.run(
        "UPDATE entry SET content = ? WHERE seq = 4", (content.replace(b'"format":1', b'"format":9'),)
    )
    assert intruder.findings() == ["chain_broken"]


def test_a_proved_entry_of_a_newer_format_is_a_newer_program(intruder: Intruder) -> None:
    def newer(seq: int, value: dict[str, Any]) -> None:
        if seq == 7:
            value["header"]["format"] = 2

    intruder.rewrite(newer)
    with pytest.raises(EnvironmentFailed) as caught:
        intruder.findings()
    assert caught.value.code == "journal_newer"


def test_a_deleted_entry_is_a_gap(intruder: Intruder) -> None:
    intruder.run("DELETE FROM entry WHERE seq = 4")
    assert intruder.findings() == ["chain_gap"]


def test_two_entries_that_changed_places_break_the_chain(intruder: Intruder) -> None:
    for was, becomes in ((4, 99), (5, 4), (99, 5)):
        intruder.run("UPDATE entry SET seq = ? WHERE seq = ?", (becomes, was))
    assert intruder.findings() == ["chain_broken"]


def test_a_lost_end_is_seen_by_the_chains_own_head(intruder: Intruder) -> None:
    intruder.run("DELETE FROM entry WHERE seq > 5")
    assert intruder.findings() == ["chain_head", "signed_head_differs", "sidecar_differs"]


def test_a_lost_end_whose_head_was_put_right_is_seen_by_the_sidecar(intruder: Intruder) -> None:
    intruder.run("DELETE FROM entry WHERE seq > 5")
    intruder.run("UPDATE chain SET seq = 5, hash = (SELECT hash FROM entry WHERE seq = 5)")
    assert intruder.findings() == ["signed_head_differs", "tail_lost"]


def test_a_log_that_lost_its_tail_is_seen_by_the_sidecar(desk: Desk, tmp_path: Path) -> None:
    shutil.copytree(desk.data, tmp_path / "earlier", ignore=shutil.ignore_patterns("*.lock"))
    desk.fill_drawer()
    shutil.copy(desk.data / SIDECAR, tmp_path / "earlier")
    workstation = open_workstation(tmp_path / "earlier", PASSPHRASE)
    assert [finding.code for finding in prove(workstation, full=False).findings] == ["tail_lost"]
    workstation.close()


def test_another_last_entry_than_the_remembered_one_is_seen(intruder: Intruder) -> None:
    sidecar = Sidecar(intruder.data)
    sidecar.write("A1", 7, bytes(32))
    sidecar.close()
    assert intruder.findings() == ["sidecar_differs"]


def test_a_sidecar_that_is_behind_is_what_a_crash_leaves(intruder: Intruder) -> None:
    sidecar = Sidecar(intruder.data)
    sidecar.write("A1", 6, intruder.run("SELECT hash FROM entry WHERE seq = 6")[0][0])
    sidecar.close()
    assert intruder.findings() == []


def test_a_sidecar_of_another_chain_is_named(intruder: Intruder) -> None:
    sidecar = Sidecar(intruder.data)
    sidecar.write("A2", 7, bytes(32))
    sidecar.close()
    assert intruder.findings() == ["sidecar_of_other_chain"]


@pytest.mark.parametrize(("content", "code"), [(None, "sidecar_missing"), (b"A1 7", "sidecar_damaged")])
def test_a_sidecar_that_cannot_be_read_is_a_finding(
    intruder: Intruder, content: bytes | None, code: str
) -> None:
    if content is None:
        (intruder.data / SIDECAR).unlink()
    else:
        (intruder.data / SIDECAR).write_bytes(content)
    assert intruder.findings() == [code]


def test_a_changed_private_part_is_found_though_the_chain_holds(intruder: Intruder) -> None:
    intruder.run("UPDATE private SET body = ? WHERE arrival = 6", (b'{"note":"comes back on Monday"}',))
    assert intruder.findings() == ["private_altered"]


def test_a_private_part_that_nobody_ordered_erased_is_missing(intruder: Intruder) -> None:
    intruder.run("DELETE FROM private WHERE arrival = 6")
    assert intruder.findings() == ["private_missing"]


def test_a_private_part_that_was_added_is_found(intruder: Intruder) -> None:
    assert store.at_place(intruder.connection, "A1", 7).private_hash == NO_PRIVATE  # type: ignore[union-attr]
    intruder.run("INSERT INTO private (arrival, salt, body) VALUES (7, ?, x'7b7d')", (bytes(32),))
    assert intruder.findings() == ["private_altered"]


def test_a_private_part_erased_by_order_is_no_finding(intruder: Intruder) -> None:
    intruder.run("INSERT INTO erasure (arrival, ordered_by) VALUES (6, 7)")
    intruder.run("DELETE FROM private WHERE arrival = 6")
    assert intruder.findings() == []


@pytest.mark.parametrize(
    "change",
    [
        {"chain": "A2"},
        {"seq": 8},
        {"entry_id": "00000000-0000-4000-8000-000000000000"},
        {"entry_id": "no id"},
        {"entry_id": 7},
        {"seq": None},
    ],
)
def test_an_entry_that_says_it_stands_elsewhere_is_misplaced(
    intruder: Intruder, change: dict[str, Any]
) -> None:
    intruder.rewrite(lambda seq, value: value["header"].update(change) if seq == 7 else None)
    assert intruder.findings() == ["entry_misplaced"]


@pytest.mark.parametrize("field", ["header", "facts"])
@pytest.mark.parametrize("content", [None, [], "words"])
def test_an_entry_without_its_parts_is_misplaced(intruder: Intruder, field: str, content: Any) -> None:
    intruder.rewrite(lambda seq, value: value.update({field: content}) if seq == 7 else None)
    assert intruder.findings() == ["entry_misplaced"]


@pytest.mark.parametrize(
    ("number", "codes"),
    [
        ("A1-0009", ["number_gap", "number_gap"]),
        ("A1-0001", ["number_gap", "number_gap"]),
        ("A2-0002", ["number_gap"]),
        ("A1-", ["number_gap"]),
        ("A1-" + "9" * 400, ["number_gap"]),
        (17, ["number_gap", "number_gap"]),
    ],
)
def test_a_receipt_number_out_of_order_is_found(intruder: Intruder, number: Any, codes: list[str]) -> None:
    intruder.rewrite(lambda seq, value: value["facts"].update(number=number) if seq == 4 else None)
    assert intruder.findings() == codes


def test_a_left_out_number_is_one_gap_however_many_follow(intruder: Intruder) -> None:
    def one_further(seq: int, value: dict[str, Any]) -> None:
        later = {4: "A1-0003", 6: "A1-0004"}
        if seq in later:
            value["facts"]["number"] = later[seq]

    intruder.rewrite(one_further)
    assert intruder.findings() == ["number_gap"]


# --- anchors: what a rewriting of everything cannot reach


def test_a_signed_head_shows_a_chain_that_was_rewritten_whole(desk: Desk) -> None:
    desk.fill_drawer()
    sign_head(desk.workstation)
    assert desk.findings() == []
    intruder = Intruder(desk)
    intruder.rewrite(
        lambda seq, value: value["facts"].update(document="BX 13") if seq == 3 else None, sign_again=False
    )
    assert intruder.findings() == ["signed_head_differs"]


def test_a_closing_is_signed_with_the_entry_that_it_is(desk: Desk) -> None:
    closing = desk.do("close_day", approver="hgarcia", counted={}).entry
    with desk.workstation.reading() as connection:
        ((seq, hashed, _),) = store.head_signatures(connection, "A1")
    assert (seq, hashed) == (closing.seq, closing.hash)
    assert desk.findings() == []


def test_a_closing_that_a_crash_left_unsigned_is_signed_when_the_workstation_is_next_opened(
    desk: Desk,
) -> None:
    desk.do("close_day", approver="hgarcia", counted={})
    intruder = Intruder(desk)
    intruder.run("DELETE FROM head_signature")
    assert intruder.findings() == []
    workstation = open_workstation(desk.data, PASSPHRASE, write=True)
    with workstation.reading() as connection:
        assert [seq for seq, _, _ in store.head_signatures(connection, "A1")] == [3]
    workstation.close()


def test_an_earlier_closing_whose_signature_was_taken_away_is_found(desk: Desk) -> None:
    desk.do("close_day", approver="hgarcia", counted={})
    desk.do("close_day", approver="hgarcia", counted={})
    intruder = Intruder(desk)
    intruder.run("DELETE FROM head_signature WHERE seq = 3")
    assert intruder.findings() == ["closing_unsigned"]


def test_a_key_that_was_put_in_the_place_of_the_chains_own_is_found(
    desk: Desk, open_desk: Callable[..., Desk]
) -> None:
    other = open_desk("A2").workstation.keyring.public_key
    intruder = Intruder(desk)
    intruder.run("UPDATE chain SET public_key = ? WHERE name = 'A1'", (other,))
    assert intruder.findings() == ["chain_key_differs"]


def test_the_signature_of_another_counters_range_is_kept_and_held_against_its_chain(
    desk: Desk, open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    other = open_desk("A2")
    (tmp_path / "share").mkdir()
    for _ in range(2):
        other.fill_drawer()
        for one in (other, desk):
            exchange_by_folder(one.workstation, tmp_path / "share")
    with desk.workstation.reading() as connection:
        assert [seq for seq, _, _ in store.head_signatures(connection, "A2")] == [4]
    intruder = Intruder(desk)
    intruder.run("UPDATE entry SET hash = zeroblob(32) WHERE chain = 'A2' AND seq = 4")
    intruder.run("UPDATE chain SET hash = zeroblob(32) WHERE name = 'A2'")
    assert intruder.findings() == ["chain_broken", "signed_head_differs"]


def test_a_signature_by_another_key_is_wrong(desk: Desk, open_desk: Callable[..., Desk]) -> None:
    other = open_desk("A2").workstation.keyring.signing
    intruder = Intruder(desk)
    seq, hashed = intruder.run("SELECT seq, hash FROM chain WHERE name = 'A1'")[0]
    signature = sign(other, HEAD, head_words("A1", seq, hashed))
    store.sign_head(intruder.connection, "A1", seq, hashed, signature)
    assert intruder.findings() == ["signature_wrong"]


# --- chains of other counters


def test_a_changed_entry_of_another_counter_is_found_and_its_missing_names_are_not(
    desk: Desk, open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    other = open_desk("A2")
    other.do("record_request", person=person(), aid="FR-SECURG")
    (tmp_path / "share").mkdir()
    for one in (other, desk):
        exchange_by_folder(one.workstation, tmp_path / "share")
    assert [entry.private for entry in desk.entries("A2")] == [None, None, None]
    assert desk.findings() == []
    intruder = Intruder(desk)
    intruder.run("UPDATE entry SET private_hash = zeroblob(32) WHERE chain = 'A2' AND seq = 3")
    assert intruder.findings() == ["chain_broken"]


# --- the file itself


def test_every_sampled_flipped_bit_of_the_file_is_found_or_keeps_it_closed(intruder: Intruder) -> None:
    intruder.run("PRAGMA wal_checkpoint(TRUNCATE)")
    intruder.connection.close()
    file = intruder.data / "journal.db"
    good, draw = file.read_bytes(), random.Random(4)
    codes = set()
    for _ in range(60):
        place = draw.randrange(len(good) * 8)
        flipped = bytearray(good)
        flipped[place // 8] ^= 1 << place % 8
        file.write_bytes(flipped)
        try:
            codes.update(intruder.findings() or ["none"])
        except JournalBroken as error:
            codes.add(error.code)
    assert codes <= {"pages_damaged", "journal_unreadable"}
    assert "pages_damaged" in codes


@pytest.mark.parametrize("length", [0, 1, 15, 16, 100, 4095, 4096, 20_000])
def test_a_cut_file_is_named_broken(intruder: Intruder, length: int) -> None:
    intruder.run("PRAGMA wal_checkpoint(TRUNCATE)")
    intruder.connection.close()
    file = intruder.data / "journal.db"
    file.write_bytes(file.read_bytes()[:length])
    try:
        found = intruder.findings()
    except AppError as error:
        found = [error.code]
    assert found
    assert set(found) <= {"pages_damaged", "journal_unreadable"}


def test_a_difference_in_the_tables_is_found_by_a_full_verification_and_mended_by_a_rebuild(
    desk: Desk,
) -> None:
    desk.fill_drawer()
    intruder = Intruder(desk)
    intruder.run("UPDATE p_ledger SET cents = cents + 1 WHERE account = 'drawer'")
    intruder.run("DELETE FROM p_daybook")
    assert intruder.findings() == []
    workstation = open_workstation(desk.data, PASSPHRASE)
    report = prove(workstation, full=True)
    workstation.close()
    assert [(finding.code, finding.params) for finding in report.findings] == [
        ("projection_differs", {"table": "p_daybook"}),
        ("projection_differs", {"table": "p_ledger"}),
    ]
    rebuilt = open_workstation(desk.data, PASSPHRASE, write=True, rebuild=True)
    assert prove(rebuilt, full=True).findings == []
    rebuilt.close()


# --- beside an open window


@pytest.fixture
def busy(desk: Desk) -> Iterator[Desk]:
    """A desk that records without a pause."""
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            desk.do("replenish_cash", cents=1, document="BX")

    thread = threading.Thread(target=work)
    thread.start()
    yield desk
    stop.set()
    thread.join()


def test_entries_that_are_recorded_meanwhile_are_no_findings(busy: Desk) -> None:
    counted = []
    for _ in range(25):
        report = prove(busy.workstation, full=True)
        assert report.findings == []
        counted.append(report.entries)
    assert counted[-1] > counted[0]


def test_progress_is_told_every_ten_thousand_entries(templates: Templates, tmp_path: Path) -> None:
    desk = Desk(templates.copy("A1", tmp_path / "A1"))
    intruder = Intruder(desk)
    previous, seq = intruder.run("SELECT hash, seq FROM chain")[0]
    intruder.run("BEGIN")
    row = "INSERT INTO entry (chain, seq, entry_id, content, private_hash, hash) VALUES ('A1', ?, ?, ?, ?, ?)"
    for place in range(seq + 1, 10_002):
        content = json.dumps(place).encode()
        previous = entry_hash(previous, content, NO_PRIVATE)
        intruder.run(row, (place, place.to_bytes(16), content, NO_PRIVATE, previous))
    intruder.run("UPDATE chain SET seq = 10001, hash = ?", (previous,))
    intruder.run("COMMIT")
    told: list[int] = []
    report = verify_journal(intruder.connection, intruder.data, lambda *_: True, told.append)
    assert told == [10_000, 10_000], "once for the hashes, once for what the entries say"
    assert report.entries == 10_001
    assert {finding.code for finding in report.findings} == {"entry_misplaced"}
    assert verify_chain(intruder.connection, store.chains(intruder.connection)[0], report) == 10_001
    intruder.connection.close()
