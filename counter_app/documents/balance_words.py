"""The sentence of a balance that both sides can hold, and what its three standings are called."""

from __future__ import annotations

from typing import Final

from counter_app.documents.balance_rows import ServiceRow, Standing
from counter_app.domain.money import Money
from counter_app.text import N_, Text

STANDINGS: Final[dict[Standing, str]] = {
    "explained": N_("Explained"),
    "decided": N_("Decided"),
    "open": N_("Still open"),
}


def sentence(row: ServiceRow, text: Text) -> str:
    """So many entries as sent, so many euros, this hash; and what the centre holds otherwise."""
    accepted = text(
        "{service} has accepted as sent {entries} of this office over {amount}; their hash is {hash}.",
        service=row.name,
        entries=_entries(row.centre.entries, text),
        amount=row.centre.amount,
        hash=row.centre.sha256,
    )
    return " ".join(part for part in (accepted, besides(row, text)) if part)


def besides(row: ServiceRow, text: Text) -> str:
    """What is explained, with our amount and the centre's; empty where nothing is."""
    count, amount = row.explained
    if not count:
        return ""
    entries, held = _entries(count, text), row.held
    if held is None:
        return text(
            "Explained besides: {entries} over {amount}; the centre showed no amount.",
            entries=entries,
            amount=amount,
        )
    against = gap(held.sent, held.shown, text)
    if held.entries == count:
        return text(
            "Explained besides: {entries} over {amount}, held there with {held}, {gap}.",
            entries=entries,
            amount=amount,
            held=held.shown,
            gap=against,
        )
    return text(
        "Explained besides: {entries} over {amount}; the centre showed {some} of them, with {held}, {gap}.",
        entries=entries,
        amount=amount,
        some=held.entries,
        held=held.shown,
        gap=against,
    )


def gap(sent: Money, shown: Money, text: Text) -> str:
    """How the centre's amount stands to what was sent."""
    more = shown.cents - sent.cents
    if not more:
        return text("as sent")
    amount = Money(abs(more), sent.currency)
    if more > 0:
        return text("{amount} more than sent", amount=amount)
    return text("{amount} less than sent", amount=amount)


def _entries(count: int, text: Text) -> str:
    return text.plural("{n} entry", "{n} entries", count)
