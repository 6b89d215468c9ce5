"""The sentence of a balance that both sides can hold, in words and as the plain lines that are signed."""

from __future__ import annotations

from typing import Final

from counter_app.documents.balance_rows import BalanceRows, ServiceRow, Standing
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


def statement(rows: BalanceRows) -> bytes:
    """The lines that both sides sign: the same in every language, one fact a line."""
    lines = [
        "counter-app balance 1",
        f"office {rows.office}",
        f"counter {rows.counter}",
        f"chains {' '.join(rows.chains)}",
        f"head {rows.head}",
        f"made {rows.made_at.isoformat(timespec='seconds')}",
    ]
    for row in rows.services:
        for side, share in (("journal", row.journal), ("centre", row.centre)):
            amount = f"{share.amount.cents} {share.amount.currency} cents"
            lines.append(f"{row.service} {side} {share.entries} entries {amount} sha256 {share.sha256}")
        parts = (("explained", row.explained), ("decided", row.decided), ("open", row.open))
        told = " ".join(f"{name} {count} {amount.cents}" for name, (count, amount) in parts)
        lines.append(f"{row.service} difference {told}")
    lines.append(f"unexplained {rows.unexplained}")
    return ("\n".join(lines) + "\n").encode()
