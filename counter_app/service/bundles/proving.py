"""Proves a bundle while it is read: who made it, for which office, and every range against its signed head."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from counter_app.domain.errors import AppError, Refused
from counter_app.domain.ids import counter_of, epoch_of
from counter_app.exchange.bundle_form import (
    BODIES,
    ENTRIES,
    MANIFEST,
    SIGNATURE,
    Manifest,
    Part,
    parse_manifest,
    totals,
)
from counter_app.exchange.bundle_reading import END, LETTERS, bundle_at
from counter_app.exchange.ranges import Range, entry_of
from counter_app.journal.chain import entry_hash
from counter_app.journal.entry import Entry
from counter_app.keys.sign import BUNDLE, signed_by
from counter_app.service.bundles.aside import frames
from counter_app.service.taking_in import known_chain, vouched_key
from counter_app.service.workstation import Workstation

_FAULTS = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True)
class SentBody:
    """A message that was sent before, as it was first rendered, and when it was attempted."""

    service: str
    entry_id: str
    part: str
    at: str
    body: bytes


@dataclass(slots=True)
class ReadBundle:
    """A bundle whose manifest is proved, being read: `ranges` first, then `bodies`, in order.

    `is_new` says that its maker's chain was never heard of here. At the end `enforced` names what the reading process
    had given up, and `finding` says what does not fit the manifest though every entry is proved.
    """

    manifest: Manifest
    is_new: bool
    _frames: Iterator[tuple[bytes, bytes]]
    enforced: tuple[str, ...] = ()
    finding: AppError | None = None
    _sums: dict[str, tuple[int, int]] = field(default_factory=dict)
    _waiting: tuple[bytes, bytes] | None = None

    def ranges(self) -> Iterator[Range]:
        """Each range, once its head is proved; raises `bundle_broken` or why it could not be read."""
        entries = self._entries()
        for part in self.manifest.ranges:
            found = list(islice(entries, part.last - part.first + 1))
            _prove(part, found)
            self._add_up(found)
            yield Range(part.chain, tuple(found), part.signature)
        if next(entries, None) is not None:
            raise Refused("bundle_broken", problem="more entries")

    def _add_up(self, entries: Sequence[Entry]) -> None:
        try:
            found = totals(entries)
        except _FAULTS as error:
            raise Refused("bundle_broken", problem=str(error)) from error
        for service, (units, cents) in found.items():
            before = self._sums.get(service, (0, 0))
            self._sums[service] = (before[0] + units, before[1] + cents)

    def bodies(self) -> Iterator[SentBody]:
        """The messages that were sent before; at their end everything is compared with the manifest."""
        try:
            for line in self._lines(BODIES):
                row = json.loads(line)
                words = [row[name] for name in ("service", "entry_id", "part", "at", "body")]
                if not all(isinstance(word, str) for word in words):
                    raise ValueError("no text")
                service, entry_id, part, at, body = words
                # Batches are kept as one list of JSON: what is none would spoil the others'.
                if not isinstance(msgspec.json.decode(body), dict):
                    raise ValueError("no message")
                yield SentBody(service, entry_id, part, at, body.encode())
        except _FAULTS as error:
            raise Refused("bundle_broken", problem=str(error)) from error
        self._finish()

    def _entries(self) -> Iterator[Entry]:
        try:
            for line in self._lines(ENTRIES):
                yield entry_of(json.loads(line), with_private=True)
        except _FAULTS as error:
            raise Refused("bundle_broken", problem=str(error)) from error

    def _lines(self, member: str) -> Iterator[bytes]:
        """The lines of a member, whose length and digest are proved at its end."""
        digest, length = sha256(), 0
        said = self.manifest.members[member]
        while (content := self._next(LETTERS[member])) is not None:
            digest.update(content)
            length += len(content)
            if length > said.bytes:
                # Not read on: what was not promised could fill the memory before the end shows it.
                raise Refused("bundle_broken", problem=member)
            # Not `splitlines`: what people wrote may hold other ends of line than ours.
            yield from content.split(b"\n")[:-1]
        if (said.bytes, said.sha256) != (length, digest.hexdigest()):
            raise Refused("bundle_broken", problem=member)

    def _next(self, letter: bytes) -> bytes | None:
        """The next piece of a member; what belongs to a later one is kept for it."""
        frame = self._waiting or next(self._frames, None)
        self._waiting = None
        if frame is None or frame[0] == letter:
            return None if frame is None else frame[1]
        self._waiting = frame
        return None

    def _finish(self) -> None:
        last = self._waiting or next(self._frames, None)
        if last is None or last[0] != END:
            raise Refused("bundle_broken", problem="end")
        self.enforced = _enforced(last[1])
        said = {total.service: (total.units, total.cents) for total in self.manifest.services}
        if said != self._sums:
            self.finding = Refused("bundle_sums", maker=self.manifest.maker)

    def close(self) -> None:
        """End the reading process."""
        close = getattr(self._frames, "close", None)
        if close is not None:
            close()


def open_bundle(workstation: Workstation, path: Path, identities: Sequence[str]) -> ReadBundle:
    """Open a bundle and prove its manifest; to be closed.

    Raises `bundle_foreign` for another office's, `bundle_signature` where it is not its maker's word, what
    `vouched_key` raises for a maker whom nobody vouches for, and why it could not be read.
    """
    file = bundle_at(path)
    told = frames(file, identities)
    try:
        first, second = next(told, (b"", b"")), next(told, (b"", b""))
        if (first[0], second[0]) != (LETTERS[MANIFEST], LETTERS[SIGNATURE]):
            raise Refused("bundle_broken", problem=MANIFEST)
        manifest = parse_manifest(first[1])
        if manifest.office != workstation.configuration.office.code:
            raise Refused("bundle_foreign", office=manifest.office)
        known = known_chain(workstation, manifest.maker)
        key = known.public_key if known is not None else _vouched(workstation, manifest)
        if not signed_by(key, BUNDLE, first[1], second[1].decode(errors="replace")):
            raise Refused("bundle_signature", maker=manifest.maker)
        if not all(_speaks_for(manifest.maker, part.chain) for part in manifest.ranges):
            raise Refused("bundle_broken", problem="chains")
    except BaseException:
        told.close()  # type: ignore[attr-defined]
        raise
    return ReadBundle(manifest, known is None, told)


def misaddressed(workstation: Workstation, manifest: Manifest) -> Refused | None:
    """Why a bundle is not taken in at this counter, if it is for another one; facts alone may be read by anybody."""
    counter = workstation.office.counter
    if counter_of(manifest.maker) == counter:
        return Refused("bundle_of_ones_own", counter=counter)
    if manifest.to not in ("", counter) and manifest.custody:
        return Refused("bundle_for_another", counter=manifest.to)
    return None


def _speaks_for(maker: str, chain: str) -> bool:
    """Each workstation gives its own chain and the epochs before it: what it heard of others is theirs to give."""
    return counter_of(chain) == counter_of(maker) and epoch_of(chain) <= epoch_of(maker)


def _vouched(workstation: Workstation, manifest: Manifest) -> bytes:
    """The maker's key, if the office vouches for it, or an epoch before it whose own beginning came along."""
    keys: dict[str, bytes] = {}
    for line in manifest.beginnings:
        try:
            first = entry_of(json.loads(line))
        except _FAULTS as error:
            raise Refused("bundle_broken", problem=str(error)) from error
        keys[first.chain] = vouched_key(workstation, first, keys)
    if manifest.maker not in keys:
        raise Refused("chain_without_beginning", chain=manifest.maker)
    return keys[manifest.maker]


def _prove(part: Part, entries: Sequence[Entry]) -> None:
    previous, private = bytes.fromhex(part.before), 0
    places = [(entry.chain, entry.seq) for entry in entries]
    if places != [(part.chain, seq) for seq in range(part.first, part.last + 1)]:
        raise Refused("bundle_broken", problem="places")
    for entry in entries:
        if entry_hash(previous, entry.content, entry.private_hash) != entry.hash:
            raise Refused("bundle_broken", problem=f"{part.chain} {entry.seq}")
        previous, private = entry.hash, private + (entry.private_bytes is not None)
    if previous.hex() != part.head or private != part.private:
        raise Refused("bundle_broken", problem=f"{part.chain} {part.last}")


def _enforced(content: bytes) -> tuple[str, ...]:
    told: Any = json.loads(content)
    return tuple(str(name) for name in told["enforced"])
