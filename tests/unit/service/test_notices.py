"""What citizens are told of decisions: the line, the paper, and nothing of what was undone or changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from counter_app.domain.errors import BadInput
from counter_app.service.differences import decided_units
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.notices import notice_pdf, notices
from counter_app.sync.port import Outcome
from counter_app.text import Text
from tests.unit.counters import CASH, IT, Desk, person
from tests.unit.documents.conftest import Printed
from tests.unit.service.scripted import Centre, Deliverer, said
from tests.unit.service.test_custody import given
from tests.unit.service.units import disputed, lost, rejected


def decide(desk: Desk, target: str, decision: str, **more: Any) -> str:
    about = {"agent": IT, "target": target, "service": "aid-file", "reason": "rang the centre"}
    return desk.id("decide_unit", **about, decision=decision, **more)


def test_a_claim_is_told_with_its_amount_and_on_paper_with_the_way_to_appeal(desk: Desk) -> None:
    target = rejected(desk)
    assert notices(desk.workstation, [target]) == ()
    decide(desk, target, "recover")
    (told,) = notices(desk.workstation, [target])
    assert (told.number, told.claimed and told.claimed.cents) == ("A1-0002", 2500)
    paper = Printed(notice_pdf(desk.workstation, target, Text("fr")))
    assert "Rejected" in paper.text
    assert "A1-0002" in paper.text
    assert "25,00" in paper.text
    assert "ribunal" in paper.text


def test_what_is_undone_is_no_longer_told(desk: Desk) -> None:
    target = rejected(desk)
    decide(desk, target, "waive")
    assert len(notices(desk.workstation, [target])) == 1
    desk.do("undo_decision", agent=IT, target=target, service="aid-file", reason="a slip")
    assert notices(desk.workstation, [target]) == ()
    with pytest.raises(BadInput) as caught:
        notice_pdf(desk.workstation, target, Text("fr"))
    assert caught.value.code == "nothing_to_tell"


def test_what_changes_nothing_for_a_citizen_is_not_told(desk: Desk) -> None:
    again, both = lost(desk), disputed(desk)
    decide(desk, again, "replay")
    decide(desk, both, "keep_both")
    assert notices(desk.workstation, [again, both]) == ()


def test_the_counter_of_origin_hears_what_was_decided_elsewhere_and_tells_its_citizen(
    desk: Desk, open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    desk.fill_drawer()
    grant = desk.grant(2500, person=person("Told"), payment=CASH)
    it = open_desk("A3")
    given(desk, it, tmp_path)
    Deliverer(it, Centre(said(Outcome.REJECTED, reason="over"))).exchange()
    decide(it, grant, "recover")
    assert notices(desk.workstation, [grant]) == ()
    exchange_by_folder(it.workstation, tmp_path)
    exchange_by_folder(desk.workstation, tmp_path)
    (told,) = notices(desk.workstation, [grant])
    assert told.claimed is not None
    assert told.claimed.cents == 2500
    ((unit, past),) = decided_units(desk.workstation)
    assert (unit.entry_id, unit.state.value, past.word, past.by) == (grant, "closed", "recover", IT)
    refusal = desk.refusal("undo_decision", agent=IT, target=grant, service="aid-file", reason="a slip")
    assert refusal.code == "custody_elsewhere"
    it.do("undo_decision", agent=IT, target=grant, service="aid-file", reason="a slip")
    exchange_by_folder(it.workstation, tmp_path)
    exchange_by_folder(desk.workstation, tmp_path)
    assert notices(desk.workstation, [grant]) == ()
    assert [one.state.value for one in desk.units(grant) if one.service == "aid-file"] == ["rejected"]
    assert desk.findings() == it.findings() == []
