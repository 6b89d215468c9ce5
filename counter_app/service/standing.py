"""How this counter stands right now, for the banner and the status line of the window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from counter_app.clock import from_wire
from counter_app.domain.errors import AppError
from counter_app.journal import store
from counter_app.projections import delivery, grants, incidents
from counter_app.projections.family import Tables
from counter_app.service.clock_check import behind_journal
from counter_app.service.register import register_about
from counter_app.service.workstation import Workstation


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An outage that is not over: since when, and each service's id with its last state but `closed`."""

    entry_id: str
    number: str
    title: str
    since: datetime
    services: dict[str, str]


@dataclass(frozen=True, slots=True)
class Heard:
    """A chain of another counter, and when it last came in."""

    chain: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """The counter as it stands; times are in the office's zone.

    `waiting` counts messages that still need a centre or a person, `approvals` grants that wait for a second person at
    this counter; `saved_at` is when the last entry was recorded.
    `copy_dated` is the day that the copy of the central register shows, `None` where there is no copy that reads.
    `clock_behind` says how far this machine's clock is behind the journal, `None` where it is not.
    """

    incident: OpenIncident | None
    waiting: int
    approvals: int
    heard: tuple[Heard, ...]
    entries: int
    saved_at: datetime | None
    copy_dated: date | None
    clock_behind: timedelta | None


def standing(workstation: Workstation) -> Standing:
    """Read the standing from one snapshot of the journal."""
    zone = workstation.office.zone
    copy_dated = _copy_dated(workstation)
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            tables = Tables(connection)
            head = store.head(connection, workstation.chain)
            last = store.at_place(connection, workstation.chain, head.seq)
            heard = tuple(
                Heard(chain.name, _local(chain.heard_at, zone))
                for chain in store.chains(connection)
                if not chain.own
            )
            return Standing(
                incident=_open_incident(tables, zone),
                waiting=delivery.unfinished(tables, workstation.chain),
                approvals=grants.pending_count(tables, workstation.chain),
                heard=heard,
                entries=head.seq,
                saved_at=None if last is None else _local(last.header["recorded_at"], zone),
                copy_dated=copy_dated,
                clock_behind=behind_journal(workstation, connection),
            )
        finally:
            connection.execute("ROLLBACK")


def _copy_dated(workstation: Workstation) -> date | None:
    try:
        about = register_about(workstation)
    except AppError:
        # Whoever searches in it is told what is wrong with it; the banner only says that there is none to use.
        return None
    return None if about is None else about.dated


def now_at(workstation: Workstation) -> datetime:
    """The workstation's time of day in the office's zone."""
    return workstation.clock.now().astimezone(workstation.office.zone)


def _open_incident(tables: Tables, zone: tzinfo) -> OpenIncident | None:
    found = incidents.open_incident(tables)
    if found is None:
        return None
    entry_id, number, title, since = found
    states = {
        service: state
        for service, (state, _) in incidents.service_states(tables, entry_id).items()
        if state != "closed"
    }
    return OpenIncident(entry_id, number, title, _local(since, zone), states)


def _local(wire: str, zone: tzinfo) -> datetime:
    return from_wire(wire).astimezone(zone)
