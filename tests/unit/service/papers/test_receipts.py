"""What a citizen's receipt says of the way of appeal."""

from __future__ import annotations

from counter_app.documents.receipt import ReceiptKind
from counter_app.journal import store
from counter_app.service.papers.receipts import receipt_rows
from tests.unit.counters import Desk


def test_the_way_of_appeal_stands_on_a_decision_and_not_on_one_that_is_still_to_be_taken(desk: Desk) -> None:
    waiting, granted = desk.grant(6000), desk.grant(2000)
    appeals = {}
    with desk.workstation.reading() as connection:
        for entry_id in (waiting, granted):
            entry = store.find(connection, entry_id, desk.workstation.chain)
            assert entry is not None
            rows = receipt_rows(desk.workstation, entry, "fr")
            appeals[rows.kind] = rows.appeal
    assert appeals[ReceiptKind.AWAITING_APPROVAL] == ""
    assert "tribunal" in appeals[ReceiptKind.GRANTED]
