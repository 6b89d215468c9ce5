"""What is typed into the search box: names, dates, postcodes and numbers in any order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.births import BirthDate, birth_of
from counter_app.domain.names import fold
from counter_app.domain.seeking import Demand, Word, understood


def words(query: str) -> list[str]:
    return [word.text for word in understood(query).words]


def births(query: str) -> set[str]:
    return {birth.key for demand in understood(query).demands for birth in demand.births}


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("12/03/1980", "19800312"),
        ("12.3.1980", "19800312"),
        ("12-03-1980", "19800312"),
        ("12 03 1980", "19800312"),
        ("12 mars 1980", "19800312"),
        ("1er mars 1980", "19800301"),
        ("12 mrt. 1980", "19800312"),
        ("12 marzo 1980", "19800312"),
        ("12 déc 1980", "19801212"),
        ("1980-03-12", "19800312"),
        ("1980/3/12", "19800312"),
        ("19800312", "19800312"),
        ("12031980", "19800312"),
        ("120380", "19800312"),
        ("12/03/80", "19800312"),
        ("12 mars 80", "19800312"),
        ("25/12/1980", "19801225"),
        ("12/25/1980", "19801225"),
        ("1980-03", "198003"),
        ("03/1980", "198003"),
        ("3.1980", "198003"),
        ("1980", "1980"),
        ("12/03", "0312"),
        ("31/02/1980", "19800231"),
    ],
)
def test_a_birth_date_is_understood_however_it_is_written(query: str, key: str) -> None:
    assert key in births(query)
    assert words(query) == []
    assert words(f"Dupont {query} marie") == ["dupont", "marie"]
    assert key in births(f"Dupont {query} marie")


def test_a_year_of_two_figures_may_be_of_either_century() -> None:
    assert births("12/03/15") == {"19150312", "20150312"}


def test_before_a_year_a_word_may_be_a_month_and_stays_a_name() -> None:
    sought = understood("dup mar 1980")
    assert sought.words == (Word("dup"), Word("mar", birth_of("1980-03")))
    assert sought.demands == (Demand((birth_of("1980"),), "1980"),)
    assert understood("mar dup 1980").words == (Word("mar"), Word("dup"))
    assert understood("jui 1980").words == (Word("jui"),), "June or July"


def test_four_figures_may_be_a_year_or_a_postcode_and_five_are_a_postcode() -> None:
    assert understood("dupont 1070").demands == (Demand((), "1070"),)
    assert understood("dupont 1980").demands == (Demand((BirthDate(1980),), "1980"),)
    assert understood("dupont 75012").demands == (Demand((), "75012"),)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("1 80 03 75 116 123 45", "180037511612345"),
        ("80.03.12-001.23", "80031200123"),
        ("RSSMRA80A01H501U", "rssmra80a01h501u"),
        ("2015-02000123", "201502000123"),
        ("dossier 2015-02000123", "201502000123"),
        ("P 00000201", "p00000201"),
    ],
)
def test_a_number_is_understood_with_its_blanks_and_signs(query: str, number: str) -> None:
    assert number in understood(query).numbers


def test_what_looks_like_a_date_within_a_national_number_is_none() -> None:
    assert births("80.03.12-001.23") == set()
    assert births("12.03.80-001.23") == set()


@pytest.mark.parametrize("query", ["", "   ", "--//..", "!?", "\u0301"])
def test_nothing_that_could_be_looked_for_is_an_empty_query(query: str) -> None:
    assert understood(query).is_empty


@given(st.text(max_size=300))
def test_any_text_is_understood_as_folded_words_and_figures(query: str) -> None:
    sought = understood(query)
    assert len(sought.words) <= 8
    assert all(word.text and fold(word.text) == word.text for word in sought.words)
    assert all(number.isalnum() for number in sought.numbers)


@given(
    st.lists(
        st.sampled_from(["Dupont", "12/03/1980", "1980-03", "mars", "van", "75012", "é", "80"]), max_size=8
    )
)
def test_no_part_of_a_query_hides_a_name_in_another_part(parts: list[str]) -> None:
    named = [fold(part) for part in parts if part in ("Dupont", "van", "é")]
    assert [word for word in words(" ".join(parts)) if word != "mars"] == named[:8]
