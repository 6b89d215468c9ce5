"""The day so far to the cent, what a closing lists, and the days before it with their state."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from counter_app.domain.commands import CloseDay
from counter_app.domain.denominations import denominations
from counter_app.domain.errors import Refused
from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.service.closing import close_day, day_so_far
from counter_app.service.drafts import save_draft
from tests.unit.counters import CASH, MONDAY, SUPERVISOR, Desk, person

COUNT = {"10000": 20}


def pay(desk: Desk, cents: int = 4000, **payment: Any) -> str:
    return desk.grant(cents, payment=CASH | payment)


def close(desk: Desk, **counted: int) -> None:
    desk.do("close_day", approver=SUPERVISOR, counted=counted or {})


def test_the_drawer_is_told_line_by_line_and_adds_up(desk: Desk) -> None:
    desk.do("open_day", float_cents=5000)
    desk.fill_drawer(200_000)
    grant = pay(desk)
    desk.do("return_money", grant=grant, cents=1500)
    cash = day_so_far(desk.workstation).cash
    assert cash.counted_float == Money(5000)
    told = (cash.carried, cash.brought, cash.received, cash.paid, cash.corrected)
    assert told == (Money(0), Money(200_000), Money(1500), Money(4000), Money(5000))
    assert cash.book == cash.now == Money(202_500)
    carried, brought, received, paid, corrected = (one.cents for one in told)
    assert cash.book.cents == carried + brought + received - paid + corrected


def test_it_lists_what_is_unsent_waiting_drafted_irregular_and_unsigned(desk: Desk) -> None:
    desk.fill_drawer()
    desk.grant(6000, person=person("Benali"))
    pay(desk, acquit="missing")
    desk.grant(9900, person=person("Petit"), payment=CASH, already_happened=True)
    save_draft(desk.workstation, "one", "yleroux", {"surname": "Half"})
    day = day_so_far(desk.workstation)
    assert (day.pending, day.drafts) == (1, 1)
    assert [(fact.surname, fact.amount) for fact in day.unsigned] == [("Dupont", Money(4000))]
    (irregular,) = day.irregular
    assert (irregular.surname, irregular.kind) == ("Petit", "aid_granted")
    assert "grant" in irregular.rules
    assert {line.service for line in day.unsent} == {"aid-file", "treasury"}
    assert day.unsent_count == len(desk.units())
    assert day.granted == Money(13_900)


def test_a_paper_form_entered_twice_is_kept_twice_and_says_so(desk: Desk) -> None:
    desk.fill_drawer()
    for _ in range(2):
        desk.grant(4000, payment=CASH, already_happened=True, form="P-17")
    (irregular,) = day_so_far(desk.workstation).irregular
    assert "form" in irregular.rules
    with pytest.raises(Refused, match="form_again"):
        desk.grant(4000, person=person("Petit"), form="P-17")


def test_a_receipt_that_the_copy_still_had_is_not_entered_from_its_paper_again_unnoticed(desk: Desk) -> None:
    desk.fill_drawer()
    number = desk.do(
        "grant_aid",
        aid="FR-SECURG",
        cents=4000,
        person=person(),
        circumstances={"evidence": ["interview"]},
        payment=CASH,
    ).entry.facts["number"]
    desk.grant(4000, payment=CASH, already_happened=True, form=number)
    (irregular,) = day_so_far(desk.workstation).irregular
    assert "form" in irregular.rules


def test_what_was_regularised_is_listed_no_more(desk: Desk) -> None:
    desk.fill_drawer()
    grant = desk.grant(9900, payment=CASH, already_happened=True)
    desk.do("settle_irregularity", approver=SUPERVISOR, target=grant, reason="seen")
    assert day_so_far(desk.workstation).irregular == ()


def test_the_stock_of_vouchers_keeps_its_invariant(desk: Desk) -> None:
    desk.do("receive_vouchers", series="K", first=1, last=20, face_cents=1000, year=2026)
    desk.do("withdraw_vouchers", series="K", first=5, last=6, why="spoiled", reason="torn")
    (stock,) = day_so_far(desk.workstation).vouchers
    assert (stock.in_hand, stock.spoiled, stock.issued, stock.returned) == (18, 2, 0, 0)
    assert stock.runs == ((1, 4), (7, 20))
    assert (stock.face, stock.year) == (Money(1000), 2026)


def test_days_are_open_closed_reopened_or_never_closed(desk: Desk) -> None:
    desk.fill_drawer(200_000)
    assert day_so_far(desk.workstation).state == "open"
    close(desk, **COUNT)
    row = day_so_far(desk.workstation).days[0]
    assert (row.state, row.closed_by, row.difference) == ("closed", SUPERVISOR, Money(0))
    pay(desk)
    assert day_so_far(desk.workstation).state == "reopened"


def test_a_day_that_was_forgotten_is_named_the_next_morning(desk: Desk) -> None:
    desk.fill_drawer(200_000)
    desk.clock.jump(86_400)
    day = day_so_far(desk.workstation)
    monday = MONDAY.date()
    assert (day.day, day.state) == (monday + timedelta(days=1), "open")
    assert day.forgotten == (monday,)
    assert day.cash.carried == Money(200_000)
    yesterday = day_so_far(desk.workstation, monday)
    assert (yesterday.state, yesterday.cash.brought) == ("not_closed", Money(200_000))


def test_closing_signs_the_head_that_it_makes(desk: Desk) -> None:
    desk.fill_drawer(200_000)
    command = CloseDay(agent=SUPERVISOR, approver=SUPERVISOR, counted=COUNT)
    entry = close_day(desk.workstation, command).entry
    assert entry.facts["difference_cents"] == 0
    with desk.workstation.reading() as connection:
        signatures = store.head_signatures(connection, "A1")
    assert (entry.seq, entry.hash) in [(seq, hashed) for seq, hashed, _ in signatures]
    assert desk.findings() == []


@pytest.mark.parametrize("currency", ["EUR", "CHF", "GBP", "MAD", "XXX"])
def test_every_note_is_worth_more_than_every_coin(currency: str) -> None:
    notes, coins = denominations(currency)
    assert min(notes) > max(coins)
    assert list(notes) == sorted(notes, reverse=True)
    assert list(coins) == sorted(coins, reverse=True)


def test_a_day_without_acts_is_open_and_empty(desk: Desk) -> None:
    day = day_so_far(desk.workstation)
    assert (day.state, day.acts, day.days) == ("open", 0, ())
    assert day.day == date(2026, 3, 2)
