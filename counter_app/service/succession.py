"""Deliveries that a machine takes over, from an epoch before or from whoever had custody: none is sent unasked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from counter_app.domain.delivery import UnitFact
from counter_app.domain.ids import counter_of
from counter_app.domain.wire_form import form_of
from counter_app.journal import store
from counter_app.journal.chain import NO_PRIVATE
from counter_app.journal.entry import Entry, Fact
from counter_app.projections.custody import Holding, epochs_of, holdings
from counter_app.projections.delivery import UnitRow
from counter_app.projections.delivery_queue import waiting_in
from counter_app.service.session import Session

CHANNEL = "setup"
_AT_ONCE = 500


def presume_sent(session: Session, agent: str) -> int:
    """Record that whatever waits in other chains than the own one may have been sent; returns how many units.

    The copy may be older than the last attempt, so each is asked about before it is sent. What belongs to an entry
    whose names were never copied is set aside for a person instead: a message without names is not the one recorded.
    """
    chain = session.office.chain
    return presume(session, agent, lambda part: part.chain != chain)


def presume(
    session: Session,
    agent: str,
    where: Callable[[Holding], bool],
    which: Callable[[UnitRow], bool] = lambda _: True,
) -> int:
    """The same for the waiting units of some of the ranges that this machine may send."""
    groups = dict[tuple[str, Holding], list[UnitRow]]()
    for part in filter(where, holdings(session.tables, session.office.chain)):
        for unit in waiting_in(session.tables, part):
            if which(unit) and not _is_awaited(session, unit):
                groups.setdefault((unit.service, part), []).append(unit)
    for (service, custody), units in groups.items():
        for start in range(0, len(units), _AT_ONCE):
            _record(session, agent, service, custody.term, units[start : start + _AT_ONCE])
    return sum(len(units) for units in groups.values())


def _record(session: Session, agent: str, service: str, term: int, units: list[UnitRow]) -> None:
    known = session.office.configuration.service(service)
    facts = {
        "service": service,
        "term": term,
        "form": (known and form_of(known)) or None,
        "presumed": [[unit.entry_id, unit.part, _fact(session, unit).value] for unit in units],
    }
    session.append(
        Fact("delivery_presumed", facts),
        agent=agent,
        channel=CHANNEL,
        entry_id=session.new_entry_id(),
        command_hash="",
    )


def _is_awaited(session: Session, unit: UnitRow) -> bool:
    """Whether a unit was entrusted by another counter, and its names are still to come."""
    return counter_of(unit.chain) != session.office.counter and _is_nameless(session, unit)


def _fact(session: Session, unit: UnitRow) -> UnitFact:
    return UnitFact.SET_ASIDE if _is_nameless(session, unit) else UnitFact.ATTEMPTED


def _is_nameless(session: Session, unit: UnitRow) -> bool:
    entry = store.at_place(session.connection, unit.chain, unit.seq)
    return entry is None or (entry.private_bytes is None and entry.private_hash != NO_PRIVATE)


def take_over(session: Session, heard: Sequence[Entry]) -> None:
    """Entries of an epoch before were heard of after all, from another counter: presume them sent as well."""
    if not heard:
        return
    chain = session.office.chain
    if not any(entry.chain != chain and counter_of(entry.chain) == session.office.counter for entry in heard):
        return
    if len(epochs_of(session.tables, chain)) > 1:
        counter = session.office.counter
        presume(session, "", lambda part: part.chain != chain and counter_of(part.chain) == counter)
