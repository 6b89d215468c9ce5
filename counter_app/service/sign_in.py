"""Signing in with a PIN, and approving with one: failures are counted before the PIN is looked at.

So that neither a killed program nor several tries at once win a guess: each try is on the disk as failed before it is
checked, and taken back only when it was right. The delay survives a restart.
"""

from __future__ import annotations

from datetime import datetime

from counter_app.access.pins import LONGEST_DELAY, locked_until, pin_matches
from counter_app.access.roles import EVERYBODY, colleague
from counter_app.clock import from_wire, to_wire
from counter_app.domain.catalogue import Person
from counter_app.domain.commands import DecideApproval
from counter_app.domain.errors import Refused
from counter_app.service.outcome import Outcome
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation


def sign_in(workstation: Workstation, person_id: str, pin: str) -> Person:
    """The colleague of that id, if the PIN is theirs; slow on purpose, and never on the writing thread.

    Raises `unknown_colleague`, `no_pin` where none was set, `pin_locked` until a time in the office's zone, and
    `pin_wrong`, which carries such a time where this failure locks.
    """
    person = colleague(workstation.configuration, person_id, EVERYBODY)
    if person.pin is None and person.badge is None:
        raise Refused("no_pin", person=person.id)
    locked = workstation.writer.do(lambda session: count_try(session, person.id))
    if not pin_matches(person, pin):
        until = {} if locked is None else {"until": locked.astimezone(workstation.office.zone)}
        raise Refused("pin_wrong", person=person.id, **until)
    workstation.writer.do(lambda session: forget_tries(session, person.id))
    return person


def approve_with_pin(
    workstation: Workstation, command: DecideApproval, pin: str, channel: str = "window"
) -> Outcome:
    """Record a decision on a grant that waits, proved by the approver's PIN.

    Raises what `sign_in` raises, and `Refused` where a rule says no.
    """
    approver = sign_in(workstation, command.approver, pin)
    return workstation.record(command, channel, pin_of=approver.id)


def count_try(session: Session, person: str) -> datetime | None:
    """Count a failure beforehand and say until when it locks.

    Raises `pin_locked` while the delay of the failures before lasts.
    """
    row = session.connection.execute(
        "SELECT failures, locked_until FROM sign_in WHERE person = ?", (person,)
    ).fetchone()
    failures, locked = (0, None) if row is None else row
    until = None if locked is None else _capped(from_wire(locked), session.now)
    if until is not None and until > session.now:
        raise Refused("pin_locked", person=person, until=until.astimezone(session.office.zone))
    next_lock = locked_until(failures + 1, session.now)
    session.connection.execute(
        "INSERT INTO sign_in (person, failures, locked_until) VALUES (?, ?, ?) ON CONFLICT (person)"
        " DO UPDATE SET failures = excluded.failures, locked_until = excluded.locked_until",
        (person, failures + 1, None if next_lock is None else to_wire(next_lock)),
    )
    return next_lock


def _capped(until: datetime, now: datetime) -> datetime:
    """No clock that was put back may lock somebody out for longer than the longest delay."""
    return min(until, now + LONGEST_DELAY)


def forget_tries(session: Session, person: str) -> None:
    session.connection.execute("DELETE FROM sign_in WHERE person = ?", (person,))
