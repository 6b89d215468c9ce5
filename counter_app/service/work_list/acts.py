"""What a person does with the work-list: take an entry, type it over at the centre, and say what became of it.

Taking an entry to type it is its attempt, durable before the first key is pressed: whoever goes away leaves it
unknown, and the next one looks at the centre first. What a person reads there is a fact like any centre's answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeVar
from uuid import uuid4

import msgspec

from counter_app.access.commands import MAY_CARRY
from counter_app.access.roles import colleague
from counter_app.clock import from_wire, to_wire
from counter_app.domain.catalogue import Service
from counter_app.domain.delivery import UnitFact, UnitState
from counter_app.domain.errors import BadInput, Refused
from counter_app.domain.ids import check_entry_id
from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.journal.entry import Entry, Fact
from counter_app.projections.custody import holder_at
from counter_app.projections.delivery import UnitRow, unit_row
from counter_app.projections.work_list import OPEN, told_number, waits_for_another
from counter_app.service.access_log import note_person_of
from counter_app.service.bodies import keep
from counter_app.service.messages import messages_of
from counter_app.service.session import Session
from counter_app.service.work_list import leases
from counter_app.service.work_list.leases import Lease, UnitId
from counter_app.service.work_list.listing import WorkCase, case_of, item_of, way_of, work_list
from counter_app.service.workstation import Workstation
from counter_app.sync.body import MATCHED

T = TypeVar("T")

CHANNEL = "work_list"
_KEPT = (UnitState.RECEIVED, UnitState.ACCEPTED, UnitState.SETTLED)
"""States in which the centre said that it has the unit."""


@dataclass(frozen=True, slots=True)
class _Work:
    """One unit inside a writing transaction, and who has it."""

    session: Session
    service: Service
    unit: UnitRow
    entry: Entry
    term: int
    lease: Lease | None

    @property
    def id(self) -> UnitId:
        return UnitId(self.unit.entry_id, self.unit.service, self.unit.part)


def take(workstation: Workstation, agent: str, unit: UnitId, language: str = "en") -> WorkCase:
    """Lease a unit to a colleague, with its names and the centre's fields; again, it is theirs for longer.

    A unit that may stand at the centre already is taken to look first (`looking`), any other one to be typed. Raises
    `work_taken`, `work_done`, `work_waits`, `names_gone`, `unknown_unit`, `custody_elsewhere`, `not_by_hand`.
    """

    def job(work: _Work) -> tuple[WorkCase, Entry]:
        return _case(workstation, _taken(work, agent), language), work.entry

    case, entry = _do(workstation, agent, unit, job)
    note_person_of(workstation, entry)
    return case


def take_next(
    workstation: Workstation, agent: str, service: str | None = None, language: str = "en"
) -> WorkCase | None:
    """Lease the most urgent unit that nobody has, or what the colleague has already; `None` where nothing is left."""
    items = work_list(workstation, service)
    own = [item for item in items if item.holder == agent]
    for item in own or [item for item in items if not item.holder]:
        try:
            return take(workstation, agent, item.unit, language)
        except Refused as refused:
            # A colleague at another window was faster, or its names were erased.
            if refused.code not in ("work_taken", "work_done", "names_gone"):
                raise
    return None


def done(
    workstation: Workstation,
    agent: str,
    unit: UnitId,
    number: str,
    shown_cents: int,
    *,
    pending: bool = False,
    sure: bool = False,
) -> UnitState:
    """The centre has it under its own `number` and shows this amount; returns the state that this makes.

    `pending` says that the centre took it and decides later. An amount that differs is refused (`amount_differs`), and
    so is a number that another entry has already (`number_told`), unless the colleague is `sure`: another amount is
    then recorded as a dispute. Raises `work_number_missing` and `work_not_taken`.
    """
    number = number.strip()
    if not number:
        raise Refused("work_number_missing")

    def job(work: _Work) -> UnitState:
        _refuse_unless_held(work, agent)
        other = told_number(work.session.tables, work.unit.service, number)
        if other not in (None, work.unit.entry_id) and not sure:
            raise Refused("number_told", number=number, entry_id=other)
        _refuse_other_amount(workstation, work, shown_cents, sure=sure)
        if shown_cents != work.unit.cents:
            _dispute(work, agent, number, shown_cents)
        else:
            _answer(work, agent, UnitFact.RECEIVED if pending else UnitFact.ACCEPTED, number)
        leases.end(work.session.connection, work.id)
        return _state(work)

    return _do(workstation, agent, unit, job)


def refuse(workstation: Workstation, agent: str, unit: UnitId, reason: str, words: str = "") -> UnitState:
    """The centre's screen refused it, for a `reason` in a word or a code; its own `words` go to the private part.

    Raises `refusal_reason_missing` and `work_not_taken`.
    """
    if not reason.strip():
        raise Refused("refusal_reason_missing")

    def job(work: _Work) -> UnitState:
        _refuse_unless_held(work, agent)
        _answer(work, agent, UnitFact.REJECTED, None, reason.strip(), {"words": words.strip()})
        leases.end(work.session.connection, work.id)
        return _state(work)

    return _do(workstation, agent, unit, job)


def not_there(workstation: Workstation, agent: str, unit: UnitId, language: str = "en") -> WorkCase | None:
    """The colleague looked, and the centre does not have it: it is then theirs to be typed.

    What the centre said that it has is then lost, and a person decides on it: `None`. Raises `too_early` before the
    centre's settling time is over, `work_not_taken`, and `work_not_looked` for what nobody could have typed yet.
    """

    def job(work: _Work) -> WorkCase | None:
        if work.unit.state not in _KEPT:
            held = _refuse_unless_held(work, agent)
            if not held.looking:
                raise Refused("work_not_looked")
        _refuse_too_early(work)
        _answer(work, agent, UnitFact.ABSENT, asked=True)
        leases.end(work.session.connection, work.id)
        again = _again(work)
        return None if again.unit.state in _KEPT or again.unit.state is UnitState.LOST else _typed(again)

    def _typed(work: _Work) -> WorkCase:
        return _case(workstation, _taken(work, agent), language)

    return _do(workstation, agent, unit, job)


def look_up(workstation: Workstation, agent: str, unit: UnitId, language: str = "en") -> WorkCase:
    """A unit that the centre is said to have, with its names and fields, to look whether it still does.

    Raises `work_not_held`.
    """

    def job(work: _Work) -> tuple[WorkCase, Entry]:
        _refuse_unless_kept(work)
        return _case(workstation, work, language, looking=True), work.entry

    case, entry = _do(workstation, agent, unit, job)
    note_person_of(workstation, entry)
    return case


def still_there(
    workstation: Workstation,
    agent: str,
    unit: UnitId,
    number: str,
    shown_cents: int,
    *,
    sure: bool = False,
) -> UnitState:
    """The colleague looked, and the centre still has it, under this number and with this amount; it is recorded.

    Another number or amount is refused (`number_differs`, `amount_differs`) unless they are `sure`: it is then a
    dispute. What is no longer there is told with `not_there`. Raises `work_not_held`.
    """

    def job(work: _Work) -> UnitState:
        _refuse_unless_kept(work)
        told, kept = number.strip(), work.unit.number or ""
        if told != kept and not sure:
            raise Refused("number_differs", shown=told, told=kept)
        _refuse_other_amount(workstation, work, shown_cents, sure=sure)
        if told == kept and shown_cents == work.unit.cents:
            _answer(work, agent, UnitFact.ACCEPTED, told, asked=True)
        else:
            _dispute(work, agent, told, shown_cents, asked=True)
        return _state(work)

    return _do(workstation, agent, unit, job)


def give_back(workstation: Workstation, agent: str, unit: UnitId, *, nothing_typed: bool) -> UnitState:
    """Lay a unit back for a colleague; where something may have been typed, the next one looks first.

    Raises `work_not_taken`.
    """

    def job(work: _Work) -> UnitState:
        held = _refuse_unless_held(work, agent)
        if nothing_typed and not held.looking:
            _answer(work, agent, UnitFact.NOT_SENT)
        leases.end(work.session.connection, work.id)
        return _state(work)

    return _do(workstation, agent, unit, job)


def _do(workstation: Workstation, agent: str, unit: UnitId, job: Callable[[_Work], T]) -> T:
    colleague(workstation.configuration, agent, MAY_CARRY)
    service = workstation.configuration.service(unit.service)
    if service is None:
        raise BadInput("unknown_service", service=unit.service)
    way_of(service)
    named = UnitId(check_entry_id(unit.entry_id), unit.service, unit.part)
    return workstation.writer.do(lambda session: job(_work(session, service, named)))


def _work(session: Session, service: Service, named: UnitId) -> _Work:
    unit = unit_row(session.tables, session.office.chain, *named)
    entry = None if unit is None else store.at_place(session.connection, unit.chain, unit.seq)
    if unit is None or entry is None:
        raise Refused("unknown_unit", entry_id=named.entry_id, service=named.service)
    custody = holder_at(session.tables, unit.chain, unit.seq)
    if custody.holder != session.office.counter:
        raise Refused("custody_elsewhere", holder=custody.holder)
    lease = leases.lease_of(session.connection, named)
    return _Work(session, service, unit, entry, custody.term, lease)


def _again(work: _Work) -> _Work:
    return _work(work.session, work.service, work.id)


def _state(work: _Work) -> UnitState:
    return _again(work).unit.state


def _taken(work: _Work, agent: str) -> _Work:
    """The unit in the colleague's hands; its attempt is recorded where they are going to type it."""
    unit, now, before = work.unit, work.session.now, work.lease
    if unit.state not in OPEN:
        raise Refused("work_done", state=unit.state.value)
    if waits_for_another(work.session.tables, unit):
        raise Refused("work_waits", entry_id=unit.depends_on)
    if work.entry.private is None and "person" in work.entry.facts:
        raise Refused("names_gone", entry_id=unit.entry_id)
    if before is not None and before.agent != agent and before.until > now:
        raise Refused(
            "work_taken", person=before.agent, until=before.until.astimezone(work.session.office.zone)
        )
    until = now + timedelta(minutes=way_of(work.service).lease_min)
    waits = unit.state is UnitState.WAITING
    if not waits and before is not None and before.agent == agent and before.until > now:
        lease = replace(before, until=until)
    else:
        lease = Lease(agent, until, str(uuid4()), looking=not waits)
        if not lease.looking:
            _attempt(work, agent, lease.attempt)
    leases.keep(work.session.connection, work.id, lease)
    return _again(work)


def _case(workstation: Workstation, work: _Work, language: str, *, looking: bool = False) -> WorkCase:
    looking = looking or (work.lease is not None and work.lease.looking)
    (message,) = messages_of(work.session.connection, work.unit.service, [work.unit])
    item = item_of(workstation, work.unit, work.entry, work.lease)
    return case_of(item, looking=looking, way=way_of(work.service), message=message, language=language)


def _refuse_unless_held(work: _Work, agent: str) -> Lease:
    """A lease whose time is over still counts until somebody else has taken the unit."""
    if work.lease is None:
        raise Refused("work_not_taken", entry_id=work.unit.entry_id)
    if work.lease.agent != agent:
        raise Refused(
            "work_taken", person=work.lease.agent, until=work.lease.until.astimezone(work.session.office.zone)
        )
    return work.lease


def _in_other_hands(work: _Work, lease: Lease) -> Refused:
    return Refused("work_taken", person=lease.agent, until=lease.until.astimezone(work.session.office.zone))


def _refuse_unless_kept(work: _Work) -> None:
    if work.unit.state not in _KEPT:
        raise Refused("work_not_held", state=work.unit.state.value)


def _refuse_other_amount(workstation: Workstation, work: _Work, shown_cents: int, *, sure: bool) -> None:
    if shown_cents != work.unit.cents and not sure:
        currency = workstation.configuration.office.currency
        sent = Money(work.unit.cents, currency)
        raise Refused("amount_differs", shown=Money(shown_cents, currency), sent=sent)


def _dispute(work: _Work, agent: str, number: str, shown_cents: int, *, asked: bool = False) -> None:
    """What the colleague read there is not what was sent."""
    reason = "differs:cents" if shown_cents != work.unit.cents else "differs:number"
    private = {"shown": _shown(work, cents=shown_cents)}
    _answer(work, agent, UnitFact.DISPUTED, number, reason, private, asked=asked)


def _refuse_too_early(work: _Work) -> None:
    """Absence that was read before the centre's settling time is over proves nothing."""
    if work.unit.attempted_at is None:
        return
    settled = from_wire(work.unit.attempted_at) + timedelta(seconds=work.service.settling_s)
    left = (settled - work.session.now).total_seconds()
    if left > 0:
        raise Refused("too_early", seconds=int(left) + 1)


def _attempt(work: _Work, agent: str, attempt: str) -> None:
    session, unit = work.session, work.unit
    (message,) = messages_of(session.connection, unit.service, [unit])
    facts = {
        "service": unit.service,
        "attempt": attempt,
        "term": work.term,
        "attempted": [[unit.entry_id, unit.part, sha256(message.body).hexdigest()]],
    }
    _append(session, agent, Fact("delivery_attempted", facts, {}))
    keep(session.connection, unit.service, to_wire(session.now), {(unit.entry_id, unit.part): message.body})


def _answer(
    work: _Work,
    agent: str,
    fact: UnitFact,
    number: str | None = None,
    reason: str | None = None,
    private: dict[str, str] | None = None,
    *,
    asked: bool = False,
) -> None:
    unit = work.unit
    told = {"entry_id": unit.entry_id, "part": unit.part, "fact": fact.value}
    if number:
        told["number"] = number
    if reason:
        told["reason"] = reason
    facts: dict[str, Any] = {
        "service": unit.service,
        "attempt": str(uuid4()) if work.lease is None else work.lease.attempt,
        "term": work.term,
        "asked": asked,
        "answers": [told],
    }
    place = f"{unit.entry_id}/{unit.part}"
    kept = {name: {place: text} for name, text in (private or {}).items() if text}
    _append(work.session, agent, Fact("delivery_answered", facts, kept))


def _append(session: Session, agent: str, fact: Fact) -> None:
    session.append(fact, agent=agent, channel=CHANNEL, entry_id=session.new_entry_id(), command_hash="")


def _shown(work: _Work, **read: object) -> str:
    """The centre's record as far as the colleague read it, over what was sent."""
    (message,) = messages_of(work.session.connection, work.unit.service, [work.unit])
    sent = msgspec.json.decode(message.body)
    record = {name: sent[name] for name in MATCHED if name in sent}
    return msgspec.json.encode({**record, **read}).decode()
