"""References: the same person gives the same one, strangers never share one, and no name is in them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from counter_app.domain.commands import Person
from counter_app.keys.references import name_reference, person_references

KEY = bytes(range(32))
BORN = {"birth_date": "1980-03-05"}


def refs(surname: str = "Lefèvre", key: bytes = KEY, **fields: Any) -> list[str]:
    told = {"surname": surname, "given_names": ["Anne-Marie"], **fields}
    return person_references(msgspec.convert(told, Person), key)


def number(value: str, scheme: str = "file") -> dict[str, str]:
    return {"scheme": scheme, "value": value}


@pytest.mark.parametrize("surname", ["LEFEVRE", "lefèvre", "Lefe\u0300vre", " Lefèvre "])
def test_the_same_person_written_in_another_way_is_the_same(surname: str) -> None:
    assert refs(surname, **BORN) == refs(**BORN)
    assert len(refs(**BORN)) == 1
    assert refs(given_names=["anne marie", "Louise"], **BORN) == refs(**BORN)


@pytest.mark.parametrize(
    "other",
    [
        {"birth_date": "1980-03-06"},
        {"given_names": ["Anne"]},
        {"given_names": []},
        {"birth_place": "Brest"},
        {"surname": "Lefort"},
        {"key": bytes(32)},
    ],
)
def test_homonyms_and_strangers_differ(other: dict[str, Any]) -> None:
    assert set(refs(**{**BORN, **other})).isdisjoint(refs(**BORN))


@pytest.mark.parametrize(
    "birth_date",
    [
        None,
        "1980",
        "1980-03",
        "1980-01-01",
        "1980-12-31",
        "1980-00-00",
        "1980-03-00",
        "1980-13-05",
        "1981-02-29",
    ],
)
def test_a_birth_date_that_is_no_known_day_ties_nobody_to_anybody(birth_date: str | None) -> None:
    assert refs(birth_date=birth_date) == []


@pytest.mark.parametrize("value", ["2 80 03 44 109 123 45", "280034410912345", "2-80-03-44/109.123.45 "])
def test_the_way_a_number_is_written_does_not_matter(value: str) -> None:
    assert refs(numbers=[number(value, "nir")]) == refs(numbers=[number("280034410912345", "nir")])


@pytest.mark.parametrize("value", ["-", "?", "…", " ", "/ /"])
def test_a_number_without_letters_and_digits_ties_nobody_to_anybody(value: str) -> None:
    assert refs(numbers=[number(value)]) == []


def test_a_number_told_twice_is_one_reference() -> None:
    assert refs(numbers=[number("12 34"), number("1234"), number("1234", "other")]) == [
        *refs(numbers=[number("1234")]),
        *refs(numbers=[number("1234", "other")]),
    ]


def test_the_file_number_stands_first_and_the_name_last() -> None:
    found = refs(numbers=[number("1", "nir"), number("7"), number("2", "other")], **BORN)
    assert [reference.partition(":")[0] for reference in found] == ["file", "nir", "other", "name"]
    assert name_reference(msgspec.convert({"surname": "x"}, Person), KEY) is None


def test_the_same_digits_under_another_scheme_are_another_reference() -> None:
    digests = {
        refs(numbers=[number("1234", scheme)])[0].partition(":")[2] for scheme in ("file", "nir", "be_nn")
    }
    assert len(digests) == 3


def test_a_reference_shows_nothing_of_the_person() -> None:
    (reference,) = refs(**BORN)
    assert reference.startswith("name:")
    assert "lefevre" not in reference
    assert "1980" not in reference
