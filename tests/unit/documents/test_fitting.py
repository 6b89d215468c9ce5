"""Fitting words to a place: everything fits, and no letter loses its accent."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from counter_app.documents.fitting import clusters, ellipsis, shrunk, wrap
from counter_app.documents.fonts import BOLD_FIGURES, FIGURES, REGULAR, drawn, width

WORDS = st.text("aeiouéèçœłğ MWil-'’\u00a0\u202f\u0301\u0327", max_size=80)
LIMITS = st.floats(30, 300)


@given(WORDS, LIMITS)
def test_every_line_fits(text: str, limit: float) -> None:
    assert all(width(line, REGULAR, 9) <= limit for line in wrap(text, REGULAR, 9, limit))


@given(WORDS, LIMITS)
def test_wrapping_loses_no_letter(text: str, limit: float) -> None:
    assert "".join(wrap(text, REGULAR, 9, limit)).replace(" ", "") == drawn(text).replace(" ", "")


@given(WORDS, LIMITS)
@example("MMMMMMM-\u0301M", 30.0)
@example("MMMMMMM \u0301M", 30.0)
def test_no_line_begins_with_a_mark_of_the_letter_before(text: str, limit: float) -> None:
    whole = drawn(text).lstrip(" ")
    lines = [line for line in wrap(whole, REGULAR, 9, limit) if line]
    if whole and not unicodedata.combining(whole[0]):
        assert not any(unicodedata.combining(line[0]) for line in lines)


@given(WORDS, LIMITS)
def test_an_ellipsis_cuts_between_letters_and_fits(text: str, limit: float) -> None:
    cut = ellipsis(text, REGULAR, 9, limit)
    assert width(cut, REGULAR, 9) <= limit
    if cut != drawn(text):
        kept = clusters(cut.removesuffix("…"))
        assert kept == clusters(drawn(text))[: len(kept)]


@given(WORDS, LIMITS, st.integers(1, 3))
def test_no_more_lines_than_allowed(text: str, limit: float, most: int) -> None:
    lines = wrap(text, REGULAR, 9, limit, most)
    assert len(lines) <= most
    assert all(width(line, REGULAR, 9) <= limit for line in lines)


def test_a_cut_text_says_that_it_was_cut() -> None:
    assert wrap("un deux trois quatre cinq six", REGULAR, 9, 50, 2)[-1].endswith("…")


def test_an_amount_stays_with_its_currency() -> None:
    limit = width("Il reste 1\u00a0234,50", REGULAR, 9)
    assert wrap("Il reste 1\u202f234,50\u00a0€", REGULAR, 9, limit)[-1] == "1\u00a0234,50\u00a0€"


def test_a_date_or_a_number_is_not_broken_at_its_strokes() -> None:
    limit = width("reçu A3-", REGULAR, 9) + 1
    assert wrap("reçu A3-0148", REGULAR, 9, limit) == ["reçu", "A3-0148"]


def test_shrinking_goes_no_further_than_allowed() -> None:
    text = "Allocation exceptionnelle"
    whole = width(text, REGULAR, 10)
    assert shrunk(text, REGULAR, 10, whole, 7) == (text, 10)
    assert shrunk(text, REGULAR, 10, whole * 0.8, 7) == (text, 8)
    cut, size = shrunk(text, REGULAR, 10, whole * 0.5, 7)
    assert size == 7
    assert cut.endswith("…")


def test_figures_of_one_width_stand_under_one_another() -> None:
    for face in (FIGURES, BOLD_FIGURES):
        assert len({width(digit, face, 10) for digit in "0123456789"}) == 1
    assert len({width(digit, REGULAR, 10) for digit in "0123456789"}) > 1


def test_letters_that_the_faces_lack_become_their_plain_form_or_stay() -> None:
    assert drawn("18ᵉ · 1\u202f234 · A3\u2011b") == "18e · 1\u00a0234 · A3-b"
    assert drawn("e\u0301\u200b\t") == "é "
    assert drawn("東") == "東"
    assert drawn("€ œ ł ğ Ş ı Œ") == "€ œ ł ğ Ş ı Œ"
