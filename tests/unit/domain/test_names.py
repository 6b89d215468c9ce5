"""Folding of names to what people type in a hurry."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.names import fold, joined


@given(st.text())
def test_folding_leaves_lower_case_words_and_folding_again_changes_nothing(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert folded == folded.strip()
    assert all(c.isalnum() or c == " " for c in folded)
    assert folded == folded.casefold()


@given(st.text() | st.text(st.sampled_from("İıŞß™ﬁΣσςÉé\u0301\u0345각ㄱ x’")))
def test_a_text_is_folded_as_unicode_decomposes_it_as_a_whole(text: str) -> None:
    lower = unicodedata.normalize("NFKD", text).casefold()
    letters = [
        fold(letter) or " "
        for letter in unicodedata.normalize("NFKD", lower)
        if not unicodedata.combining(letter)
    ]
    assert fold(text) == " ".join("".join(letters).split())


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Œuvrard", "oeuvrard"),
        ("STRAßE", "strasse"),
        ("Łukasz Ørsted", "lukasz orsted"),
        ("d’Étrépagny-Le  Gall", "d etrepagny le gall"),
        ("İbrahim", "ibrahim"),
        ("Şahin Đorđe", "sahin dorde"),
        ("عبد الله", "عبد الله"),
        ("", ""),
    ],
)
def test_names_are_folded_to_what_people_type(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("dupont", []),
        ("van den broeck", ["vandenbroeck"]),
        ("jean pierre", ["jeanpierre"]),
        ("le goff tanguy", ["legoff", "legofftanguy"]),
        ("tanguy le goff", ["legoff", "tanguylegoff"]),
        ("d hondt", ["dhondt"]),
        ("de la", ["dela"]),
    ],
)
def test_a_name_of_several_words_is_also_written_together(name: str, spellings: list[str]) -> None:
    assert joined(name.split()) == spellings


@given(st.lists(st.sampled_from(["van", "den", "broeck", "el", "amrani", "marie"]), max_size=5))
def test_one_spelling_of_a_name_of_several_words_is_all_of_it_in_one_word(words: list[str]) -> None:
    spellings = joined(words)
    assert len(spellings) == len(set(spellings))
    assert not spellings if len(words) < 2 else "".join(words) in spellings
