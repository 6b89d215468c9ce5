"""Which configuration the journal adopted: a file changed behind its back is noticed."""

from __future__ import annotations

from typing import Any

from counter_app.domain.errors import JournalBroken
from counter_app.journal import store
from counter_app.journal.codec import read
from counter_app.settings import LoadedConfiguration
from counter_app.storage.database import Connection

ADOPTED = "configuration_adopted"


def adopted_facts(connection: Connection, chain: str) -> dict[str, Any]:
    """The facts of the configuration that a chain adopted last."""
    row = connection.execute(
        "SELECT e.content FROM p_daybook d JOIN entry e ON e.chain = d.chain AND e.seq = d.seq"
        " WHERE d.chain = ? AND d.kind = ? ORDER BY d.seq DESC LIMIT 1",
        (chain, ADOPTED),
    ).fetchone()
    if row is not None:
        facts: dict[str, Any] = read(row[0])["facts"]
        return facts
    # A daybook that lost its rows must not keep a workstation from being opened to rebuild it.
    adoptions = [entry.facts for entry in store.entries(connection, chain) if entry.kind == ADOPTED]
    if not adoptions:
        raise JournalBroken("no_configuration_adopted", chain=chain)
    return adoptions[-1]


def adoption(loaded: LoadedConfiguration, configured_cents: int, slice_cents: int) -> dict[str, Any]:
    """The facts of adopting a configuration: what it gives this counter, and by how much the slice changes."""
    return {
        "sha256": loaded.sha256,
        "version": loaded.configuration.version,
        "sample": loaded.configuration.office.sample,
        "configured_slice_cents": configured_cents,
        "slice_cents": slice_cents,
    }
