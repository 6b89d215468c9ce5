"""What comes into the drawer and the voucher stock, and what leaves the stock without being issued."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.counters import COLLEAGUE, IT, Desk, person

BOOK = {"series": "K", "first": 1, "last": 10, "face_cents": 1500, "year": 2026}
SPOILED = {"series": "K", "why": "spoiled", "reason": "coffee"}


def test_replenishing_is_numbered_and_names_its_paper(desk: Desk) -> None:
    outcome = desk.do("replenish_cash", cents=20_000, document="BX 12")
    assert (outcome.number, outcome.entry.facts["document"]) == ("A1-0001", "BX 12")
    assert desk.balances() == {"drawer": 20_000, "treasury": -20_000}
    assert desk.code("replenish_cash", cents=1, document="BX", agent=IT) == "not_allowed"


def test_a_book_is_taken_in_by_number_at_face_value(desk: Desk) -> None:
    desk.do("receive_vouchers", **BOOK)
    assert desk.balances() == {"voucher_office": -15_000, "vouchers": 15_000}
    assert {desk.voucher(number) for number in range(1, 11)} == {"in_hand"}


@pytest.mark.parametrize(("first", "last"), [(10, 20), (1, 1), (3, 5), (1, 10)])
def test_no_number_is_taken_in_twice_and_paper_that_did_adds_only_what_is_new(
    desk: Desk, first: int, last: int
) -> None:
    desk.do("receive_vouchers", **BOOK)
    again = {**BOOK, "first": first, "last": last}
    refusal = desk.refusal("receive_vouchers", **again)
    assert (refusal.code, refusal.params) == (
        "vouchers_overlap",
        {"series": "K", "first": first, "last": last},
    )
    assert desk.irregular("receive_vouchers", **again) == ["vouchers"]
    assert desk.balance("vouchers") == max(last, 10) * 1500
    desk.do("receive_vouchers", **{**BOOK, "series": "L"})


@pytest.mark.parametrize(("first", "last"), [(5, 4), (1, 5001)])
@pytest.mark.parametrize("command", ["receive_vouchers", "withdraw_vouchers"])
def test_a_range_that_is_none_or_too_long_is_refused(desk: Desk, command: str, first: int, last: int) -> None:
    told: dict[str, Any] = BOOK if command == "receive_vouchers" else SPOILED
    refusal = desk.refusal(command, **{**told, "first": first, "last": last})
    assert (refusal.code, refusal.params) == ("voucher_range", {"first": first, "last": last, "most": 5000})


@pytest.mark.parametrize("why", ["spoiled", "returned"])
def test_vouchers_in_hand_are_withdrawn_with_a_reason(desk: Desk, why: str) -> None:
    desk.do("receive_vouchers", **BOOK)
    entry = desk.do("withdraw_vouchers", **{**SPOILED, "why": why}, first=2, last=3).entry
    assert [desk.voucher(number) for number in (1, 2, 3, 4)] == ["in_hand", why, why, "in_hand"]
    assert desk.balance("vouchers") == 12_000
    assert entry.private == {"reason": "coffee"}


def test_an_issued_voucher_is_not_withdrawn_and_paper_that_says_so_leaves_it_issued(desk: Desk) -> None:
    desk.do("receive_vouchers", **BOOK)
    payment = {"means": "voucher", "payer": COLLEAGUE, "series": "K", "first": 1, "last": 2}
    evidence = {"evidence": ["identity"]}
    desk.do("grant_aid", aid="FR-CAP", cents=3000, person=person(), circumstances=evidence, payment=payment)
    refusal = desk.refusal("withdraw_vouchers", **SPOILED, first=2, last=3)
    assert (refusal.code, refusal.params) == ("voucher_not_in_hand", {"series": "K", "first": 2, "last": 3})
    assert desk.irregular("withdraw_vouchers", **SPOILED, first=2, last=3) == ["vouchers"]
    assert [desk.voucher(number) for number in (1, 2, 3)] == ["issued", "issued", "spoiled"]
    assert desk.balance("vouchers") == 15_000 - 3000 - 1500
