"""Keeps the messages that a bundle brings as they were sent before, where its maker may say what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import groupby

from counter_app.journal import store
from counter_app.projections.delivery_told import places_told
from counter_app.projections.family import Tables
from counter_app.service.bodies import keep
from counter_app.service.bundles.proving import SentBody
from counter_app.service.lanes import Lane
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection

_AT_ONCE = 200
_Sent = frozenset[tuple[str, str, str]]
"""Entry id, part and SHA-256 of each message that one attempt offered."""


def keep_bodies(workstation: Workstation, maker: str, bodies: Iterable[SentBody]) -> None:
    """Keep messages that the counter `maker` brings, each once: a key stands for its bytes.

    A counter says what its own acts were sent as; of others' acts it only gives what an attempt of its own has the
    hash of, for what is kept here is sent again under an honest key. What is neither is left out, and rendered anew.
    """
    wanted = list(bodies)
    if not wanted:
        return
    with workstation.reading() as connection:
        believed = [body for body in wanted if _is_its_own(connection, maker, body)]
        attempts = _Attempts(connection, maker)
        own = set(believed)
        believed += [body for body in wanted if body not in own and attempts.offered(body)]
    _keep(workstation, believed)


def _is_its_own(connection: Connection, maker: str, body: SentBody) -> bool:
    try:
        return store.counters_with(connection, body.entry_id) == {maker}
    except ValueError:
        return False


class _Attempts:
    """What the chains of one counter say that they offered, looked up by service and time."""

    def __init__(self, connection: Connection, maker: str) -> None:
        self._connection = connection
        self._chains = [row.name for row in store.chains(connection) if row.counter == maker]
        self._places: dict[str, dict[str, list[tuple[str, int]]]] = {}
        self._sent: dict[tuple[str, int], _Sent] = {}

    def offered(self, body: SentBody) -> bool:
        """Whether such an attempt has the hash of this message."""
        if body.service not in self._places:
            self._places[body.service] = self._told_of(body.service)
        wanted = (body.entry_id, body.part, sha256(body.body).hexdigest())
        return any(wanted in self._of(place) for place in self._places[body.service].get(body.at, ()))

    def _told_of(self, service: str) -> dict[str, list[tuple[str, int]]]:
        found: dict[str, list[tuple[str, int]]] = {}
        for chain in self._chains:
            for at, seq in places_told(Tables(self._connection), service, chain):
                found.setdefault(at, []).append((chain, seq))
        return found

    def _of(self, place: tuple[str, int]) -> _Sent:
        if place not in self._sent:
            entry = store.at_place(self._connection, *place)
            told = [] if entry is None else entry.facts.get("attempted", [])
            self._sent[place] = frozenset(tuple(one) for one in told)
        return self._sent[place]


def _keep(workstation: Workstation, bodies: Iterable[SentBody]) -> None:
    for service, at, some in _batches(bodies):

        def job(session: Session, service: str = service, at: str = at, some: list[SentBody] = some) -> None:
            there = {
                str(row[0])
                for row in session.connection.execute(
                    "SELECT j.value ->> 0 FROM rendered_body b, json_each(b.units) j"
                    " WHERE b.service = ? AND b.at = ?",
                    (service, at),
                )
            }
            new = {(one.entry_id, one.part): one.body for one in some if one.entry_id not in there}
            if new:
                keep(session.connection, service, at, new)

        workstation.writer.do(job, Lane.MACHINES)


def _batches(bodies: Iterable[SentBody]) -> Iterator[tuple[str, str, list[SentBody]]]:
    def place(body: SentBody) -> tuple[str, str]:
        return body.service, body.at

    for (service, at), group in groupby(sorted(bodies, key=place), key=place):
        found = list(group)
        for start in range(0, len(found), _AT_ONCE):
            yield service, at, found[start : start + _AT_ONCE]
