"""The ledger's one function: every event's postings sum to zero, and name the accounts that its money touched."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.cash import POSTING_KINDS, postings

CENTS = st.integers(0, 10**12)
MEANS = ["cash", "voucher", "transfer", "card", "kind", "hotel"]
FACTS = st.fixed_dictionaries(
    {
        "aid": st.sampled_from(["FR-CAP", "FR-SECURG"]),
        "cents": CENTS,
        "means": st.sampled_from(MEANS),
        "difference_cents": st.integers(-(10**12), 10**12),
        "decision": st.sampled_from(["granted", "pending", "recover", "waive"]),
    },
    optional={"payment": st.fixed_dictionaries({"means": st.sampled_from(MEANS)}), "claim_cents": CENTS},
)


@given(st.sampled_from(sorted(POSTING_KINDS)), FACTS)
def test_the_postings_of_every_event_sum_to_zero(kind: str, facts: dict[str, Any]) -> None:
    made = postings(kind, facts)
    assert sum(cents for _, cents in made) == 0
    assert len(made) in (0, 2)
    assert 0 not in [cents for _, cents in made]
    assert len({account for account, _ in made}) == len(made)


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        ("aid_granted", {}, {}),
        ("aid_granted", {"payment": {"means": "cash"}}, {"aid:A": 500, "drawer": -500}),
        ("grant_paid", {"payment": {"means": "transfer"}}, {"aid:A": 500, "payable": -500}),
        ("grant_paid", {"payment": {"means": "hotel"}}, {"aid:A": 500, "payable": -500}),
        ("grant_paid", {"payment": {"means": "voucher"}}, {"aid:A": 500, "vouchers": -500}),
        ("money_returned", {"means": "cash"}, {"aid:A": -500, "drawer": 500}),
        ("money_received", {"means": "card"}, {"money_in:A": -500, "card": 500}),
        ("cash_replenished", {}, {"treasury": -500, "drawer": 500}),
        ("vouchers_received", {}, {"voucher_office": -500, "vouchers": 500}),
        ("vouchers_withdrawn", {}, {"vouchers": -500, "voucher_office": 500}),
        ("day_opened", {"difference_cents": -30}, {"difference": 30, "drawer": -30}),
        ("day_closed", {"difference_cents": 30}, {"difference": -30, "drawer": 30}),
        ("day_closed", {"difference_cents": 0}, {}),
        ("unit_decided", {"decision": "waive"}, {}),
        ("unit_decided", {"decision": "recover", "claim_cents": 200}, {"aid:A": -200, "claims": 200}),
        ("request_recorded", {}, {}),
    ],
)
def test_money_goes_from_one_account_to_another(
    kind: str, facts: dict[str, Any], expected: dict[str, int]
) -> None:
    assert dict(postings(kind, {"aid": "A", "cents": 500, **facts})) == expected
