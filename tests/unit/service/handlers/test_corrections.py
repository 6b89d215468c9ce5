"""Corrections are new facts, and a supervisor says why an irregular one stands."""

from __future__ import annotations

from counter_app.projections import irregular
from counter_app.sync.body import render_body
from tests.unit.counters import AGENT, IT, SUPERVISOR, Desk, person


def test_a_correction_names_its_target_and_leaves_it_as_it_was(desk: Desk) -> None:
    grant = desk.grant()
    before = [entry.hash for entry in desk.entries()]
    entry = desk.do("correct_entry", target=grant.upper(), person=person("Dupond"), reason="with a d").entry
    assert [row.hash for row in desk.entries()][:-1] == before
    assert (entry.facts["target"], entry.facts["target_number"]) == (grant, "A1-0001")
    assert entry.private == {"person": person("Dupond"), "reason": "with a d"}
    (unit,) = desk.units(entry.entry_id)
    assert (unit.service, unit.depends_on) == ("aid-file", grant)
    assert f'"refers_to":"{grant}"'.encode() in render_body(entry, "main")


def test_only_what_is_about_a_person_is_corrected(desk: Desk) -> None:
    money = desk.id("replenish_cash", cents=1, document="BX")
    told = {"person": person(), "reason": "wrong"}
    assert desk.code("correct_entry", target=money, **told) == "wrong_kind"
    assert (
        desk.code("correct_entry", target="00000000-0000-4000-8000-000000000000", **told) == "unknown_entry"
    )
    assert desk.code("correct_entry", target=desk.grant(), **told, agent=IT) == "not_allowed"


def test_an_irregular_fact_is_listed_until_a_supervisor_says_why_it_stands(desk: Desk) -> None:
    broken = desk.id("grant_aid", aid="FR-SECURG", cents=9000, person=person(), already_happened=True)
    assert irregular.open_irregularities(desk.tables(), "A1") == [(broken, "grant"), (broken, "papers")]
    told = {"target": broken.upper(), "reason": "the director knew"}
    assert desk.code("settle_irregularity", approver=AGENT, **told) == "not_allowed"
    entry = desk.do("settle_irregularity", approver=SUPERVISOR, **told).entry
    assert (entry.facts["target"], entry.facts["rules"]) == (broken, ["grant", "papers"])
    assert irregular.open_irregularities(desk.tables(), "A1") == []


def test_there_is_nothing_to_regularise_in_a_fact_that_broke_no_rule(desk: Desk) -> None:
    grant = desk.grant()
    refusal = desk.refusal("settle_irregularity", approver=SUPERVISOR, target=grant, reason="why not")
    assert (refusal.code, refusal.params) == ("not_irregular", {"entry_id": grant})
