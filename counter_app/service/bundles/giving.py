"""Makes a bundle: what the others lack of the own chains, signed, encrypted, and never in memory as a whole.

Facts alone travel, but for two kinds of private parts: those of entries whose messages a custodian is given to send,
and what a centre said of the recipient's own messages.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from counter_app.access.roles import ANYBODY, RECOVERY, colleague
from counter_app.clock import to_wire
from counter_app.domain.delivery import FINISHED, UnitState
from counter_app.domain.errors import BadInput, EnvironmentFailed, Refused
from counter_app.domain.ids import counter_of
from counter_app.exchange.bundle_form import (
    BODIES,
    ENTRIES,
    FORMAT,
    MANIFEST,
    NAME,
    RANGE,
    SIGNATURE,
    Manifest,
    Member,
    Part,
    Statement,
    Total,
    manifest_bytes,
    tar_bytes,
    totals,
)
from counter_app.exchange.ranges import entry_line
from counter_app.journal import store
from counter_app.journal.chain import BEFORE_FIRST
from counter_app.journal.codec import canonical
from counter_app.journal.entry import Entry
from counter_app.journal.verify import head_words
from counter_app.keys.sign import BUNDLE, sign
from counter_app.keys.sign import RANGE as RANGE_NAMESPACE
from counter_app.paths import replace_file
from counter_app.projections import delivery, suspects
from counter_app.projections.custody import Holding, epochs_of, ranges_of, successor_of
from counter_app.projections.delivery import UnitRow
from counter_app.projections.family import Tables
from counter_app.service.bodies import kept
from counter_app.service.bundles.keys import recipients_for
from counter_app.service.custody import give, known_counter
from counter_app.service.heard import held_by, what_is_held
from counter_app.service.suspicion import is_suspect_counter
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection

_OPEN = tuple(state.value for state in UnitState if state not in FINISHED)


@dataclass(frozen=True, slots=True)
class Exported:
    """Where the bundle lies and what its manifest says; `given` units are its recipient's to send from now on."""

    path: Path
    manifest: Manifest
    given: int


def export_bundle(
    workstation: Workstation,
    out: Path,
    agent: str,
    *,
    to: str = "",
    custody: bool = False,
    everything: bool = False,
) -> Exported:
    """Write a bundle to `out`, a file or a folder that gets one of the fixed name; it is whole there, or not at all.

    It holds what `to` did not say that it holds, or everything. With `custody` the recipient is first given what waits
    here, as an entry; made again before anything new waits, the bundle gives the same. Raises `bundle_no_recipient`,
    `unknown_counter`, and what `custody.give` raises.
    """
    colleague(workstation.configuration, agent, RECOVERY if custody else ANYBODY)
    if to:
        known_counter(workstation, to)
        if is_suspect_counter(workstation, to):
            raise Refused("bundle_to_suspect", counter=to)
    elif custody:
        raise BadInput("bundle_custody_to")
    recipients = recipients_for(workstation, to)
    _refuse_succeeded(workstation)
    if custody:
        give(workstation, to, agent)
    path = out / NAME if out.is_dir() else out
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            making = _Making(workstation, connection, to, everything=everything)
            manifest = making.manifest()
            signature = sign(workstation.keyring.signing, BUNDLE, manifest_bytes(manifest))
            _write(path, making.pieces(manifest, signature), recipients)
        finally:
            connection.execute("ROLLBACK")
    return Exported(path, manifest, len(making.given))


def _refuse_succeeded(workstation: Workstation) -> None:
    """A machine whose counter goes on elsewhere speaks for it no more."""
    with workstation.tables() as tables:
        successor = successor_of(tables, workstation.chain)
    if successor != workstation.chain:
        raise Refused("epoch_succeeded", chain=workstation.chain, successor=successor)


class _Making:
    """What goes into one bundle, from one snapshot of the journal, which is read twice: counted, then written."""

    def __init__(
        self, workstation: Workstation, connection: Connection, to: str, *, everything: bool
    ) -> None:
        self._workstation = workstation
        self._connection = connection
        self._tables = Tables(connection)
        self._to = to
        self._everything = everything
        self._held: dict[str, list[Holding]] = {}
        self.chains = sorted(epochs_of(self._tables, workstation.chain), key=lambda name: (len(name), name))
        units = delivery.units(self._tables, workstation.chain, None, _OPEN)
        self.given = [unit for unit in units if to and self._is_sent_by(unit, to)]
        self._named = {(unit.chain, unit.seq) for unit in self.given}
        # Also what goes back: the recipient's own units that were attempted from here.
        self._bodies = [
            unit
            for unit in units
            if to and unit.attempted_at and to in (self._holder(unit), counter_of(unit.chain))
        ]

    def _holder(self, unit: UnitRow) -> str:
        if unit.chain not in self._held:
            self._held[unit.chain] = ranges_of(self._tables, unit.chain)
        return next(part.holder for part in self._held[unit.chain] if part.first <= unit.seq <= part.last)

    def _is_sent_by(self, unit: UnitRow, counter: str) -> bool:
        return unit.chain in self.chains and self._holder(unit) == counter

    def manifest(self) -> Manifest:
        """What the bundle says of itself; every entry and body is read for it once."""
        ranges, found, members = self._ranges(), dict[str, tuple[int, int]](), {}
        parts = []
        digest = _Digest()
        for chain, first, last in ranges:
            entries = list(self._entries(chain, first, last))
            for entry in entries:
                digest.add(self._line(entry))
            for service, (units, cents) in totals(entries).items():
                before = found.get(service, (0, 0))
                found[service] = (before[0] + units, before[1] + cents)
            parts.append(self._part(entries))
        members[ENTRIES] = digest.member()
        digest = _Digest()
        for line in self._body_lines():
            digest.add(line)
        members[BODIES] = digest.member()
        office = self._workstation.configuration.office
        return Manifest(
            format=FORMAT,
            id=str(uuid4()),
            office=office.code,
            maker=self._workstation.chain,
            to=self._to,
            made_at=to_wire(self._workstation.clock.now()),
            custody="given" if self.given else "",
            currency=office.currency,
            entries=sum(part.last - part.first + 1 for part in parts),
            services=tuple(Total(service, *found[service]) for service in sorted(found)),
            ranges=tuple(parts),
            members=members,
            beginnings=tuple(self._beginnings()),
            heard=what_is_held(self._connection),
            suspects=tuple(
                Statement(row.statement, row.signature)
                for row in suspects.suspect_rows(self._tables, self._workstation.chain)
            ),
        )

    def pieces(self, manifest: Manifest, signature: str) -> Iterator[bytes]:
        """The plain bundle."""
        raw, signed = manifest_bytes(manifest), signature.encode()
        entries = (
            self._line(entry)
            for part in manifest.ranges
            for entry in self._entries(part.chain, part.first, part.last)
        )
        yield from tar_bytes(
            [
                (MANIFEST, len(raw), iter([raw])),
                (SIGNATURE, len(signed), iter([signed])),
                (ENTRIES, manifest.members[ENTRIES].bytes, entries),
                (BODIES, manifest.members[BODIES].bytes, self._body_lines()),
            ]
        )

    def _ranges(self) -> list[tuple[str, int, int]]:
        """The ranges of each own chain behind what the recipient holds, or behind what it must be given names for."""
        holds = {} if self._everything or not self._to else held_by(self._connection, self._to)
        found = []
        for chain in self.chains:
            head = store.head(self._connection, chain)
            needed = min([seq for name, seq in self._named if name == chain], default=head.seq + 1)
            after = min(holds.get(chain, 0), needed - 1, head.seq)
            found += [
                (chain, start + 1, min(start + RANGE, head.seq)) for start in range(after, head.seq, RANGE)
            ]
        return found

    def _entries(self, chain: str, first: int, last: int) -> Iterator[Entry]:
        return store.entries(self._connection, chain, first - 1, last)

    def _line(self, entry: Entry) -> bytes:
        return entry_line(entry, with_private=self._travels_with_names(entry))

    def _travels_with_names(self, entry: Entry) -> bool:
        if entry.kind == "delivery_answered" and self._to:
            return all(self._is_about(one["entry_id"], self._to) for one in entry.facts["answers"])
        return (entry.chain, entry.seq) in self._named

    def _is_about(self, entry_id: str, counter: str) -> bool:
        found = store.find(self._connection, entry_id)
        return found is not None and counter_of(found.chain) == counter

    def _part(self, entries: list[Entry]) -> Part:
        first, last = entries[0], entries[-1]
        previous = BEFORE_FIRST
        if first.seq > 1:
            before = store.at_place(self._connection, first.chain, first.seq - 1)
            assert before is not None  # places have no gaps
            previous = before.hash
        private = sum(
            entry.private_bytes is not None and self._travels_with_names(entry) for entry in entries
        )
        signature = ""
        if last.chain == self._workstation.chain:
            words = head_words(last.chain, last.seq, last.hash)
            signature = sign(self._workstation.keyring.signing, RANGE_NAMESPACE, words)
        return Part(last.chain, first.seq, last.seq, previous.hex(), last.hash.hex(), private, signature)

    def _beginnings(self) -> Iterator[str]:
        for chain in self.chains:
            first = store.at_place(self._connection, chain, 1)
            if first is not None:
                yield entry_line(first).decode().rstrip("\n")

    def _body_lines(self) -> Iterator[bytes]:
        for service in sorted({unit.service for unit in self._bodies}):
            units = [unit for unit in self._bodies if unit.service == service]
            bodies = kept(self._connection, service, units)
            for unit in units:
                body = bodies.get((unit.entry_id, unit.part))
                if body is not None:
                    row: dict[str, Any] = {
                        "service": service,
                        "entry_id": unit.entry_id,
                        "part": unit.part,
                        "at": unit.attempted_at,
                        "body": body.decode(),
                    }
                    yield canonical(row) + b"\n"


class _Digest:
    """The length and digest of what will be written."""

    def __init__(self) -> None:
        self._length = 0
        self._digest = sha256()

    def add(self, line: bytes) -> None:
        self._length += len(line)
        self._digest.update(line)

    def member(self) -> Member:
        return Member(self._length, self._digest.hexdigest())


class _Reader:
    """An iterator of bytes as the file that age reads; what goes wrong in it is kept, for age only tells its words."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""
        self.error: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes; none at the end."""
        try:
            while len(self._rest) < max(size, 1):
                self._rest += next(self._pieces)
        except StopIteration:
            pass
        except Exception as error:
            self.error = error
            raise
        given, self._rest = self._rest[:size], self._rest[size:]
        return given


def _write(path: Path, pieces: Iterable[bytes], recipients: list[str]) -> None:
    """Encrypt into a file of another name beside it, which gets its own once it is durable."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    reader = _Reader(pieces)
    try:
        with part.open("xb") as file:
            _encrypt(reader, file, recipients)
            file.flush()
            os.fsync(file.fileno())
        replace_file(part, path)
    except OSError as error:
        problem = error.strerror or str(error)
        raise EnvironmentFailed("file_unwritable", path=str(path), problem=problem) from error
    finally:
        part.unlink(missing_ok=True)


def _encrypt(reader: _Reader, file: BinaryIO, recipients: list[str]) -> None:
    from pyrage import EncryptError, encrypt_io, x25519

    keys: list[Any] = [x25519.Recipient.from_str(one) for one in recipients]
    write: Callable[..., None] = encrypt_io
    try:
        write(reader, file, keys)
    except (EncryptError, OSError) as error:
        raise (reader.error or OSError(str(error))) from error
