"""The preview answers what recording would, and records nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from counter_app.domain.commands import GrantAid, Person, parse_command
from counter_app.domain.money import Money
from counter_app.service.preview import payers, preview, proposed_vouchers, rights
from tests.unit.counters import AGENT, CASH, COLLEAGUE, REGISSEUR, SUPERVISOR, Desk, person


def asked(cents: int, **fields: Any) -> GrantAid:
    told = {"aid": "FR-SECURG", "person": person(), "circumstances": {"evidence": ["interview"]}, **fields}
    command = parse_command(json.dumps({"command": "grant_aid", "agent": AGENT, "cents": cents, **told}))
    assert isinstance(command, GrantAid)
    return command


def test_a_grant_inside_the_rules_would_be_recorded_and_nothing_is(desk: Desk) -> None:
    before = desk.seq
    found = preview(desk.workstation, asked(4000))
    assert found.would_be_recorded
    assert found.approval == ()
    assert found.may_still == Money(8000)
    assert desk.seq == before


@pytest.mark.parametrize(
    "fields",
    [
        {"cents": 8001},
        {"cents": 4000, "circumstances": {}},
        {"cents": 4000, "means": "transfer"},
        {"cents": 4000, "payment": CASH},
        {"cents": 4000, "payment": {"means": "cash"}},
        {"cents": 0},
    ],
)
def test_what_the_preview_refuses_first_recording_refuses_too(desk: Desk, fields: dict[str, Any]) -> None:
    told = {"aid": "FR-SECURG", "person": person(), "circumstances": {"evidence": ["interview"]}, **fields}
    found = preview(desk.workstation, asked(**fields))
    assert found.refused[0].code == desk.code("grant_aid", **told)


def test_the_threshold_of_approval_is_told(desk: Desk) -> None:
    assert preview(desk.workstation, asked(5000)).approval == ()
    assert [finding.by for finding in preview(desk.workstation, asked(5001)).approval] == ["supervisor"]


def test_what_was_granted_before_lowers_what_is_left(desk: Desk) -> None:
    for _ in range(2):
        desk.grant(8000)
        desk.do("decide_approval", approver=SUPERVISOR, approved=True, grant=desk.entries()[-1].entry_id)
    told = Person(surname="Dupont", given_names=("Zoé",), birth_date="1980-03-05", identity="document")
    by_aid = {right.aid: right for right in rights(desk.workstation, told)}
    assert by_aid["FR-SECURG"].may_still == Money(8000)
    assert by_aid["FR-SECURG"].ceiling == Money(24000)
    assert by_aid["FR-SECURG"].left == Money(8000)
    desk.grant(8000)
    by_aid = {right.aid: right for right in rights(desk.workstation, told)}
    assert by_aid["FR-SECURG"].may_still == Money(0)
    assert by_aid["FR-SECURG"].why is not None
    assert by_aid["FR-SECURG"].why.code == "too_many_grants"


def test_vouchers_in_hand_that_are_worth_the_amount_are_proposed(desk: Desk) -> None:
    assert proposed_vouchers(desk.workstation, 2000) is None
    desk.do("receive_vouchers", series="K", first=1, last=10, face_cents=500, year=2026)
    run = proposed_vouchers(desk.workstation, 2000)
    assert run is not None
    assert (run.series, run.first, run.last) == ("K", 1, 4)
    assert proposed_vouchers(desk.workstation, 2100) is None
    assert proposed_vouchers(desk.workstation, 6000) is None


def test_cash_is_handed_over_by_the_regisseur_and_who_holds_a_mandate(desk: Desk) -> None:
    assert set(payers(desk.workstation, "cash")) == {AGENT, COLLEAGUE, SUPERVISOR, REGISSEUR}
    assert AGENT in payers(desk.workstation, None)
