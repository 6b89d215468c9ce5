"""Nobody of practice is taken for somebody else."""

from __future__ import annotations

import unicodedata
from random import Random

import msgspec
import pytest

from counter_app.domain.commands import Person
from counter_app.domain.names import fold
from counter_app.keys.references import person_references
from counter_app.practice.name_lists import CULTURES, WEIGHTS
from counter_app.practice.people import COUNTERS, People

KEY = b"k" * 32


@pytest.mark.parametrize("sample", WEIGHTS)
def test_no_two_people_share_a_reference_whatever_the_counter(sample: str) -> None:
    seen: set[str] = set()
    for counter in (0, 1, COUNTERS - 1):
        people = People(sample, Random(counter), 1, counter)
        for _ in range(2000):
            for citizen in (people.adult(), people.minor()):
                references = person_references(msgspec.convert(citizen, Person), KEY)
                assert seen.isdisjoint(references)
                seen.update(references)


def test_there_are_only_so_many_counters() -> None:
    with pytest.raises(ValueError, match="counters"):
        People("paris", Random(1), 1, COUNTERS)


def test_a_homonym_has_the_name_and_birth_of_somebody_and_numbers_of_their_own() -> None:
    people = People("ccas", Random(2), 1, 0)
    somebody = next(one for one in iter(people.adult, None) if len(one.get("birth_date", "")) == 10)
    other = people.homonym(somebody, "0" * 32, "another address")
    for key in ("surname", "given_names", "birth_date", "birth_place"):
        assert other.get(key) == somebody.get(key)
    assert other["numbers"] != somebody.get("numbers")


def test_no_surname_is_of_two_cultures_and_no_given_name_stands_twice_in_one() -> None:
    surnames = [fold(name) for culture in CULTURES.values() for name in culture.surnames]
    assert len(surnames) == len(set(surnames))
    for culture in CULTURES.values():
        given = [fold(name) for name in culture.women + culture.men]
        assert len(given) == len(set(given))
        assert all(given)


def test_names_are_written_in_composed_letters() -> None:
    for culture in CULTURES.values():
        for name in culture.surnames + culture.women + culture.men + culture.places:
            assert unicodedata.is_normalized("NFC", name)
