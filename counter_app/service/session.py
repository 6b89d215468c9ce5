"""One writing transaction: what a job on the writing thread reads and appends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from counter_app import __version__
from counter_app.clock import Clock, business_day, from_wire, to_wire
from counter_app.domain.ids import new_entry_id, receipt_number
from counter_app.journal import store
from counter_app.journal.codec import FORMAT, Json
from counter_app.journal.entry import Entry, Fact
from counter_app.projections import runner
from counter_app.projections.family import Tables
from counter_app.service.context import Office
from counter_app.storage.database import Connection


@dataclass(slots=True)
class Session:
    """The transaction's connection and books; `append` adds an entry and moves every projection with it.

    `heard` are entries of other chains that the job took in.
    """

    connection: Connection
    tables: Tables
    office: Office
    clock: Clock
    now: datetime
    appended: list[Entry] = field(default_factory=list)
    heard: list[Entry] = field(default_factory=list)

    def new_entry_id(self) -> str:
        """An id for an entry of this transaction."""
        return new_entry_id(int(self.now.timestamp() * 1000))

    def append(self, fact: Fact, *, agent: str, channel: str, entry_id: str, command_hash: str) -> Entry:
        """Append one entry to the own chain, inside this transaction."""
        head = store.head(self.connection, self.office.chain)
        facts = {name: value for name, value in fact.facts.items() if value is not None}
        if fact.numbered:
            facts["number"] = receipt_number(self.office.chain, head.next_number)
        recorded_at = to_wire(self.now)
        header = self._header(head, fact, agent, channel, entry_id, command_hash, recorded_at)
        entry = store.append(
            self.connection,
            head,
            entry_id,
            {"header": header, "facts": facts},
            fact.private,
            numbered=fact.numbered,
            at=recorded_at,
        )
        runner.apply(self.tables, entry)
        self.appended.append(entry)
        return entry

    def _header(
        self,
        head: store.Head,
        fact: Fact,
        agent: str,
        channel: str,
        entry_id: str,
        command_hash: str,
        recorded_at: str,
    ) -> Json:
        office, day = self.office, business_day(self.now, self.office.zone).isoformat()
        happened_at, right_day = recorded_at, day
        if fact.happened_at is not None:
            happened_at = fact.happened_at
            right_day = business_day(from_wire(happened_at), office.zone).isoformat()
        header: dict[str, Any] = {
            "format": FORMAT,
            "program": __version__,
            "office": office.configuration.office.code,
            "workstation": office.counter,
            "chain": head.chain,
            "seq": head.seq + 1,
            "entry_id": entry_id,
            "command_hash": command_hash,
            "kind": fact.kind,
            "version": fact.version,
            "agent": agent,
            "channel": channel,
            "happened_at": happened_at,
            "recorded_at": recorded_at,
            "day": day,
            "right_day": right_day,
            "boot_id": self.clock.boot_id(),
            "monotonic_ms": int(self.clock.monotonic() * 1000),
            "configuration": office.configuration_sha256[:16],
            "rules": office.configuration.version,
        }
        return header
