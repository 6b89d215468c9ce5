"""A restored workstation: a new epoch with everything the copy had, that spends and sends nothing unasked."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from counter_app.bootstrap import open_workstation
from counter_app.domain.delivery import UnitState
from counter_app.domain.errors import AppError
from counter_app.exchange.mirror_folder import copies_at, noted_epochs
from counter_app.journal import store
from counter_app.journal.sidecar import NAME as SIDECAR
from counter_app.keys.keyring import Keyring, open_keys
from counter_app.projections.budget import slices
from counter_app.service.drafts import drafts_of, save_draft
from counter_app.service.end_in_doubt import accept_end
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.mirror.media import add_medium
from counter_app.service.mirror.now import copy_now
from counter_app.service.papers.receipts import receipt_code
from counter_app.service.papers.sent import save_receipt
from counter_app.service.readiness import examine
from counter_app.service.receipts import Standing, check_receipt
from counter_app.service.restoring.epoch import Restore, Restored, restore
from counter_app.service.telephone import take_key
from counter_app.storage.database import open_database, translated
from counter_app.text import Text
from tests.unit.counters import AGENT, IT, PASSPHRASE, SUPERVISOR, Desk


def opener(folder: Path, name: str) -> Keyring:
    return open_keys(folder, PASSPHRASE, name)


def asked(data: Path, *sources: Path) -> Restore:
    return Restore(tuple(sources), data, opener, IT)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    place = tmp_path / "stick"
    place.mkdir()
    return place


@pytest.fixture
def copied(open_desk: Callable[..., Desk], stick: Path) -> Desk:
    """A counter with two grants, one of them paid, all of it on the stick; its own thread copies no further."""
    desk = open_desk()
    desk.workstation.at_close.pop()()
    desk.fill_drawer()
    desk.grant(payment={"means": "cash", "payer": "abakari"})
    desk.grant()
    add_medium(desk.workstation, stick)
    copy_now(desk.workstation)
    return desk


@pytest.fixture
def restored(copied: Desk, stick: Path, tmp_path: Path) -> Iterator[tuple[Restored, Desk]]:
    """The same counter on another machine, from the stick alone."""
    found = restore(asked(tmp_path / "new", stick), copied.clock)
    desk = Desk(tmp_path / "new")
    desk.workstation.at_close.pop()()
    yield found, desk
    desk.close()


def failure(call: Callable[[], object]) -> AppError:
    with pytest.raises(AppError) as caught:
        call()
    return caught.value


def test_the_new_epoch_holds_every_entry_of_the_copy_and_verifies(
    copied: Desk, restored: tuple[Restored, Desk]
) -> None:
    found, desk = restored
    assert (found.chain, found.before, found.entries) == ("A1b", "A1", copied.seq)
    assert [(e.hash, e.private_bytes) for e in desk.entries("A1")] == [
        (e.hash, e.private_bytes) for e in copied.entries()
    ]
    assert desk.findings() == []
    assert found.findings == []
    kinds = [entry.kind for entry in desk.entries()]
    assert kinds[:3] == ["journal_opened", "configuration_adopted", "epoch_opened"]
    assert set(kinds[3:]) == {"delivery_presumed"}


def test_it_signs_with_a_key_of_its_own_and_numbers_anew(
    restored: tuple[Restored, Desk], copied: Desk
) -> None:
    _, desk = restored
    assert desk.workstation.keyring.public_key != copied.workstation.keyring.public_key
    desk.do("carry_slice", approver=SUPERVISOR, cents=5000)
    assert desk.do("record_request", person={"surname": "Neu"}, aid="FR-SECURG").number == "A1b-0001"


def test_it_says_from_which_number_on_receipts_may_be_lost(copied: Desk, stick: Path, tmp_path: Path) -> None:
    copied.grant()
    found = restore(asked(tmp_path / "new", stick), copied.clock)
    numbers = [entry.facts["number"] for entry in copied.entries() if "number" in entry.facts]
    assert found.last_number == numbers[-2]
    assert found.first_missing == numbers[-1]
    assert found.unpaid == 1


def test_it_may_grant_nothing_until_a_supervisor_carries_the_slice_over(
    restored: tuple[Restored, Desk],
) -> None:
    _, desk = restored
    assert desk.slice().slice_cents == 0
    person = {"surname": "Neu", "given_names": ["A"], "birth_date": "1970-01-01", "identity": "document"}
    fields = {
        "aid": "FR-SECURG",
        "cents": 1000,
        "circumstances": {"evidence": ["interview"]},
        "person": person,
    }
    assert desk.code("grant_aid", **fields) == "over_slice"
    left = slices(desk.tables())["A1"].left_cents
    assert desk.code("carry_slice", approver=SUPERVISOR, cents=left + 1) == "over_slice"
    assert desk.code("carry_slice", approver="yleroux", cents=1000) == "not_allowed"
    desk.do("carry_slice", approver=SUPERVISOR, cents=left)
    both = slices(desk.tables())
    assert (both["A1"].left_cents, both["A1b"].slice_cents) == (0, left)
    desk.id("grant_aid", **fields)
    assert desk.findings() == []


def test_what_waited_may_have_been_sent_and_is_the_new_epochs_to_ask_about(
    copied: Desk, restored: tuple[Restored, Desk]
) -> None:
    found, desk = restored
    units = desk.units()
    assert {unit.state for unit in copied.units()} == {UnitState.WAITING}
    assert [(unit.chain, unit.state) for unit in units] == [("A1", UnitState.UNKNOWN)] * len(copied.units())
    assert found.unknown == len(units) > 0


def test_what_an_epoch_before_recorded_is_not_recorded_again(
    copied: Desk, stick: Path, tmp_path: Path
) -> None:
    fields = {"cents": 700, "document": "BX 13", "entry_id": "0f0e0d0c-0b0a-4908-8706-050403020100"}
    copied.do("replenish_cash", **fields)
    copy_now(copied.workstation)
    restore(asked(tmp_path / "new", stick), copied.clock)
    desk = Desk(tmp_path / "new")
    try:
        outcome = desk.do("replenish_cash", **fields)
        assert (outcome.already, outcome.entry.chain) == (True, "A1")
        assert desk.code("replenish_cash", **(fields | {"cents": 800})) == "entry_id_reused"
    finally:
        desk.close()


def test_a_second_restore_from_the_same_stick_opens_a_third_epoch(
    copied: Desk, restored: tuple[Restored, Desk], stick: Path, tmp_path: Path
) -> None:
    (copy,) = copies_at(stick)
    assert noted_epochs(copy) == ["A1b"]
    assert restored[0].earlier == ()
    third = restore(asked(tmp_path / "third", stick), copied.clock)
    assert (third.chain, third.earlier) == ("A1c", ("A1b",))


def test_a_receipt_of_the_epoch_before_is_printed_again_as_a_duplicate_that_verifies(
    copied: Desk, restored: tuple[Restored, Desk], open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    _, desk = restored
    (first, *_) = (entry for entry in desk.entries("A1") if entry.kind == "aid_granted")
    paper = save_receipt(desk.workstation, first.facts["number"], Text("fr"))
    assert (paper.number, paper.is_duplicate) == ("A1-0002", True)
    with pypdfium2.PdfDocument(paper.pdf) as document:
        assert "DUPLICATA" in document[0].get_textpage().get_text_range()
    code = receipt_code(desk.workstation, first)
    assert check_receipt(desk.workstation, code).standing is Standing.IN_JOURNAL
    other = open_desk("A2")
    (tmp_path / "share").mkdir()
    for one in (copied, desk, other):
        exchange_by_folder(one.workstation, tmp_path / "share")
    checked = check_receipt(other.workstation, code)
    assert (checked.claims.receipt_number, checked.standing) == ("A1-0002", Standing.IN_JOURNAL)
    assert failure(lambda: save_receipt(other.workstation, "A1-0002", Text("fr"))).code == "unknown_number"


def test_a_key_for_the_telephone_comes_along_and_what_was_being_typed_does_not(
    copied: Desk, stick: Path, tmp_path: Path
) -> None:
    take_key(copied.workstation, SUPERVISOR, b"k" * 32, IT)
    save_draft(copied.workstation, "one", AGENT, {"aid": "FR-SECURG"})
    copy_now(copied.workstation)
    restore(asked(tmp_path / "new", stick), copied.clock)
    desk = Desk(tmp_path / "new")
    with desk.workstation.reading() as connection:
        assert connection.execute("SELECT person FROM phone_key").fetchall() == [(SUPERVISOR,)]
    assert drafts_of(desk.workstation, AGENT) == []
    desk.close()


def test_an_epoch_after_an_epoch_keeps_everything_and_every_custody(
    restored: tuple[Restored, Desk], stick: Path, tmp_path: Path
) -> None:
    _, desk = restored
    desk.do("record_request", person={"surname": "Neu"}, aid="FR-SECURG")
    add_medium(desk.workstation, stick)
    copy_now(desk.workstation)
    found = restore(asked(tmp_path / "third", stick), desk.clock)
    assert (found.chain, found.before, found.earlier) == ("A1c", "A1b", ())
    third = Desk(tmp_path / "third")
    try:
        assert {unit.chain for unit in third.units()} == {"A1", "A1b"}
        assert {unit.state for unit in third.units()} == {UnitState.UNKNOWN}
        assert third.findings() == []
    finally:
        third.close()


def test_two_copies_of_different_age_give_the_longer_history(
    copied: Desk, stick: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    add_medium(copied.workstation, other)
    stick.rename(tmp_path / "drawer")
    copied.grant()
    copy_now(copied.workstation)
    found = restore(asked(tmp_path / "new", tmp_path / "drawer", other), copied.clock)
    assert found.entries == copied.seq
    assert found.findings == []


def test_from_a_folder_what_can_be_proved_is_taken_and_the_rest_is_named(
    copied: Desk, tmp_path: Path
) -> None:
    seq = copied.seq
    copied.close()
    journal = (copied.data / "journal.db").read_bytes()
    (copied.data / SIDECAR).unlink()
    found = restore(asked(copied.data, copied.data), copied.clock)
    assert found.chain == "A1b"
    assert found.entries == seq
    assert found.known_lost is None
    assert found.aside is not None
    assert found.aside.parent == copied.data
    assert (found.aside / "journal.db").read_bytes() == journal
    desk = Desk(copied.data)
    try:
        assert desk.findings() == []
    finally:
        desk.close()


def reads(data: Path, key: bytes, most: int) -> bool:
    """Whether the first entries of a journal can be read."""
    try:
        with translated(data), closing(open_database(data / "journal.db", key).conn) as connection:
            return bool(store.arrivals(connection, 0, most))
    except AppError:
        return False


def test_a_damaged_journal_gives_what_still_proves_itself(copied: Desk, tmp_path: Path) -> None:
    for _ in range(60):
        copied.do("replenish_cash", cents=100, document="BX 16")
    seq, key = copied.seq, copied.workstation.keyring.database
    copied.close()
    data = tmp_path / "damaged"
    shutil.copytree(copied.data, data)
    whole = (data / "journal.db").read_bytes()
    # A page with some of the entries, and not the first of them.
    for at in range(20 * 2048, len(whole), 2048):
        (data / "journal.db").write_bytes(whole[:at] + bytes(64) + whole[at + 64 :])
        if reads(data, key, 5) and not reads(data, key, 100):
            break
    found = restore(asked(data, data), copied.clock)
    assert 0 < found.entries < seq
    assert found.known_lost == seq - found.entries
    assert [finding.code for finding in found.findings] == ["journal_unreadable"]
    desk = Desk(data)
    try:
        assert desk.findings() == []
    finally:
        desk.close()


def test_an_end_that_was_lost_is_counted(copied: Desk, tmp_path: Path) -> None:
    copied.close()
    older = tmp_path / "older"
    shutil.copytree(copied.data, older)
    copied.workstation = copied.reopen()
    before = copied.seq
    copied.do("replenish_cash", cents=100, document="BX 17")
    copied.do("replenish_cash", cents=100, document="BX 18")
    copied.close()
    shutil.copyfile(copied.data / SIDECAR, older / SIDECAR)
    assert failure(lambda: open_workstation(older, PASSPHRASE, write=True)).code == "tail_lost"
    found = restore(asked(older, older), copied.clock)
    assert (found.entries, found.known_lost) == (before, 2)


def test_a_workstation_that_is_whole_is_not_put_aside_unasked(
    copied: Desk, stick: Path, tmp_path: Path
) -> None:
    copied.close()
    before = {file.name: file.read_bytes() for file in copied.data.iterdir() if file.suffix == ".toml"}
    assert failure(lambda: restore(asked(copied.data, stick), copied.clock)).code == "restore_over_healthy"
    assert before == {f.name: f.read_bytes() for f in copied.data.iterdir() if f.suffix == ".toml"}
    assert not (copied.data / "restoring").exists()
    found = restore(replace(asked(copied.data, stick), over=True), copied.clock)
    assert found.aside is not None
    assert (found.aside / "keys.toml").exists()


def test_a_folder_that_holds_nothing_or_several_workstations_is_named(
    copied: Desk, open_desk: Callable[..., Desk], stick: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert failure(lambda: restore(asked(tmp_path / "new", empty), copied.clock)).code == "restore_nothing"
    other = open_desk("A2")
    add_medium(other.workstation, stick)
    copy_now(other.workstation)
    copied.close()
    assert failure(lambda: restore(asked(tmp_path / "new", stick), copied.clock)).code == "restore_several"
    found = restore(
        asked(tmp_path / "new", next(c for c in copies_at(stick) if c.name[:2] == "A1")), copied.clock
    )
    assert found.chain == "A1b"


def test_a_configuration_that_nobody_adopted_is_not_taken_from_a_medium(
    copied: Desk, stick: Path, tmp_path: Path
) -> None:
    (file,) = stick.rglob("office.toml")
    file.write_bytes(file.read_bytes().replace(b"cash_max_cents = ", b"cash_max_cents = 9"))
    assert (
        failure(lambda: restore(asked(tmp_path / "new", stick), copied.clock)).code == "configuration_changed"
    )
    assert not (tmp_path / "new" / "keys.toml").exists()


def test_other_counters_take_the_new_epoch_on_the_word_of_the_one_before(
    copied: Desk, restored: tuple[Restored, Desk], open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    _, desk = restored
    share, peer = tmp_path / "share", open_desk("A2")
    share.mkdir()
    exchange_by_folder(copied.workstation, share)
    exchange_by_folder(desk.workstation, share)
    done = exchange_by_folder(peer.workstation, share)
    assert done.refused == []
    assert set(done.taken) == {"A1", "A1b"}
    assert peer.findings() == []


def test_entries_that_others_had_heard_come_back_for_a_person_to_decide(
    copied: Desk, restored: tuple[Restored, Desk], tmp_path: Path
) -> None:
    _, desk = restored
    share = tmp_path / "share"
    share.mkdir()
    lost = copied.grant(2500)
    exchange_by_folder(copied.workstation, share)
    assert exchange_by_folder(desk.workstation, share).taken == {"A1": 1}
    assert {unit.state for unit in desk.units(lost)} == {UnitState.SET_ASIDE}
    assert desk.findings() == []


def test_a_machine_that_turns_up_again_stops_once_it_hears_of_its_successor(
    copied: Desk, restored: tuple[Restored, Desk], tmp_path: Path
) -> None:
    _, desk = restored
    share = tmp_path / "share"
    share.mkdir()
    exchange_by_folder(desk.workstation, share)
    exchange_by_folder(copied.workstation, share)
    assert copied.code("replenish_cash", cents=100, document="BX 15") == "epoch_succeeded"
    assert copied.units() == []
    (journal,) = [check for check in examine(copied.workstation) if check.name == "journal"]
    assert (journal.state, journal.params) == ("failed", {"successor": "A1b"})


def test_a_missing_sidecar_is_answered_for_by_a_person(copied: Desk, stick: Path) -> None:
    before = copied.seq
    copied.close()
    (copied.data / SIDECAR).unlink()
    assert failure(lambda: open_workstation(copied.data, PASSPHRASE, write=True)).code == "sidecar_missing"
    workstation = open_workstation(copied.data, PASSPHRASE, write=True, trust_end=True, clock=copied.clock)
    try:
        seq = accept_end(workstation, IT, "the disk was checked")
        assert seq == before
        assert failure(lambda: accept_end(workstation, IT, "again")).code == "end_not_in_doubt"
    finally:
        workstation.close()
    copied.workstation = copied.reopen()
    assert copied.entries()[-1].kind == "end_accepted"
    assert copied.entries()[-1].facts["copies_compared"] == 1
    assert copied.findings() == []


def test_nobody_answers_for_an_end_that_a_copy_shows_to_be_lost(
    copied: Desk, stick: Path, tmp_path: Path
) -> None:
    copied.close()
    older = tmp_path / "older"
    shutil.copytree(copied.data, older)
    copied.workstation = copied.reopen()
    copied.grant()
    copied.workstation.at_close.pop()()
    copy_now(copied.workstation)
    (older / SIDECAR).unlink()
    workstation = open_workstation(older, PASSPHRASE, write=True, trust_end=True, clock=copied.clock)
    try:
        assert failure(lambda: accept_end(workstation, IT, "surely")).code == "end_is_lost"
    finally:
        workstation.close()
