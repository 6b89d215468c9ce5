"""The sentence of a balance that both sides can hold, and what its three standings are called."""

from __future__ import annotations

from typing import Final

from counter_app.documents.balance_rows import ServiceRow, Standing
from counter_app.text import N_, Text

STANDINGS: Final[dict[Standing, str]] = {
    "explained": N_("Explained"),
    "decided": N_("Decided"),
    "open": N_("Still open"),
}


def sentence(row: ServiceRow, text: Text) -> str:
    """So many entries, so many euros, this hash."""
    entries = text.plural("{n} entry", "{n} entries", row.centre.entries)
    return text(
        "{service} holds {entries} of this office over {amount}; their hash is {hash}.",
        service=row.name,
        entries=entries,
        amount=row.centre.amount,
        hash=row.centre.sha256,
    )
