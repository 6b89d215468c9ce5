"""What a citizen is told once somebody decided about their act after the outage: a line on their page, and a paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from counter_app.clock import from_wire
from counter_app.documents.notice import NoticeRows, render_notice
from counter_app.domain.errors import BadInput
from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.projections import decisions
from counter_app.projections.decisions import DecisionRow
from counter_app.projections.family import Tables
from counter_app.service.access_log import note_person_of
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection
from counter_app.text import N_, Text

_SAID: Final = {
    "close": N_("The central service did not take it up."),
    "waive": N_("The central service did not take it up. What was paid to you stays yours."),
    "recover": N_("The central service did not take it up."),
    "accept": N_("The central service keeps the record that it has of it."),
}
"""The decisions that somebody must be told of; all others change nothing for them."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What became of one act at one service, as a message id; `claimed` is what is asked back."""

    entry_id: str
    service: str
    number: str
    what: str
    claimed: Money | None
    at: datetime


def notices(workstation: Workstation, entry_ids: Iterable[str]) -> tuple[Notice, ...]:
    """What there is to tell about some acts, the last decision first; an undone decision is no longer told."""
    with workstation.reading() as connection:
        found = decisions.standing_on(Tables(connection), entry_ids)
        told = [_notice(workstation, connection, row) for row in found.values() if row.decision in _SAID]
    return tuple(sorted((one for one in told if one is not None), key=lambda one: one.at, reverse=True))


def notice_pdf(workstation: Workstation, entry_id: str, text: Text) -> bytes:
    """The paper about an act; raises `nothing_to_tell` where nothing was decided that the citizen must know."""
    told = notices(workstation, (entry_id,))
    with workstation.reading() as connection:
        entry = store.find(connection, entry_id)
    if not told or entry is None:
        raise BadInput("nothing_to_tell")
    note_person_of(workstation, entry)
    return render_notice(_rows(workstation, entry, told[0], text), text)


def _notice(workstation: Workstation, connection: Connection, row: DecisionRow) -> Notice | None:
    decision = store.at_place(connection, row.chain, row.seq)
    act = store.find(connection, row.place[0])
    if decision is None or act is None:
        return None
    cents = decision.facts.get("claim_cents")
    currency = workstation.configuration.office.currency
    return Notice(
        entry_id=act.entry_id,
        service=row.place[1],
        number=str(act.facts.get("number") or ""),
        what=_SAID[row.decision],
        claimed=Money(int(cents), currency) if cents else None,
        at=from_wire(row.at).astimezone(workstation.office.zone),
    )


def _rows(workstation: Workstation, entry: Entry, told: Notice, text: Text) -> NoticeRows:
    configuration = workstation.configuration
    office, first = configuration.office, configuration.office.languages[0]
    aid, service = configuration.aid(str(entry.facts.get("aid"))), configuration.service(told.service)

    def of(texts: dict[str, str]) -> str:
        return texts.get(text.language) or texts.get(first) or ""

    person = (entry.private or {}).get("person") or {}
    names = [str(person.get("surname", "")), *(str(one) for one in person.get("given_names", ()))]
    return NoticeRows(
        office_name=office.name,
        office_address=office.address,
        office_phone=office.phone,
        person=" ".join(name for name in names if name),
        number=told.number,
        aid=of(aid.names) if aid else str(entry.facts.get("aid") or ""),
        amount=Money(int(entry.facts.get("cents") or 0), office.currency),
        granted_on=date.fromisoformat(entry.header["right_day"]),
        decided_on=told.at.date(),
        service=of(service.names) if service else told.service,
        what=text(told.what),
        claimed=told.claimed,
        appeal=of(configuration.paper.appeal),
        is_specimen=office.sample,
    )
