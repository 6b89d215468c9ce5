"""The keys that supervisors share with counters for approvals over the telephone: carried in a file, and listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from counter_app.clock import from_wire
from counter_app.domain.errors import BadInput
from counter_app.journal import store
from counter_app.projections.daybook import places_of_kinds
from counter_app.projections.family import Tables
from counter_app.service.key_changes import CHANGED
from counter_app.service.telephone import share_key, take_key
from counter_app.service.workstation import Workstation
from counter_app.storage.private_file import write_new_private

_FILE_MARK: Final = "counter-app telephone key 1"
_SHARED, _TAKEN = "phone_key_shared", "phone_key_taken"


@dataclass(frozen=True, slots=True)
class PhoneKey:
    """A supervisor who answers, the counter that asks, and since when; `taken` where this is the counter."""

    person: str
    counter: str
    since: datetime
    taken: bool


def enrol(workstation: Workstation, person: str, counter: str, path: Path, agent: str) -> None:
    """On the supervisor's machine: write the key that lets a counter ask, into a file that only its owner may read.

    Raises `unknown_counter`, `phone_same_counter`, `words_file_exists`, and `file_unwritable`.
    """
    if path.exists():
        raise BadInput("words_file_exists", path=str(path))
    secret = share_key(workstation, person, counter, agent)
    write_new_private(path, f"{_FILE_MARK}\n{person}\n{counter}\n{secret.hex()}\n".encode())


def take_in(workstation: Workstation, path: Path, agent: str) -> str:
    """At the counter: keep the key of that file, and return whose it is.

    Raises `phone_key_file` where it is none, and `phone_key_elsewhere` where it was made for another counter.
    """
    person, counter, secret = _read(path)
    if counter != workstation.office.counter:
        raise BadInput("phone_key_elsewhere", path=str(path), counter=counter)
    take_key(workstation, person, secret, agent)
    return person


def phone_keys(workstation: Workstation) -> tuple[PhoneKey, ...]:
    """Every key made or taken in here, each as it was last, the latest first."""
    found: dict[tuple[str, str], PhoneKey] = {}
    with workstation.reading() as connection:
        told = places_of_kinds(Tables(connection), (CHANGED,))
        places = [seq for chain, seq in told if chain == workstation.chain]
        for entry in store.at_places(connection, workstation.chain, places).values():
            change = entry.facts.get("change")
            if change in (_SHARED, _TAKEN):
                person = str(entry.facts["colleague"])
                counter = str(entry.facts.get("with") or workstation.office.counter)
                since = from_wire(entry.header["recorded_at"]).astimezone(workstation.office.zone)
                found[person, counter] = PhoneKey(person, counter, since, change == _TAKEN)
    return tuple(sorted(found.values(), key=lambda one: one.since, reverse=True))


def _read(path: Path) -> tuple[str, str, bytes]:
    try:
        mark, person, counter, secret = path.read_text(encoding="utf-8").split("\n")[:4]
        if mark == _FILE_MARK and len(bytes.fromhex(secret)) == 32:
            return person, counter, bytes.fromhex(secret)
    except (OSError, ValueError) as error:
        raise BadInput("phone_key_file", path=str(path)) from error
    raise BadInput("phone_key_file", path=str(path))
