"""Approval over the telephone: the supervisor types on another machine what is read aloud, and eight digits come back.

Both machines hash counter, grant, aid, cents, means and a nonce, and answer by RFC 6287
(`OCRA-1:HOTP-SHA256-8:QH64`) under a key that one supervisor shares with one counter. A question is good for one
grant, once, ten minutes and three tries. The supervisor's own key never leaves the supervisor's machine; a counter
holds what is derived from it for that counter alone.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import msgspec

from counter_app.access.roles import RECOVERY, SUPERVISION, colleague
from counter_app.clock import from_wire, to_wire
from counter_app.domain.commands import DecideApproval
from counter_app.domain.errors import Refused
from counter_app.domain.money import Money
from counter_app.journal.codec import canonical
from counter_app.journal.entry import Fact
from counter_app.journal.numbered import entry_of_number
from counter_app.keys.ocra import response, suite
from counter_app.keys.wrap import derived_key
from counter_app.projections import grants
from counter_app.projections.family import Tables
from counter_app.projections.grants import GrantRow
from counter_app.service.outcome import Outcome
from counter_app.service.recorder import record
from counter_app.service.session import Session
from counter_app.service.sign_in import count_try, forget_tries, sign_in
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection

SUITE = "OCRA-1:HOTP-SHA256-8:QH64"
GOOD_FOR = timedelta(minutes=10)
TRIES = 3
CHANNEL = "phone"
_NONCE_DIGITS = 8
_OWN = ""
"""Under this counter stands the key that a supervisor shares with nobody."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is read aloud, and typed as it is heard: six items, which the answer binds."""

    counter: str
    number: str
    aid: str
    cents: int
    means: str
    nonce: str

    def hashed(self) -> str:
        """The question in 64 hexadecimal digits, alike on both machines however it was typed."""
        words = {
            "counter": self.counter.strip().upper(),
            "number": self.number.strip().upper(),
            "aid": self.aid.strip().upper(),
            "cents": self.cents,
            "means": self.means.strip().lower(),
            "nonce": _digits(self.nonce),
        }
        return sha256(canonical(words)).hexdigest()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question put at this counter: its grant, the amount for reading aloud, and until when it is good."""

    question: Question
    grant: str
    amount: Money
    until: datetime


def _digits(told: str) -> str:
    """Digits as typed, without the blanks that make them easier to read; raises `phone_number`."""
    found = "".join(told.split())
    if not (found.isascii() and found.isdigit()):
        raise Refused("phone_number", value=told)
    return found


# --- keys


def share_key(workstation: Workstation, person: str, counter: str, agent: str) -> bytes:
    """The key that a supervisor of this machine shares with another counter, to be carried there.

    Raises `phone_same_counter` for this counter itself: an approval comes from another machine.
    """
    colleague(workstation.configuration, agent, RECOVERY)
    supervisor = colleague(workstation.configuration, person, SUPERVISION)
    if workstation.configuration.counter(counter) is None:
        raise Refused("unknown_counter", counter=counter)
    if counter == workstation.office.counter:
        raise Refused("phone_same_counter", counter=counter)

    def job(session: Session) -> bytes:
        own = _key(session.connection, supervisor.id, _OWN)
        if own is None:
            own = secrets.token_bytes(32)
            _keep(session, supervisor.id, _OWN, own)
        shared = derived_key(own, f"phone/{counter}")
        _note(session, agent, {"change": "phone_key_shared", "colleague": supervisor.id, "with": counter})
        return shared

    return workstation.writer.do(job)


def take_key(workstation: Workstation, person: str, secret: bytes, agent: str) -> None:
    """Keep the key that a supervisor shares with this counter, in the place of one before."""
    colleague(workstation.configuration, agent, RECOVERY)
    supervisor = colleague(workstation.configuration, person, SUPERVISION)

    def job(session: Session) -> None:
        _keep(session, supervisor.id, session.office.counter, secret)
        _note(session, agent, {"change": "phone_key_taken", "colleague": supervisor.id})

    workstation.writer.do(job)


def _key(connection: Connection, person: str, counter: str) -> bytes | None:
    row = connection.execute(
        "SELECT secret FROM phone_key WHERE person = ? AND counter = ?", (person, counter)
    ).fetchone()
    return None if row is None else bytes(row[0])


def _keep(session: Session, person: str, counter: str, secret: bytes) -> None:
    session.connection.execute(
        "INSERT OR REPLACE INTO phone_key (person, counter, secret, kept_since) VALUES (?, ?, ?, ?)",
        (person, counter, secret, to_wire(session.now)),
    )


def _note(session: Session, agent: str, facts: dict[str, object]) -> None:
    fact = Fact("journal_keys_changed", facts)
    session.append(fact, agent=agent, channel="setup", entry_id=str(uuid4()), command_hash="")


# --- on the supervisor's machine


def answer(workstation: Workstation, person: str, pin: str, question: Question) -> str:
    """The eight digits to be read back; recorded here with what they bind.

    Raises what `sign_in` raises, and `phone_key_missing`, `phone_same_counter`, `phone_number`.
    """
    supervisor = colleague(workstation.configuration, person, SUPERVISION)
    counter = question.counter.strip().upper()
    if counter == workstation.office.counter:
        raise Refused("phone_same_counter", counter=counter)
    hashed = question.hashed()
    with workstation.reading() as connection:
        own = _key(connection, supervisor.id, _OWN)
    if own is None:
        raise Refused("phone_key_missing", person=supervisor.id, counter=workstation.office.counter)
    sign_in(workstation, supervisor.id, pin)
    facts = {
        "counter": counter,
        "grant_number": question.number.strip().upper(),
        "aid": question.aid.strip().upper(),
        "cents": question.cents,
        "means": question.means.strip().lower(),
        "question": hashed,
    }
    workstation.writer.do(
        lambda session: session.append(
            Fact("phone_answer_given", facts),
            agent=supervisor.id,
            channel=CHANNEL,
            entry_id=str(uuid4()),
            command_hash="",
        )
    )
    return response(suite(SUITE), derived_key(own, f"phone/{counter}"), hashed)


# --- at the counter


def ask(workstation: Workstation, grant: str) -> Asked:
    """Put a new question about a grant (its number or entry id) that waits; the one before is void.

    Raises `unknown_number`, `grant_not_pending`.
    """

    def job(session: Session) -> Asked:
        row = _pending(session, grant)
        nonce = str(secrets.randbelow(10**_NONCE_DIGITS)).zfill(_NONCE_DIGITS)
        session.connection.execute(
            "INSERT OR REPLACE INTO phone_challenge (grant_id, nonce, made_at, tries) VALUES (?, ?, ?, 0)",
            (row.entry_id, nonce, to_wire(session.now)),
        )
        until = (session.now + GOOD_FOR).astimezone(session.office.zone)
        return Asked(_question(session, row, nonce), row.entry_id, Money(row.cents, row.currency), until)

    return workstation.writer.do(job)


def approve_by_phone(workstation: Workstation, command: DecideApproval, code: str) -> Outcome:
    """Record an approval proved by the digits that came back; each try counts before it is looked at.

    `command.grant` is a number or an entry id. Raises `phone_no_challenge`, `phone_wrong`, `phone_spent`,
    `phone_locked`, `phone_key_missing`, and `Refused` where a rule says no: then the question is still good.
    """
    told = _digits(code)
    approver = colleague(workstation.configuration, command.approver, SUPERVISION).id
    row, expected, left = workstation.writer.do(lambda session: _try(session, command.grant, approver))
    if not hmac.compare_digest(told, expected):
        code = "phone_wrong" if left else "phone_spent"
        raise Refused(code, number=row.number, left=left)
    command = msgspec.structs.replace(command, grant=row.entry_id)

    def job(session: Session) -> Outcome:
        spent = session.connection.execute(
            "DELETE FROM phone_challenge WHERE grant_id = ?", (row.entry_id,)
        ).rowcount
        if not spent:
            raise Refused("phone_no_challenge", number=row.number)
        forget_tries(session, _tries_of(approver))
        return record(session, command, CHANNEL, phone_of=approver)

    return workstation.writer.do(job)


def _try(session: Session, grant: str, approver: str) -> tuple[GrantRow, str, int]:
    """Count a try and say what would be right, and how many tries are left after this one."""
    row = _pending(session, grant)
    found = session.connection.execute(
        "SELECT nonce, made_at, tries FROM phone_challenge WHERE grant_id = ?", (row.entry_id,)
    ).fetchone()
    # A clock that was put back must not make a question good for longer.
    if found is None or abs(session.now - from_wire(found[1])) > GOOD_FOR or found[2] >= TRIES:
        raise Refused("phone_no_challenge", number=row.number)
    key = _key(session.connection, approver, session.office.counter)
    if key is None:
        raise Refused("phone_key_missing", person=approver, counter=session.office.counter)
    try:
        count_try(session, _tries_of(approver))
    except Refused as error:
        raise Refused("phone_locked", person=approver, until=error.params["until"]) from error
    session.connection.execute(
        "UPDATE phone_challenge SET tries = tries + 1 WHERE grant_id = ?", (row.entry_id,)
    )
    expected = response(suite(SUITE), key, _question(session, row, str(found[0])).hashed())
    return row, expected, TRIES - int(found[2]) - 1


def _tries_of(approver: str) -> str:
    """Under this name wrong answers are counted: new questions must not give new tries for ever."""
    return f"phone:{approver}"


def _question(session: Session, row: GrantRow, nonce: str) -> Question:
    number = row.number or row.entry_id
    return Question(session.office.counter, number, row.aid, row.cents, row.means or "-", nonce)


def _pending(session: Session, grant: str) -> GrantRow:
    numbered = entry_of_number(session.connection, grant.strip().upper())
    entry_id = grant if numbered is None else numbered.entry_id
    row = grants.grant_row(Tables(session.connection), entry_id, session.office.chain)
    if row is None:
        raise Refused("unknown_number", number=grant)
    if row.decision != "pending":
        raise Refused("grant_not_pending", number=row.number, decision=row.decision)
    return row
