"""The messages of units: the bodies that were sent before, byte for byte, and those of the others rendered anew."""

from __future__ import annotations

from collections.abc import Sequence

from counter_app.journal import store
from counter_app.projections.clock import corrected_days
from counter_app.projections.delivery import UnitRow
from counter_app.projections.doubles import resubmission_of
from counter_app.projections.family import Tables
from counter_app.service.bodies import UnitId, kept
from counter_app.storage.database import Connection
from counter_app.sync.body import render_body
from counter_app.sync.port import Message


def messages_of(connection: Connection, service: str, units: Sequence[UnitRow]) -> tuple[Message, ...]:
    """One message for each unit, in their order, each with the centre's number where one was told."""
    bodies = kept(connection, service, units)
    _render(connection, [unit for unit in units if (unit.entry_id, unit.part) not in bodies], bodies)
    return tuple([Message(unit.key, bodies[unit.entry_id, unit.part], unit.number) for unit in units])


def _render(connection: Connection, units: Sequence[UnitRow], bodies: dict[UnitId, bytes]) -> None:
    for chain in {unit.chain for unit in units}:
        seqs = [unit.seq for unit in units if unit.chain == chain]
        entries = store.at_places(connection, chain, seqs)
        days = corrected_days(Tables(connection), chain, seqs)
        repeats = resubmission_of(Tables(connection), [unit.entry_id for unit in units])
        for unit in units:
            if unit.chain == chain:
                repeated = repeats.get(unit.entry_id)
                body = render_body(entries[unit.seq], unit.part, days.get(unit.seq), repeated)
                bodies[unit.entry_id, unit.part] = body
