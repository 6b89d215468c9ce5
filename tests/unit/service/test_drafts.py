"""Drafts: kept as typed, no entries, gone with the act that they became."""

from __future__ import annotations

import pytest

from counter_app.domain.commands import GrantAid, RecordRequest, parse_command
from counter_app.domain.errors import BadInput, Refused
from counter_app.service.drafts import count_drafts, discard_draft, drafts_of, record_draft, save_draft
from tests.unit.counters import AGENT, COLLEAGUE, Desk

REQUEST = '{"command":"record_request","agent":"yleroux","aid":"FR-CAP","person":{"surname":"Petit"}}'


def test_the_latest_state_of_a_draft_is_kept_and_is_no_entry(desk: Desk) -> None:
    before = desk.seq
    save_draft(desk.workstation, "d1", AGENT, {"form": {"amount": "3"}})
    save_draft(desk.workstation, "d1", AGENT, {"form": {"amount": "35"}})
    (draft,) = drafts_of(desk.workstation, AGENT)
    assert draft.body == {"form": {"amount": "35"}}
    assert draft.saved_at.utcoffset() is not None
    assert desk.seq == before


def test_a_colleague_is_offered_nobody_elses_drafts(desk: Desk) -> None:
    save_draft(desk.workstation, "d1", AGENT, {})
    assert drafts_of(desk.workstation, COLLEAGUE) == []
    assert count_drafts(desk.workstation) == 1


def test_a_draft_outlives_the_program(desk: Desk) -> None:
    save_draft(desk.workstation, "d1", AGENT, {"new": {"surname": "Ngô"}})
    workstation = desk.reopen()
    assert [draft.body for draft in drafts_of(workstation, AGENT)] == [{"new": {"surname": "Ngô"}}]


def test_recording_forgets_the_draft_in_the_same_transaction(desk: Desk) -> None:
    save_draft(desk.workstation, "d1", AGENT, {})
    outcome = record_draft(desk.workstation, parse_command(REQUEST), "window", "d1")
    assert outcome.number == "A1-0001"
    assert drafts_of(desk.workstation, AGENT) == []


def test_a_refused_act_leaves_its_draft(desk: Desk) -> None:
    save_draft(desk.workstation, "d1", AGENT, {})
    person = parse_command(REQUEST)
    assert isinstance(person, RecordRequest)
    command = GrantAid(agent=AGENT, aid="FR-CAP", cents=99_00, person=person.person)
    with pytest.raises(Refused):
        record_draft(desk.workstation, command, "window", "d1")
    assert len(drafts_of(desk.workstation, AGENT)) == 1


def test_a_field_that_no_command_may_hold_is_refused_before_recording(desk: Desk) -> None:
    command = parse_command(REQUEST)
    assert isinstance(command, RecordRequest)
    bad = RecordRequest(agent=AGENT, aid="FR-CAP", person=type(command.person)(surname=""))
    with pytest.raises(BadInput, match="command_malformed"):
        record_draft(desk.workstation, bad, "window", "d1")


def test_a_discarded_draft_is_gone_and_discarding_twice_is_nothing(desk: Desk) -> None:
    save_draft(desk.workstation, "d1", AGENT, {})
    discard_draft(desk.workstation, "d1")
    discard_draft(desk.workstation, "d1")
    assert count_drafts(desk.workstation) == 0
