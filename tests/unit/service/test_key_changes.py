"""Who may open the workstation: added, changed, revoked; a new database key that loses nothing, killed anywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyrage import x25519

from counter_app.bootstrap import open_with_keys, open_workstation
from counter_app.domain.errors import AppError
from counter_app.keys.keyfile import NAME, NEXT
from counter_app.keys.keyring import Keyring, open_keys
from counter_app.register import store as register
from counter_app.register.importing import import_register
from counter_app.service import key_changes
from counter_app.service.key_changes import (
    CHANGED,
    add_slot,
    change_words,
    holders_with,
    holders_without,
    keys_of,
    revoke_slot,
    rotate,
    set_recovery,
)
from counter_app.service.readiness import examine
from counter_app.service.rehearsal import rehearse
from counter_app.storage.rekey import opens
from tests.unit.counters import AGENT, AUDITOR, CHEAP, COLLEAGUE, IT, PASSPHRASE, SUPERVISOR, Desk

WORDS = b"six other words for a colleague"


class Keys:
    """A workstation whose keys are changed: each change is settled as the command line does it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def settled(self, change: Callable[[], Keyring]) -> Keyring:
        keyring = change()
        self.desk.close()
        self.desk.workstation = open_with_keys(self.desk.data, keyring, write=True, clock=self.desk.clock)
        return keyring

    def add(self, person: str = COLLEAGUE, words: bytes = WORDS) -> None:
        self.settled(lambda: add_slot(self.desk.workstation, person, words, IT, cost=CHEAP))

    def opens(self, words: bytes) -> bool:
        try:
            open_workstation(self.desk.data, words).close()
        except AppError as error:
            if error.code != "wrong_passphrase":
                raise
            return False
        return True

    def facts(self) -> dict[str, object]:
        entry = self.desk.entries()[-1]
        assert entry.kind == CHANGED
        return dict(entry.facts)


@pytest.fixture
def keys(desk: Desk) -> Keys:
    desk.fill_drawer()
    desk.grant()
    return Keys(desk)


@pytest.fixture
def identities(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"identity{place}" for place in range(3)]
    for path in paths:
        path.write_text(f"{x25519.Identity.generate()}\n")
    return paths


def public(path: Path) -> str:
    return str(x25519.Identity.from_str(path.read_text().strip()).to_public())


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(AppError) as caught:
        call()
    return caught.value.code


def test_a_colleague_opens_the_workstation_with_words_of_their_own(keys: Keys) -> None:
    before = keys.desk.entries()
    keys.add()
    assert keys.opens(PASSPHRASE)
    assert keys.opens(WORDS)
    assert [slot.label for slot in keys_of(keys.desk.workstation).slots] == ["first", COLLEAGUE]
    facts, last = keys.facts(), keys.desk.entries()[-1]
    assert (facts["change"], facts["colleague"], facts["database_key_replaced"]) == (
        "slot_added",
        COLLEAGUE,
        False,
    )
    assert last.header["agent"] == IT
    assert len(keys.desk.entries()) == len(before) + 1
    assert keys.desk.findings() == []


@pytest.mark.parametrize("agent", [AGENT, AUDITOR, "nobody"])
def test_who_may_not_change_the_keys_changes_nothing(keys: Keys, agent: str) -> None:
    raw = (keys.desk.data / NAME).read_bytes()
    workstation = keys.desk.workstation
    for change in (
        lambda: add_slot(workstation, COLLEAGUE, WORDS, agent, cost=CHEAP),
        lambda: rotate(workstation, agent),
        lambda: set_recovery(workstation, [("x", str(x25519.Identity.generate().to_public()))], 1, agent),
    ):
        assert refused(change) in ("not_allowed", "unknown_colleague")
    assert (keys.desk.data / NAME).read_bytes() == raw
    assert not (keys.desk.data / NEXT).exists()
    keys.desk.grant(3000)


def test_a_colleague_has_one_slot_and_nobody_revokes_the_one_in_use(keys: Keys) -> None:
    keys.add()
    workstation = keys.desk.reopen()
    assert refused(lambda: add_slot(workstation, COLLEAGUE, b"x", IT, cost=CHEAP)) == "slot_exists"
    assert refused(lambda: add_slot(workstation, "nobody", b"x", IT, cost=CHEAP)) == "unknown_colleague"
    assert refused(lambda: revoke_slot(workstation, "first", IT)) == "slot_in_use"
    assert refused(lambda: revoke_slot(workstation, "nobody", IT)) == "unknown_slot"
    assert refused(lambda: revoke_slot(workstation, "", IT)) == "unknown_slot"


def test_who_was_revoked_opens_nothing_any_more_not_even_with_the_old_file_of_keys(
    keys: Keys, tmp_path: Path
) -> None:
    keys.add()
    keys.desk.reopen()
    old = (keys.desk.data / NAME).read_bytes()
    before = [(entry.hash, entry.private_bytes) for entry in keys.desk.entries()]
    keys.settled(lambda: revoke_slot(keys.desk.workstation, COLLEAGUE, IT))
    after = keys.desk.entries()
    assert [(entry.hash, entry.private_bytes) for entry in after[:-1]] == before
    assert (keys.facts()["change"], keys.facts()["database_key_replaced"]) == ("slot_revoked", True)
    assert keys.opens(PASSPHRASE)
    assert not keys.opens(WORDS)
    keys.desk.grant(3000)
    assert keys.desk.findings() == []
    # The old key opens the old file, and not one page of the journal.
    (tmp_path / NAME).write_bytes(old)
    assert not opens(keys.desk.data / "journal.db", open_keys(tmp_path, WORDS).database)


def test_words_are_changed_by_whoever_opened_with_them(keys: Keys) -> None:
    keys.desk.reopen()
    keys.settled(lambda: change_words(keys.desk.workstation, b"fresh words", IT))
    assert not keys.opens(PASSPHRASE)
    assert keys.opens(b"fresh words")
    assert [slot.label for slot in keys_of(keys.desk.workstation).slots] == ["first"]


def test_the_copy_of_the_register_is_read_under_the_new_key(keys: Keys, tmp_path: Path) -> None:
    source = tmp_path / "people.csv"
    source.write_text(
        "id,given_name,surname,date_of_birth,postcode,national_id\n7,Ana,Ruiz,19800304,75001,\n",
        encoding="utf-8",
    )
    workstation = keys.desk.workstation
    import_register(workstation.data, workstation.keyring, source, workstation.clock.now())
    keys.settled(lambda: rotate(keys.desk.workstation, SUPERVISOR))
    about = register.about(keys.desk.data, keys.desk.workstation.keyring)
    assert about is not None
    assert about.people == 1
    assert sorted(path.name for path in keys.desk.data.glob("*.next")) == []


# --- interrupted


def test_a_change_that_was_written_down_and_not_settled_is_settled_by_the_next_writer_once(
    keys: Keys,
) -> None:
    add_slot(keys.desk.workstation, COLLEAGUE, WORDS, IT, cost=CHEAP)
    assert (keys.desk.data / NEXT).exists()
    # Readers take the keys in force and leave the files alone.
    assert keys.opens(WORDS)
    assert (keys.desk.data / NEXT).exists()
    keys.desk.reopen()
    assert not (keys.desk.data / NEXT).exists()
    assert keys.facts()["change"] == "slot_added"
    seq = keys.desk.seq
    keys.desk.reopen()
    assert keys.desk.seq == seq


def test_a_crash_between_the_entry_and_the_names_records_it_once(keys: Keys) -> None:
    add_slot(keys.desk.workstation, COLLEAGUE, WORDS, IT, cost=CHEAP)
    staged = (keys.desk.data / NEXT).read_bytes()
    keys.desk.reopen()
    seq = keys.desk.seq
    keys.desk.close()
    (keys.desk.data / NEXT).write_bytes(staged)
    keys.desk.reopen()
    assert keys.desk.seq == seq
    assert not (keys.desk.data / NEXT).exists()


def test_a_rotation_that_ended_before_the_journal_had_its_new_key_never_happened(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(key_changes, "replace_key", killed)
    with pytest.raises(KeyboardInterrupt):
        rotate(keys.desk.workstation, IT)
    assert (keys.desk.data / NEXT).exists()
    assert keys.opens(PASSPHRASE)
    keys.desk.reopen()
    assert not (keys.desk.data / NEXT).exists()
    assert keys.desk.entries()[-1].kind != CHANGED
    keys.desk.grant(3000)


def test_a_rotation_that_ended_with_the_new_key_is_finished_by_whoever_opens(keys: Keys) -> None:
    keys.add()
    keys.desk.reopen()
    revoke_slot(keys.desk.workstation, COLLEAGUE, IT)
    # The journal has its new key, the files their old names: the revoked words open no journal.
    assert keys.opens(PASSPHRASE)
    assert not keys.opens(WORDS)
    keys.desk.reopen()
    assert keys.facts()["change"] == "slot_revoked"
    assert not (keys.desk.data / NEXT).exists()
    assert keys.desk.findings() == []


def test_a_disk_without_room_for_a_new_key_is_told_before_anything_is_touched(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000})())
    assert refused(lambda: rotate(keys.desk.workstation, IT)) == "disk_full"
    monkeypatch.undo()
    keys.desk.reopen()
    keys.desk.grant(3000)
    assert keys.desk.findings() == []


# --- recovery


def readiness(desk: Desk) -> tuple[str, str]:
    check = next(one for one in examine(desk.workstation) if one.name == "recovery_keys")
    return check.state, check.sentence


def test_recovery_is_set_up_rehearsed_and_recorded(keys: Keys, identities: list[Path]) -> None:
    desk = keys.desk
    assert readiness(desk)[0] == "missing"
    holders = [(path.name, public(path)) for path in identities]
    keys.settled(lambda: set_recovery(desk.workstation, holders, 2, IT))
    assert readiness(desk)[0] == "warning"
    with pytest.raises(AppError) as caught:
        rehearse(desk.workstation, desk.data, identities[:1], IT)
    assert caught.value.code == "recovery_not_enough"
    found = rehearse(desk.workstation, desk.data, identities[1:], SUPERVISOR)
    assert (found.labels, found.missing, found.findings) == (("identity1", "identity2"), 0, ())
    assert found.entries == desk.seq - 1
    last = desk.entries()[-1]
    assert (last.kind, last.facts["needed"], len(last.facts["recipients"])) == (
        "journal_recovery_rehearsed",
        2,
        2,
    )
    assert readiness(desk)[0] == "ok"
    desk.clock.jump(200 * 86_400)
    assert readiness(desk)[0] == "warning"


def test_a_rehearsal_of_other_holders_counts_for_nothing(keys: Keys, identities: list[Path]) -> None:
    desk = keys.desk
    keys.settled(lambda: set_recovery(desk.workstation, [("one", public(identities[0]))], 1, IT))
    rehearse(desk.workstation, desk.data, identities[:1], IT)
    file = keys_of(desk.workstation)
    keys.settled(
        lambda: set_recovery(desk.workstation, holders_with(file, [("two", public(identities[1]))]), 1, IT)
    )
    assert readiness(desk)[0] == "warning"


def test_a_holder_who_left_opens_no_page_of_what_is_recorded_afterwards(
    keys: Keys, identities: list[Path]
) -> None:
    desk = keys.desk
    holders = [(path.name, public(path)) for path in identities]
    before = keys.settled(lambda: set_recovery(desk.workstation, holders, 2, IT)).database
    file = keys_of(desk.workstation)
    assert refused(lambda: holders_without(file, "nobody")) == "unknown_recipient"
    rest = holders_without(file, "identity0")
    assert [label for label, _ in rest] == ["identity1", "identity2"]
    after = keys.settled(lambda: set_recovery(desk.workstation, rest, 2, IT)).database
    assert after != before
    assert not opens(desk.data / "journal.db", before)
    with pytest.raises(AppError) as caught:
        rehearse(desk.workstation, desk.data, identities[:2], IT)
    assert caught.value.code == "recovery_not_enough"


def test_asking_for_more_holders_than_before_replaces_the_database_key(
    keys: Keys, identities: list[Path]
) -> None:
    desk = keys.desk
    holders = [(path.name, public(path)) for path in identities]
    first = keys.settled(lambda: set_recovery(desk.workstation, holders, 1, IT)).database
    second = keys.settled(lambda: set_recovery(desk.workstation, holders, 2, IT)).database
    third = keys.settled(lambda: set_recovery(desk.workstation, holders, 1, IT)).database
    assert first != second
    assert second == third


def test_one_key_cannot_stand_for_two_holders(keys: Keys, identities: list[Path]) -> None:
    twice = [("one", public(identities[0])), ("two", public(identities[0]))]
    assert refused(lambda: set_recovery(keys.desk.workstation, twice, 2, IT)) == "recipient_twice"


def test_a_copy_of_another_workstation_is_no_rehearsal(
    keys: Keys, open_desk: Callable[..., Desk], identities: list[Path]
) -> None:
    other = Keys(open_desk("A2"))
    holders = [("one", public(identities[0]))]
    other.settled(lambda: set_recovery(other.desk.workstation, holders, 1, IT))
    keys.settled(lambda: set_recovery(keys.desk.workstation, holders, 1, IT))
    other.desk.close()
    with pytest.raises(AppError) as caught:
        rehearse(keys.desk.workstation, other.desk.data, identities[:1], IT)
    assert caught.value.code == "recovery_of_another"
