"""The four sample offices: free of faults, in four languages, with the catalogue of the field."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import argon2
import pytest

from counter_app.domain.catalogue import Aid, Configuration, Service
from counter_app.domain.errors import BadInput
from counter_app.domain.limits import Asked, PastGrant, decide, may_still
from counter_app.settings import (
    SAMPLES,
    check_configuration,
    read_configuration,
    sample_configuration,
    unallocated_cents,
)

DAY = date(2026, 3, 16)
PINS = ["1111", "2222", "3333", "4444", "5555", "6666"]


def an_office(name: str) -> Configuration:
    return read_configuration(sample_configuration(name), name).configuration


def an_aid(office: str, code: str) -> tuple[Configuration, Aid]:
    configuration = an_office(office)
    aid = configuration.aid(code)
    assert aid is not None
    return configuration, aid


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_has_no_fault(name: str, tmp_path: Path) -> None:
    file = tmp_path / "office.toml"
    file.write_bytes(sample_configuration(name))
    assert check_configuration(file) == []


def test_there_is_no_other_sample() -> None:
    with pytest.raises(BadInput, match="configuration_unknown_sample"):
        sample_configuration("../paris")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_speaks_four_languages_everywhere(name: str) -> None:
    configuration = an_office(name)
    # What is missing in a language of the office is a fault; so four languages make four texts of each.
    assert sorted(configuration.office.languages) == ["en", "fr", "it", "nl"]
    assert configuration.office.sample
    assert configuration.reasons


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_has_people_for_every_task_with_published_pins(name: str) -> None:
    configuration = an_office(name)
    roles = ["agent", "agent", "supervisor", "supervisor", "it", "auditor"]
    assert [person.role for person in configuration.people] == roles
    for person, pin in zip(configuration.people, PINS, strict=True):
        assert person.pin is not None
        assert argon2.PasswordHasher().verify(person.pin, pin)
    mandates = {mandate.person for mandate in configuration.regie.mandates}
    assert {"agent", "supervisor"} <= {
        person.role for person in configuration.people if person.id in mandates
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_has_counters_with_money_and_some_left_for_one_more(name: str) -> None:
    configuration = an_office(name)
    assert [counter.id for counter in configuration.counters] == ["A1", "A2", "A3"]
    smallest = min(counter.slice_cents for counter in configuration.counters)
    assert unallocated_cents(configuration) >= smallest
    # Sixty grants of a hundred euros at one counter are a hard day's work.
    assert smallest >= 60 * 10000
    assert configuration.regie.cash_max_cents == 30000


@pytest.mark.parametrize(
    ("name", "by_files"),
    [("paris", set()), ("ccas", {"treasury"}), ("cpas", set()), ("comune", {"treasury"})],
)
def test_a_sample_reaches_its_services(name: str, by_files: set[str]) -> None:
    services: tuple[Service, ...] = an_office(name).services
    assert {"aid-file", "treasury"} <= {service.id for service in services}
    assert {service.id for service in services if service.connector == "files"} == by_files
    assert {service.address for service in services if service.connector == "rest"} == {
        "http://127.0.0.1:8765"
    }
    assert len({service.order for service in services}) == len(services)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_figure_of_a_sample_says_where_it_comes_from(name: str) -> None:
    tables: dict[str, Any] = tomllib.loads(sample_configuration(name).decode())
    for aid in tables["aids"]:
        for rule in aid["rules"]:
            assert rule["source"].startswith(("S: ", "P: ")), (aid["code"], rule["id"])


@pytest.mark.parametrize(
    ("office", "code", "heads", "claims", "most"),
    [
        ("paris", "FR75-ALLEX", 1, set(), 30000),
        ("paris", "FR75-SINIS", 1, set(), 457400),
        ("paris", "FR75-SDF", 1, set(), 5000),
        ("paris", "FR75-PSOL", 1, set(), 0),
        ("paris", "FR75-REPAS", 1, set(), 0),
        ("ccas", "FR-CAP", 1, set(), 3000),
        ("ccas", "FR-SECURG", 1, set(), 8000),
        ("cpas", "BE-AIDURG", 1, set(), 10000),
        ("cpas", "BE-AVANCE", 1, set(), 25000),
        ("comune", "IT-BUONO", 2, set(), 7000),
        ("comune", "IT-BUONO", 5, set(), 10000),
        ("comune", "IT-CES", 1, set(), 61185),
    ],
)
def test_one_grant_may_have_what_the_catalogue_says(
    office: str, code: str, heads: int, claims: set[str], most: int
) -> None:
    configuration, aid = an_aid(office, code)
    assert may_still(aid, [], configuration, DAY, heads=heads, claims=frozenset(claims)) == most


@pytest.mark.parametrize(
    ("office", "code", "taken", "claims", "left"),
    [
        ("paris", "FR75-ALLEX", 282000, set(), 1000),
        ("paris", "FR75-ALLEX", 328000, {"residence_3_years"}, 700),
        ("paris", "FR75-SDF", 282500, set(), 500),
        ("ccas", "FR-CAP", 8500, set(), 500),
        ("ccas", "FR-SECURG", 23000, set(), 1000),
    ],
)
def test_twelve_months_may_have_what_the_catalogue_says(
    office: str, code: str, taken: int, claims: set[str], left: int
) -> None:
    configuration, aid = an_aid(office, code)
    past = [PastGrant(code, taken, 1, DAY)]
    assert may_still(aid, past, configuration, DAY, claims=frozenset(claims)) == left


@pytest.mark.parametrize(
    ("office", "code", "cents", "quantity", "approved"),
    [
        ("paris", "FR75-ALLEX", 15000, 1, False),
        ("paris", "FR75-ALLEX", 15001, 1, True),
        ("paris", "FR75-SINIS", 1, 1, True),
        ("paris", "FR75-SDF", 1, 1, True),
        ("paris", "FR75-REPAS", 0, 10, False),
        ("paris", "FR75-REPAS", 0, 11, True),
        ("paris", "FR75-NAVIGO", 1, 1, True),
        ("ccas", "FR-SECURG", 5000, 1, False),
        ("ccas", "FR-SECURG", 5001, 1, True),
        ("cpas", "BE-AIDURG", 1, 1, True),
        ("cpas", "BE-AVANCE", 1, 1, True),
        ("comune", "IT-CES", 1, 1, True),
        ("comune", "IT-BUONO", 12000, 1, False),
        ("comune", "IT-BUONO", 12001, 1, True),
    ],
)
def test_a_second_person_approves_what_the_catalogue_says(
    office: str, code: str, cents: int, quantity: int, approved: bool
) -> None:
    configuration, aid = an_aid(office, code)
    asked = Asked(
        aid=aid,
        cents=cents,
        quantity=quantity,
        heads=9,
        resources_cents=0,
        day=DAY,
        direction="out",
        evidence=frozenset(configuration.words),
    )
    decision = decide(asked, [], configuration)
    assert decision.refused == ()
    assert bool(decision.approval) == approved


def test_paris_solidarite_is_estimated_and_the_transit_pass_and_meals_are_paid_for() -> None:
    configuration, top_up = an_aid("paris", "FR75-PSOL")
    asked = Asked(aid=top_up, cents=1, day=DAY, couple=True, resources_cents=100000)
    assert decide(asked, [], configuration).estimate_cents == 78600
    _, transit = an_aid("paris", "FR75-NAVIGO")
    for cents in (0, 3000, 9000, 18000, 36000, 38000):
        paid = Asked(aid=transit, cents=cents, day=DAY, evidence=frozenset({"tax_notice"}))
        assert decide(paid, [], configuration).refused == ()
    _, meals = an_aid("paris", "FR75-REPAS")
    price = Asked(aid=meals, cents=150, quantity=10, day=DAY, direction="in")
    assert decide(price, [], configuration).refused == ()
