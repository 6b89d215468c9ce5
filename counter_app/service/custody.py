"""Custody of units: given to another counter to send, returned by it, or taken back by a supervisor's decision."""

from __future__ import annotations

from counter_app.access.roles import RECOVERY, SUPERVISION, colleague
from counter_app.domain.errors import BadInput, Refused
from counter_app.domain.ids import counter_of
from counter_app.journal import store
from counter_app.journal.entry import Fact
from counter_app.projections import custody as books
from counter_app.projections import delivery_queue
from counter_app.projections.custody import GIVEN, RETURNED, TAKEN_BACK, Holding
from counter_app.service.session import Session
from counter_app.service.succession import presume
from counter_app.service.workstation import Workstation

CHANNEL = "exchange"


def known_counter(workstation: Workstation, counter: str) -> None:
    """Raise `unknown_counter` for a counter that neither the configuration nor any chain names, or this one itself.

    A sample office takes any counter, and no configuration of it names them all.
    """
    if counter == workstation.office.counter:
        raise Refused("bundle_to_itself", counter=counter)
    if workstation.configuration.counter(counter) is not None or workstation.configuration.office.sample:
        return
    with workstation.reading() as connection:
        if not any(row.counter == counter for row in store.chains(connection)):
            raise Refused("unknown_counter", counter=counter)


def give(workstation: Workstation, to: str, agent: str) -> int:
    """Give a counter all units that may be sent from here, up to the last entry; returns how many are new to it.

    0 where everything was given to it before. Raises `custody_nothing` where nothing needs to be sent, and
    `custody_elsewhere` while another counter holds some.
    """
    colleague(workstation.configuration, agent, RECOVERY)
    known_counter(workstation, to)

    def job(session: Session) -> int:
        counter, tables = session.office.counter, session.tables
        ranges, units, held = [], 0, 0
        for chain in books.epochs_of(tables, session.office.chain):
            parts = books.ranges_of(tables, chain)
            for part in parts:
                count = _open_units(session, part)
                if part.holder not in (counter, to) and count:
                    raise Refused("custody_elsewhere", holder=part.holder)
                held += count if part.holder == to else 0
            mine = sum(_open_units(session, part) for part in parts if part.holder == counter)
            if mine:
                head = store.head(session.connection, chain)
                ranges.append([chain, head.seq, books.next_term(tables, chain)])
                units += mine
        if not units and not held:
            raise Refused("custody_nothing")
        if units:
            _append(session, GIVEN, {"to": to, "ranges": ranges, "count": units}, agent)
        return units

    return workstation.writer.do(job)


def give_back(workstation: Workstation, to: str, agent: str) -> int:
    """Return everything that was entrusted by a counter; returns how many units of it still need somebody.

    It counts there once this chain is heard: by folder, or by a bundle, which also carries the messages as sent.
    Raises `custody_not_held` where nothing of that counter is held here.
    """
    colleague(workstation.configuration, agent, RECOVERY)

    def job(session: Session) -> int:
        parts = [
            part
            for part in books.entrusted(session.tables, session.office.counter)
            if counter_of(part.chain) == to
        ]
        if not parts:
            raise Refused("custody_not_held", counter=to)
        units = sum(_open_units(session, part) for part in parts)
        facts = {"to": to, "ranges": _to_their_ends(session, parts), "count": units}
        _append(session, RETURNED, facts, agent)
        return units

    return workstation.writer.do(job)


def take_back(workstation: Workstation, holder: str, reason: str, agent: str) -> int:
    """A supervisor's decision that what was given to a counter is lost: it comes back, and may have been sent.

    Each of its waiting units is asked about before it is sent from here; returns how many. Raises `reason_missing`,
    and `custody_not_given` where that counter holds nothing of this one.
    """
    colleague(workstation.configuration, agent, SUPERVISION)
    if not reason.strip():
        raise BadInput("reason_missing")

    def job(session: Session) -> int:
        epochs = books.epochs_of(session.tables, session.office.chain)
        parts = [
            part
            for chain in epochs
            for part in books.ranges_of(session.tables, chain)
            if part.holder == holder and holder != session.office.counter
        ]
        if not parts:
            raise Refused("custody_not_given", counter=holder)
        facts: dict[str, object] = {"from": holder, "to": session.office.counter}
        facts["ranges"] = _to_their_ends(session, parts)
        _append(session, TAKEN_BACK, facts, agent, reason)
        return presume(
            session,
            agent,
            lambda part: part.chain in epochs,
            lambda unit: any(
                part.chain == unit.chain and part.first <= unit.seq <= part.last for part in parts
            ),
        )

    return workstation.writer.do(job)


def _to_their_ends(session: Session, parts: list[Holding]) -> list[list[object]]:
    """Chain, last place and the next term for each chain of these ranges."""
    ends: dict[str, int] = {}
    for part in parts:
        ends[part.chain] = max(ends.get(part.chain, 0), part.last)
    return [[chain, last, books.next_term(session.tables, chain)] for chain, last in sorted(ends.items())]


def _open_units(session: Session, part: Holding) -> int:
    return delivery_queue.open_units(session.tables, part.chain, part.first, part.last)


def _append(session: Session, kind: str, facts: dict[str, object], agent: str, reason: str = "") -> None:
    session.append(
        Fact(kind, facts, {"reason": reason.strip()} if reason else {}),
        agent=agent,
        channel=CHANNEL,
        entry_id=session.new_entry_id(),
        command_hash="",
    )
