"""The daily log: what a supervisor must find on it, whatever the day was like."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.clock import from_wire
from counter_app.documents.daily_log import render_daily_log
from counter_app.documents.daily_log_rows import (
    Approval,
    Cancellation,
    Counted,
    DailyLogRows,
    Handover,
    Irregular,
    MoneyReceived,
    PaperForm,
    Refusal,
    Replenishment,
    Unpaid,
    Unsent,
    VoucherBook,
)
from counter_app.documents.daily_log_tables import adds_up
from counter_app.domain.money import Money
from counter_app.text import Text

Make = Callable[..., DailyLogRows]
AT = from_wire("2025-11-22T10:05:00+00:00")
SECTIONS = (
    "Replenishments",
    "Payments",
    "Grants not paid yet",
    "Money in",
    "Cancellations",
    "Approvals",
    "Refusals",
    "Voucher books",
    "Handovers",
    "Irregular facts to regularise",
    "Acquits not signed",
    "Units that the central services have not settled",
    "Paper forms awaiting entry",
)


def one_of_each() -> dict[str, Any]:
    return {
        "replenishments": [
            Replenishment(number="A3-0900", at=AT, amount=Money(50_000), document="Bordereau 881")
        ],
        "unpaid": [
            Unpaid(
                number="A3-0100", at=AT, aid="Secours", beneficiary="D 9", amount=Money(4_000), means="cash"
            )
        ],
        "money_in": [
            MoneyReceived(
                stub="Q-01", at=AT, what="Navigo", beneficiary="D 1", amount=Money(9_000), means="cash"
            ),
            MoneyReceived(
                stub="Q-02",
                at=AT,
                what="Secours",
                beneficiary="D 2",
                amount=Money(500),
                means="cash",
                is_return=True,
            ),
        ],
        "cancellations": [
            Cancellation(number="A3-0901", at=AT, cancels="A3-0002", amount=None, reason="Homonyme")
        ],
        "approvals": [
            Approval(
                number="A3-0003",
                at=AT,
                approver="C. Dubois",
                way="phone",
                is_approved=False,
                reason="Illisible",
            )
        ],
        "refusals": [Refusal(number="A3-0902", at=AT, aid="Secours d’urgence", reason="Ressources")],
        "books": [
            VoucherBook(
                series="CAP",
                year=2025,
                face=Money(1_000),
                received=(1001, 1100),
                issued=((1001, 1041), (1043, 1044)),
                spoiled=((1042, 1042),),
                in_hand=((1045, 1100),),
            )
        ],
        "handovers": [
            Handover(
                at=AT,
                given_by="É. Lefèvre",
                taken_by="J. De Wael",
                counted=Money(9_000),
                difference=Money(-200),
            )
        ],
        "irregular": [
            Irregular(number="A3-0004", at=AT, rule="plafond-12-mois", what="Payé avant la saisie")
        ],
        "unsent": [Unsent(service="Dossier d’aide", waiting=7, unknown=2, to_decide=1, oldest=AT)],
        "paper_forms": [PaperForm(number="F-0200", given_at=None, given_to="J. De Wael")],
    }


@pytest.mark.parametrize("payments", [0, 8, 60])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_cut_and_nothing_overlaps(
    log_rows: Make, printed: Any, payments: int, language: str
) -> None:
    rows = log_rows(payments, **one_of_each(), reopened_by=("A3-0905",))
    assert printed(render_daily_log(rows, Text(language))).faults() == []


def test_rows_of_many_heights_end_above_the_foot(log_rows: Make, printed: Any) -> None:
    rows = log_rows(150)
    payments = list(rows.payments)
    for index, payment in enumerate(payments):
        payments[index] = replace(payment, document="Devis et facture de l’artisan, " * (index * 7 % 5))
    assert printed(render_daily_log(replace(rows, payments=payments), Text("fr"))).faults() == []


def test_a_day_that_was_never_closed_is_headed_not_closed(log_rows: Make, printed: Any) -> None:
    rows = log_rows(60, closed_at=None, counted=None)
    pages = printed(render_daily_log(rows, Text("fr"))).texts()
    assert len(pages) > 1
    assert all("NON CLOS" in page for page in pages)
    assert "non compté" in pages[0]
    assert "NOT CLOSED" in printed(render_daily_log(rows, Text("en"))).text


def test_a_closed_day_says_when_and_by_whom(log_rows: Make, printed: Any) -> None:
    text = printed(render_daily_log(log_rows(3), Text("fr"))).text
    assert "NON CLOS" not in text
    assert "22/11/2025 17:32 par Mme Claire Dubois" in text


def test_an_entry_after_the_closing_reopens_the_day_and_the_log_says_so(log_rows: Make, printed: Any) -> None:
    text = printed(render_daily_log(log_rows(3, reopened_by=("A3-0061", "A3-0062")), Text("en"))).text
    assert "NOT CLOSED" in text
    assert "Reopened by entries after the closing of 22/11/2025 17:32" in text
    assert "A3-0061, A3-0062" in text


def test_an_empty_day_says_none_in_every_section(log_rows: Make, printed: Any) -> None:
    text = printed(render_daily_log(log_rows(0, mandataire="x", incident="x"), Text("en"))).text
    for section in SECTIONS:
        assert f"{section} none" in text


def test_every_fact_stands_on_the_log(log_rows: Make, printed: Any) -> None:
    text = printed(render_daily_log(log_rows(8, **one_of_each()), Text("en"))).text
    for fact in (
        "Arrêté du 12 mars 2024",
        "Mme Élodie Lefèvre",
        "Bordereau 881",
        "A3-0001 10:01 Chèque d’accompagnement",
        "Dossier 10007 €10.07 cash MISSING",
        "Facture d’électricité",
        "Q-01 10:05 Navigo D 1 €90.00",
        "Given back: Secours",
        "A3-0901 10:05 A3-0002 Homonyme",
        "C. Dubois by phone declined Illisible",
        "A3-0902 10:05 Secours d’urgence Ressources",
        "CAP 2025 €10.00 100 (1001–1100) 43 (1001–1041, 1043–1044) 1 (1042) 0 56 (1045–1100) yes",
        "É. Lefèvre J. De Wael €90.00 −€2.00",
        "A3-0004 10:05 plafond-12-mois Payé avant la saisie",
        "Dossier d’aide 7 2 1 22/11/2025 10:05",
        "F-0200 J. De Wael",
        "Journal of A3, up to entry 912",
        "0123 4567 89ab cdef 0123 4567 89ab cdef 0123 4567 89ab cdef 0123 4567 89ab cdef",
        "The régisseur or mandataire",
        "The supervisor",
    ):
        assert fact in text, fact


def test_the_sum_carried_is_the_sum_brought_and_the_last_one_is_the_total(
    log_rows: Make, printed: Any
) -> None:
    rows = log_rows(90)
    text = printed(render_daily_log(rows, Text("en"))).text
    carried = re.findall(r"Carried forward (€[\d,.]+)", text)
    brought = re.findall(r"Brought forward (€[\d,.]+)", text)
    assert len(carried) >= 2
    assert carried == brought
    whole = sum(payment.amount.cents for payment in rows.payments)
    assert f"Total €{whole / 100:,.2f}" in text


def test_every_payment_is_printed_once(log_rows: Make, printed: Any) -> None:
    rows = log_rows(150)
    text = printed(render_daily_log(rows, Text("en"))).text
    found = re.findall(r"A3-\d{4} \d{2}:\d{2}", text)
    missing = [payment.number for payment in rows.payments if payment.acquit == "missing"]
    assert len(found) == 150 + len(missing)
    assert {number.split()[0] for number in found} == {payment.number for payment in rows.payments}


def test_the_difference_is_counted_less_book_and_has_its_sign(log_rows: Make, printed: Any) -> None:
    rows = log_rows(0, book_balance=Money(500_200), counted=[Counted(face=Money(5_000), count=100)])
    assert rows.difference == Money(-200)
    text = printed(render_daily_log(rows, Text("en"))).text
    assert "Book balance €5,002.00 Counted balance €5,000.00 Difference −€2.00" in text


def test_the_reason_of_a_difference_stands_under_it(log_rows: Make, printed: Any) -> None:
    short = {"book_balance": Money(500_200), "counted": [Counted(face=Money(5_000), count=100)]}
    told = printed(
        render_daily_log(log_rows(0, **short, difference_reason="Erreur de rendu"), Text("en"))
    ).text
    assert "Reason of the difference: Erreur de rendu" in told
    assert (
        "Reason of the difference: none was given"
        in printed(render_daily_log(log_rows(0, **short), Text("en"))).text
    )
    even = log_rows(0, book_balance=Money(500_000), counted=short["counted"], difference_reason="Rien")
    assert "Reason of the difference" not in printed(render_daily_log(even, Text("en"))).text


def test_what_the_lines_do_not_explain_has_a_line_of_its_own(log_rows: Make, printed: Any) -> None:
    balanced = printed(render_daily_log(log_rows(8), Text("en"))).text
    short = printed(render_daily_log(log_rows(8, book_balance=Money(100)), Text("en"))).text
    assert "Other movements" not in balanced
    assert "Other movements −" in short


def test_forty_denominations_stay_above_the_foot(log_rows: Make, printed: Any) -> None:
    counted = [Counted(face=Money(face), count=1) for face in range(1, 41)]
    assert printed(render_daily_log(log_rows(4, counted=counted), Text("fr"))).faults() == []


def test_words_without_end_stay_in_their_columns(log_rows: Make, printed: Any) -> None:
    rows = log_rows(
        2,
        regisseur="É" * 200,
        mandataire="de " * 90,
        incident="Panne. " * 60,
        closed_by="Ł" * 150,
        book_balance=Money(1),
        difference_reason="Compté deux fois. " * 60,
    )
    assert printed(render_daily_log(rows, Text("qps"))).faults() == []


def test_a_specimen_is_marked_on_every_sheet(log_rows: Make, printed: Any) -> None:
    pages = printed(render_daily_log(log_rows(60, is_specimen=True), Text("fr"))).texts()
    assert all("SPÉCIMEN – EXERCICE" in page for page in pages)


def test_the_sheets_are_numbered(log_rows: Make, printed: Any) -> None:
    pages = printed(render_daily_log(log_rows(60), Text("en"))).texts()
    assert [f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1)] == [True] * len(
        pages
    )


def test_the_same_rows_give_the_same_log(log_rows: Make) -> None:
    assert render_daily_log(log_rows(8), Text("fr")) == render_daily_log(log_rows(8), Text("fr"))


def test_a_time_of_another_day_shows_its_day(log_rows: Make, printed: Any) -> None:
    late = Refusal(
        number="A3-1", at=datetime.fromisoformat("2025-11-23T00:10:00+01:00"), aid="Secours", reason="x"
    )
    assert "23/11/2025 00:10" in printed(render_daily_log(log_rows(0, refusals=[late]), Text("en"))).text


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.data())
def test_a_book_adds_up_only_when_every_number_is_somewhere_once(
    lengths: list[int], data: st.DataObject
) -> None:
    parts: dict[str, list[tuple[int, int]]] = {"issued": [], "spoiled": [], "returned": [], "in_hand": []}
    first = 501
    for length in lengths:
        parts[data.draw(st.sampled_from(sorted(parts)))].append((first, first + length - 1))
        first += length

    def book(last: int) -> VoucherBook:
        ranges = {name: tuple(reversed(found)) for name, found in parts.items()}
        return VoucherBook(series="CAP", year=2025, face=Money(1_000), received=(501, last), **ranges)

    assert adds_up(book(first - 1))
    assert not adds_up(book(first))
    if sum(lengths) > 1:
        assert not adds_up(book(first - 2))
    name = data.draw(st.sampled_from([name for name, found in parts.items() if found]))
    parts[name].append(parts[name][0])
    assert not adds_up(book(first - 1))


def test_what_is_granted_and_not_paid_yet_stands_on_the_first_page(log_rows: Make, printed: Any) -> None:
    unpaid = [
        Unpaid(
            number=f"A3-{place}", at=AT, aid="Secours", beneficiary="D 9", amount=Money(4_000), means="cash"
        )
        for place in range(2)
    ]
    rows = log_rows(60, unpaid=unpaid, granted=[Money(4_000)] * 3, pending=1, requests=3)
    first = printed(render_daily_log(rows, Text("en"))).texts()[0]
    assert "Grants not paid yet 2 · €80.00" in first
    assert "Grants waiting for approval 1" in first
    assert "3 €120.00" in first


def test_a_log_says_which_numbers_a_restored_counter_gives(log_rows: Make, printed: Any) -> None:
    paper = printed(render_daily_log(log_rows(60, chain="A3b"), Text("en")))
    for page in paper.texts():
        assert "ounter A3 (numbers A3b-…)" in page
