"""Taking in ranges of chains, however they came: what joins is kept verbatim, what does not waits, a fork stops."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from msgspec import structs

from counter_app.clock import to_wire
from counter_app.domain.errors import JournalBroken, Refused
from counter_app.domain.ids import chain_name, counter_of
from counter_app.exchange.ranges import Range
from counter_app.journal import quarantine, store
from counter_app.journal.chain import BEFORE_FIRST, entry_hash
from counter_app.journal.codec import Json, canonical, check_format
from counter_app.journal.entry import Entry
from counter_app.keys.sign import COUNTER, SUCCESSION, signed_by
from counter_app.logs import Plain
from counter_app.projections import names, runner, suspects
from counter_app.projections.delivery_told import told_without_custody
from counter_app.projections.family import Tables
from counter_app.service.erasure import ERASED, erase_ordered, erased_places
from counter_app.service.lanes import Lane
from counter_app.service.session import Session
from counter_app.service.succession import take_over
from counter_app.service.workstation import Workstation

_LOG = logging.getLogger(__name__)
_SLICE = 50
"""Entries taken in by one transaction: people's commands go in between."""


def known_chain(workstation: Workstation, chain: str) -> store.ChainRow | None:
    """What is known here of a chain, `None` where nothing was ever heard of it."""
    with workstation.reading() as connection:
        return next((row for row in store.chains(connection) if row.name == chain), None)


def held_apart(workstation: Workstation, chain: str) -> Entry | None:
    """The last entry of a suspect chain that is kept apart."""
    with workstation.reading() as connection:
        return quarantine.last_held(connection, chain)


def is_suspect_chain(workstation: Workstation, chain: str) -> bool:
    """Whether IT declared the workstation of a chain suspect, as far as was heard here."""
    with workstation.tables() as tables:
        return suspects.suspected_since(tables, workstation.chain, chain) is not None


def take_range(
    workstation: Workstation,
    part: Range,
    name: str,
    *,
    is_suspect: bool = False,
    is_proved: bool = False,
    also: Callable[[Session], object] | None = None,
) -> int:
    """Keep what is new of a range that joins what is known; returns how many entries that is.

    With `is_proved` somebody who may speak for the chain has signed its head already. Private parts that came along
    are kept, also of entries that were here before. `also` is done with each slice, in its transaction. Raises
    `range_signature`, what `vouched_key` raises, and `fork`.
    """
    known = known_chain(workstation, part.chain)
    public_key = known.public_key if known is not None else vouched_key(workstation, part.entries[0])
    if not is_proved and not part.signed_with(public_key):
        raise Refused("range_signature", file=name, chain=part.chain)
    for entry in part.entries:
        check_format(entry.header)
    if known is not None and part.last.seq <= known.seq:
        _compare(workstation, part.last)
        if is_suspect or all(entry.private_bytes is None for entry in part.entries):
            return 0
    if known is None:
        workstation.writer.do(lambda session: _add_chain(session, part, public_key), Lane.MACHINES)
    keep = _hold if is_suspect else _keep
    taken = 0
    entries = _without_erased(workstation, part.entries)
    for start in range(0, len(entries), _SLICE):
        batch = entries[start : start + _SLICE]

        def job(session: Session, batch: list[Entry] = batch) -> int:
            count = keep(session, batch)
            if also is not None:
                also(session)
            return count

        taken += workstation.writer.do(job, Lane.MACHINES)
    if not is_suspect and part.signature:
        workstation.writer.do(lambda session: _keep_signature(session, part), Lane.MACHINES)
    return taken


def _without_erased(workstation: Workstation, entries: Sequence[Entry]) -> list[Entry]:
    """The entries, but for private parts that were erased since they were given."""
    if all(entry.private_bytes is None for entry in entries):
        return list(entries)
    with workstation.reading() as connection:
        gone = erased_places(Tables(connection), connection, entries[0].chain)
    return [
        structs.replace(entry, salt=None, private_bytes=None) if entry.seq in gone else entry
        for entry in entries
    ]


def _keep_signature(session: Session, part: Range) -> None:
    """The other counter's word for its chain stays provable, here and in an export."""
    last = part.last
    if store.head(session.connection, part.chain).seq > last.seq:
        # An older range that came again.
        return
    store.keep_newest_signature(session.connection, part.chain, last.seq, last.hash, part.signature)


def _compare(workstation: Workstation, entry: Entry) -> None:
    """Raise `fork` where another entry stands at the place of this one."""
    with workstation.reading() as connection:
        known = store.at_place(connection, entry.chain, entry.seq)
    if known is None or known.hash != entry.hash:
        raise JournalBroken("fork", chain=entry.chain, seq=entry.seq)


def vouched_key(workstation: Workstation, first: Entry, vouched: Mapping[str, bytes] = {}) -> bytes:
    """The key of a chain heard for the first time, if the office's configuration or key vouches for it.

    `vouched` are the keys of chains that came along and were vouched for: the epoch before gives its word, too.
    """
    try:
        facts = dict(first.facts)
        attestation, succession = facts.pop("attestation", None), facts.pop("succession", None)
        key = bytes.fromhex(facts["public_key"])
        named = chain_name(facts["counter"], facts["epoch"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("chain_without_beginning", chain=first.chain) from error
    # Who holds one counter's key must not begin a chain under another's name.
    if first.kind != "journal_opened" or first.seq != 1 or named != first.chain:
        raise Refused("chain_without_beginning", chain=first.chain)
    with workstation.tables() as tables:
        rows = suspects.suspect_rows(tables, workstation.chain)
    # A revoked key begins no chain under another name, whatever was vouched for it before.
    if any(row.public_key == key.hex() and row.chain != first.chain for row in rows):
        raise Refused("chain_key_revoked", chain=first.chain, key=key.hex())
    configuration = workstation.configuration
    counter = configuration.counter(counter_of(first.chain))
    if counter is not None and counter.public_key == key.hex():
        return key
    office_key = configuration.signature.public_key
    if (
        attestation
        and office_key
        and signed_by(bytes.fromhex(office_key), COUNTER, canonical(facts), attestation)
    ):
        return key
    if succession and _succeeds(workstation, first.chain, facts, succession, vouched):
        return key
    raise Refused("chain_unknown_key", chain=first.chain, key=key.hex())


def _succeeds(
    workstation: Workstation, chain: str, facts: Json, succession: str, vouched: Mapping[str, bytes]
) -> bool:
    """Whether the epoch before, which is known here and not suspect, gave its word for this one."""
    before = str(dict(facts.get("succeeds") or {}).get("chain", ""))
    if not before or counter_of(before) != counter_of(chain) or is_suspect_chain(workstation, before):
        return False
    known = known_chain(workstation, before)
    key = known.public_key if known is not None else vouched.get(before)
    return key is not None and signed_by(key, SUCCESSION, canonical(facts), succession)


def _add_chain(session: Session, part: Range, public_key: bytes) -> None:
    facts = part.entries[0].facts
    store.add_chain(
        session.connection,
        store.ChainRow(
            part.chain,
            str(facts["counter"]),
            int(facts["epoch"]),
            False,
            public_key,
            True,
            0,
            BEFORE_FIRST,
            to_wire(session.now),
        ),
    )


def _keep(session: Session, entries: list[Entry]) -> int:
    """Keep the entries that are new; one that contradicts a known place is a fork and stops everything."""
    chain = entries[0].chain
    head = store.head(session.connection, chain)
    previous, taken = head.hash, 0
    for entry in entries:
        if entry.seq <= head.seq:
            known = store.at_place(session.connection, chain, entry.seq)
            if known is None or known.hash != entry.hash:
                raise JournalBroken("fork", chain=chain, seq=entry.seq)
            _complete(session, known, entry)
            continue
        if entry_hash(previous, entry.content, entry.private_hash) != entry.hash:
            raise JournalBroken("fork", chain=chain, seq=entry.seq)
        kept = store.take_in(session.connection, entry, to_wire(session.now))
        _apply(session, kept)
        session.heard.append(kept)
        if kept.kind == ERASED:
            erase_ordered(session, kept)
        previous, taken = entry.hash, taken + 1
    take_over(session, entries[-taken:] if taken else ())
    return taken


def _apply(session: Session, entry: Entry) -> None:
    """Apply a proved entry; one that is nobody's to say stops its own chain alone.

    Raises `entry_unreadable` for nonsense, and `told_without_custody` where it tells what became of a message of this
    counter that was never given to that one: it would never be sent.
    """
    try:
        runner.apply(session.tables, entry)
        is_meddling = told_without_custody(session.tables, entry, session.office.chain)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        _LOG.error("%s %s says nothing that can be read", Plain(entry.chain), entry.seq, exc_info=error)
        raise Refused("entry_unreadable", chain=entry.chain, seq=entry.seq) from error
    if is_meddling and counter_of(entry.chain) != session.office.counter:
        raise Refused("told_without_custody", chain=entry.chain, seq=entry.seq)


def _complete(session: Session, known: Entry, entry: Entry) -> None:
    """Add the private part that came later than its entry."""
    if known.private_bytes is None and entry.salt is not None and entry.private_bytes is not None:
        whole = store.add_late_private(session.connection, known, entry.salt, entry.private_bytes)
        names.learn(session.tables, whole)


def _hold(session: Session, entries: list[Entry]) -> int:
    """Keep the new entries of a suspect chain apart; one that contradicts a known or a kept place is a fork."""
    connection, chain = session.connection, entries[0].chain
    head, last = store.head(connection, chain), quarantine.last_held(connection, chain)
    seq, previous = (head.seq, head.hash) if last is None else (last.seq, last.hash)
    taken = 0
    for entry in entries:
        if entry.seq <= seq:
            known = store.at_place(connection, chain, entry.seq) or quarantine.held_at(
                connection, chain, entry.seq
            )
            if known is None or known.hash != entry.hash:
                raise JournalBroken("fork", chain=chain, seq=entry.seq)
            continue
        if entry_hash(previous, entry.content, entry.private_hash) != entry.hash:
            raise JournalBroken("fork", chain=chain, seq=entry.seq)
        quarantine.hold(connection, entry, to_wire(session.now))
        previous, taken = entry.hash, taken + 1
    return taken
