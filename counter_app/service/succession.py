"""What a new epoch takes over from those before it: their deliveries, none of which is sent unasked."""

from __future__ import annotations

from collections.abc import Sequence

from counter_app.domain.delivery import UnitFact, UnitState
from counter_app.domain.ids import counter_of, term_of
from counter_app.journal import store
from counter_app.journal.chain import NO_PRIVATE
from counter_app.journal.entry import Entry, Fact
from counter_app.projections import delivery
from counter_app.projections.custody import in_custody
from counter_app.projections.delivery import UnitRow
from counter_app.service.session import Session

CHANNEL = "setup"
_AT_ONCE = 500


def presume_sent(session: Session, agent: str) -> int:
    """Record that whatever waits in the epochs before may have been sent; returns how many units.

    The copy may be older than the last attempt, so each is asked about before it is sent. What belongs to an entry
    whose names were never copied is set aside for a person instead: a message without names is not the one recorded.
    """
    chain = session.office.chain
    waiting = [
        unit
        for unit in delivery.units(session.tables, chain, None, (UnitState.WAITING.value,))
        if unit.chain != chain
    ]
    for service in sorted({unit.service for unit in waiting}):
        units = [unit for unit in waiting if unit.service == service]
        for start in range(0, len(units), _AT_ONCE):
            _record(session, agent, service, units[start : start + _AT_ONCE])
    return len(waiting)


def _record(session: Session, agent: str, service: str, units: list[UnitRow]) -> None:
    facts = {
        "service": service,
        "term": term_of(session.office.chain),
        "presumed": [[unit.entry_id, unit.part, _fact(session, unit).value] for unit in units],
    }
    session.append(
        Fact("delivery_presumed", facts),
        agent=agent,
        channel=CHANNEL,
        entry_id=session.new_entry_id(),
        command_hash="",
    )


def _fact(session: Session, unit: UnitRow) -> UnitFact:
    entry = store.at_place(session.connection, unit.chain, unit.seq)
    nameless = entry is None or (entry.private_bytes is None and entry.private_hash != NO_PRIVATE)
    return UnitFact.SET_ASIDE if nameless else UnitFact.ATTEMPTED


def take_over(session: Session, heard: Sequence[Entry]) -> None:
    """Entries of an epoch before were heard of after all, from another counter: presume them sent as well."""
    if not heard:
        return
    chain = session.office.chain
    if not any(entry.chain != chain and counter_of(entry.chain) == session.office.counter for entry in heard):
        return
    if len(in_custody(session.tables, chain)) > 1:
        presume_sent(session, "")
