"""What citizens are told of decisions: the line, the paper, and nothing of what was undone or changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from counter_app.domain.errors import BadInput
from counter_app.service.notices import notice_pdf, notices
from counter_app.text import Text
from tests.unit.counters import IT, Desk
from tests.unit.documents.conftest import Printed
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
