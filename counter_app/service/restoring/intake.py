"""Takes entries out of copies into an empty journal: what joins and proves itself, each place once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from counter_app.domain.errors import AppError, JournalBroken
from counter_app.exchange.mirroring import ADDED_TO, WHOLE, Kept, KeptChain, Part, entry_of
from counter_app.journal import store
from counter_app.journal.chain import BEFORE_FIRST, NO_PRIVATE, entry_hash, private_hash
from counter_app.journal.entry import Entry
from counter_app.service.adoption import ADOPTED
from counter_app.storage.database import Connection, immediate


@dataclass(slots=True)
class ChainSoFar:
    """A chain as far as it was taken in: its last place and hash, its last receipt number, who it belongs to."""

    known: KeptChain
    seq: int = 0
    hash: bytes = BEFORE_FIRST
    number: str = ""
    numbered: int = 0
    adopted: set[str] = field(default_factory=set)


class Intake:
    """Fills one journal from one or more sources; `findings` says where a source did not prove itself."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.chains: dict[str, ChainSoFar] = {}
        self.findings: list[AppError] = []
        self._broken: set[str] = set()
        self._erased: list[tuple[str, int, str, int]] = []

    def take(self, parts: Iterable[Part]) -> None:
        """Take in everything of a source that joins what is there; a source that ends early is a finding.

        Raises `fork` where two sources hold different entries at one place.
        """
        self._broken = set()
        whole: dict[str, tuple[list[str], list[list[Any]]]] = {}
        try:
            for part in parts:
                with immediate(self._connection):
                    for known in part.chains:
                        self._add_chain(known)
                    for kept in part.entries:
                        self._take_one(kept)
                    for name, (columns, rows) in part.tables.items():
                        if name in ADDED_TO:
                            self._fill(name, columns, rows)
                        elif name in WHOLE:
                            whole[name] = columns, rows
                self._erased += part.erasures
        except JournalBroken as error:
            if error.code == "fork":
                raise
            self.findings.append(error)
        with immediate(self._connection):
            for name, (columns, rows) in whole.items():
                self._fill(name, columns, rows)

    def finish(self) -> None:
        """Keep the orders of erasure whose entries are there, and the number of receipts that each chain gave."""
        with immediate(self._connection):
            for target, seq, by, by_seq in self._erased:
                self._connection.execute(
                    "INSERT OR IGNORE INTO erasure (arrival, ordered_by) SELECT t.arrival, o.arrival"
                    " FROM entry t, entry o WHERE t.chain = ? AND t.seq = ? AND o.chain = ? AND o.seq = ?",
                    (target, seq, by, by_seq),
                )
            for name, chain in self.chains.items():
                self._connection.execute(
                    "UPDATE chain SET next_number = ? WHERE name = ?", (chain.numbered + 1, name)
                )

    def own_chains(self, counter: str) -> list[str]:
        """The chains of a counter that were taken in, the latest epoch last."""
        found = [(chain.known.epoch, name) for name, chain in self.chains.items()]
        return [name for _, name in sorted(found) if self.chains[name].known.counter == counter]

    def _add_chain(self, known: KeptChain) -> None:
        if known.name in self.chains:
            return
        self.chains[known.name] = ChainSoFar(known)
        row = store.ChainRow(
            known.name,
            known.counter,
            known.epoch,
            False,
            known.public_key,
            known.attested,
            0,
            BEFORE_FIRST,
            known.heard_at,
        )
        store.add_chain(self._connection, row)

    def _take_one(self, kept: Kept) -> None:
        chain = self.chains.get(kept.chain)
        if chain is None or kept.chain in self._broken:
            return
        if kept.seq <= chain.seq:
            there = store.at_place(self._connection, kept.chain, kept.seq)
            if there is None or there.hash != kept.hash:
                raise JournalBroken("fork", chain=kept.chain, seq=kept.seq)
            return
        if kept.seq != chain.seq + 1 or entry_hash(chain.hash, kept.content, kept.private_hash) != kept.hash:
            self._broken.add(kept.chain)
            self.findings.append(JournalBroken("chain_broken", chain=kept.chain, seq=kept.seq))
            return
        entry = self._proved(entry_of(kept))
        store.put_back(self._connection, entry)
        chain.seq, chain.hash = entry.seq, entry.hash
        number = entry.facts.get("number")
        if number is not None:
            chain.number, chain.numbered = str(number), chain.numbered + 1
        if entry.kind == ADOPTED:
            chain.adopted.add(str(entry.facts["sha256"]))

    def _proved(self, entry: Entry) -> Entry:
        """The entry, without its private part where that is not what the chain vouches for."""
        if entry.private_hash == NO_PRIVATE or entry.private_bytes is None or entry.salt is None:
            return entry
        if private_hash(entry.salt, entry.private_bytes) == entry.private_hash:
            return entry
        self.findings.append(JournalBroken("private_altered", chain=entry.chain, seq=entry.seq))
        return Entry(entry.chain, entry.seq, entry.entry_id, entry.content, entry.private_hash, entry.hash)

    def _fill(self, name: str, columns: list[str], rows: list[list[Any]]) -> None:
        """Rows of a table beside the entries, as far as this program's table has room for them."""
        there = {str(row[1]) for row in self._connection.execute(f"PRAGMA table_info({name})")}
        kept = [index for index, column in enumerate(columns) if column in there]
        names = ", ".join(columns[index] for index in kept)
        marks = ", ".join("?" * len(kept))
        self._connection.executemany(
            f"INSERT OR IGNORE INTO {name} ({names}) VALUES ({marks})",  # noqa: S608
            [[row[index] for index in kept] for row in rows],
        )
