"""Custody: who may send what, and that whoever may not sends nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from counter_app.domain.errors import AppError
from counter_app.projections.custody import holdings
from counter_app.service.batches import Nothing
from counter_app.service.bundles.giving import export_bundle
from counter_app.service.bundles.taking import import_bundle
from counter_app.service.custody import give, give_back, take_back
from counter_app.service.exchange import exchange_by_folder
from counter_app.sync.port import Outcome
from tests.unit.counters import AGENT, IT, SUPERVISOR, Desk, person
from tests.unit.service.scripted import Centre, Deliverer, accepts, said


@pytest.fixture
def asked(desk: Desk) -> str:
    """A request at A1."""
    return desk.id("record_request", person=person("Asked"), aid="FR-SECURG")


@pytest.fixture
def it(open_desk: Callable[..., Desk]) -> Desk:
    """The machine that reaches the centre."""
    return open_desk("A3")


def code(call: Callable[[], Any]) -> str:
    with pytest.raises(AppError) as caught:
        call()
    return caught.value.code


def given(desk: Desk, it: Desk, folder: Path) -> None:
    path = export_bundle(desk.workstation, folder / "given", IT, to="A3", custody=True).path
    import_bundle(it.workstation, path, IT)


def nothing_is_sent(desk: Desk) -> bool:
    centre = Centre(accepts())
    item = Deliverer(desk, centre).exchange()
    return isinstance(item, Nothing) and not centre.sent


def test_what_was_given_is_sent_by_its_holder_and_by_nobody_else(
    desk: Desk, it: Desk, asked: str, tmp_path: Path
) -> None:
    given(desk, it, tmp_path)
    assert nothing_is_sent(desk)
    Deliverer(it, Centre(accepts())).run()
    exchange_by_folder(it.workstation, tmp_path)
    exchange_by_folder(desk.workstation, tmp_path)
    assert [unit.state.value for unit in desk.units(asked)] == ["accepted"]


def test_what_is_recorded_afterwards_stays_here(desk: Desk, it: Desk, asked: str, tmp_path: Path) -> None:
    given(desk, it, tmp_path)
    later = desk.id("record_request", person=person("Later"), aid="FR-SECURG")
    Deliverer(desk, Centre(accepts())).run()
    states = {unit.entry_id: unit.state.value for unit in desk.units()}
    assert states == {asked: "waiting", later: "accepted"}


def test_the_holder_sends_nothing_before_the_names_have_come(
    desk: Desk, it: Desk, asked: str, tmp_path: Path
) -> None:
    give(desk.workstation, "A3", IT)
    exchange_by_folder(desk.workstation, tmp_path)
    exchange_by_folder(it.workstation, tmp_path)
    assert [part.chain for part in holdings(it.tables(), "A3")] == ["A3", "A1"]
    assert nothing_is_sent(it)
    given(desk, it, tmp_path)
    assert not nothing_is_sent(it)


def test_only_the_holder_decides_on_a_unit(desk: Desk, it: Desk, asked: str, tmp_path: Path) -> None:
    Deliverer(desk, Centre(said(Outcome.REJECTED, reason="over"))).exchange()
    given(desk, it, tmp_path)
    decision = {"agent": IT, "target": asked, "service": "aid-file", "decision": "close", "reason": "seen"}
    refusal = desk.refusal("decide_unit", **decision)
    assert (refusal.code, refusal.params) == ("custody_elsewhere", {"holder": "A3"})
    it.do("decide_unit", **decision)
    exchange_by_folder(it.workstation, tmp_path)
    exchange_by_folder(desk.workstation, tmp_path)
    assert [unit.state.value for unit in desk.units(asked)] == ["closed"]


def test_what_is_taken_back_may_have_been_sent_and_is_asked_about_first(
    desk: Desk, it: Desk, asked: str, tmp_path: Path
) -> None:
    given(desk, it, tmp_path)
    assert code(lambda: take_back(desk.workstation, "A3", "lost", AGENT)) == "not_allowed"
    assert code(lambda: take_back(desk.workstation, "A3", " ", SUPERVISOR)) == "reason_missing"
    assert take_back(desk.workstation, "A3", "lost", SUPERVISOR) == 1
    assert [unit.state.value for unit in desk.units(asked)] == ["unknown"]
    centre = Centre(said(Outcome.ABSENT), accepts())
    desk.clock.jump(3600)
    Deliverer(desk, centre).run()
    assert centre.asked[0].key == asked
    # The old holder hears of it, and sends nothing more.
    exchange_by_folder(desk.workstation, tmp_path)
    exchange_by_folder(it.workstation, tmp_path)
    assert nothing_is_sent(it)
    assert code(lambda: give_back(it.workstation, "A1", IT)) == "custody_not_held"


def test_the_holder_before_told_the_truth_whenever_it_arrives(
    desk: Desk, it: Desk, asked: str, tmp_path: Path
) -> None:
    given(desk, it, tmp_path)
    Deliverer(it, Centre(accepts())).run()
    take_back(desk.workstation, "A3", "nothing heard", SUPERVISOR)
    for one in (it, desk):
        exchange_by_folder(one.workstation, tmp_path)
    assert [unit.state.value for unit in desk.units(asked)] == ["accepted"]
    assert desk.findings() == it.findings() == []


def test_what_is_given_back_is_sent_from_home_without_a_question(
    desk: Desk, it: Desk, asked: str, tmp_path: Path
) -> None:
    given(desk, it, tmp_path)
    assert give_back(it.workstation, "A1", IT) == 1
    assert nothing_is_sent(it)
    for one in (it, desk):
        exchange_by_folder(one.workstation, tmp_path)
    centre = Centre(accepts())
    Deliverer(desk, centre).run()
    assert ([message.key for message in centre.sent], centre.asked) == ([asked], [])


def test_giving_twice_says_it_once_and_giving_to_two_is_refused(desk: Desk, asked: str) -> None:
    assert give(desk.workstation, "A3", IT) == 1
    before = desk.seq
    assert give(desk.workstation, "A3", IT) == 0
    assert desk.seq == before
    desk.do("record_request", person=person("Later"), aid="FR-SECURG")
    assert code(lambda: give(desk.workstation, "A2", IT)) == "custody_elsewhere"
    assert give(desk.workstation, "A3", IT) == 1


def test_nothing_is_given_where_nothing_waits(desk: Desk) -> None:
    assert code(lambda: give(desk.workstation, "A3", IT)) == "custody_nothing"


def test_a_unit_that_was_on_its_way_when_it_was_given_is_asked_about_by_its_holder(
    desk: Desk, it: Desk, asked: str, tmp_path: Path
) -> None:
    Deliverer(desk, Centre(said(Outcome.UNKNOWN))).exchange()
    given(desk, it, tmp_path)
    centre = Centre(accepts())
    it.clock.jump(3600)
    Deliverer(it, centre).run()
    assert ([message.key for message in centre.asked], centre.sent) == ([asked], [])
