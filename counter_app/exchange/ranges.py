"""A range of a chain as plain lines: what an auditor reads and what counters hand to one another.

Each line is one entry: its content exactly as hashed (a JSON string), the hash of its private part, its own
hash. Private parts never travel so. The last line is the workstation's signature over the head of the range.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from msgspec import structs

from counter_app.domain.errors import Refused
from counter_app.journal.chain import entry_hash
from counter_app.journal.chain import private_hash as digest_of
from counter_app.journal.entry import Entry
from counter_app.journal.verify import head_words
from counter_app.keys.sign import RANGE, signed_by


@dataclass(frozen=True, slots=True)
class Range:
    """Entries of one chain in order, and the signature over its last."""

    chain: str
    entries: tuple[Entry, ...]
    signature: str

    @property
    def first_seq(self) -> int:
        """The place of the first entry."""
        return self.entries[0].seq

    @property
    def last(self) -> Entry:
        """The last entry, which the signature is over."""
        return self.entries[-1]

    def signed_with(self, public_key: bytes) -> bool:
        """Whether the signature is this key's, over exactly this range's head."""
        words = head_words(self.chain, self.last.seq, self.last.hash)
        return signed_by(public_key, RANGE, words, self.signature)


def entry_line(entry: Entry, *, with_private: bool = False) -> bytes:
    """One entry as a line, with its private part only where that is asked for and there is one."""
    row = {
        "content": entry.content.decode(),
        "private_hash": entry.private_hash.hex(),
        "hash": entry.hash.hex(),
    }
    if with_private and entry.private_bytes is not None and entry.salt is not None:
        row |= {"salt": entry.salt.hex(), "private": entry.private_bytes.decode()}
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def range_bytes(entries: Iterable[Entry], signature: str) -> bytes:
    """A whole range with its signature."""
    lines = [entry_line(entry) for entry in entries]
    lines.append(json.dumps({"signature": signature}).encode() + b"\n")
    return b"".join(lines)


def parse_range(raw: bytes, name: str) -> Range:
    """Read a range and check every hash inside it; raises `range_broken`.

    Whether it joins what is known, and whose signature it carries, is the reader's next question.
    """
    try:
        # Not `splitlines`: what people wrote may hold other ends of line than ours.
        *lines, last = [json.loads(line) for line in raw.split(b"\n") if line]
        signature = str(last["signature"])
        entries: list[Entry] = []
        for row in lines:
            entry = entry_of(row)
            if entries and (entry.chain != entries[-1].chain or entry.seq != entries[-1].seq + 1):
                raise ValueError("not in order")
            if entries and entry_hash(entries[-1].hash, entry.content, entry.private_hash) != entry.hash:
                raise ValueError("hash")
            entries.append(entry)
        if not entries:
            raise ValueError("empty")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise Refused("range_broken", file=name, problem=str(error)) from error
    return Range(entries[0].chain, tuple(entries), signature)


def entry_of(row: dict[str, str], *, with_private: bool = False) -> Entry:
    """The entry of a line, with its private part where that is asked for and travels along.

    Raises `ValueError`, `KeyError`, `TypeError` or `AttributeError` for what is none, or whose private part is another.
    """
    content = row["content"].encode()
    value = json.loads(content)
    header = value["header"]
    seq, kind = header["seq"], header["kind"]
    private_hash, hashed = bytes.fromhex(row["private_hash"]), bytes.fromhex(row["hash"])
    if type(seq) is not int or not 0 < seq < 2**53 or len(private_hash) != 32 or len(hashed) != 32:
        raise ValueError("place or hash")
    if not isinstance(kind, str) or not isinstance(value["facts"], dict):
        raise ValueError("kind or facts")
    entry = Entry(str(header["chain"]), seq, str(UUID(header["entry_id"])), content, private_hash, hashed)
    if not with_private or "private" not in row:
        return entry
    salt, private = bytes.fromhex(row["salt"]), row["private"].encode()
    if len(salt) != 32 or digest_of(salt, private) != private_hash:
        raise ValueError("private part")
    return structs.replace(entry, salt=salt, private_bytes=private)
