"""What the window asks all day: how the counter stands, what was recorded today, and that something changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from counter_app.domain.errors import Refused
from counter_app.service.changes import Change, Changes
from counter_app.service.presence import has_workstation, sample_passphrase
from counter_app.service.standing import standing
from counter_app.service.today import day_list
from tests.unit.counters import SUPERVISOR, Desk, person


def test_a_new_counter_stands_without_an_incident_and_nothing_waits(desk: Desk) -> None:
    told = standing(desk.workstation)
    assert (told.incident, told.waiting, told.heard, told.copy_dated) == (None, 0, (), None)
    assert told.entries == 2


def test_an_open_incident_is_told_with_its_services_and_beginning_in_the_offices_time(desk: Desk) -> None:
    incident = desk.id(
        "declare_incident",
        title="Panne",
        agent=SUPERVISOR,
        services={"aid-file": "down", "treasury": "unstable"},
    )
    told = standing(desk.workstation).incident
    assert told is not None
    assert told.services == {"aid-file": "down", "treasury": "unstable"}
    assert told.since.isoformat() == "2026-03-02T09:00:00+01:00"
    desk.do("close_incident", incident=incident, agent=SUPERVISOR, services=["treasury"])
    told = standing(desk.workstation).incident
    assert told is not None
    assert told.services == {"aid-file": "down"}
    desk.do("close_incident", incident=incident, agent=SUPERVISOR)
    assert standing(desk.workstation).incident is None


def test_what_waits_for_a_centre_is_counted(desk: Desk) -> None:
    desk.grant()
    assert standing(desk.workstation).waiting > 0


def test_todays_list_is_latest_first_and_says_how_each_act_stands_now(desk: Desk) -> None:
    request = desk.id("record_request", person=person(), aid="FR-SECURG")
    grant = desk.grant(4000)
    desk.clock.jump(60)
    kept = desk.grant(2500)
    desk.do("cancel_grant", grant=grant, reason="Erreur de saisie")
    told = day_list(desk.workstation)
    states = {line.entry_id: line.state for line in told.lines}
    assert (states[request], states[grant], states[kept]) == ("recorded", "cancelled", "granted")
    assert told.lines[0].kind == "grant_cancelled"
    assert told.granted.cents == 2500
    assert told.lines[1].surname == person()["surname"]
    assert told.lines[1].at.isoformat() == "2026-03-02T09:01:00+01:00"


def test_another_day_has_a_list_of_its_own(desk: Desk) -> None:
    desk.grant()
    desk.clock.jump(24 * 3600)
    assert day_list(desk.workstation).lines == ()
    assert len(day_list(desk.workstation, day_list(desk.workstation).day.replace(day=2)).lines) == 1


def test_an_irregular_fact_is_marked_until_it_is_settled(desk: Desk) -> None:
    entry = desk.do(
        "grant_aid", person=person(), aid="FR-CAP", cents=9000, already_happened=True
    ).entry.entry_id
    assert day_list(desk.workstation).lines[0].irregular
    desk.do("settle_irregularity", approver=SUPERVISOR, agent=SUPERVISOR, target=entry, reason="Vu.")
    assert not any(line.irregular for line in day_list(desk.workstation).lines)


def test_a_commit_is_told_with_its_kind_and_chain_before_recording_returns(desk: Desk) -> None:
    heard: list[Change] = []
    end = desk.workstation.writer.changes.subscribe(heard.append)
    desk.grant()
    assert heard == [Change(frozenset({"aid_granted"}), frozenset({"A1"}))]
    end()
    desk.grant(1000)
    assert len(heard) == 1


def test_what_was_refused_is_told_to_nobody(desk: Desk) -> None:
    heard: list[Change] = []
    desk.workstation.writer.changes.subscribe(heard.append)
    with pytest.raises(Refused):
        desk.do("cancel_grant", grant="00000000-0000-4000-8000-000000000000", reason="x")
    assert heard == []


def test_two_changes_are_one_with_the_kinds_of_both() -> None:
    both = Change(frozenset({"a"}), frozenset({"A1"})) | Change(frozenset({"b"}), frozenset({"A2"}))
    assert both == Change(frozenset({"a", "b"}), frozenset({"A1", "A2"}))


def test_nothing_appended_is_nothing_told() -> None:
    heard: list[Change] = []
    changes = Changes()
    changes.subscribe(heard.append)
    changes.publish([])
    assert heard == []


def test_a_folder_holds_a_workstation_once_its_keys_are_there(desk: Desk, tmp_path: Path) -> None:
    assert has_workstation(desk.data)
    assert not has_workstation(tmp_path)


def test_the_passphrase_beside_a_sample_is_read_and_a_missing_one_is_none(tmp_path: Path) -> None:
    assert sample_passphrase(tmp_path) is None
    (tmp_path / "passphrase").write_text("one two three\n")
    assert sample_passphrase(tmp_path) == "one two three"
