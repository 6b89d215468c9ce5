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


def paying_units(aid: Aid, after: str | None = None) -> Units:
    """The services that follow the money: all but the file's, or the file's where there is no other."""
    return _units(aid.services[1:] or aid.services[:1], after)


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


def carrier(context: Context, grant: str) -> str:
    """The entry by which the centre hears of a grant: its own, or the approval that made it one."""
    place = grants.approval_place(context.tables, grant, context.chain)
    if place is None:
        return grant
    found = store.at_place(context.connection, context.chain, place)
    return grant if found is None else found.entry_id
