"""Who may do what, and how long nobody may try a PIN again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from counter_app.access.pins import hashed_pin, locked_until, pin_matches
from counter_app.access.roles import ANYBODY, COUNTER_WORK, EVERYBODY, RECOVERY, SUPERVISION, colleague
from counter_app.domain.catalogue import Person, Role
from counter_app.domain.errors import Refused
from counter_app.settings import read_configuration, sample_configuration

OFFICE = read_configuration(sample_configuration("ccas"), "office.toml").configuration
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "person", "may"),
    [
        ("agent", "yleroux", {COUNTER_WORK, ANYBODY, EVERYBODY}),
        ("supervisor", "hgarcia", {COUNTER_WORK, SUPERVISION, RECOVERY, ANYBODY, EVERYBODY}),
        ("it", "bnguyen", {RECOVERY, ANYBODY, EVERYBODY}),
        ("auditor", "mperrin", {EVERYBODY}),
    ],
)
def test_each_role_may_do_its_work_and_no_more(role: Role, person: str, may: set[tuple[Role, ...]]) -> None:
    for roles in (COUNTER_WORK, SUPERVISION, RECOVERY, ANYBODY, EVERYBODY):
        if roles in may:
            assert colleague(OFFICE, person, roles).role == role
        else:
            with pytest.raises(Refused) as caught:
                colleague(OFFICE, person, roles)
            assert (caught.value.code, caught.value.params) == (
                "not_allowed",
                {"person": person, "role": role},
            )


def test_nobody_acts_who_does_not_work_here() -> None:
    with pytest.raises(Refused) as caught:
        colleague(OFFICE, "nobody", EVERYBODY)
    assert (caught.value.code, caught.value.params) == ("unknown_colleague", {"person": "nobody"})


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, None), (2, None), (3, 30), (4, 60), (9, 1920), (10, 3600), (10**6, 3600)]
)
def test_the_third_wrong_pin_costs_half_a_minute_and_each_further_one_twice_that(
    failures: int, seconds: int | None
) -> None:
    expected = None if seconds is None else NOON + timedelta(seconds=seconds)
    assert locked_until(failures, NOON) == expected


def test_a_pin_matches_its_own_hash_alone_and_a_broken_hash_none() -> None:
    agent = colleague(OFFICE, "yleroux", EVERYBODY)
    assert pin_matches(agent, "1111")
    assert not pin_matches(agent, "2222")
    for pin in (None, "", "1111", "$argon2id$v=19$m=8,t=1,p=1$bad"):
        assert not pin_matches(Person(id="a", name="A", role="agent", pin=pin), "1111")


def test_a_badge_is_a_second_way_in_beside_the_pin_and_neither_opens_for_another() -> None:
    # The samples' hashes cost little on purpose.
    badge, pin = OFFICE.people[1].pin, OFFICE.people[0].pin
    both = Person(id="a", name="A", role="agent", pin=pin, badge=badge)
    badge_alone = Person(id="b", name="B", role="agent", badge=badge)
    assert pin_matches(both, "1111")
    assert pin_matches(both, "2222")
    assert pin_matches(badge_alone, "2222")
    for told in ("", "1112", "222", "02222"):
        assert not pin_matches(both, told)
    assert not pin_matches(badge_alone, "1111")


def test_a_hash_for_the_configuration_costs_what_rfc_9106_recommends_second() -> None:
    hashed = hashed_pin("0004217793")
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert pin_matches(Person(id="a", name="A", role="agent", badge=hashed), "0004217793")
