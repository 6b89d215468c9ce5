"""Every command has its roles, and nobody with another role gets it into the journal."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from counter_app.access.commands import MAY_RECORD
from counter_app.access.roles import ANYBODY, COUNTER_WORK, RECOVERY
from counter_app.domain import commands
from counter_app.domain.command_shape import EntryId
from counter_app.domain.errors import Refused
from tests.unit.counters import AGENT, AUDITOR, IT, SUPERVISOR, Desk

COMMANDS = get_args(commands.AnyCommand)
PEOPLE = {"agent": AGENT, "supervisor": SUPERVISOR, "it": IT, "auditor": AUDITOR}
SOME_ID = "00000000-0000-4000-8000-000000000000"


def sample(kind: type, agent: str) -> commands.AnyCommand:
    """A command of that kind which names the agent and whatever else it must name."""
    told: dict[str, object] = {"command": kind.__struct_config__.tag, "agent": agent}
    values: dict[str, object] = {
        "person": {"surname": "Test"},
        "payment": {"means": "cash"},
        "approver": SUPERVISOR,
        "counted": {},
        "services": {},
        "decision": "close",
        "verdict": "same",
        "score": 900,
        "why": "spoiled",
        "year": 2026,
        "approved": True,
    }
    by_name = {"_cents": 1, "cents": 1, "first": 1, "last": 1, "from_seq": 1, "upto_seq": 1, "ahead_s": 60}
    for field in msgspec.structs.fields(kind):
        if field.required and field.name not in told:
            fallback = next((v for name, v in by_name.items() if field.name.endswith(name)), None)
            named = SOME_ID if field.type == EntryId else "x" if fallback is None else fallback
            told[field.name] = values.get(field.name, named)
    return commands.parse_command(msgspec.json.encode(told))


def test_no_command_is_without_its_roles() -> None:
    assert set(MAY_RECORD) == set(COMMANDS)


def test_each_set_of_roles_is_one_that_the_office_knows_and_none_holds_the_auditor() -> None:
    assert set(MAY_RECORD.values()) <= {COUNTER_WORK, RECOVERY, ANYBODY, ("supervisor",), ("it",)}


@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_gets_no_command_recorded_that_is_not_its_own(desk: Desk, role: str) -> None:
    before, refused = desk.seq, set()
    for kind in COMMANDS:
        if role in MAY_RECORD[kind]:
            continue
        with pytest.raises(Refused) as caught:
            desk.workstation.record(sample(kind, PEOPLE[role]), "window")
        assert (caught.value.code, caught.value.params["role"]) == ("not_allowed", role), kind
        refused.add(kind)
    assert desk.seq == before
    if role == "auditor":
        assert refused == set(COMMANDS)


def test_an_auditor_signs_nobodys_approval_closing_or_budget(desk: Desk) -> None:
    for kind in COMMANDS:
        if "approver" not in {field.name for field in msgspec.structs.fields(kind)}:
            continue
        command = msgspec.structs.replace(sample(kind, SUPERVISOR), approver=AUDITOR)
        with pytest.raises(Refused) as caught:
            desk.workstation.record(command, "window")
        assert caught.value.code == "not_allowed", kind


def test_granter_and_payer_are_two_people_or_a_reason_is_recorded(desk: Desk) -> None:
    desk.fill_drawer()
    grant = desk.grant(3000)
    alone = {"means": "cash", "payer": AGENT}
    with pytest.raises(Refused) as caught:
        desk.do("pay_grant", grant=grant, payment=alone)
    assert caught.value.code == "granter_pays"
    outcome = desk.do(
        "pay_grant", grant=grant, payment={**alone, "waiver": "Alone at the counter until noon"}
    )
    assert outcome.entry.facts["payment"]["waiver"] == "Alone at the counter until noon"


def test_nobody_acts_who_is_not_of_the_office(desk: Desk) -> None:
    with pytest.raises(Refused) as caught:
        desk.do("open_day", agent="nobody", float_cents=0)
    assert caught.value.code == "unknown_colleague"
