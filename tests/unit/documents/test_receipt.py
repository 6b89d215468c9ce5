"""The receipt: what a citizen, an officer and a scanner find on it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pypdf
import pypdfium2
import pytest
import zxingcpp

from counter_app.documents.receipt import ReceiptKind, ReceiptRows, render_receipt
from counter_app.text import Text

Make = Callable[..., ReceiptRows]
LONG = "Les Œuvres coordonnées d’accompagnement social, énergétique et budgétaire des ménages. "


@pytest.mark.parametrize(
    ("kind", "french", "english"),
    [
        (ReceiptKind.REQUEST, "Accusé de réception", "Request received"),
        (ReceiptKind.GRANTED, "Aide accordée", "Aid granted"),
        (ReceiptKind.AWAITING_APPROVAL, "En attente de validation", "Awaiting approval"),
        (ReceiptKind.REFUSED, "Demande refusée", "Request refused"),
        (ReceiptKind.CANCELLED, "Annulation", "Cancellation"),
        (ReceiptKind.MONEY_IN, "Paiement reçu", "Payment received"),
    ],
)
def test_each_kind_says_what_it_is_on_one_sheet(
    receipt_rows: Make, printed: Any, kind: ReceiptKind, french: str, english: str
) -> None:
    rows = receipt_rows(kind=kind, reason="Erreur de saisie", refers_to="A3-0147")
    for language, title in (("fr", french), ("en", english)):
        paper = printed(render_receipt(rows, Text(language)))
        assert len(paper.texts()) == 1
        assert title in paper.text
        assert paper.faults() == []


def test_only_a_grant_is_called_provisional(receipt_rows: Make, printed: Any) -> None:
    called = {
        kind: "PROVISOIRE" in printed(render_receipt(receipt_rows(kind=kind), Text("fr"))).text
        for kind in ReceiptKind
    }
    assert [kind for kind, provisional in called.items() if provisional] == [ReceiptKind.GRANTED]


def test_an_acknowledgement_carries_what_the_law_asks_for(receipt_rows: Make, printed: Any) -> None:
    rows = receipt_rows(
        kind=ReceiptKind.REQUEST,
        amount=None,
        evidence_missing=("Avis d’imposition 2024",),
        missing_by=date(2026, 1, 15),
        silence_on=date(2026, 1, 22),
        silence_means="refused",
        silence="Articles L. 231-1 et suivants.",
    )
    text = printed(render_receipt(rows, Text("fr"))).text
    for asked in (
        "22 novembre 2025",
        "115 bis rue Ordener, 75018 Paris",
        "01 53 09 10 10",
        "section18@exemple.fr",
        "Avis d’imposition 2024",
        "15/01/2026",
        "Sans réponse au 22 janvier 2026, votre demande est réputée rejetée.",
        "Articles L. 231-1 et suivants.",
        "Tribunal administratif de Paris, dans les deux mois.",
    ):
        assert asked in text


def test_silence_that_grants_offers_a_certificate(receipt_rows: Make, printed: Any) -> None:
    rows = receipt_rows(silence_on=date(2026, 1, 22), silence_means="granted")
    assert (
        "réputée acceptée ; vous pouvez en demander l’attestation."
        in printed(render_receipt(rows, Text("fr"))).text
    )


def test_a_reprint_differs_by_its_mark_alone(receipt_rows: Make, printed: Any) -> None:
    first, again = (
        printed(render_receipt(receipt_rows(is_duplicate=again), Text("fr"))).text for again in (False, True)
    )
    assert "DUPLICATA" not in first
    assert again.replace("DUPLICATA ", "") == first


@pytest.mark.parametrize("dots_per_inch", [203, 300])
@pytest.mark.parametrize("is_specimen", [False, True])
def test_the_printed_code_reads_back(receipt_rows: Make, dots_per_inch: int, is_specimen: bool) -> None:
    rows = receipt_rows(is_specimen=is_specimen)
    with pypdfium2.PdfDocument(render_receipt(rows, Text("fr"))) as document:
        picture = document[0].render(scale=dots_per_inch / 72, grayscale=True).to_pil()
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == rows.code
    assert found.ec_level == "Q"


def test_a_specimen_says_so_on_every_sheet(receipt_rows: Make, printed: Any) -> None:
    rows = receipt_rows(is_specimen=True, appeal=LONG * 40)
    sheets = printed(render_receipt(rows, Text("fr"))).texts()
    assert len(sheets) > 1
    assert all("SPÉCIMEN – EXERCICE" in sheet for sheet in sheets)


def test_long_words_run_on_to_another_sheet_and_none_is_lost(receipt_rows: Make, printed: Any) -> None:
    rows = receipt_rows(
        office_name=LONG,
        office_address=LONG,
        aid=LONG,
        evidence_seen=(LONG,) * 3,
        evidence_missing=(LONG * 2,) * 3,
        next_steps=tuple(f"{LONG} Étape {step}." for step in range(1, 8)),
        silence=LONG * 3,
        appeal=LONG * 10 + "Fin du recours.",
        irregular=("Payé avant la saisie.",),
    )
    paper = printed(render_receipt(rows, Text("fr")))
    assert paper.faults() == []
    assert "Étape 7." in paper.text
    assert "Fin du recours." in paper.text
    assert "Payé avant la saisie." in paper.text
    count = len(paper.texts())
    assert [f"Page {number} sur {count}" in sheet for number, sheet in enumerate(paper.texts(), 1)] == [
        True
    ] * count


def test_a_little_too_much_is_set_smaller_rather_than_on_a_second_sheet(
    receipt_rows: Make, printed: Any
) -> None:
    count = {
        lines: len(printed(render_receipt(receipt_rows(appeal=LONG * lines), Text("fr"))).texts())
        for lines in range(1, 14)
    }
    assert count[1] == 1
    assert count[13] == 2
    assert list(count.values()) == sorted(count.values())


def test_french_grouping_is_drawn_as_space_and_not_as_a_box(receipt_rows: Make, printed: Any) -> None:
    assert "1 234,50 €" in printed(render_receipt(receipt_rows(), Text("fr"))).text


def test_the_same_rows_give_the_same_bytes(receipt_rows: Make) -> None:
    assert render_receipt(receipt_rows(), Text("fr")) == render_receipt(receipt_rows(), Text("fr"))


def test_the_file_names_itself_and_embeds_every_face(receipt_rows: Make) -> None:
    reader = pypdf.PdfReader(io.BytesIO(render_receipt(receipt_rows(), Text("fr"))))
    assert reader.metadata is not None
    assert reader.metadata.title == "Aide accordée A3-0148"
    assert reader.trailer["/Root"]["/Lang"] == "fr"
    fonts = reader.pages[0]["/Resources"]["/Font"]
    assert len(fonts) >= 3
    assert all("/FontFile2" in font.get_object()["/FontDescriptor"] for font in fonts.values())
