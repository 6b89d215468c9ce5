"""Changes of who may open the workstation, and of the database key: staged beside the keys in force, then settled.

A change is first written whole beside `keys.toml`. It is in force once it opens the journal: at once where the
database key stays, with the commit that puts the journal under the new key where it does not. Opening to write
settles it: its entry is recorded, once, and the files take their names. A crash at any point leaves one of the two
files opening the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from counter_app.access.roles import EVERYBODY, RECOVERY, colleague
from counter_app.domain.errors import AppError, BadInput, JournalBroken
from counter_app.journal import store
from counter_app.journal.entry import Fact
from counter_app.keys.keyfile import NAME, NEXT, Change, KeyFile, Recovery, Slot
from counter_app.keys.keyring import (
    Keyring,
    moved_slot,
    new_slot,
    read_key_file,
    with_new_database_key,
    write_keys,
)
from counter_app.keys.recovery import MOST_RECIPIENTS, check_recipient, moved_recovery, new_recovery
from counter_app.keys.wrap import PassphraseCost
from counter_app.register.store import drop_next_key, stage_key, take_next_key
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation
from counter_app.service.writer import Writer
from counter_app.storage.database import JOURNAL, translated
from counter_app.storage.migrations import drop_copies
from counter_app.storage.rekey import opens, replace_key

CHANGED = "journal_keys_changed"

KeyChange = Callable[[Workstation], Keyring]
"""A change of an open workstation's keys; it gives the keys that settle it."""


def keys_of(workstation: Workstation) -> KeyFile:
    """Slots and recovery of the open workstation, authenticated; raises `keys_damaged`."""
    return read_key_file(workstation.data, workstation.keyring)


def opened_keys(data: Path, journal: Path, opener: Callable[[str], Keyring]) -> Keyring:
    """The keys in force, by an `opener` of one file of keys: a passphrase or recovery keys.

    While a change is under way, of the two files that one counts which opens the journal.
    """
    if not (data / NEXT).exists():
        return opener(NAME)
    refused: list[AppError] = []
    found: Keyring | None = None
    for name in (NEXT, NAME):
        try:
            found = opener(name)
        except (BadInput, JournalBroken) as error:
            refused.append(error)
            continue
        if opens(journal, found.database):
            return found
    if refused or found is None:
        raise refused[0]
    return found


def add_slot(
    workstation: Workstation,
    person: str,
    words: bytes,
    agent: str,
    *,
    cost: PassphraseCost | None = None,
    recovered_by: Sequence[str] = (),
) -> Keyring:
    """Let a colleague open the workstation with these words; returns the keys that settle it.

    Raises `slot_exists` where that colleague has a slot, which recovery replaces.
    """
    colleague(workstation.configuration, person, EVERYBODY)
    file = keys_of(workstation)
    others = [slot for slot in file.slots if slot.label != person]
    if len(others) < len(file.slots) and not recovered_by:
        raise BadInput("slot_exists", person=person)
    slot = new_slot(workstation.keyring, person, words, cost)
    facts: dict[str, Any] = {"change": "slot_added", "slot": slot.id, "colleague": person}
    if recovered_by:
        facts |= {"change": "recovered", "recipients": list(recovered_by)}
    return _stage(workstation, [*others, slot], file.recovery, agent, facts)


def change_words(workstation: Workstation, words: bytes, agent: str) -> Keyring:
    """Give the slot that opened the workstation other words; returns the keys that settle it."""
    file = keys_of(workstation)
    mine = _slot(file, workstation.keyring.opened_by)
    fresh = new_slot(workstation.keyring, mine.label, words)
    slots = [fresh if slot is mine else slot for slot in file.slots]
    facts = {"change": "words_changed", "slot": fresh.id, "before": mine.id, "colleague": mine.label}
    return _stage(workstation, slots, file.recovery, agent, facts)


def revoke_slot(workstation: Workstation, named: str, agent: str) -> Keyring:
    """Take a slot (by id or colleague) away and put the journal under a new key; returns the keys that settle it.

    Raises `unknown_slot`, and `slot_in_use` for the slot that opened the workstation just now.
    """
    file = keys_of(workstation)
    lost = _slot(file, named)
    if lost.id == workstation.keyring.opened_by:
        raise BadInput("slot_in_use", slot=lost.id)
    slots = [slot for slot in file.slots if slot is not lost]
    facts = {"change": "slot_revoked", "slot": lost.id, "colleague": lost.label}
    return _stage(workstation, slots, file.recovery, agent, facts, rotate=True)


def rotate(workstation: Workstation, agent: str) -> Keyring:
    """Put the journal under a new key; passphrases and recovery keys stay. Returns the keys that settle it."""
    file = keys_of(workstation)
    return _stage(workstation, file.slots, file.recovery, agent, {"change": "rotated"}, rotate=True)


def set_recovery(
    workstation: Workstation, holders: Sequence[tuple[str, str]], needed: int, agent: str
) -> Keyring:
    """Let any `needed` of the `holders` (label and public age key) recover the workstation, and nobody else.

    Where somebody is left out or more are needed than before, copies of the old keys must open nothing of what is
    recorded from now on: then the database key is replaced as well. Returns the keys that settle it.
    """
    file = keys_of(workstation)
    keys = [recipient for _, recipient in holders]
    for recipient in keys:
        check_recipient(recipient)
        if keys.count(recipient) > 1:
            raise BadInput("recipient_twice", recipient=recipient)
    before = file.recovery
    gone = before is not None and bool({one.recipient for one in before.recipients} - set(keys))
    stricter = before is not None and needed > before.needed
    keyring = with_new_database_key(workstation.keyring) if gone or stricter else workstation.keyring
    if not holders:
        recovery = None
    else:
        recovery = new_recovery(keyring, holders, needed)
    facts: dict[str, Any] = {"change": "recovery_set", "recipients": keys, "needed": needed}
    return _stage(workstation, file.slots, recovery, agent, facts, under=keyring)


def remove_holder(workstation: Workstation, named: str, needed: int, agent: str) -> Keyring:
    """Take one recovery key away, by label or public key, so many of the others being needed from then on."""
    holders = holders_without(keys_of(workstation), named)
    return set_recovery(workstation, holders, needed if holders else 0, agent)


def holders_with(file: KeyFile, added: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The recipients there are, and these; raises `recovery_threshold` where they are too many."""
    before = [(one.label, one.recipient) for one in file.recovery.recipients] if file.recovery else []
    holders = [*before, *added]
    if len(holders) > MOST_RECIPIENTS:
        raise BadInput("recovery_threshold", needed=1, count=len(holders), most=MOST_RECIPIENTS)
    return holders


def holders_without(file: KeyFile, named: str) -> list[tuple[str, str]]:
    """The recipients but one, by label or public key; raises `unknown_recipient`."""
    before = [(one.label, one.recipient) for one in file.recovery.recipients] if file.recovery else []
    holders = [one for one in before if named not in one]
    if len(holders) == len(before):
        raise BadInput("unknown_recipient", recipient=named)
    return holders


def _slot(file: KeyFile, named: str) -> Slot:
    for slot in file.slots:
        if named and named in (slot.id, slot.label):
            return slot
    raise BadInput("unknown_slot", slot=named)


def _stage(
    workstation: Workstation,
    slots: Sequence[Slot],
    recovery: Recovery | None,
    agent: str,
    facts: dict[str, Any],
    *,
    rotate: bool = False,
    under: Keyring | None = None,
) -> Keyring:
    """Write the keys as they will be, and put the journal under their database key where that is a new one.

    Recording is over in this workstation; whoever opens it with the keys returned settles the change.
    """
    colleague(workstation.configuration, agent, RECOVERY)
    before, data = workstation.keyring, workstation.data
    keyring = under or (with_new_database_key(before) if rotate else before)
    moved = keyring.database != before.database
    if moved:
        slots = [moved_slot(slot, keyring) for slot in slots]
        if recovery is not None:
            recovery = moved_recovery(recovery, keyring)
    workstation.fall_silent()
    change = Change(str(uuid4()), agent, {**facts, "database_key_replaced": moved})
    with translated(data / NEXT):
        drop_next_key(data)
        if moved:
            stage_key(data, before, keyring)
        write_keys(data, keyring, slots, recovery, change, NEXT)
    if moved:
        replace_key(workstation.journal, before.database, keyring.database)
    return keyring


def settle(data: Path, keyring: Keyring, writer: Writer) -> None:
    """Finish a staged change that is in force under these keys, or throw away one that never came into force.

    Where that fails the writer is closed.
    """
    if not (data / NEXT).exists():
        return
    try:
        _settle(data, keyring, writer)
    except BaseException:
        writer.close()
        raise


def _settle(data: Path, keyring: Keyring, writer: Writer) -> None:
    try:
        change = read_key_file(data, keyring, NEXT).change
    except JournalBroken:
        with translated(data / NEXT):
            (data / NEXT).unlink(missing_ok=True)
            drop_next_key(data)
        return
    if change is not None:
        writer.do(lambda session: _record(session, change))
    with translated(data / NEXT):
        take_next_key(data, keyring)
        drop_copies(data / JOURNAL)
        (data / NEXT).replace(data / NAME)


def _record(session: Session, change: Change) -> None:
    if store.find(session.connection, change.entry_id, session.office.chain) is None:
        fact = Fact(CHANGED, change.facts)
        session.append(fact, agent=change.agent, channel="setup", entry_id=change.entry_id, command_hash="")
