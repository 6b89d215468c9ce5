"""What each counter holds of the others, as it last said itself: what a bundle need not repeat, and who is cut off."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from counter_app.clock import to_wire
from counter_app.domain.errors import Refused
from counter_app.domain.ids import counter_of
from counter_app.exchange.bundle_form import Heard, can_be_held
from counter_app.journal import store
from counter_app.keys.sign import HEARD, sign, signed_by
from counter_app.service.lanes import Lane
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection


@dataclass(frozen=True, slots=True)
class PeerRow:
    """A counter's word: that it holds a chain up to a place since `heard_at`; it came here at `told_at`."""

    counter: str
    chain: str
    seq: int
    hash: bytes
    heard_at: str
    told_at: str


def what_is_held(connection: Connection) -> tuple[Heard, ...]:
    """What this workstation holds of other counters' chains."""
    return tuple(
        Heard(row.name, row.seq, row.hash.hex(), row.heard_at)
        for row in store.chains(connection)
        if not row.own and row.seq
    )


def peers(connection: Connection) -> list[PeerRow]:
    """The last word of every counter on every chain."""
    rows = connection.execute(
        "SELECT counter, chain, seq, hash, heard_at, told_at FROM peer_heard ORDER BY counter, chain"
    )
    return [PeerRow(*row) for row in rows]


def held_by(connection: Connection, counter: str) -> dict[str, int]:
    """How far a counter said that it holds each chain, where the entry that it named stands here as well."""
    found = {}
    for row in peers(connection):
        entry = store.at_place(connection, row.chain, row.seq) if row.counter == counter else None
        if entry is not None and entry.hash == row.hash:
            found[row.chain] = row.seq
    return found


def note_heard(workstation: Workstation, counter: str, heard: Iterable[Heard]) -> None:
    """Keep a counter's own word; the caller has checked whose it is."""

    def job(session: Session) -> None:
        session.connection.executemany(
            "INSERT INTO peer_heard (counter, chain, seq, hash, heard_at, told_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (counter, chain) DO UPDATE SET seq = excluded.seq, hash = excluded.hash,"
            " heard_at = excluded.heard_at, told_at = excluded.told_at WHERE excluded.seq >= seq",
            [
                (counter, one.chain, one.seq, bytes.fromhex(one.hash), one.at, to_wire(session.now))
                for one in heard
            ],
        )

    workstation.writer.do(job, Lane.MACHINES)


def heard_bytes(workstation: Workstation) -> bytes:
    """This workstation's signed word on what it holds, as it lies in a shared folder."""
    with workstation.reading() as connection:
        heard = what_is_held(connection)
    told = {"office": workstation.configuration.office.code, "chain": workstation.chain}
    words = msgspec.json.encode({**told, "heard": heard}).decode()
    row = {"statement": words, "signature": sign(workstation.keyring.signing, HEARD, words.encode())}
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def learn_heard(workstation: Workstation, chain: str, raw: bytes, file: str) -> None:
    """Keep what the workstation of a known chain says that it holds.

    Raises `heard_list_broken` for what is none, or is not signed by that chain's key.
    """
    with workstation.reading() as connection:
        known = next((row for row in store.chains(connection) if row.name == chain), None)
    if known is None:
        # Nothing of its chain was taken, so nobody vouches for its word.
        return
    try:
        row = json.loads(raw)
        words = str(row["statement"])
        told = msgspec.json.decode(words, type=_Told)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused("heard_list_broken", file=file, chain=chain) from error
    sound = (told.office, told.chain) == (workstation.configuration.office.code, chain)
    sound = sound and all(map(can_be_held, told.heard))
    if not sound or not signed_by(known.public_key, HEARD, words.encode(), str(row.get("signature"))):
        raise Refused("heard_list_broken", file=file, chain=chain)
    with workstation.reading() as connection:
        before = {one.chain: one.seq for one in peers(connection) if one.counter == counter_of(chain)}
    new = [one for one in told.heard if one.seq > before.get(one.chain, 0)]
    if new:
        note_heard(workstation, counter_of(chain), new)


class _Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    office: str
    chain: str
    heard: tuple[Heard, ...]
