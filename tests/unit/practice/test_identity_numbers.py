"""Made-up identity numbers have the check digits of published examples."""

from __future__ import annotations

import pytest

from counter_app.practice.identity_numbers import belgian_number, codice_fiscale, nir


def test_a_belgian_number_has_the_check_digits_of_the_register() -> None:
    # 85.07.30-033.28 is the example of the National Register's own instructions.
    assert belgian_number(woman=False, born=(1985, 7, 30), serial=16) == "85.07.30-033.28"


def test_from_2000_on_the_check_digits_count_a_two_in_front() -> None:
    number = belgian_number(woman=True, born=(2001, 2, 3), serial=0)
    assert number.startswith("01.02.03-002.")
    assert int(number[-2:]) == 97 - 2010203002 % 97


def test_a_codice_fiscale_has_the_letter_that_everybody_shows_for_mario_rossi() -> None:
    # H501 is Rome: the 501st serial of the eighth letter used here.
    code = codice_fiscale("Rossi", "Mario", woman=False, born=(1980, 1, 1), serial=7 * 999 + 500)
    assert code == "RSSMRA80A01H501U"


@pytest.mark.parametrize(("given", "letters"), [("Gian Luca", "GLC"), ("Noè", "NOE"), ("Ai", "AIX")])
def test_a_codice_fiscale_takes_the_letters_of_a_given_name_by_its_rule(given: str, letters: str) -> None:
    code = codice_fiscale("Fo", given, woman=True, born=(1990, 5, 7), serial=0)
    assert code[:11] == f"FOX{letters}90E47"


@pytest.mark.parametrize("serial", [0, 998, 999, 20 * 989 * 999, 95 * 989 * 999])
def test_a_nir_has_the_key_of_its_thirteen_figures(serial: int) -> None:
    number = nir(woman=True, year=1995, month=10, serial=serial)
    assert len(number) == 15
    figures = int(number[:13].replace("2A", "19").replace("2B", "18"))
    assert (figures + int(number[13:])) % 97 == 0


def test_an_unknown_month_is_written_twenty() -> None:
    assert nir(woman=False, year=1960, month=None, serial=3)[:5] == "16020"
