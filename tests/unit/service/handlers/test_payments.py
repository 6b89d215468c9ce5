"""Money that moves: two people, a mandate, cash and vouchers that are really there, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from counter_app.domain.money import Money
from counter_app.service.papers.daily_log import daily_log_rows
from counter_app.service.papers.receipts import receipt_pdf
from counter_app.text import Text
from tests.unit.counters import AGENT, COLLEAGUE, IT, REGISSEUR, SUPERVISOR, Desk, person

CASH = {"means": "cash", "payer": COLLEAGUE}


@pytest.fixture
def grant(desk: Desk) -> str:
    """Emergency cash of 40 €, granted by the first agent, with enough in the drawer."""
    desk.fill_drawer(10_000)
    return desk.grant()


def refusal_of(desk: Desk, grant: str, **payment: Any) -> str:
    return desk.code("pay_grant", grant=grant, payment={**CASH, **payment})


def test_paying_turns_the_reservation_into_money(desk: Desk, grant: str) -> None:
    payment = CASH | {"acquit": "cannot_sign", "witnesses": ["A. Morel", "B. Petit"]}
    entry = desk.do("pay_grant", grant=grant.upper(), payment=payment).entry
    row = desk.grant_row(grant)
    assert (row.payment, row.paid_cents) == ("paid", 4000)
    assert desk.slice().used_cents == 4000
    assert desk.balance("drawer") == 6000
    assert entry.facts["payment"] == {"means": "cash", "payer": COLLEAGUE, "acquit": "cannot_sign"}
    assert entry.private == {"person": person(), "witnesses": ["A. Morel", "B. Petit"]}
    assert [unit.service for unit in desk.units(entry.entry_id)] == ["treasury"]


def test_the_treasury_hears_of_what_came_back_only_behind_what_was_paid(desk: Desk, grant: str) -> None:
    paid = desk.id("pay_grant", grant=grant, payment=CASH)
    assert desk.units(paid)[0].depends_on is None
    first = desk.id("return_money", grant=grant, cents=1000)
    second = desk.id("return_money", grant=grant, cents=1000)
    cancelled = desk.id("cancel_grant", grant=grant, reason="mistake")
    assert desk.units(first)[0].depends_on == paid
    assert desk.units(second)[0].depends_on == first
    assert {(u.service, u.depends_on) for u in desk.units(cancelled)} == {
        ("treasury", second),
        ("aid-file", grant),
    }


def test_granter_and_payer_differ_or_a_waiver_says_why(desk: Desk, grant: str) -> None:
    for payer in ({"payer": AGENT}, {"payer": None}):
        assert refusal_of(desk, grant, **payer) == "granter_pays"
    entry = desk.do("pay_grant", grant=grant, payment={"means": "cash", "waiver": "alone today"}).entry
    assert entry.facts["payment"] == {
        "means": "cash",
        "payer": AGENT,
        "waiver": "alone today",
        "acquit": "signed",
    }


@pytest.mark.parametrize(("payer", "code"), [("nobody", "unknown_colleague"), (IT, "not_allowed")])
def test_only_a_colleague_at_the_counter_pays(desk: Desk, grant: str, payer: str, code: str) -> None:
    assert refusal_of(desk, grant, payer=payer) == code


def test_somebody_who_cannot_sign_has_witnesses(desk: Desk, grant: str) -> None:
    assert refusal_of(desk, grant, acquit="cannot_sign") == "witnesses_missing"
    unsigned = desk.do("pay_grant", grant=grant, payment=CASH | {"acquit": "missing"})
    assert unsigned.irregular == []


@pytest.mark.parametrize(
    ("change", "code"),
    [({"means": "voucher"}, "means_not_allowed"), ({"means": "transfer"}, "means_not_allowed")],
)
def test_a_grant_is_paid_by_the_means_of_its_aid(
    desk: Desk, grant: str, change: dict[str, str], code: str
) -> None:
    assert refusal_of(desk, grant, **change) == code


def test_no_more_leaves_the_drawer_than_lies_in_it(desk: Desk) -> None:
    desk.fill_drawer(3999)
    grant = desk.grant()
    refusal = desk.refusal("pay_grant", grant=grant, payment=CASH)
    assert (refusal.code, refusal.params) == ("not_enough_cash", {"asked": Money(4000), "left": Money(3999)})
    desk.do("replenish_cash", cents=1, document="BX")
    desk.do("pay_grant", grant=grant, payment=CASH)
    assert desk.balance("drawer") == 0


def test_a_grant_is_paid_once_unless_paper_paid_it_again(desk: Desk, grant: str) -> None:
    desk.do("pay_grant", grant=grant, payment=CASH)
    refusal = desk.refusal("pay_grant", grant=grant, payment=CASH)
    assert (refusal.code, refusal.params) == ("paid_already", {"number": "A1-0002"})
    assert desk.irregular("pay_grant", grant=grant, payment=CASH) == ["paid_already"]
    assert desk.slice().used_cents == 8000
    assert desk.balance("drawer") == 2000


def test_what_came_back_whole_is_not_paid_again(desk: Desk, grant: str) -> None:
    desk.do("pay_grant", grant=grant, payment=CASH)
    desk.do("return_money", grant=grant, cents=4000)
    assert refusal_of(desk, grant) == "paid_already"


def test_a_cancelled_grant_is_not_paid_unless_paper_did(desk: Desk, grant: str) -> None:
    desk.do("cancel_grant", grant=grant, reason="mistake")
    assert refusal_of(desk, grant) == "grant_not_open"
    assert desk.irregular("pay_grant", grant=grant, payment=CASH) == ["grant_not_open"]
    assert desk.slice().used_cents == 4000


def test_an_aid_without_money_is_handed_out_once(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(sample="paris")
    told = {"evidence": ["income"], "resources_cents": 50_000}
    meals = {"aid": "FR75-REPAS", "cents": 0, "quantity": 10, "person": person(), "circumstances": told}
    grant = desk.id("grant_aid", agent="nbenali", **meals)
    payment = {"means": "card", "payer": "tlefevre"}
    desk.do("pay_grant", agent="nbenali", grant=grant, payment=payment)
    assert desk.grant_row(grant).payment == "paid"
    assert desk.code("pay_grant", agent="nbenali", grant=grant, payment=payment) == "paid_already"
    assert desk.balances() == {}


# --- mandates


def test_cash_is_handed_over_by_the_regisseur_or_by_a_mandataire_of_that_day(desk: Desk, grant: str) -> None:
    desk.do("pay_grant", grant=grant, payment=CASH | {"payer": REGISSEUR})
    # The mandates begin on 1 January 2024.
    early = {"grant": desk.grant(person=person("Okoye")), "happened_at": "2023-12-31T12:00:00Z"}
    refusal = desk.refusal("pay_grant", **early, payment=CASH)
    assert (refusal.code, refusal.params) == ("no_mandate", {"person": COLLEAGUE, "day": date(2023, 12, 31)})
    assert desk.irregular("pay_grant", **early, payment=CASH) == ["mandate"]


# --- vouchers


@pytest.fixture
def book(desk: Desk) -> Desk:
    """Vouchers K 1 to 6 of 15 €, valid in 2026, and K 7 to 8 of last year."""
    for first, last, year in ((1, 6, 2026), (7, 8, 2025)):
        desk.do("receive_vouchers", series="K", first=first, last=last, face_cents=1500, year=year)
    return desk


def voucher_grant(
    desk: Desk, first: int | None, last: int | None, cents: int = 3000, **payment: Any
) -> dict[str, Any]:
    told = {"means": "voucher", "payer": COLLEAGUE, "series": "K", "first": first, "last": last, **payment}
    evidence = {"circumstances": {"evidence": ["identity"]}}
    return {"aid": "FR-CAP", "cents": cents, "person": person(), "payment": told, **evidence}


def test_vouchers_leave_by_number(book: Desk) -> None:
    book.do("grant_aid", **voucher_grant(book, 2, 3))
    assert [book.voucher(number) for number in range(1, 5)] == ["in_hand", "issued", "issued", "in_hand"]
    assert book.balances() == {"aid:FR-CAP": 3000, "voucher_office": -12_000, "vouchers": 9000}


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (None, 3, "voucher_numbers_missing"),
        (2, None, "voucher_numbers_missing"),
        (3, 2, "voucher_numbers_missing"),
        (6, 9, "voucher_not_in_hand"),
        (9, 10, "voucher_not_in_hand"),
        (7, 8, "voucher_expired"),
        (1, 3, "voucher_value"),
        (1, 1, "voucher_value"),
    ],
)
def test_vouchers_that_are_not_there_or_not_worth_it_are_refused(
    book: Desk, first: int | None, last: int | None, code: str
) -> None:
    assert book.code("grant_aid", **voucher_grant(book, first, last)) == code


def test_an_issued_voucher_is_not_issued_again_and_paper_that_says_so_is_irregular(book: Desk) -> None:
    book.do("grant_aid", **voucher_grant(book, 1, 2))
    assert book.code("grant_aid", **voucher_grant(book, 2, 3)) == "voucher_not_in_hand"
    assert book.code("grant_aid", **voucher_grant(book, 1, 2, series="L")) == "voucher_not_in_hand"
    assert book.irregular("grant_aid", **voucher_grant(book, 2, 3)) == ["vouchers"]
    assert book.irregular("grant_aid", **voucher_grant(book, 7, 8)) == ["vouchers.year"]
    assert book.irregular("grant_aid", **voucher_grant(book, 4, 4, cents=2000)) == ["year", "vouchers.value"]


def test_a_voucher_says_what_it_is_worth_where_it_does_not_fit(book: Desk) -> None:
    refusal = book.refusal("grant_aid", **voucher_grant(book, 1, 1))
    assert refusal.params == {"value": Money(1500), "asked": Money(3000)}


def test_the_regie_pays_no_voucher_for_an_aid_outside_its_act(book: Desk) -> None:
    grant = book.id("grant_aid", **{**voucher_grant(book, 1, 2), "payment": None})
    assert book.code("pay_grant", grant=grant, payment=CASH) == "means_not_allowed"


# --- money that comes back


@pytest.mark.parametrize(("means", "account"), [("cash", "drawer"), ("transfer", "payable")])
def test_money_comes_back_in_parts_to_where_it_belongs(
    desk: Desk, grant: str, means: str, account: str
) -> None:
    desk.do("pay_grant", grant=grant, payment=CASH)
    before = desk.balance(account)
    outcome = desk.do("return_money", grant=grant.upper(), cents=1500, means=means)
    assert outcome.number == "A1-0003"
    row = desk.grant_row(grant)
    assert (row.payment, row.returned_cents, desk.slice().used_cents) == ("paid", 1500, 2500)
    assert desk.balance(account) == before + 1500
    desk.do("return_money", grant=grant, cents=2500, means=means)
    assert (desk.grant_row(grant).payment, desk.slice().used_cents) == ("returned", 0)
    assert desk.balance("aid:FR-SECURG") == 0


def test_no_more_comes_back_than_was_paid_unless_it_did(desk: Desk, grant: str) -> None:
    refusal = desk.refusal("return_money", grant=grant, cents=1)
    assert (refusal.code, refusal.params) == ("more_than_paid", {"asked": Money(1), "left": Money(0)})
    desk.do("pay_grant", grant=grant, payment=CASH)
    assert desk.code("return_money", grant=grant, cents=4001) == "more_than_paid"
    assert desk.irregular("return_money", grant=grant, cents=4001) == ["returned"]
    assert desk.balance("drawer") == 10_001
    assert (desk.slice().used_cents, desk.grant_row(grant).returned_cents) == (0, 4000)


# --- money in


@pytest.fixture
def paris(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk(sample="paris")


NAVIGO = {
    "agent": "nbenali",
    "aid": "FR75-NAVIGO",
    "person": person(),
    "circumstances": {"evidence": ["tax_notice"]},
}


@pytest.mark.parametrize(("means", "account"), [("cash", "drawer"), ("card", "card")])
def test_a_contribution_is_received_against_a_number(paris: Desk, means: str, account: str) -> None:
    outcome = paris.do("receive_money", **NAVIGO, cents=9000, means=means)
    assert outcome.number == "A1-0001"
    assert paris.balances() == {account: 9000, "money_in:FR75-NAVIGO": -9000}
    assert [unit.service for unit in paris.units()] == ["transport"]
    assert paris.slice().used_cents == 0


def test_nothing_to_pay_is_a_contribution_as_well(paris: Desk) -> None:
    paris.do("receive_money", **NAVIGO, cents=0)
    assert paris.balances() == {}


@pytest.mark.parametrize(
    ("change", "code", "rule"),
    [
        ({"cents": 9001}, "wrong_contribution", "participation"),
        ({"cents": 36_000}, "over_cash_maximum", "regie.cash_max"),
        ({"cents": 9000, "circumstances": {}}, "evidence_missing", "papers"),
        ({"cents": 9000, "aid": "FR75-ALLEX"}, "no_contribution", "money_in"),
    ],
)
def test_a_contribution_keeps_the_rules_unless_it_was_paid(
    paris: Desk, change: dict[str, Any], code: str, rule: str
) -> None:
    assert paris.code("receive_money", **{**NAVIGO, **change}) == code
    assert rule in paris.irregular("receive_money", **{**NAVIGO, **change})


def test_only_people_at_the_counter_take_money(paris: Desk) -> None:
    told = {**NAVIGO, "cents": 9000}
    assert paris.code("receive_money", **{**told, "agent": "skowalski"}) == "not_allowed"
    assert paris.code("receive_money", **{**told, "aid": "FR75-NONE"}) == "unknown_aid"


def test_a_refund_is_granted_once_a_second_person_approved(paris: Desk) -> None:
    refund = {**NAVIGO, "cents": 9000, "means": "transfer"}
    grant = paris.id("grant_aid", **refund)
    assert paris.grant_row(grant).decision == "pending"
    paris.do("decide_approval", agent="nbenali", approver="mdiallo", grant=grant, approved=True)
    assert paris.grant_row(grant).decision == "granted"


def test_a_supervisor_may_do_the_work_of_an_agent(desk: Desk, grant: str) -> None:
    desk.do("pay_grant", agent=SUPERVISOR, grant=grant, payment=CASH)


# --- what paper says that happened


@pytest.mark.parametrize("payer", ["mperrin", "somebody-else"])
def test_a_payment_that_happened_is_kept_whoever_made_it(desk: Desk, grant: str, payer: str) -> None:
    told = {"means": "cash", "payer": payer}
    assert refusal_of(desk, grant, payer=payer) in ("not_allowed", "unknown_colleague")
    outcome = desk.do("pay_grant", grant=grant, payment=told, already_happened=True)
    assert outcome.irregular == ["payer", "mandate"]
    assert outcome.entry.facts["payment"]["payer"] == payer
    assert desk.balance("drawer") == 6000
    assert desk.findings() == []


@pytest.mark.parametrize(("first", "last"), [(None, 3), (2, None), (3, 2), (None, None)])
def test_vouchers_that_left_without_their_numbers_are_recorded_and_irregular(
    book: Desk, first: int | None, last: int | None
) -> None:
    assert "vouchers.numbers" in book.irregular("grant_aid", **voucher_grant(book, first, last))
    assert [book.voucher(number) for number in range(1, 9)] == ["in_hand"] * 8
    log = daily_log_rows(book.workstation, date(2026, 3, 2), "fr")
    assert (len(log.payments), log.odd_vouchers) == (1, [])
    number = book.entries()[-1].facts["number"]
    assert receipt_pdf(book.workstation, number, Text("fr")).startswith(b"%PDF")
    assert book.findings() == []


def test_vouchers_issued_twice_or_never_taken_in_stand_on_the_daily_log(book: Desk) -> None:
    book.do("grant_aid", **voucher_grant(book, 1, 2))
    book.do("withdraw_vouchers", series="K", first=4, last=4, why="spoiled", reason="torn")
    assert book.irregular("grant_aid", **voucher_grant(book, 2, 5, cents=6000)) != []
    book.irregular("grant_aid", **voucher_grant(book, 8, 11, cents=6000))
    book.irregular("grant_aid", **voucher_grant(book, 1, 2, series="L"))
    log = daily_log_rows(book.workstation, date(2026, 3, 2), "fr")
    assert [(odd.series, odd.first, odd.last, odd.twice) for odd in log.odd_vouchers] == [
        ("K", 2, 2, True),
        ("K", 4, 4, False),
        ("K", 9, 11, False),
        ("L", 1, 2, False),
    ]
    assert book.findings() == []


def test_one_payment_speaks_of_no_more_vouchers_than_a_book_may_hold(book: Desk) -> None:
    far = voucher_grant(book, 1, 5001)
    assert book.code("grant_aid", **far) == "voucher_range"
    assert book.code("grant_aid", **far, already_happened=True) == "voucher_range"
