"""Which central services must learn of an act, and after which earlier entry."""

from __future__ import annotations

from typing import Any

from counter_app.domain.catalogue import Aid
from counter_app.domain.ids import MAIN
from counter_app.journal import store
from counter_app.projections import delivery, grants
from counter_app.service.context import Context

Units = list[dict[str, Any]]


def file_units(aid: Aid, after: str | None = None) -> Units:
    """The service that keeps the aid's file."""
    return _units(aid.services[:1], after)


def paying_units(aid: Aid) -> Units:
    """The services that follow the money: all but the file's, or the file's where there is no other."""
    return _units(aid.services[1:] or aid.services[:1], None)


def all_units(aid: Aid, after: str | None = None) -> Units:
    """Every service of the aid."""
    return _units(aid.services, after)


def _units(services: tuple[str, ...], after: str | None) -> Units:
    made: Units = []
    for service in services:
        unit: dict[str, Any] = {"service": service, "part": MAIN}
        if after is not None:
            unit["depends_on"] = after
        made.append(unit)
    return made


def only_told(context: Context, units: Units) -> Units:
    """Keep a dependency only where the entry it names has a unit for that very service."""
    for unit in units:
        after = unit.get("depends_on")
        if after and delivery.unit_row(context.tables, context.chain, after, unit["service"], MAIN) is None:
            del unit["depends_on"]
    return units


def behind_grant(context: Context, grant: str, units: Units) -> Units:
    """Let each unit wait for the last act on the grant that its service is told of, the grant itself first."""
    acts = [grant]
    for place in grants.act_places(context.tables, grant, context.chain):
        entry = store.at_place(context.connection, context.chain, place)
        if entry is not None:
            acts.append(entry.entry_id)
    for unit in units:
        for act in reversed(acts):
            if delivery.unit_row(context.tables, context.chain, act, unit["service"], MAIN) is not None:
                unit["depends_on"] = act
                break
    return units
