"""The business day: the float of the morning, the count of the evening, and what the closing lists."""

from __future__ import annotations

import pytest

from counter_app.domain.money import Money
from counter_app.projections import daybook
from tests.unit.counters import AGENT, COLLEAGUE, SUPERVISOR, Desk, person

CLOSE = {"approver": SUPERVISOR, "counted": {}}


def test_a_float_that_is_not_the_books_balance_is_a_difference_and_never_hidden(desk: Desk) -> None:
    desk.fill_drawer(10_000)
    facts = desk.do("open_day", float_cents=9_900).entry.facts
    assert (facts["day"], facts["book_cents"], facts["difference_cents"]) == ("2026-03-02", 10_000, -100)
    assert desk.balances() == {"difference": 100, "drawer": 9_900, "treasury": -10_000}
    desk.do("close_day", approver=SUPERVISOR, counted={"5000": 1, "2000": 2, "500": 1, "200": 2})
    assert desk.do("open_day", float_cents=9_900).entry.facts["difference_cents"] == 0


def test_the_count_is_by_denomination_and_its_difference_is_posted(desk: Desk) -> None:
    desk.fill_drawer(10_000)
    counted = {"5000": 1, "2000": 2, "1000": 0, "5": 3}
    facts = desk.do("close_day", approver=SUPERVISOR, counted=counted).entry.facts
    assert facts["counted"] == {"2000": 2, "5": 3, "5000": 1}
    assert (facts["counted_cents"], facts["book_cents"], facts["difference_cents"]) == (9_015, 10_000, -985)
    assert desk.balance("drawer") == 9_015
    assert desk.balance("difference") == 985
    assert sum(desk.balances().values()) == 0


def test_the_closing_names_the_head_it_stands_on(desk: Desk) -> None:
    desk.fill_drawer()
    last = desk.entries()[-1]
    facts = desk.do("close_day", **CLOSE).entry.facts
    assert (facts["head_seq"], facts["head_hash"]) == (last.seq, last.hash.hex())


def test_the_closing_lists_what_is_unsent_waiting_irregular_and_unsigned(desk: Desk) -> None:
    desk.fill_drawer()
    desk.grant(6000)
    desk.grant(payment={"means": "cash", "payer": COLLEAGUE, "acquit": "missing"})
    desk.irregular("grant_aid", aid="FR-SECURG", cents=9000, person=person("Okoye"))
    facts = desk.do("close_day", **CLOSE).entry.facts
    # Two services learn of the paid grant; the paper one, which broke two rules, waits like the first.
    assert {name: facts[name] for name in ("unsent", "pending", "irregular_open", "acquits_missing")} == {
        "unsent": 2,
        "pending": 2,
        "irregular_open": 1,
        "acquits_missing": 1,
    }


def test_a_day_before_may_be_closed_and_what_comes_later_stands_behind_the_closing(desk: Desk) -> None:
    desk.fill_drawer()
    desk.clock.jump(86_400)
    closed = desk.do("close_day", **CLOSE, day="2026-03-02").entry
    assert (closed.facts["day"], closed.header["day"]) == ("2026-03-02", "2026-03-03")
    again = desk.do("close_day", **CLOSE, day="2026-03-02").entry
    assert daybook.closings(desk.tables(), "A1", "2026-03-02") == [closed.seq, again.seq]
    assert daybook.closings(desk.tables(), "A1", "2026-03-03") == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"day": "2026-03-03"}, "in_the_future"),
        ({"day": "2026-02-30"}, "day_malformed"),
        ({"approver": AGENT}, "not_allowed"),
        ({"approver": "nobody"}, "unknown_colleague"),
    ],
)
def test_a_day_is_closed_by_a_supervisor_once_it_has_begun(
    desk: Desk, change: dict[str, str], code: str
) -> None:
    assert desk.code("close_day", **{**CLOSE, **change}) == code


def test_the_business_day_is_the_offices_and_not_greenwichs(desk: Desk) -> None:
    desk.clock.jump(15.5 * 3600)
    entry = desk.do("replenish_cash", cents=1, document="BX").entry
    assert (entry.header["recorded_at"][:13], entry.header["day"]) == ("2026-03-02T23", "2026-03-03")


def test_a_day_that_is_open_is_not_opened_again_and_paper_that_says_so_is_irregular(desk: Desk) -> None:
    desk.do("open_day", float_cents=100)
    refusal = desk.refusal("open_day", float_cents=200)
    assert (refusal.code, refusal.params["float"]) == ("day_opened_already", Money(100))
    assert desk.irregular("open_day", float_cents=200) == ["opened"]
    desk.clock.jump(86_400)
    # Closing the day before opens nothing anew.
    desk.do("open_day", float_cents=200)
    desk.do("close_day", **CLOSE, day="2026-03-02")
    assert desk.code("open_day", float_cents=0) == "day_opened_already"


def test_a_float_beyond_books_and_advance_is_a_slip_of_the_pen(desk: Desk) -> None:
    desk.fill_drawer(10_000)
    advance = desk.workstation.configuration.regie.advance_cents
    refusal = desk.refusal("open_day", float_cents=10**12)
    assert (refusal.code, refusal.params["book"]) == ("float_too_high", Money(10_000))
    assert desk.code("open_day", float_cents=10_001 + advance) == "float_too_high"
    assert desk.irregular("open_day", float_cents=10_001 + advance) == ["float"]
    desk.do("close_day", **CLOSE)
    desk.do("open_day", float_cents=advance)


@pytest.mark.parametrize("cents", ["9999999", "3", "7", "50001"])
def test_only_notes_and_coins_that_there_are_can_be_counted(desk: Desk, cents: str) -> None:
    refusal = desk.refusal("close_day", approver=SUPERVISOR, counted={"100": 1, cents: 1})
    assert (refusal.code, refusal.params["pieces"]) == ("no_denomination", cents)
    desk.do("close_day", approver=SUPERVISOR, counted={"100": 1, cents: 0})
    assert desk.irregular("close_day", approver=SUPERVISOR, counted={cents: 1}) == ["denomination"]
    assert desk.findings() == []


@pytest.mark.parametrize("day", ["0001-01-01", "2026-03-01"])
def test_a_day_on_which_nothing_was_recorded_is_not_closed(desk: Desk, day: str) -> None:
    assert desk.code("close_day", **CLOSE, day=day) == "day_without_entries"
    assert desk.irregular("close_day", **CLOSE, day=day) == ["day_empty"]
    desk.do("close_day", **CLOSE, day="2026-03-02")
