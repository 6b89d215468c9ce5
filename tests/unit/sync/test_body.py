"""The body of a unit: fixed bytes that name act, amount and person, and nothing that is not the centre's to know."""

from __future__ import annotations

import json
from typing import Any

from counter_app.sync.body import MATCHED, render_body
from tests.unit.counters import COLLEAGUE, Desk, person


def body(desk: Desk, entry_id: str) -> dict[str, Any]:
    (entry,) = [entry for entry in desk.entries() if entry.entry_id == entry_id]
    told: dict[str, Any] = json.loads(render_body(entry, "main"))
    assert set(MATCHED) <= set(told)
    return told


def test_a_grant_is_told_with_its_person_amount_and_place(desk: Desk) -> None:
    told = person("Lefèvre", numbers=[{"scheme": "file", "value": "77"}], phone="06", address="rue X")
    request = desk.id("record_request", person=told, aid="FR-SECURG", asked_cents=5000, note="private")
    grant = desk.grant(person=None, request=request, happened_at="2026-03-01T10:00:00Z")
    sent = body(desk, grant)
    assert sent["person"] == {
        "surname": "Lefèvre",
        "given_names": ["Zoé"],
        "birth_date": "1980-03-05",
        "numbers": [{"scheme": "file", "value": "77"}],
    }
    named = {
        name: sent[name]
        for name in ("kind", "aid", "cents", "currency", "refers_to", "place", "office", "counter")
    }
    assert named == {
        "kind": "aid_granted",
        "aid": "FR-SECURG",
        "cents": 4000,
        "currency": "EUR",
        "refers_to": request,
        "place": "A1/4",
        "office": "EX-CCAS",
        "counter": "A1",
    }
    assert (sent["happened_on"], sent["happened_at"]) == ("2026-03-01", "2026-03-01T10:00:00.000Z")
    assert (sent["number"], sent["decision"]) == ("A1-0002", "granted")
    assert body(desk, request)["cents"] == 0


def test_notes_addresses_and_what_is_kept_for_proof_stay_here(desk: Desk) -> None:
    told = person(phone="0612345678", address="rue X", domiciled_by="Samu", reason="same face")
    grant = desk.grant(person=told, note="cries")
    raw = json.dumps(body(desk, grant))
    for word in (
        "0612345678",
        "rue X",
        "Samu",
        "same face",
        "cries",
        "references",
        "basis",
        "hgarcia",
        "yleroux",
    ):
        assert word not in raw


def test_the_same_entry_gives_the_same_bytes_in_any_order_of_its_facts(desk: Desk) -> None:
    desk.grant()
    entry = desk.entries()[-1]
    first = render_body(entry, "main")
    assert first == render_body(desk.entries()[-1], "main")
    assert list(json.loads(first)) == sorted(json.loads(first))
    assert render_body(entry, "photo") != first


def test_what_follows_names_what_it_is_about(desk: Desk) -> None:
    desk.fill_drawer()
    grant = desk.grant()
    paid = desk.id("pay_grant", grant=grant, payment={"means": "cash", "payer": COLLEAGUE})
    returned = desk.id("return_money", grant=grant, cents=500)
    cancelled = desk.id("cancel_grant", grant=grant, reason="mistake")
    corrected = desk.id("correct_entry", target=grant, person=person("Dupond"), reason="d")
    for entry_id, cents in ((paid, 4000), (returned, 500), (cancelled, 4000), (corrected, 0)):
        sent = body(desk, entry_id)
        assert (sent["refers_to"], sent["cents"]) == (grant, cents)
        assert sent["person"]["surname"] == ("Dupond" if entry_id == corrected else "Dupont")
    assert "mistake" not in json.dumps(body(desk, cancelled))


def test_an_act_without_a_person_names_nobody(desk: Desk) -> None:
    desk.fill_drawer()
    told = json.loads(render_body(desk.entries()[-1], "main"))
    assert (told["person"], told["aid"], told["refers_to"]) == (None, None, None)
