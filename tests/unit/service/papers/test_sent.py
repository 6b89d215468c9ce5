"""A receipt's paper: saved first, counted as sent, a duplicate from the second time on."""

from __future__ import annotations

import pytest

from counter_app.domain.errors import BadInput
from counter_app.service.papers.sent import paper_came_out, paper_state, save_receipt
from counter_app.text import Text
from tests.unit.counters import Desk


def test_the_second_paper_is_a_duplicate_and_the_first_is_not(desk: Desk) -> None:
    desk.grant()
    assert paper_state(desk.workstation, "A1-0001") is None
    first = save_receipt(desk.workstation, "A1-0001", Text("en"))
    assert not first.is_duplicate
    assert first.path.read_bytes() == first.pdf
    assert save_receipt(desk.workstation, "A1-0001", Text("en")).is_duplicate
    state = paper_state(desk.workstation, "A1-0001")
    assert state is not None
    assert (state.sent, state.came_out_at) == (2, None)


def test_a_paper_that_somebody_holds_is_noted_and_one_never_sent_is_not(desk: Desk) -> None:
    desk.grant()
    with pytest.raises(BadInput, match="unknown_number"):
        paper_came_out(desk.workstation, "A1-0001")
    save_receipt(desk.workstation, "A1-0001", Text("en"))
    paper_came_out(desk.workstation, "A1-0001")
    state = paper_state(desk.workstation, "A1-0001")
    assert state is not None
    assert state.came_out_at is not None
