"""What people type into fields of amounts, dates and names."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from counter_app.text import Text
from ui import mnemonics
from ui.widgets.date_edit import date_shown, date_typed
from ui.widgets.fields import Field, LineEdit
from ui.widgets.gauge import Gauge
from ui.widgets.masked_name import full_name, masked_name
from ui.widgets.money_edit import MoneyEdit, cents_typed


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("120", 12_000),
        ("120,5", 12_050),
        ("120.50", 12_050),
        (",5", 50),
        ("1 234,50 €", 123_450),
        ("1\u202f234,50\u00a0€", 123_450),
        ("1.234,50", 123_450),
        ("1,234.50", 123_450),
        ("1.234", 123_400),
        ("0", 0),
    ],
)
def test_an_amount_is_read_with_comma_or_point(typed: str, cents: int) -> None:
    assert cents_typed(typed) == cents


@pytest.mark.parametrize("typed", ["", "abc", "12,345,6", "1,2,3", "-5", "12.3456", "1.23.456", ","])
def test_what_is_no_amount_is_none(typed: str) -> None:
    assert cents_typed(typed) is None


def test_an_amount_field_gives_cents_and_writes_them_out() -> None:
    edit = MoneyEdit(Text("fr"))
    QTest.keyClicks(edit, "1234.5")
    assert edit.cents == 123_450
    edit.clear()
    edit.set_cents(123_450)
    assert edit.text() == "1\u202f234,50\u00a0€"
    assert edit.cents == 123_450
    edit.setText("douze")
    assert edit.is_wrong


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("14/03/1987", "1987-03-14"),
        ("14.3.1987", "1987-03-14"),
        ("14031987", "1987-03-14"),
        ("1987-03-14", "1987-03-14"),
        ("3/1987", "1987-03"),
        ("1987", "1987"),
    ],
)
def test_a_date_may_lack_its_day_or_month(typed: str, iso: str) -> None:
    assert date_typed(typed) == iso
    assert date_typed(date_shown(iso, Text("fr"))) == iso


@pytest.mark.parametrize("typed", ["31/02/1987", "13/1987", "87", "tomorrow", "1/1/1700", "01/01/2030"])
def test_what_is_no_date_is_none(typed: str) -> None:
    assert date_typed(typed, date(2026, 3, 2)) is None


def test_a_masked_name_is_initials_alone() -> None:
    assert masked_name("De Wael", ("Joris", "Jan")) == "D. J."
    assert masked_name("", ()) == ""
    assert full_name("Benali", ("Samira",)) == "Benali, Samira"


def test_a_field_says_what_is_wrong_in_place_of_its_help_and_to_a_screen_reader() -> None:
    field = Field("Amount", LineEdit(), "At most 150 €.")
    field.set_error("Too much: at most 150 €.")
    assert field.wrong
    assert field.help.isHidden()
    assert field.editor.accessibleDescription() == "Too much: at most 150 €."
    field.set_error("")
    assert not field.wrong
    assert field.editor.accessibleDescription() == "At most 150 €."


def test_a_gauge_says_in_words_what_it_shows() -> None:
    gauge = Gauge("Slice of counter A1")
    gauge.show_share(80, 100, "20 € left", "of 100 €")
    assert gauge.accessibleDescription() == "20 € left. of 100 €"


def test_alt_letters_are_given_once_each() -> None:
    sheet = QWidget()
    column = QVBoxLayout(sheet)
    fields = [Field(words, LineEdit()) for words in ("Surname", "Sum", "Élan", "Sex")]
    for field in fields:
        column.addWidget(field)
    column.addWidget(QPushButton("Save"))
    mnemonics.assign(sheet)
    shown = [label.text() for label in sheet.findChildren(QLabel) if label.buddy() is not None]
    letters = [mnemonics.mnemonic(words) for words in shown]
    assert len(set(letters)) == len(letters)
    assert all(letter.isascii() for letter in letters)
    mnemonics.assign(sheet)
    assert [label.text() for label in sheet.findChildren(QLabel) if label.buddy() is not None] == shown
