"""Delivery units in every state that needs a person, made as a centre would make them."""

from __future__ import annotations

from uuid import uuid4

from counter_app.journal.entry import Fact
from counter_app.service.session import Session
from counter_app.sync.port import Message, Outcome, UnitReply
from tests.unit.counters import CASH, IT, Desk, person
from tests.unit.service.scripted import Centre, Deliverer, accepts, said


def rejected(desk: Desk, surname: str = "Rejected", *, paid: bool = True) -> str:
    """A grant whose unit at the file of aids the centre rejected; the cash was paid, unless it was not."""
    if paid and desk.balance("drawer") < 10_000:
        desk.fill_drawer()
    grant = desk.grant(2500, person=person(surname), **({"payment": CASH} if paid else {}))
    answer = said(Outcome.REJECTED, reason="over_income", words=f"{surname} already has it")
    Deliverer(desk, Centre(answer)).exchange()
    return grant


def disputed(desk: Desk, surname: str = "Disputed") -> str:
    """A grant of which the centre shows another amount."""
    grant = desk.grant(3000, person=person(surname))

    def answer(message: Message) -> UnitReply:
        return accepts(cents=9900)(message)

    Deliverer(desk, Centre(answer)).exchange()
    return grant


def lost(desk: Desk, surname: str = "Lost") -> str:
    """A request that the centre received and does not hold any more."""
    request = desk.id("record_request", person=person(surname), aid="FR-SECURG")
    deliverer = Deliverer(desk, Centre(said(Outcome.RECEIVED), said(Outcome.ABSENT)))
    deliverer.exchange()
    deliverer.wait()
    deliverer.exchange()
    return request


def unanswered(desk: Desk, surname: str = "Unanswered") -> str:
    """A request that was sent and never answered."""
    request = desk.id("record_request", person=person(surname), aid="FR-SECURG")
    Deliverer(desk, Centre(said(Outcome.UNKNOWN))).exchange()
    return request


def set_aside(desk: Desk, surname: str = "Aside") -> str:
    """A request that a rule kept from being sent."""
    request = desk.id("record_request", person=person(surname), aid="FR-SECURG")
    facts = {
        "service": "aid-file",
        "attempt": str(uuid4()),
        "term": 0,
        "asked": False,
        "answers": [{"entry_id": request, "part": "main", "fact": "set_aside", "reason": "no_reason_given"}],
    }

    def job(session: Session) -> None:
        fact = Fact("delivery_answered", facts)
        session.append(fact, agent=IT, channel="courier", entry_id=str(uuid4()), command_hash="")

    desk.workstation.writer.do(job)
    return request
