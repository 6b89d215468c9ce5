"""Who opens this workstation, as its page shows it: passphrases, recovery keys, and whether recovery was rehearsed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from counter_app.domain.errors import BadInput
from counter_app.keys.recovery import check_recipient
from counter_app.service.disk_room import disk_room
from counter_app.service.key_changes import holders_with, keys_of
from counter_app.service.readiness import Check, recovery_check
from counter_app.service.workstation import Workstation


@dataclass(frozen=True, slots=True)
class Opener:
    """A passphrase or a recovery key: its id, whose it is, and whether it opened the workstation just now.

    `whose` is a colleague's id, `first` for the words printed at the making, or the label of a recovery key.
    """

    kind: Literal["passphrase", "recovery"]
    id: str
    whose: str
    in_use: bool


@dataclass(frozen=True, slots=True)
class KeyBoard:
    """Everybody who opens it, how many recovery keys it takes, colleagues without words, the state of recovery.

    `journal_mb` and `free_mb` say what a new key encrypts anew, and what room its disk has for that.
    """

    openers: tuple[Opener, ...]
    needed: int
    without_words: tuple[str, ...]
    recovery: Check
    journal_mb: int
    free_mb: int

    @property
    def holders(self) -> int:
        """How many recovery keys there are."""
        return sum(one.kind == "recovery" for one in self.openers)


def read_key_board(workstation: Workstation) -> KeyBoard:
    """The keys as they are now; raises `keys_damaged`."""
    file = keys_of(workstation)
    used = workstation.keyring.opened_by
    openers = [Opener("passphrase", slot.id, slot.label, slot.id == used) for slot in file.slots]
    if file.recovery is not None:
        openers += [Opener("recovery", one.recipient, one.label, False) for one in file.recovery.recipients]
    have = {one.whose for one in openers if one.kind == "passphrase"}
    people = workstation.configuration.people
    return KeyBoard(
        openers=tuple(openers),
        needed=file.recovery.needed if file.recovery else 0,
        without_words=tuple(person.id for person in people if person.id not in have),
        recovery=recovery_check(workstation),
        journal_mb=-(-workstation.journal.stat().st_size // 1_000_000),
        free_mb=disk_room(workstation.data).free_mb,
    )


def read_holders(workstation: Workstation, told: str, needed: int) -> list[tuple[str, str]]:
    """The recovery keys there are and those told, one a line: a name, a blank, the key that begins with `age1`.

    Raises `holder_line` for another line, `recipient_malformed`, `recipient_twice` and `recovery_threshold`.
    """
    added: list[tuple[str, str]] = []
    for line in told.splitlines():
        name, _, key = line.strip().rpartition(" ")
        if not line.strip():
            continue
        if not name.strip():
            raise BadInput("holder_line", line=line.strip())
        check_recipient(key)
        added.append((name.strip(), key))
    holders = holders_with(keys_of(workstation), added)
    _check_threshold(holders, needed)
    return holders


def _check_threshold(holders: Sequence[tuple[str, str]], needed: int) -> None:
    keys = [key for _, key in holders]
    for key in keys:
        if keys.count(key) > 1:
            raise BadInput("recipient_twice", recipient=key)
    if not 1 <= needed <= len(holders):
        raise BadInput("recovery_threshold", needed=needed, count=len(holders), most=len(holders))
