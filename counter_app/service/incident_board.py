"""The status board of the central services: how each stands and since when, and what was recorded on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from counter_app.clock import business_day, from_wire
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.projections import daybook
from counter_app.projections import incidents as books
from counter_app.projections.family import Tables
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection

_HOUR = re.compile(r"(\d{1,2})\s?[:h.]?\s?(\d{2})")
_KINDS = ("incident_declared", "incident_updated", "incident_closed")


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service of the office in its order of recovery: its last state in an open incident, or empty and `None`."""

    service: str
    state: str
    since: datetime | None
    incident: str


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One recorded line of an incident: what changed for which service, in whose words, from what source."""

    entry_id: str
    at: datetime
    kind: str
    services: dict[str, str]
    words: str
    source: str
    agent: str
    counter: str


@dataclass(frozen=True, slots=True)
class IncidentCase:
    """An incident with the last word on each of its services and its timeline, oldest line first."""

    entry_id: str
    number: str
    title: str
    cause: str
    since: datetime
    ended: datetime | None
    services: dict[str, tuple[str, datetime]]
    timeline: tuple[TimelineLine, ...]

    @property
    def is_open(self) -> bool:
        """Whether some service of it is not closed."""
        return self.ended is None

    @property
    def open_services(self) -> tuple[str, ...]:
        """The services that it still concerns."""
        return tuple(service for service, (state, _) in self.services.items() if state != "closed")


@dataclass(frozen=True, slots=True)
class Board:
    """Every service as it stands `now`, and every incident, the open ones first and then the latest."""

    now: datetime
    services: tuple[ServiceLine, ...]
    incidents: tuple[IncidentCase, ...]


def read_board(workstation: Workstation) -> Board:
    """The board from one snapshot of the journal; times in the office's zone."""
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            tables = Tables(connection)
            lines = _lines(workstation, connection, tables)
            cases = [
                _case(workstation, tables, row, lines.get(row[0], [])) for row in books.incidents(tables)
            ]
        finally:
            connection.execute("ROLLBACK")
    cases.sort(key=lambda case: (case.is_open, case.since), reverse=True)
    services = sorted(workstation.configuration.services, key=lambda service: service.order)
    return Board(
        now=workstation.clock.now().astimezone(workstation.office.zone),
        services=tuple(_service(service.id, cases) for service in services),
        incidents=tuple(cases),
    )


def time_of_today(workstation: Workstation, typed: str) -> str | None:
    """An hour and minute of today, such as `9:10`, `9h10` or `0910`, as an RFC 3339 time of the office's zone.

    `None` where it is no time of day.
    """
    return time_of_day(workstation, business_day(workstation.clock.now(), workstation.office.zone), typed)


def time_of_day(workstation: Workstation, day: date, typed: str) -> str | None:
    """The same of any day."""
    found = _HOUR.fullmatch(typed.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    at = time(int(found[1]), int(found[2]))
    return datetime.combine(day, at, workstation.office.zone).isoformat()


def _lines(
    workstation: Workstation, connection: Connection, tables: Tables
) -> dict[str, list[tuple[Entry, TimelineLine]]]:
    """Every recorded line under its incident, in the order in which it happened."""
    found: dict[str, list[tuple[Entry, TimelineLine]]] = {}
    for chain, seq in daybook.places_of_kinds(tables, _KINDS):
        entry = store.at_place(connection, chain, seq)
        if entry is None:
            continue
        facts = entry.facts
        line = TimelineLine(
            entry_id=entry.entry_id,
            at=_local(workstation, entry.header["happened_at"]),
            kind=entry.kind,
            services=dict(facts["services"]),
            words=str(facts.get("words") or facts.get("title") or ""),
            source=str(facts.get("source") or ""),
            agent=str(entry.header["agent"]),
            counter=str(entry.header["workstation"]),
        )
        found.setdefault(str(facts.get("incident") or entry.entry_id), []).append((entry, line))
    for lines in found.values():
        lines.sort(key=lambda pair: (pair[1].at, pair[0].chain, pair[0].seq))
    return found


def _case(
    workstation: Workstation,
    tables: Tables,
    row: tuple[str, str, str, str],
    lines: list[tuple[Entry, TimelineLine]],
) -> IncidentCase:
    entry_id, number, title, since = row
    states = {
        service: (state, _local(workstation, at))
        for service, (state, at) in books.service_states(tables, entry_id).items()
    }
    closed = all(state == "closed" for state, _ in states.values())
    cause = next(
        (str(entry.facts.get("cause") or "") for entry, _ in lines if entry.entry_id == entry_id), ""
    )
    return IncidentCase(
        entry_id=entry_id,
        number=number,
        title=title,
        cause=cause,
        since=_local(workstation, since),
        ended=max((at for _, at in states.values()), default=None) if closed else None,
        services=states,
        timeline=tuple(line for _, line in lines),
    )


def _service(service: str, cases: list[IncidentCase]) -> ServiceLine:
    for case in cases:
        state, since = case.services.get(service, ("closed", case.since))
        if case.is_open and state != "closed":
            return ServiceLine(service, state, since, case.entry_id)
    return ServiceLine(service, "", None, "")


def _local(workstation: Workstation, wire: str) -> datetime:
    return from_wire(wire).astimezone(workstation.office.zone)
