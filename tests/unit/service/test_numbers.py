"""Identity numbers that look mistyped are doubted, whatever else they may be."""

from __future__ import annotations

import pytest

from counter_app.practice.identity_numbers import belgian_number, codice_fiscale, nir
from counter_app.service.numbers import doubt


def test_right_numbers_are_not_doubted() -> None:
    assert doubt("nir", nir(woman=True, year=1987, month=3, serial=7)) is None
    assert doubt("be_nn", belgian_number(woman=False, born=(1990, 6, 2), serial=3)) is None
    assert (
        doubt("codice_fiscale", codice_fiscale("Rossi", "Marta", woman=True, born=(1979, 11, 2), serial=5))
        is None
    )


@pytest.mark.parametrize(
    ("scheme", "value", "what"),
    [
        ("nir", "2870375116001", "length"),
        ("nir", "287037511600199", "check_digits"),
        ("be_nn", "90060200399", "check_digits"),
        ("codice_fiscale", "RSSMRT79S42F", "length"),
    ],
)
def test_a_wrong_one_says_what_is_odd(scheme: str, value: str, what: str) -> None:
    assert doubt(scheme, value) == what


def test_file_numbers_and_empty_ones_are_never_doubted() -> None:
    assert doubt("file", "20 431 887") is None
    assert doubt("nir", "  ") is None
    assert doubt("other", "?") is None
