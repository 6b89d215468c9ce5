"""The balance on paper: both sides, the sentence that both can hold, every difference, room for two signatures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from counter_app.documents.balance import render_balance
from counter_app.documents.balance_rows import BalanceRows, DifferenceRow, Held, ServiceRow, Share
from counter_app.domain.money import Money
from counter_app.text import Text
from tests.unit.documents.conftest import PARIS

AT = datetime(2026, 3, 9, 17, 30, tzinfo=PARIS)
HASH = "0123456789abcdef" * 4


def rows(count: int = 0, **changes: Any) -> BalanceRows:
    differences = tuple(
        DifferenceRow(
            service="aid-file",
            standing=("open", "decided", "explained")[place % 3],  # type: ignore[arg-type]
            entry_id=f"e{place}",
            part="main",
            place=f"A3/{place}",
            receipt=f"A3-{place:04d}",
            kind="Aide",
            aid="Chèque d’accompagnement personnalisé",
            amount=Money(2500),
            what="contesté : le central montre autre chose",
            why="Appelé le centre : la personne a déménagé, confirmé par courriel du 3 mars " * 2,
            number=f"CC-{place:06d}",
            by="Bao Nguyen",
            at=AT,
            said="Diffère : montant",
            shown=Money(3000) if place % 3 == 2 else None,
        )
        for place in range(count)
    )
    none = (0, Money(0))
    service = ServiceRow(
        "aid-file",
        "Dossiers du CCAS",
        Share(1234, Money(12_345_600), HASH),
        Share(1234 - count, Money(12_000_000), HASH),
        (count // 3, Money(2500 * (count // 3))),
        none,
        (count, Money(2500 * count)),
        Held(count // 3, Money(2500 * (count // 3)), Money(3000 * (count // 3))) if count else None,
    )
    told: dict[str, Any] = {
        "office": "Centre d’action sociale",
        "address": "115 bis rue Ordener, 75018 Paris",
        "counter": "A3",
        "chains": ("A1", "A2", "A3"),
        "head": f"A3/912 {HASH}",
        "made_at": AT,
        "currency": "EUR",
        "services": (service,),
        "differences": differences,
        "key_print": "SHA256:ponFsrl+2NBJzfbdsGbu7eqKBCIIQg2zuApEunL/6X0",
        "is_specimen": False,
    }
    return BalanceRows(**told | changes)


@pytest.mark.parametrize("language", ["fr", "en", "nl", "it"])
def test_nothing_leaves_the_sheet_or_stands_on_anything_else(
    language: str, printed: Callable[..., Any]
) -> None:
    assert printed(render_balance(rows(40), Text(language))).faults() == []


def test_the_sentence_that_both_sides_hold_stands_on_it_with_room_for_both(
    printed: Callable[..., Any],
) -> None:
    paper = printed(render_balance(rows(), Text("en")))
    assert (
        f"has accepted as sent 1,234 entries of this office over €120,000.00; their hash is {HASH}"
        in paper.text
    )
    assert "Everything is explained" in paper.text
    assert "For the office" in paper.text
    assert "For the central services" in paper.text


def test_a_balance_that_does_not_balance_says_so_first_and_names_each(printed: Callable[..., Any]) -> None:
    paper = printed(render_balance(rows(7), Text("en")))
    assert "7 unexplained" in paper.texts()[0]
    assert all(f"A3-{place:04d}" in paper.text for place in range(7))


def test_the_centres_amount_and_the_gap_stand_in_the_row_and_in_the_sentence(
    printed: Callable[..., Any],
) -> None:
    paper = printed(render_balance(rows(3), Text("en")))
    assert "€30.00, €5.00 more than sent" in paper.text
    assert (
        "Explained besides: 1 entry over €25.00, held there with €30.00, €5.00 more than sent." in paper.text
    )
    assert "Diffère : montant" in paper.text


def test_the_same_rows_give_the_same_bytes() -> None:
    assert render_balance(rows(5), Text("fr")) == render_balance(rows(5), Text("fr"))
