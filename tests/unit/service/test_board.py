"""The board: how far each counter was heard, who holds what, and what each last said that it holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from counter_app.domain.errors import Refused
from counter_app.exchange.folder import HEARD
from counter_app.service.board import CounterLine, board
from counter_app.service.custody import give
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.heard import learn_heard
from tests.unit.counters import IT, Desk, person


def line(desk: Desk, chain: str) -> CounterLine:
    (found,) = [one for one in board(desk.workstation).lines if one.chain == chain]
    return found


def test_every_counter_of_the_office_has_a_line_also_one_that_was_never_heard(desk: Desk) -> None:
    lines = board(desk.workstation).lines
    assert [(one.counter, one.own, one.seq) for one in lines] == [
        ("A1", True, 2),
        ("A2", False, 0),
        ("A3", False, 0),
    ]
    assert (lines[1].last_recorded_at, lines[1].received_at) == (None, None)


def test_what_was_received_when_and_what_waits_there(
    open_desk: Callable[..., Desk], desk: Desk, tmp_path: Path
) -> None:
    other = open_desk("A2")
    other.grant(3000)
    exchange_by_folder(other.workstation, tmp_path)
    desk.clock.jump(3600)
    exchange_by_folder(desk.workstation, tmp_path)
    found = line(desk, "A2")
    assert (found.seq, found.waiting, found.waiting_amount.cents, found.missing) == (3, 1, 3000, 0)
    assert found.last_recorded_at is not None
    assert found.received_at is not None
    assert (found.received_at - found.last_recorded_at).total_seconds() == 3600


def test_who_holds_custody_of_what(desk: Desk) -> None:
    desk.do("record_request", person=person(), aid="FR-SECURG")
    give(desk.workstation, "A3", IT)
    custody = [(part.first, part.last, part.holder, part.units) for part in line(desk, "A1").custody]
    assert custody == [(1, 3, "A3", 1), (4, 4, "A1", 0)]


def test_what_each_counter_last_said_that_it_holds_and_what_it_lacks(
    open_desk: Callable[..., Desk], desk: Desk, tmp_path: Path
) -> None:
    other, third = open_desk("A2"), open_desk("A3")
    for one in (desk, other, desk):
        exchange_by_folder(one.workstation, tmp_path)
    desk.fill_drawer()
    (heard,) = line(desk, "A2").heard
    assert (heard.chain, heard.seq, heard.behind) == ("A1", 2, 1)
    # A3 hears that A2 holds more of A1 than it could take itself.
    for path in (tmp_path / "EX-CCAS" / "A1").glob("*.range"):
        path.unlink()
    exchange_by_folder(third.workstation, tmp_path)
    assert line(third, "A1").missing == 2


def test_another_counters_word_is_believed_only_under_its_own_key(
    open_desk: Callable[..., Desk], desk: Desk, tmp_path: Path
) -> None:
    other, third = open_desk("A2"), open_desk("A3")
    for one in (third, other, desk, other):
        exchange_by_folder(one.workstation, tmp_path)
    raw = (tmp_path / "EX-CCAS" / "A2" / HEARD).read_bytes()
    for spoilt in (raw.replace(b'\\"seq\\":2', b'\\"seq\\":9'), b"{}", b"[", raw.replace(b"A3", b"A2")):
        assert spoilt != raw
        with pytest.raises(Refused) as caught:
            learn_heard(desk.workstation, "A2", spoilt, HEARD)
        assert caught.value.code == "heard_list_broken"
