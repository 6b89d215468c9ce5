"""The work-list as people read it: what is open in the order of urgency, and one unit opened, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import msgspec

from counter_app.clock import business_day, from_wire
from counter_app.domain.catalogue import Service
from counter_app.domain.centre_form import coded, template
from counter_app.domain.delivery import UnitState
from counter_app.domain.errors import BadInput
from counter_app.domain.manual_way import Copied, ManualWay
from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.projections import delivery as books
from counter_app.projections.delivery import UnitRow
from counter_app.projections.family import Tables
from counter_app.projections.work_list import by_hand
from counter_app.service.work_list.leases import Lease, UnitId, leases
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection
from counter_app.sync.port import Message
from counter_app.text import N_

MANUAL = "manual"
_USUAL = (
    ("${person.surname}", N_("Surname")),
    ("${person.given_names}", N_("Given names")),
    ("${person.birth_date:%d/%m/%Y}", N_("Date of birth")),
    ("${aid}", N_("Aid")),
    ("${cents:amount}", N_("Amount")),
    ("${happened_on:%d/%m/%Y}", N_("Day of the act")),
    ("${number}", N_("Receipt number")),
)
_BEGUN = (UnitState.UNKNOWN, UnitState.RECEIVED)
_HELD = (UnitState.ACCEPTED, UnitState.SETTLED)
_COPY_KEYS = "1234567890"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A unit to be typed over, without names; times in the office's zone.

    `holder` is the id of the colleague who has it, until `until`, empty where nobody has. `look_first` says that it may
    stand at the centre already: whoever takes it looks there before typing.
    """

    unit: UnitId
    kind: str
    aid: str
    amount: Money
    at: datetime
    receipt: str
    state: UnitState
    number: str
    holder: str
    until: datetime | None
    look_first: bool

    @property
    def key(self) -> str:
        """What tells it from every other unit."""
        return "/".join(self.unit)


@dataclass(frozen=True, slots=True)
class WorkField:
    """One field of the centre's form: what its screen calls it, the text to type there, the key that copies it.

    Without a name of the centre's own, `usual` is a message id. The first ten fields have a key.
    """

    name: str
    usual: str
    text: str
    copy_key: str


@dataclass(frozen=True, slots=True)
class WorkCase:
    """A unit in a colleague's hands, with names: `looking` first whether the centre has it, or typing it."""

    item: WorkItem
    looking: bool
    screen: str
    fields: tuple[WorkField, ...]


def hand_services(workstation: Workstation) -> tuple[Service, ...]:
    """The services that are told by hand, in the recovery order."""
    found = [service for service in workstation.configuration.services if service.connector == MANUAL]
    return tuple(sorted(found, key=lambda service: (service.order, service.id)))


def way_of(service: Service) -> ManualWay:
    """The settings of a service that is told by hand; raises `not_by_hand`."""
    if service.connector != MANUAL:
        raise BadInput("not_by_hand", service=service.id)
    return service.manual or ManualWay()


def work_list(workstation: Workstation, service: str | None = None) -> tuple[WorkItem, ...]:
    """What is to be typed over, the most urgent first: what may stand there already, then as the service says, by age.

    Raises `unknown_service` and `not_by_hand`.
    """
    items: list[WorkItem] = []
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            for one in _asked(workstation, service):
                units = by_hand(Tables(connection), workstation.chain, one.id)
                held, entries = leases(connection, one.id), _entries(connection, units)
                made = [
                    item_of(workstation, unit, entries[unit.chain, unit.seq], held.get(id_of(unit)))
                    for unit in units
                ]
                items += sorted(made, key=lambda item: _urgency(way_of(one), item))
        finally:
            connection.execute("ROLLBACK")
    return tuple(items)


def audit_sample(workstation: Workstation, service: str, count: int) -> tuple[WorkItem, ...]:
    """Up to `count` units that people said the centre has, to look whether it still does: others each day.

    Raises `unknown_service` and `not_by_hand`.
    """
    (one,) = _asked(workstation, service)
    day = business_day(workstation.clock.now(), workstation.office.zone).isoformat()
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            units = books.units(Tables(connection), workstation.chain, one.id, _HELD)
            drawn = sorted(units, key=lambda unit: sha256(f"{day} {unit.key}".encode()).digest())[:count]
            entries = _entries(connection, drawn)
        finally:
            connection.execute("ROLLBACK")
    return tuple(item_of(workstation, unit, entries[unit.chain, unit.seq], None) for unit in drawn)


def id_of(unit: UnitRow) -> UnitId:
    """What names a unit."""
    return UnitId(unit.entry_id, unit.service, unit.part)


def item_of(workstation: Workstation, unit: UnitRow, entry: Entry, lease: Lease | None) -> WorkItem:
    """A unit as the list shows it."""
    zone = workstation.office.zone
    live = lease if lease is not None and lease.until > workstation.clock.now() else None
    typing = live is not None and not live.looking
    return WorkItem(
        unit=id_of(unit),
        kind=unit.kind,
        aid=unit.aid or "",
        amount=Money(unit.cents, workstation.configuration.office.currency),
        at=from_wire(entry.header["happened_at"]).astimezone(zone),
        receipt=str(entry.facts.get("number") or ""),
        state=unit.state,
        number=unit.number or "",
        holder="" if live is None else live.agent,
        until=None if live is None else live.until.astimezone(zone),
        look_first=unit.state in _BEGUN and not typing,
    )


def case_of(item: WorkItem, *, looking: bool, way: ManualWay, message: Message, language: str) -> WorkCase:
    """A unit opened: the fields of its body in the centre's order and form."""
    values = coded({**msgspec.json.decode(message.body), "key": message.key}, way.codes)
    fields = []
    for place, (name, usual, text) in enumerate(_forms(way, language)):
        key = _COPY_KEYS[place] if place < len(_COPY_KEYS) else ""
        fields.append(WorkField(name, usual, template(text).filled(values), key))
    return WorkCase(item, looking, _in(way.screen, language), tuple(fields))


def _forms(way: ManualWay, language: str) -> list[tuple[str, str, str]]:
    """Name, message id of the usual name, and template of each field."""
    if not way.fields:
        return [("", usual, text) for text, usual in _USUAL]
    return [(_name(copied, language), "", copied.text) for copied in way.fields]


def _name(copied: Copied, language: str) -> str:
    return _in(copied.names, language) or copied.text


def _in(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def _asked(workstation: Workstation, service: str | None) -> tuple[Service, ...]:
    if service is None:
        return hand_services(workstation)
    found = workstation.configuration.service(service)
    if found is None:
        raise BadInput("unknown_service", service=service)
    way_of(found)
    return (found,)


def _entries(connection: Connection, units: list[UnitRow]) -> dict[tuple[str, int], Entry]:
    return {
        (chain, seq): entry
        for chain in {unit.chain for unit in units}
        for seq, entry in store.at_places(
            connection, chain, [unit.seq for unit in units if unit.chain == chain]
        ).items()
    }


def _urgency(way: ManualWay, item: WorkItem) -> tuple[bool, int, datetime]:
    rank = way.urgent.index(item.kind) if item.kind in way.urgent else len(way.urgent)
    return (item.state is not UnitState.UNKNOWN, rank, item.at)
