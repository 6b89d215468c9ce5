"""Notes and coins: what a count of a drawer may be made of."""

from __future__ import annotations

from typing import Final

_NOTES_AND_COINS: Final = {
    "EUR": (50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "CHF": (100000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5),
    "GBP": (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "MAD": (20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10),
}
_FIRST_COIN: Final = {"EUR": 200, "CHF": 500, "GBP": 200, "MAD": 1000}


def denominations(currency: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Notes and coins of a currency in cents, the largest first; those of the euro where it is not known."""
    known = currency if currency in _NOTES_AND_COINS else "EUR"
    coin = _FIRST_COIN[known]
    every = _NOTES_AND_COINS[known]
    return tuple(cents for cents in every if cents > coin), tuple(cents for cents in every if cents <= coin)


def fewest(cents: int, currency: str) -> dict[str, int]:
    """The fewest notes and coins that make the amount, as a count of a drawer tells them."""
    counted = {}
    for piece in (*denominations(currency)[0], *denominations(currency)[1]):
        pieces, cents = divmod(cents, piece)
        if pieces:
            counted[str(piece)] = pieces
    return counted


def is_denomination(currency: str, cents: int) -> bool:
    """Whether there is such a note or coin; of a currency that is not known any may be."""
    return currency not in _NOTES_AND_COINS or cents in _NOTES_AND_COINS[currency]
