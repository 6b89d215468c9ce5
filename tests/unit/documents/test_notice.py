"""The notice to a citizen: in every language on its sheet, with what is asked back and how to appeal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from counter_app.documents.notice import NoticeRows, render_notice
from counter_app.domain.money import Money
from counter_app.text import Text

ROWS = NoticeRows(
    office_name="Centre d’action sociale – Section du 18ᵉ",
    office_address="115 bis rue Ordener, 75018 Paris",
    office_phone="01 53 09 10 10",
    person="Lefèvre-Maldonado Anne-Lise",
    number="A3-0148",
    aid="Chèque d’accompagnement personnalisé",
    amount=Money(123_450),
    granted_on=date(2025, 11, 22),
    decided_on=date(2025, 12, 1),
    service="Dossiers du CCAS",
    what="Le système central ne l’a pas repris. " * 3,
    claimed=Money(123_450),
    appeal="Tribunal administratif de Paris, dans les deux mois. " * 12,
)


@pytest.mark.parametrize("language", ["fr", "en", "nl", "it"])
def test_it_stands_whole_on_its_sheet(language: str, printed: Callable[..., Any]) -> None:
    paper = printed(render_notice(ROWS, Text(language)))
    assert paper.faults() == []
    assert "Lefèvre-Maldonado Anne-Lise" in paper.text
    assert paper.text.count("Tribunal administratif") == 12


def test_it_tells_act_claim_and_day(printed: Callable[..., Any]) -> None:
    text = printed(render_notice(ROWS, Text("en"))).text
    assert "Receipt A3-0148 of 22/11/2025" in text
    assert "€1,234.50 that was paid to you is asked back" in text
    assert "Decided on 01/12/2025" in text
