"""The lines of a balance that both sides sign."""

from __future__ import annotations

from hashlib import sha256

from counter_app.documents.balance_rows import BalanceRows, ServiceRow


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
        lines += _lines(row)
    lines.append(f"unexplained {rows.unexplained}")
    return ("\n".join(lines) + "\n").encode()


def digest(row: ServiceRow) -> str:
    """SHA-256 of what a statement says of one service: the same for as long as the books stand so."""
    return sha256("\n".join(_lines(row)).encode()).hexdigest()


def _lines(row: ServiceRow) -> list[str]:
    lines = []
    for side, share in (("journal", row.journal), ("centre", row.centre)):
        amount = f"{share.amount.cents} {share.amount.currency} cents"
        lines.append(f"{row.service} {side} {share.entries} entries {amount} sha256 {share.sha256}")
    parts = (("explained", row.explained), ("decided", row.decided), ("open", row.open))
    told = " ".join(f"{name} {count} {amount.cents}" for name, (count, amount) in parts)
    lines.append(f"{row.service} difference {told}")
    if row.held is not None:
        held = f"{row.held.entries} sent {row.held.sent.cents} held {row.held.shown.cents}"
        lines.append(f"{row.service} explained-amounts {held} {row.held.shown.currency} cents")
    return lines
