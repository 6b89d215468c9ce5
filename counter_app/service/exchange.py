"""Taking in and giving out ranges of chains: what joins is kept verbatim, what does not is parked, a fork stops."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from counter_app.clock import to_wire
from counter_app.domain.errors import AppError, EnvironmentFailed, JournalBroken, Refused
from counter_app.domain.ids import chain_name, counter_of
from counter_app.exchange.folder import SharedFolder
from counter_app.exchange.ranges import Range, parse_range, range_bytes
from counter_app.journal import quarantine, store
from counter_app.journal.chain import BEFORE_FIRST, entry_hash
from counter_app.journal.codec import Json, canonical, check_format
from counter_app.journal.entry import Entry
from counter_app.journal.verify import head_words
from counter_app.keys.sign import COUNTER, RANGE, SUCCESSION, sign, signed_by
from counter_app.projections import runner, suspects
from counter_app.service import suspicion
from counter_app.service.lanes import Lane
from counter_app.service.session import Session
from counter_app.service.succession import take_over
from counter_app.service.workstation import Workstation

_SLICE = 50
"""Entries taken in by one transaction: people's commands go in between."""
_RANGE = 2000
"""Entries in one file: far from the size that is refused unread."""


@dataclass(slots=True)
class Exchanged:
    """What one exchange did: entries given, entries taken by chain, and files refused with their reason.

    `quarantined` counts the entries of suspect chains that were kept apart, `suspected` names the chains of which
    IT's statement was heard now.
    """

    given: int = 0
    taken: dict[str, int] = field(default_factory=dict)
    parked: list[str] = field(default_factory=list)
    refused: list[AppError] = field(default_factory=list)
    quarantined: dict[str, int] = field(default_factory=dict)
    suspected: list[str] = field(default_factory=list)


def exchange_by_folder(workstation: Workstation, folder: Path) -> Exchanged:
    """Leave what is new of the own chain in the folder, then take in what others left.

    Facts alone travel, without private parts. A file that is none of ours, damaged or not to be read is told in
    `refused`, and what does not depend on it goes on. Raises `fork` where two entries stand at one place.
    """
    done = Exchanged()
    try:
        shared = SharedFolder(folder, workstation.configuration.office.code)
        _give(workstation, shared, done)
        _exchange_lists(workstation, shared, done)
        for chain in shared.chains():
            if chain != workstation.chain:
                _take_chain(workstation, shared, chain, done)
    except OSError as error:
        raise EnvironmentFailed(
            "disk_failed", path=str(folder), problem=error.strerror or str(error)
        ) from error
    return done


def _exchange_lists(workstation: Workstation, shared: SharedFolder, done: Exchanged) -> None:
    """Hear which workstations are suspect before anything of theirs is taken, and pass it on."""
    for path in shared.lists():
        try:
            done.suspected += suspicion.learn(workstation, shared.read(path), path.name)
        except Refused as error:
            done.refused.append(error)
    with workstation.tables() as tables:
        rows = suspects.suspect_rows(tables, workstation.chain)
    if rows:
        try:
            shared.put_list(workstation.chain, suspicion.list_bytes(rows))
        except Refused as error:
            done.refused.append(error)
    for chain in sorted({row.chain for row in rows}):
        suspicion.free_released(workstation, chain)


def _give(workstation: Workstation, shared: SharedFolder, done: Exchanged) -> None:
    """Leave what is new; a folder that knows more of this chain than its own journal shows an old copy."""
    try:
        given = _last_given(workstation, shared, done)
        with workstation.reading() as connection:
            head = store.head(connection, workstation.chain)
            if given > head.seq:
                raise JournalBroken("older_than_given", chain=workstation.chain, seq=head.seq, given=given)
        for after in range(given, head.seq, _RANGE):
            upto = min(after + _RANGE, head.seq)
            with workstation.reading() as connection:
                entries = list(store.entries(connection, workstation.chain, after, upto))
            last = entries[-1]
            signature = sign(workstation.keyring.signing, RANGE, head_words(last.chain, last.seq, last.hash))
            shared.put(workstation.chain, entries[0].seq, last.seq, range_bytes(entries, signature))
            done.given += len(entries)
    except Refused as error:
        done.refused.append(error)


def _last_given(workstation: Workstation, shared: SharedFolder, done: Exchanged) -> int:
    """The last place that this counter itself left in the folder; 0 where it left none.

    A name alone proves nothing: anybody who can write to the share can make one. Only the own signature counts.
    """
    for first, last, path in sorted(shared.ranges(workstation.chain), key=lambda found: -found[1]):
        try:
            part = _read_range(shared, workstation.chain, first, last, path)
            if not part.signed_with(workstation.keyring.public_key):
                raise Refused("range_signature", file=path.name, chain=workstation.chain)
        except Refused as error:
            done.refused.append(error)
            continue
        return last
    return 0


def _read_range(shared: SharedFolder, chain: str, first: int, last: int, path: Path) -> Range:
    """The range of a file, which has to be the one that its name says."""
    part = parse_range(shared.read(path), path.name)
    if (part.chain, part.first_seq, part.last.seq) != (chain, first, last):
        raise Refused("range_broken", file=path.name, problem=f"{part.chain} {part.first_seq}")
    return part


def _take_chain(workstation: Workstation, shared: SharedFolder, chain: str, done: Exchanged) -> None:
    known, held = _known(workstation, chain), _held(workstation, chain)
    seq = held.seq if held is not None else 0 if known is None else known.seq
    try:
        ranges = shared.ranges(chain)
    except Refused as error:
        done.refused.append(error)
        return
    before, compared = seq, False
    heard = [found for found in ranges if found[1] <= before]
    # Of what was heard before, the newest file that holds tells whether it still is the same chain.
    for first, last, path in [*reversed(heard), *(found for found in ranges if found[1] > before)]:
        if compared and last <= before:
            continue
        if first > seq + 1:
            done.parked.append(path.name)
            continue
        try:
            part = _read_range(shared, chain, first, last, path)
            is_suspect = _is_suspect(workstation, chain)
            taken = _take_range(workstation, part, path.name, is_suspect=is_suspect)
        except Refused as error:
            # Another file may hold the same entries whole.
            done.refused.append(error)
            continue
        except JournalBroken as error:
            # Whoever holds the key of a suspect workstation must not stop the others by forking its chain.
            if not _is_suspect(workstation, chain):
                raise
            done.refused.append(error)
            return
        compared, seq = True, max(seq, last)
        counted = done.quarantined if is_suspect else done.taken
        if taken:
            counted[chain] = counted.get(chain, 0) + taken


def _known(workstation: Workstation, chain: str) -> store.ChainRow | None:
    with workstation.reading() as connection:
        return next((row for row in store.chains(connection) if row.name == chain), None)


def _held(workstation: Workstation, chain: str) -> Entry | None:
    with workstation.reading() as connection:
        return quarantine.last_held(connection, chain)


def _is_suspect(workstation: Workstation, chain: str) -> bool:
    with workstation.tables() as tables:
        return suspects.suspected_since(tables, workstation.chain, chain) is not None


def _take_range(workstation: Workstation, part: Range, name: str, *, is_suspect: bool = False) -> int:
    known = _known(workstation, part.chain)
    public_key = known.public_key if known is not None else _vouched_key(workstation, part.entries[0])
    if not part.signed_with(public_key):
        raise Refused("range_signature", file=name, chain=part.chain)
    for entry in part.entries:
        check_format(entry.header)
    if known is not None and part.last.seq <= known.seq:
        _compare(workstation, part.last)
        return 0
    if known is None:
        workstation.writer.do(lambda session: _add_chain(session, part, public_key), Lane.MACHINES)
    keep = _hold if is_suspect else _keep
    taken = 0
    entries = list(part.entries)
    for start in range(0, len(entries), _SLICE):
        batch = entries[start : start + _SLICE]
        taken += workstation.writer.do(lambda session, batch=batch: keep(session, batch), Lane.MACHINES)  # type: ignore[misc]
    if not is_suspect:
        workstation.writer.do(lambda session: _keep_signature(session, part), Lane.MACHINES)
    return taken


def _keep_signature(session: Session, part: Range) -> None:
    """The other counter's word for its chain stays provable, here and in an export."""
    last = part.last
    store.keep_newest_signature(session.connection, part.chain, last.seq, last.hash, part.signature)


def _compare(workstation: Workstation, entry: Entry) -> None:
    """Raise `fork` where another entry stands at the place of this one."""
    with workstation.reading() as connection:
        known = store.at_place(connection, entry.chain, entry.seq)
    if known is None or known.hash != entry.hash:
        raise JournalBroken("fork", chain=entry.chain, seq=entry.seq)


def _vouched_key(workstation: Workstation, first: Entry) -> bytes:
    """The key of a chain heard for the first time, if the office's configuration or key vouches for it."""
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
    if succession and _succeeds(workstation, first.chain, facts, succession):
        return key
    raise Refused("chain_unknown_key", chain=first.chain, key=key.hex())


def _succeeds(workstation: Workstation, chain: str, facts: Json, succession: str) -> bool:
    """Whether the epoch before, which is known here and not suspect, gave its word for this one."""
    before = str(dict(facts.get("succeeds") or {}).get("chain", ""))
    if not before or counter_of(before) != counter_of(chain) or _is_suspect(workstation, before):
        return False
    known = _known(workstation, before)
    return known is not None and signed_by(known.public_key, SUCCESSION, canonical(facts), succession)


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
    head = store.head(session.connection, entries[0].chain)
    previous, taken = head.hash, 0
    for entry in entries:
        if entry.seq <= head.seq:
            known = store.at_place(session.connection, entry.chain, entry.seq)
            if known is None or known.hash != entry.hash:
                raise JournalBroken("fork", chain=entry.chain, seq=entry.seq)
            continue
        if entry_hash(previous, entry.content, entry.private_hash) != entry.hash:
            raise JournalBroken("fork", chain=entry.chain, seq=entry.seq)
        kept = store.take_in(session.connection, entry, to_wire(session.now))
        runner.apply(session.tables, kept)
        session.heard.append(kept)
        previous, taken = entry.hash, taken + 1
    take_over(session, entries[-taken:] if taken else ())
    return taken


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
