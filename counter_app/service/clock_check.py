"""Whether the machine's clock can be believed: what the journal remembers of it, and what centres said of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from counter_app.clock import from_wire
from counter_app.journal import store
from counter_app.projections import clock as books
from counter_app.projections import runner
from counter_app.projections.family import Tables
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection
from counter_app.text import N_

MAY_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth knowing that breaks nothing: `sentence` is a message id, `where` its place for machines."""

    code: str
    sentence: str
    where: dict[str, object]


_FORWARD = N_("{chain}: the clock was put forward by {minutes} min before entry {seq}.")
_BACK = N_("{chain}: the clock was put back by {minutes} min before entry {seq}.")
_CENTRE = N_("{chain}: the clock of {service} was {minutes} min ahead of this one.")
_CENTRE_BEHIND = N_("{chain}: the clock of {service} was {minutes} min behind this one.")
_CORRECTED = N_(
    "{chain}: from entry {first} to {last} the clock was wrong by {minutes} min; this was corrected."
)


def clock_notices(connection: Connection, chain: str) -> list[Notice]:
    """What is known of the clock of a chain: jumps nobody has explained, corrections, a centre's other time."""
    if books.FAMILY in runner.out_of_date(connection):
        return []
    tables = Tables(connection)
    return [*_jumps(tables, chain), *_corrections(tables, chain), *_centres(tables, chain)]


def clock_marks(connection: Connection, chain: str) -> Callable[[int], dict[str, int]]:
    """What is to be said beside each entry of a chain: `jumped_s` before it, `ahead_s` by which its time was wrong."""
    if books.FAMILY in runner.out_of_date(connection):
        return lambda _: {}
    tables = Tables(connection)
    jumped = {jump.seq: jump.by_s for jump in books.jumps(tables, chain)}
    corrected = books.corrections(tables, chain)

    def marks(seq: int) -> dict[str, int]:
        ahead = [made.ahead_s for made in corrected if made.first <= seq <= made.last]
        return {
            **({"jumped_s": jumped[seq]} if seq in jumped else {}),
            **({"ahead_s": ahead[-1]} if ahead else {}),
        }

    return marks


def _jumps(tables: Tables, chain: str) -> Iterator[Notice]:
    for jump in books.unexplained_jumps(tables, chain):
        sentence = _FORWARD if jump.by_s > 0 else _BACK
        where = {"chain": chain, "seq": jump.seq, "by_s": jump.by_s, "minutes": _minutes(jump.by_s)}
        yield Notice("clock_jump", sentence, where)


def _corrections(tables: Tables, chain: str) -> Iterator[Notice]:
    for made in books.corrections(tables, chain):
        where = {"chain": chain, "first": made.first, "last": made.last, "ahead_s": made.ahead_s}
        yield Notice("clock_corrected", _CORRECTED, {**where, "minutes": _minutes(made.ahead_s)})


def _centres(tables: Tables, chain: str) -> Iterator[Notice]:
    for told in books.centre_times(tables, chain):
        if abs(told.ahead_s) >= books.MAY_DIFFER_S:
            sentence = _CENTRE if told.ahead_s > 0 else _CENTRE_BEHIND
            where = {"chain": chain, "service": told.service, "ahead_s": told.ahead_s}
            yield Notice("centre_time", sentence, {**where, "minutes": _minutes(told.ahead_s)})


def _minutes(seconds: int) -> int:
    return round(abs(seconds) / 60)


def behind_journal(workstation: Workstation, connection: Connection) -> timedelta | None:
    """How far the clock is behind what the own chain says; `None` where it is within five minutes.

    The order of entries is their place in the chain, so a clock that was put back disorders nothing; but what is
    recorded meanwhile carries its time. Under the `boot_id` of an entry the time that passed since counts too. What
    a correction says of a stretch of entries is believed.
    """
    corrected = books.corrections(Tables(connection), workstation.chain)
    head = store.head(connection, workstation.chain)
    # What was recorded since with the wrong time must not hide it: places ever further back are looked at.
    places = {head.seq, *(head.seq - 2**step for step in range(head.seq.bit_length()))}
    found = store.at_places(connection, workstation.chain, sorted(place for place in places if place > 0))
    clock = workstation.clock
    now, boot, runs_for = clock.now(), clock.boot_id(), clock.monotonic()
    behind = timedelta(0)
    for entry in found.values():
        least = from_wire(entry.header["recorded_at"])
        if entry.header["boot_id"] == boot:
            least += timedelta(seconds=max(0.0, runs_for - entry.header["monotonic_ms"] / 1000))
        ahead = [made.ahead_s for made in corrected if made.first <= entry.seq <= made.last]
        least -= timedelta(seconds=ahead[-1] if ahead else 0)
        behind = max(behind, least - now)
    return behind if behind >= MAY_DIFFER else None
