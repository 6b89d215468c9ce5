"""Exchange through a shared folder: ranges of chains are left and taken, facts alone, and what each counter heard."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from counter_app.domain.errors import AppError, EnvironmentFailed, JournalBroken, Refused
from counter_app.exchange.folder import HEARD, SUSPECTS, SharedFolder
from counter_app.exchange.ranges import Range, parse_range, range_bytes
from counter_app.journal import store
from counter_app.journal.verify import head_words
from counter_app.keys.sign import RANGE, sign
from counter_app.projections import suspects
from counter_app.service import suspicion
from counter_app.service.forks import note_fork
from counter_app.service.heard import heard_bytes, learn_heard
from counter_app.service.taking_in import held_apart, is_suspect_chain, known_chain, take_range
from counter_app.service.workstation import Workstation

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
        _exchange_heard(workstation, shared, done)
    except OSError as error:
        raise EnvironmentFailed(
            "disk_failed", path=str(folder), problem=error.strerror or str(error)
        ) from error
    return done


def _exchange_lists(workstation: Workstation, shared: SharedFolder, done: Exchanged) -> None:
    """Hear which workstations are suspect before anything of theirs is taken, and pass it on."""
    for _, path in shared.lists(SUSPECTS):
        try:
            done.suspected += suspicion.learn(workstation, shared.read(path), path.name)
        except Refused as error:
            done.refused.append(error)
    with workstation.tables() as tables:
        rows = suspects.suspect_rows(tables, workstation.chain)
    if rows:
        try:
            shared.put_list(workstation.chain, SUSPECTS, suspicion.list_bytes(rows))
        except Refused as error:
            done.refused.append(error)
    for chain in sorted({row.chain for row in rows}):
        suspicion.free_released(workstation, chain)


def _exchange_heard(workstation: Workstation, shared: SharedFolder, done: Exchanged) -> None:
    """Say what is held here now, and hear the same of the others."""
    for chain, path in shared.lists(HEARD):
        try:
            if chain != workstation.chain:
                learn_heard(workstation, chain, shared.read(path), path.name)
        except Refused as error:
            _refuse_once(done, error)
    try:
        shared.put_list(workstation.chain, HEARD, heard_bytes(workstation))
    except Refused as error:
        _refuse_once(done, error)


def _refuse_once(done: Exchanged, error: Refused) -> None:
    """What stood in the way of the ranges stands in the way of the lists as well."""
    if (error.code, error.params) not in [(one.code, one.params) for one in done.refused]:
        done.refused.append(error)


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
    known, held = known_chain(workstation, chain), held_apart(workstation, chain)
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
            is_suspect = is_suspect_chain(workstation, chain)
            taken = take_range(workstation, part, path.name, is_suspect=is_suspect)
        except Refused as error:
            # Another file may hold the same entries whole.
            done.refused.append(error)
            continue
        except JournalBroken as error:
            # Whoever holds the key of a suspect workstation must not stop the others by forking its chain.
            if not is_suspect_chain(workstation, chain):
                if error.code == "fork":
                    note_fork(workstation, error, path.name)
                raise
            done.refused.append(error)
            return
        compared, seq = True, max(seq, last)
        counted = done.quarantined if is_suspect else done.taken
        if taken:
            counted[chain] = counted.get(chain, 0) + taken
