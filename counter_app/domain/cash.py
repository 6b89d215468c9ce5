"""The double-entry ledger: from one event to postings that sum to zero, in cents.

Accounts are words: `drawer`, `treasury`, `payable` (transfers the treasury will make), `card`, `vouchers` (stock
at face value), `voucher_office`, `difference`, `claims`, and `aid:CODE` or `money_in:CODE`. A positive posting
means that the account holds more. Source: the régie's books
(R1617-16 of the code général des collectivités territoriales: cash in hand at any time).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Facts = dict[str, Any]
Posting = tuple[str, int]

_PAID_FROM = {
    "cash": "drawer",
    "voucher": "vouchers",
    "transfer": "payable",
    "card": "card",
    "kind": "kind",
    "hotel": "payable",
}


def _move(taken: str, given: str, cents: int) -> list[Posting]:
    return [] if cents == 0 else [(given, cents), (taken, -cents)]


def _paid(facts: Facts) -> list[Posting]:
    payment = facts.get("payment")
    if not payment:
        return []
    return _move(_PAID_FROM[payment["means"]], f"aid:{facts['aid']}", facts["cents"])


def _returned(facts: Facts) -> list[Posting]:
    return _move(f"aid:{facts['aid']}", _PAID_FROM[facts["means"]], facts["cents"])


def _received(facts: Facts) -> list[Posting]:
    return _move(f"money_in:{facts['aid']}", _PAID_FROM[facts["means"]], facts["cents"])


def _difference(facts: Facts) -> list[Posting]:
    return _move("difference", "drawer", facts["difference_cents"])


def _decided(facts: Facts) -> list[Posting]:
    return _move(f"aid:{facts['aid']}", "claims", facts["claim_cents"]) if "claim_cents" in facts else []


def _undone(facts: Facts) -> list[Posting]:
    return _move("claims", f"aid:{facts['aid']}", facts["claim_cents"]) if "claim_cents" in facts else []


_POSTINGS: dict[str, Callable[[Facts], list[Posting]]] = {
    "aid_granted": _paid,
    "grant_paid": _paid,
    "money_returned": _returned,
    "money_received": _received,
    "cash_replenished": lambda facts: _move("treasury", "drawer", facts["cents"]),
    "vouchers_received": lambda facts: _move("voucher_office", "vouchers", facts["cents"]),
    "vouchers_withdrawn": lambda facts: _move("vouchers", "voucher_office", facts["cents"]),
    "day_opened": _difference,
    "day_closed": _difference,
    "unit_decided": _decided,
    "decision_undone": _undone,
}

POSTING_KINDS = frozenset(_POSTINGS)
"""The events that move money."""


def postings(kind: str, facts: Facts) -> list[Posting]:
    """The postings of an event; they sum to zero. An event that moves no money has none."""
    make = _POSTINGS.get(kind)
    return [] if make is None else make(facts)
