"""How well somebody fits what was typed, and the reasons given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.births import birth_of
from counter_app.domain.likeness import Known, NumberFit, Reason, likeness
from counter_app.domain.names import fold
from counter_app.domain.seeking import understood

NAMES = st.sampled_from(
    [
        "dupont",
        "van den broeck",
        "vandenbroeck",
        "el amrani",
        "d hondt",
        "jean pierre",
        "marie",
        "le",
        "bâ",
        "dubois ferrand",
    ]
)


def known(surname: str, given: str = "", birth: str = "", postcode: str = "", used: str = "") -> Known:
    return Known(fold(surname), fold(given), birth_of(birth), postcode, fold(used))


def score(query: str, person: Known) -> float:
    return likeness(understood(query), person).score


def why(query: str, person: Known) -> set[str]:
    return {reason.value for reason in likeness(understood(query), person).why}


@pytest.mark.parametrize(
    ("query", "person", "reasons"),
    [
        ("dupont", known("Dupont", "Marie"), {"surname"}),
        ("dup", known("Dupont", "Marie"), {"surname_begins"}),
        ("marie dupont", known("Dupont", "Marie"), {"surname", "given_name"}),
        ("dup mar", known("Dupont", "Marie"), {"surname_begins", "given_name_begins"}),
        ("dubois", known("Dubois-Ferrand"), {"part_of_surname"}),
        ("van den broeck", known("Vandenbroeck"), {"surname_joined"}),
        ("vandenbroeck", known("Van den Broeck"), {"surname_joined"}),
        ("broeck", known("Van den Broeck"), {"surname"}),
        ("dhondt", known("D'Hondt"), {"surname_joined"}),
        ("jean pierre", known("Noël", "Jean-Pierre"), {"given_name"}),
        ("jeanpierre", known("Noël", "Jean-Pierre"), {"given_name_joined"}),
        ("durand", known("Dupont", used="Durand"), {"used_name"}),
        ("12/03/1980", known("A", birth="19800312"), {"birth_date"}),
        ("03/1980", known("A", birth="19800312"), {"birth_month"}),
        ("1980", known("A", birth="19800000"), {"birth_year"}),
        ("12/03/1980", known("A", birth="19800101"), {"birth_year"}),
        ("12/03/1980", known("A", birth="19801203"), {"birth_swapped"}),
        ("12/03/1980", known("A", birth="19810312"), {"other_birth"}),
        ("12/03", known("A", birth="19810312"), {"birth_day"}),
        ("31/02/1980", known("A", birth="19800231"), {"birth_date"}),
        ("dup mars 1980", known("Dupont", "Luc", "19800312"), {"surname_begins", "birth_month"}),
        ("dupont 75012", known("Dupont", postcode="75012"), {"surname", "postcode"}),
    ],
)
def test_the_reasons_say_what_fits(query: str, person: Known, reasons: set[str]) -> None:
    assert why(query, person) == reasons
    assert score(query, person) > 0


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("martin", known("Martin", "Luc"), known("Bernard", "Martin")),
        ("martin", known("Martin"), known("Martinez")),
        ("martin", known("Martin"), known("Martin-Dupont")),
        ("dup", known("Dupré"), known("Dupontel")),
        ("dupont marie", known("Dupont", "Marie"), known("Dupont", "Marc")),
        ("dupont 12/03/1980", known("Dupont", birth="19800312"), known("Dupont", birth="19800000")),
        ("dupont 12/03/1980", known("Dupont", birth="19800000"), known("Dupont", birth="19800415")),
        ("dupont 12/03/1980", known("Dupont", birth="19800415"), known("Dupont", birth="19790312")),
        ("dupont 12/03/1980", known("Dupont", birth=""), known("Dupont", birth="19790312")),
        ("dupont 75012", known("Dupont", postcode="75012"), known("Dupont", postcode="75013")),
        ("le", known("Lê", "Thi"), known("Le Goff", "Anne")),
        ("martin martin", known("Martin", "Martin"), known("Martin", "Luc")),
        ("el amrani", known("El Amrani"), known("Amrani")),
    ],
)
def test_who_fits_better_scores_higher(query: str, better: Known, worse: Known) -> None:
    assert score(query, better) > score(query, worse) >= 0


@pytest.mark.parametrize(
    "query", ["dupont", "van den broeck", "de la tour marie 12/03/1980", "marie dupont 1980 75012"]
)
def test_what_fits_whole_scores_almost_one(query: str) -> None:
    surname = "De la Tour" if "tour" in query else "Van den Broeck" if "van" in query else "Dupont"
    assert score(query, known(surname, "Marie", "19800312", "75012")) >= 0.97


def test_a_number_outweighs_what_does_not_fit_and_is_the_first_reason() -> None:
    stranger = known("Other", "Name", "19700101")
    fit = likeness(understood("2015-02000123"), stranger, NumberFit(Reason.FILE_NUMBER, "201502000123"))
    assert fit.score == 1.0
    assert fit.why == (Reason.FILE_NUMBER,)
    mixed = likeness(understood("dupont 02000123"), stranger, NumberFit(Reason.FILE_NUMBER, "02000123"))
    assert 0.5 < mixed.score < 1.0


@given(NAMES, NAMES, st.sampled_from(["", "19800312", "19800000", "19801340"]), st.text(max_size=40))
def test_a_score_lies_between_nothing_and_one_and_the_reasons_stand_in_their_order(
    surname: str, given_name: str, birth: str, query: str
) -> None:
    found = likeness(understood(query), known(surname, given_name, birth))
    assert 0 <= found.score <= 1
    order = [list(Reason).index(reason) for reason in found.why]
    assert order == sorted(set(order))


@given(NAMES, NAMES, st.data())
def test_every_beginning_of_every_word_of_a_name_fits(
    surname: str, given_name: str, data: st.DataObject
) -> None:
    person = known(surname, given_name)
    word = data.draw(st.sampled_from([*person.surname.split(), *person.given.split()]))
    typed = word[: data.draw(st.integers(1, len(word)))]
    assert score(typed, person) > 0.5
    assert score(typed, person) <= score(word, person) or len(word) == 1
