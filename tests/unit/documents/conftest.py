"""Rows for papers, and what an independent reader finds on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2
import pytest

from counter_app.documents.daily_log_rows import Counted, DailyLogRows, Payment
from counter_app.documents.receipt import ReceiptKind, ReceiptRows
from counter_app.domain.money import Money

PARIS = ZoneInfo("Europe/Paris")
CODE = "TWGSLK/-4X69WPMICK9%" * 10 + "A3F75"


@pytest.fixture
def receipt_rows() -> Callable[..., ReceiptRows]:
    """Makes the rows of a granted receipt; anything may be changed."""

    def make(**changes: Any) -> ReceiptRows:
        rows: dict[str, Any] = {
            "office_name": "Centre d’action sociale – Section du 18ᵉ",
            "office_address": "115 bis rue Ordener, 75018 Paris",
            "office_phone": "01 53 09 10 10",
            "office_email": "section18@exemple.fr",
            "chain": "A3",
            "agent": "07",
            "number": "A3-0148",
            "issued_at": datetime(2025, 11, 22, 14, 5, tzinfo=PARIS),
            "received_on": date(2025, 11, 22),
            "kind": ReceiptKind.GRANTED,
            "aid": "Allocation exceptionnelle",
            "amount": Money(123_450),
            "means": "cash",
            "evidence_seen": ("Pièce d’identité",),
            "next_steps": ("Gardez ce reçu.", "Le centre vous écrira."),
            "appeal": "Tribunal administratif de Paris, dans les deux mois.",
            "code": CODE,
            "fingerprint": "0123456789abcdef",
        }
        return ReceiptRows(**rows | changes)

    return make


@pytest.fixture
def log_rows() -> Callable[..., DailyLogRows]:
    """Makes the rows of a closed day with as many payments as asked for; anything may be changed."""

    def make(payments: int = 0, **changes: Any) -> DailyLogRows:
        paid = [
            Payment(
                number=f"A3-{number:04d}",
                at=datetime(2025, 11, 22, 9 + number % 8, number % 60, tzinfo=PARIS),
                aid="Chèque d’accompagnement personnalisé" if number % 3 else "Secours d’urgence",
                beneficiary=f"Dossier {10_000 + number}",
                amount=Money(1_000 + number),
                means="voucher" if number % 4 == 0 else "cash",
                acquit="missing" if number % 20 == 7 else "signed",
                document="Facture d’électricité",
            )
            for number in range(1, payments + 1)
        ]
        cash = sum(payment.amount.cents for payment in paid if payment.means == "cash")
        rows: dict[str, Any] = {
            "office_name": "Centre d’action sociale – Section du 18ᵉ",
            "office_address": "115 bis rue Ordener, 75018 Paris",
            "office_phone": "01 53 09 10 10",
            "day": date(2025, 11, 22),
            "regie_act": "Arrêté du 12 mars 2024",
            "regisseur": "Mme Élodie Lefèvre",
            "opening_float": Money(500_000),
            "payments": paid,
            "book_balance": Money(500_000 - cash),
            "counted": [Counted(face=Money(5_000), count=99)],
            "closed_at": datetime(2025, 11, 22, 17, 32, tzinfo=PARIS),
            "closed_by": "Mme Claire Dubois",
            "chain": "A3",
            "seq": 912,
            "hash": "0123456789abcdef" * 4,
        }
        return DailyLogRows(**rows | changes)

    return make


@dataclass(frozen=True)
class Printed:
    """A PDF as PDFium reads it."""

    data: bytes

    def pages(self) -> Iterator[pypdfium2.PdfPage]:
        with pypdfium2.PdfDocument(self.data) as document:
            yield from document

    def texts(self) -> list[str]:
        """The words of each page, every white space one space."""
        return [re.sub(r"\s+", " ", page.get_textpage().get_text_bounded()) for page in self.pages()]

    @property
    def text(self) -> str:
        return " ".join(self.texts())

    def faults(self, margin: float = 20) -> list[str]:
        """Words that leave the sheet's margin, and lines that stand on one another."""
        found: list[str] = []
        for page in self.pages():
            wide, high = page.get_size()
            words = page.get_textpage()
            boxes = [words.get_rect(index) for index in range(words.count_rects())]
            for left, bottom, right, top in boxes:
                if left < margin or right > wide - margin or bottom < 10 or top > high - margin:
                    found.append(f"outside: {words.get_text_bounded(left, bottom, right, top)}")
            for one, other in combinations(boxes, 2):
                across = min(one[2], other[2]) - max(one[0], other[0])
                down = min(one[3], other[3]) - max(one[1], other[1])
                if across > 1 and down > 1:
                    found.append(
                        f"overlap: {words.get_text_bounded(*one)} / {words.get_text_bounded(*other)}"
                    )
        return found


@pytest.fixture
def printed() -> type[Printed]:
    """Reads a PDF."""
    return Printed
