"""What a citizen's receipt says of the way of appeal, and of the papers that were seen."""

from __future__ import annotations

from msgspec import structs

from counter_app.documents.receipt import ReceiptKind, ReceiptRows
from counter_app.journal import store
from counter_app.service.papers.receipts import receipt_rows
from tests.unit.counters import Desk, person


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


def rows_of(desk: Desk, entry_id: str) -> ReceiptRows:
    with desk.workstation.reading() as connection:
        entry = store.find(connection, entry_id, desk.workstation.chain)
        assert entry is not None
        return receipt_rows(desk.workstation, entry, "en")


def test_whoever_was_identified_on_a_document_has_shown_the_identity_paper(desk: Desk) -> None:
    asked = {"aid": "FR-CAP", "person": person(identity="document")}
    for entry_id in (
        desk.id("record_request", asked_cents=2000, **asked),
        desk.id("grant_aid", cents=2000, **asked),
    ):
        rows = rows_of(desk, entry_id)
        assert (rows.evidence_seen, rows.evidence_missing) == (("Identity paper",), ())


def test_somebody_who_only_said_who_they_are_still_owes_the_identity_paper(desk: Desk) -> None:
    asked = {"aid": "FR-CAP", "person": person(identity="declared")}
    request = desk.id("record_request", asked_cents=2000, **asked)
    assert rows_of(desk, request).evidence_missing == ("Identity paper",)
    assert desk.code("grant_aid", cents=2000, **asked) == "evidence_missing"


def test_an_identity_that_was_seen_stands_on_the_receipt_of_an_entry_that_did_not_say_so_twice(
    desk: Desk,
) -> None:
    request = desk.id("record_request", aid="FR-CAP", person=person(identity="document"), asked_cents=2000)
    (entry,) = [one for one in desk.entries() if one.entry_id == request]
    told, untold = b'"evidence":["identity"]', b'"evidence":[]'
    assert told in entry.content
    earlier = structs.replace(entry, content=entry.content.replace(told, untold))
    rows = receipt_rows(desk.workstation, earlier, "en")
    assert (rows.evidence_seen, rows.evidence_missing) == (("Identity paper",), ())


def test_an_aid_that_asks_for_no_identity_paper_says_nothing_of_it(desk: Desk) -> None:
    rows = rows_of(desk, desk.grant(2000))
    assert "Identity paper" not in (*rows.evidence_seen, *rows.evidence_missing)
