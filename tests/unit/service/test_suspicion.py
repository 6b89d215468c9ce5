"""Suspicion: IT's signed word travels, what comes later is kept apart, and two people release it."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counter_app.domain.catalogue import Counter, Signature
from counter_app.domain.errors import AppError
from counter_app.exchange.ranges import range_bytes
from counter_app.journal import store
from counter_app.journal.chain import entry_hash
from counter_app.journal.codec import canonical, read
from counter_app.journal.entry import Entry
from counter_app.journal.verify import head_words
from counter_app.keys.receipt_code import decode, encode
from counter_app.keys.sign import RANGE, SUSPECT, sign
from counter_app.practice.offices import published_keys
from counter_app.service.exchange import Exchanged, exchange_by_folder
from counter_app.service.export import export_journal
from counter_app.service.papers.receipts import receipt_code
from counter_app.service.proof import prove
from counter_app.service.readiness import examine
from counter_app.service.receipts import Standing, check_receipt
from counter_app.service.session import Session
from counter_app.service.suspicion import Suspect, declare_suspect, list_suspects, release
from tests.unit.counters import AGENT, IT, SUPERVISOR, Desk, person

OFFICE_KEY = published_keys()["office_private_key"]
SINCE = "2026-03-02T07:30:00+01:00"
"""Half an hour before the desks' Monday morning, in another zone than the journal's."""


@pytest.fixture
def share(tmp_path: Path) -> Path:
    (tmp_path / "share").mkdir()
    return tmp_path / "share"


@pytest.fixture
def other(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk("A2")


def code(call: Callable[[], object]) -> str:
    with pytest.raises(AppError) as caught:
        call()
    return caught.value.code


def declare(desk: Desk, chain: str = "A2", since: str = "2026-03-02T08:00:00Z", **changed: object) -> None:
    told = {"reason": "stolen for a night", "agent": IT, "office_key": OFFICE_KEY} | changed
    declare_suspect(desk.workstation, chain, since, **told)  # type: ignore[arg-type]


def exchange(*desks: Desk, share: Path) -> list[Exchanged]:
    return [exchange_by_folder(desk.workstation, share) for desk in desks]


def suspect(desk: Desk) -> Suspect:
    (found,) = list_suspects(desk.workstation)
    return found


@pytest.fixture
def heard(desk: Desk, other: Desk, share: Path) -> tuple[Desk, Desk]:
    """A1 heard three entries of A2, then IT declared A2 suspect there, and A2 recorded two more."""
    other.do("record_request", person=person("Avant"), aid="FR-SECURG")
    exchange(other, desk, share=share)
    desk.clock.jump(60)
    declare(desk, since="2026-03-02T08:00:30Z")
    other.clock.jump(60)
    other.fill_drawer()
    other.do("record_request", person=person("Après"), aid="FR-SECURG")
    return desk, other


def test_what_arrives_later_is_kept_apart_verbatim_and_moves_no_table(
    heard: tuple[Desk, Desk], share: Path
) -> None:
    desk, other = heard
    done = exchange(other, desk, share=share)[1]
    assert (done.taken, done.quarantined, done.refused) == ({}, {"A2": 2}, [])
    assert [entry.seq for entry in desk.entries("A2")] == [1, 2, 3]
    told = suspect(desk)
    assert (told.chain, told.since, told.reason) == ("A2", "2026-03-02T08:00:30.000Z", "stolen for a night")
    assert (told.quarantined, told.last_seq, told.claim_before, told.asked) == (2, 5, 0, ())
    assert desk.tables().rows("SELECT count(*) FROM p_ledger WHERE chain = 'A2'") == [(0,)]
    assert desk.findings() == []
    assert exchange(desk, share=share)[0].quarantined == {}


def test_every_counter_learns_of_it_by_the_exchange_and_checks_it_itself(
    heard: tuple[Desk, Desk], open_desk: Callable[..., Desk], share: Path
) -> None:
    desk, other = heard
    third = open_desk("A3")
    exchange(other, desk, share=share)
    done = exchange_by_folder(third.workstation, share)
    assert (done.suspected, done.taken, done.quarantined) == (["A2"], {"A1": 3}, {"A2": 5})
    assert suspect(third).declared_by == IT
    assert third.findings() == []
    # What it learnt it passes on, in a folder of its own.
    assert (share / "EX-CCAS" / "A3" / "suspects.list").is_file()
    assert exchange_by_folder(third.workstation, share).suspected == []


def test_a_backdated_entry_is_kept_apart_too_and_said_to_claim_an_earlier_time(
    desk: Desk, other: Desk, share: Path
) -> None:
    exchange(other, desk, share=share)
    desk.clock.jump(60)
    declare(desk, since="2026-03-02T08:00:30Z")
    other.fill_drawer()
    exchange(other, desk, share=share)
    assert (suspect(desk).quarantined, suspect(desk).claim_before) == (1, 1)


def test_two_different_people_release_and_the_entries_then_count(
    heard: tuple[Desk, Desk], share: Path
) -> None:
    desk, other = heard
    exchange(other, desk, share=share)
    workstation = desk.workstation
    assert release(workstation, "A2", 5, IT, "looked at the camera") is None
    assert suspect(desk).asked == (IT,)
    assert code(lambda: release(workstation, "A2", 5, IT, "again")) == "second_person_needed"
    assert code(lambda: release(workstation, "A2", 5, AGENT, "me too")) == "not_allowed"
    assert code(lambda: release(workstation, "A2", 6, SUPERVISOR, "more")) == "nothing_quarantined"
    assert code(lambda: release(workstation, "A2", 5, SUPERVISOR, " ")) == "reason_missing"
    assert release(workstation, "A2", 5, SUPERVISOR, "counted the drawer") == 2
    assert [entry.hash for entry in desk.entries("A2")] == [entry.hash for entry in other.entries()]
    assert [entry.kind for entry in desk.entries()[-2:]] == ["journal_release_asked", "journal_released"]
    assert (suspect(desk).quarantined, suspect(desk).released_upto) == (0, 5)
    assert desk.findings() == []
    other.fill_drawer()
    exchange(other, desk, share=share)
    assert suspect(desk).quarantined == 1


def test_a_part_may_be_released_and_the_rest_stays(heard: tuple[Desk, Desk], share: Path) -> None:
    desk, other = heard
    exchange(other, desk, share=share)
    for who in (IT, SUPERVISOR):
        freed = release(desk.workstation, "A2", 4, who, "seen")
    assert freed == 1
    assert len(desk.entries("A2")) == 4
    assert exchange(other, desk, share=share)[1].quarantined == {}
    assert (suspect(desk).quarantined, suspect(desk).last_seq) == (1, 5)


def test_what_a_crash_left_unmoved_is_moved_by_the_next_exchange(
    heard: tuple[Desk, Desk], share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, other = heard
    exchange(other, desk, share=share)
    with monkeypatch.context() as patch:
        patch.setattr("counter_app.service.suspicion.free_released", lambda *_: 0)
        for who in (IT, SUPERVISOR):
            release(desk.workstation, "A2", 5, who, "seen")
    assert len(desk.entries("A2")) == 3
    exchange(desk, share=share)
    assert len(desk.entries("A2")) == 5


# --- receipts


def test_a_later_receipt_of_a_suspect_workstation_verifies_as_suspect(
    heard: tuple[Desk, Desk], share: Path
) -> None:
    desk, other = heard
    before, after = (
        receipt_code(other.workstation, entry)
        for entry in other.entries()
        if entry.kind == "request_recorded"
    )
    checked = check_receipt(desk.workstation, before)
    assert (checked.standing, checked.suspect_since) == (Standing.IN_JOURNAL, "2026-03-02T08:00:30.000Z")
    assert check_receipt(desk.workstation, after).standing is Standing.SUSPECT
    exchange(other, desk, share=share)
    assert check_receipt(desk.workstation, after).standing is Standing.SUSPECT
    for who in (IT, SUPERVISOR):
        release(desk.workstation, "A2", 5, who, "seen")
    assert check_receipt(desk.workstation, after).standing is Standing.IN_JOURNAL


def test_a_receipt_whose_entry_had_arrived_after_the_time_is_suspect_as_well(
    desk: Desk, other: Desk, share: Path
) -> None:
    other.do("record_request", person=person(), aid="FR-SECURG")
    exchange(other, desk, share=share)
    declare(desk, since=SINCE)
    code_of_receipt = receipt_code(other.workstation, other.entries()[-1])
    assert check_receipt(desk.workstation, code_of_receipt).standing is Standing.SUSPECT


def test_the_key_of_a_suspect_workstation_speaks_for_no_other_counter(
    heard: tuple[Desk, Desk],
) -> None:
    desk, other = heard
    claims = decode(receipt_code(other.workstation, other.entries()[-1])).claims
    for chain in ("A1", "A3", "A2b"):
        forged = encode(dataclasses.replace(claims, chain=chain), other.workstation.keyring.signing)
        with pytest.raises(AppError) as caught:
            check_receipt(desk.workstation, forged)
        assert caught.value.code == "receipt_other_counter"


# --- whom to believe


def test_only_it_with_the_offices_key_declares(desk: Desk, other: Desk, share: Path) -> None:
    exchange(other, desk, share=share)
    assert code(lambda: declare(desk, agent=SUPERVISOR)) == "not_allowed"
    assert code(lambda: declare(desk, office_key=bytes(32))) == "office_key_wrong"
    assert code(lambda: declare(desk, office_key=b"")) == "office_key_wrong"
    assert code(lambda: declare(desk, chain="A9")) == "unknown_chain"
    assert code(lambda: declare(desk, since="2026-03-02T09:00:01Z")) == "in_the_future"
    assert code(lambda: declare(desk, since="yesterday")) == "time_malformed"
    assert code(lambda: declare(desk, reason=" ")) == "suspect_reason"
    assert list_suspects(desk.workstation) == []
    declare(desk)
    assert code(lambda: declare(desk)) == "suspect_already"
    declare(desk, since="2026-03-01T08:00:00Z")
    assert suspect(desk).since == "2026-03-01T08:00:00.000Z"
    office = desk.workstation.office
    unsigned = msgspec.structs.replace(office.configuration, signature=Signature())
    desk.workstation.office = dataclasses.replace(office, configuration=unsigned)
    assert code(lambda: declare(desk, since=SINCE)) == "office_key_unknown"


def test_a_counter_that_was_never_heard_of_is_declared_by_the_key_that_the_office_names(
    desk: Desk, other: Desk, share: Path
) -> None:
    assert code(lambda: declare(desk)) == "unknown_chain"
    named = Counter(id="A2", public_key=other.workstation.keyring.public_key.hex())
    office = desk.workstation.office
    configuration = msgspec.structs.replace(office.configuration, counters=(named,))
    desk.workstation.office = dataclasses.replace(office, configuration=configuration)
    declare(desk)
    assert exchange(other, desk, share=share)[1].quarantined == {"A2": 2}
    assert (desk.entries("A2"), desk.findings()) == ([], [])


@pytest.mark.parametrize("forged", ["key", "words", "office", "garbage", "time"])
def test_a_list_that_the_office_did_not_sign_is_believed_in_no_part(
    desk: Desk, other: Desk, share: Path, forged: str
) -> None:
    exchange(other, share=share)
    statement = {
        "office": "EX-CCAS" if forged != "office" else "EX-OTHER",
        "chain": "A2",
        "public_key": other.workstation.keyring.public_key.hex(),
        "since": "2026-03-02T08:00:00.000Z" if forged != "time" else "always",
        "reason": "x",
    }
    words = canonical(statement).decode()
    key = (
        Ed25519PrivateKey.generate() if forged == "key" else Ed25519PrivateKey.from_private_bytes(OFFICE_KEY)
    )
    signature = sign(key, SUSPECT, words.encode())
    if forged == "words":
        words = words.replace("A2", "A3")
    line = json.dumps({"statement": words, "signature": signature}).encode()
    (share / "EX-CCAS" / "A2" / "suspects.list").write_bytes(b"[[" if forged == "garbage" else line)
    done = exchange_by_folder(desk.workstation, share)
    expected = "suspect_list_signature" if forged in ("key", "words") else "suspect_list_broken"
    assert [error.code for error in done.refused] == [expected]
    assert list_suspects(desk.workstation) == []
    assert done.taken == {"A2": 2}


def test_a_revoked_key_begins_no_new_chain(heard: tuple[Desk, Desk], share: Path) -> None:
    desk, other = heard
    exchange(other, desk, share=share)
    previous, made = bytes(32), []
    for entry in other.entries():
        value = read(entry.content)
        value["header"]["chain"] = "A2b"
        if entry.seq == 1:
            value["facts"]["epoch"] = 2
        content = canonical(value)
        previous = entry_hash(previous, content, entry.private_hash)
        made.append(Entry("A2b", entry.seq, entry.entry_id, content, entry.private_hash, previous))
    signature = sign(other.workstation.keyring.signing, RANGE, head_words("A2b", made[-1].seq, made[-1].hash))
    (share / "EX-CCAS" / "A2b").mkdir()
    (share / "EX-CCAS" / "A2b" / "000000001-000000005.range").write_bytes(range_bytes(made, signature))
    done = exchange_by_folder(desk.workstation, share)
    assert [error.code for error in done.refused] == ["chain_key_revoked"]


def test_a_fork_of_a_suspect_chain_is_reported_and_stops_nobody(
    heard: tuple[Desk, Desk], open_desk: Callable[..., Desk], share: Path, tmp_path: Path
) -> None:
    desk, other = heard
    exchange(other, desk, share=share)
    shutil.rmtree(share / "EX-CCAS" / "A2")
    twin = open_desk("A2", folder="twin")
    for _ in range(6):
        twin.fill_drawer()
    twin.workstation.keyring = other.workstation.keyring
    third = open_desk("A3")
    third.fill_drawer()
    exchange(third, share=share)
    (share / "EX-CCAS" / "A2").mkdir()
    entries = twin.entries()
    signature = sign(other.workstation.keyring.signing, RANGE, head_words("A2", 8, entries[-1].hash))
    (share / "EX-CCAS" / "A2" / "000000001-000000008.range").write_bytes(range_bytes(entries, signature))
    (done,) = exchange(desk, share=share)
    assert [error.code for error in done.refused] == ["fork"]
    assert done.taken == {"A3": 3}
    assert suspect(desk).quarantined == 2


# --- the machine itself, and its evidence


def test_the_suspect_machine_hears_of_itself_and_says_so(heard: tuple[Desk, Desk], share: Path) -> None:
    desk, other = heard
    exchange(desk, other, share=share)
    point = {check.name: check for check in examine(other.workstation)}["suspects"]
    assert point.state == "failed"
    assert {check.name: check.state for check in examine(desk.workstation)}["suspects"] == "ok"
    exchange(other, desk, share=share)
    assert {check.name: check.state for check in examine(desk.workstation)}["suspects"] == "warning"


def test_the_quarantine_and_the_offices_word_are_part_of_an_export(
    heard: tuple[Desk, Desk], share: Path, tmp_path: Path
) -> None:
    desk, other = heard
    exchange(other, desk, share=share)
    names = {path.name for path in export_journal(desk.workstation, tmp_path / "out")}
    assert {"A2.quarantine.jsonl", "A2.1.suspect", "A2.1.suspect.sig"} <= names
    lines = (tmp_path / "out" / "A2.quarantine.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["hash"] for line in lines] == [entry.hash.hex() for entry in other.entries()[3:]]


def test_a_quarantined_entry_is_neither_changed_nor_thrown_away(
    heard: tuple[Desk, Desk], share: Path
) -> None:
    desk, other = heard
    exchange(other, desk, share=share)
    for statement in ("UPDATE quarantined SET hash = zeroblob(32)", "DELETE FROM quarantined"):
        with pytest.raises(Exception, match="a quarantined entry"):
            desk.workstation.writer.do(lambda session, sql=statement: session.connection.execute(sql))  # type: ignore[misc]
    assert suspect(desk).quarantined == 2


def test_a_quarantined_entry_that_was_changed_behind_the_program_is_found(
    heard: tuple[Desk, Desk], share: Path
) -> None:
    desk, other = heard
    exchange(other, desk, share=share)

    def change(session: Session) -> None:
        session.connection.execute("DROP TRIGGER quarantined_is_never_changed")
        session.connection.execute("UPDATE quarantined SET content = x'7b7d' WHERE seq = 5")

    desk.workstation.writer.do(change)
    (finding,) = prove(desk.workstation, full=False).findings
    assert (finding.code, finding.params) == ("quarantine_broken", {"chain": "A2", "seq": 5})


def test_the_word_of_it_stands_in_the_chain_and_is_no_act_that_reopens_a_day(
    desk: Desk, other: Desk, share: Path
) -> None:
    exchange(other, desk, share=share)
    desk.do("close_day", approver=SUPERVISOR, counted={})
    declare(desk)
    with desk.workstation.reading() as connection:
        entry = store.at_place(connection, "A1", desk.seq)
    assert entry is not None
    assert (entry.kind, entry.header["agent"]) == ("journal_suspected", IT)
    from counter_app.service.closing import day_so_far

    assert day_so_far(desk.workstation).state == "closed"
