"""A made-up register looks like one: names of four countries, relatives, homonyms, and what registers get wrong."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from counter_app.domain.births import birth_of
from counter_app.domain.errors import EnvironmentFailed
from counter_app.domain.names import fold
from counter_app.practice.identity_numbers import nir
from counter_app.practice.register import COLUMNS, made_up_register, write_register

PEOPLE = [dict(zip(COLUMNS, row, strict=True)) for row in made_up_register(6000, 11)]


def share(of: int) -> float:
    return of / len(PEOPLE)


def test_the_same_seed_makes_the_same_people_and_another_seed_others() -> None:
    assert list(made_up_register(300, 5)) == list(made_up_register(300, 5))
    assert list(made_up_register(300, 5)) == list(made_up_register(3000, 5))[:300]
    assert list(made_up_register(300, 5)) != list(made_up_register(300, 6))


def test_everybody_has_an_id_and_numbers_of_their_own() -> None:
    assert len({one["id"] for one in PEOPLE}) == len(PEOPLE)
    numbers = [one["national_id"] for one in PEOPLE if one["national_id"]]
    assert len(set(numbers)) == len(numbers)
    assert 0.8 < share(len(numbers)) < 0.95


def test_names_have_diacritics_particles_and_hyphens_and_most_surnames_are_rare() -> None:
    surnames = Counter(fold(one["surname"]) for one in PEOPLE)
    assert sum(count == 1 for count in surnames.values()) > len(surnames) / 2
    assert surnames.most_common(1)[0][1] < len(PEOPLE) / 20
    for sign in ("é", "ï", "-", "'"):
        assert any(sign in one["surname"] + one["given_name"] for one in PEOPLE)
    for particle in ("Van den ", "El ", "De ", "d'", "Aït "):
        assert any(one["surname"].startswith(particle) for one in PEOPLE)


def test_about_one_date_in_a_hundred_is_none_and_some_have_unknown_parts() -> None:
    impossible = [one for one in PEOPLE if birth_of(one["date_of_birth"]).told]
    assert 0.005 < share(len(impossible)) < 0.015
    told = [one["date_of_birth"] for one in PEOPLE]
    assert any(date.endswith("0000") and not date.startswith("0") for date in told)
    assert any(date.endswith("00") and not date.endswith("0000") for date in told)
    assert "" in told
    assert 0.01 < share(sum(birth_of(date).is_default for date in told)) < 0.03


def test_there_are_twins_siblings_and_homonyms() -> None:
    families = Counter((one["surname"], one["postcode"], one["date_of_birth"]) for one in PEOPLE)
    assert any(count > 1 for (_, _, born), count in families.items() if birth_of(born).day)
    names = Counter((one["surname"], one["given_name"]) for one in PEOPLE)
    assert 0.02 < share(sum(count for count in names.values() if count > 1)) < 0.5
    homes = Counter((one["surname"], one["postcode"]) for one in PEOPLE if one["postcode"])
    assert sum(count > 1 for count in homes.values()) > len(PEOPLE) / 50


def test_identity_numbers_say_the_true_birth_of_those_whose_date_is_whole() -> None:
    belgian = [one for one in PEOPLE if "." in one["national_id"]]
    assert belgian
    for one in belgian:
        born = birth_of(one["date_of_birth"])
        if born.day and not born.is_default:
            assert one["national_id"].startswith(
                f"{born.year or 0:04d}"[2:] + f".{born.month:02d}.{born.day:02d}"
            )
    french = [one["national_id"] for one in PEOPLE if len(one["national_id"]) == 15]
    assert french
    assert all(len(number) == len(nir(woman=True, year=1980, month=3, serial=1)) for number in french)


def test_it_is_written_as_a_csv_file_with_the_names_of_its_columns(tmp_path: Path) -> None:
    out = tmp_path / "register.csv"
    write_register(out, 50, 4)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [tuple(row.values()) for row in rows] == list(made_up_register(50, 4))
    assert tuple(rows[0]) == ("id", "given_name", "surname", "date_of_birth", "postcode", "national_id")


def test_where_it_cannot_be_written_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailed) as caught:
        write_register(tmp_path / "none" / "register.csv", 1, 1)
    assert caught.value.code == "disk_failed"
