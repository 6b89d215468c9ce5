"""What stands on paper: told beforehand as it will be recorded, and kept as far as the paper says it."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any

import pytest

from counter_app.domain.commands import AnyCommand, Person, parse_command
from counter_app.domain.errors import Refused
from counter_app.service.from_paper import Foretold, foretell, moment_on_paper, unpaid_grants
from counter_app.service.today import day_list
from tests.unit.counters import AGENT, CASH, COLLEAGUE, Desk, person

GRANT: dict[str, Any] = {
    "command": "grant_aid",
    "agent": AGENT,
    "aid": "FR-SECURG",
    "cents": 4000,
    "person": person(),
    "circumstances": {"evidence": ["interview"]},
    "already_happened": True,
    "form": "P-17",
}


def command(**fields: Any) -> AnyCommand:
    return parse_command(json.dumps(GRANT | fields))


def record(desk: Desk, **fields: Any) -> Any:
    return desk.workstation.record(command(**fields), "window").entry


def test_what_is_foretold_is_what_is_recorded_and_nothing_is_kept_of_the_asking(desk: Desk) -> None:
    told = command(cents=99_000, payment={"means": "cash"})
    before = desk.seq
    found = foretell(desk.workstation, told)
    assert desk.seq == before
    assert list(found.rules) == desk.workstation.record(told, "window").irregular
    assert {"grant", "approval_missing", "granter_pays", "drawer"} & set(found.rules) >= {
        "granter_pays",
        "drawer",
    }


def test_a_paper_that_nobody_paid_waits_for_approval(desk: Desk) -> None:
    assert foretell(desk.workstation, command(cents=6000)) == Foretold((), True)


def test_what_no_paper_can_say_is_refused_beforehand(desk: Desk) -> None:
    with pytest.raises(Refused, match="in_the_future"):
        foretell(desk.workstation, command(happened_at="2026-03-09T10:00:00+01:00"))


def test_a_day_without_a_time_is_kept_as_a_day(desk: Desk) -> None:
    entry = record(desk, happened_on="2026-02-27")
    assert entry.facts["time_known"] == "day"
    assert entry.header["right_day"] == "2026-02-27"
    assert entry.header["happened_at"] == "2026-02-26T23:00:00.000Z"
    (line,) = day_list(desk.workstation).lines
    assert (line.at.date(), line.to_the_day) == (date(2026, 2, 27), True)
    exact = record(desk, happened_at="2026-02-27T00:00:00+01:00", form="P-18")
    assert "time_known" not in exact.facts


def test_a_day_that_cannot_be_and_somebody_else_who_does_it_now_are_refused(desk: Desk) -> None:
    for told, code in (
        ({"happened_on": "2026-03-03"}, "in_the_future"),
        ({"happened_on": "2026-02-30"}, "day_malformed"),
        ({"happened_on": "2026-02-27", "happened_at": "2026-02-27T10:00:00+01:00"}, "day_or_time"),
        ({"done_by": COLLEAGUE, "already_happened": False}, "done_by_now"),
    ):
        with pytest.raises(Refused, match=code):
            record(desk, **told)


def test_who_granted_on_paper_and_who_paid_are_two_whoever_types_it(desk: Desk) -> None:
    desk.fill_drawer()
    # Whoever types it paid at the time; a colleague had granted.
    typed = {"agent": COLLEAGUE, "payment": CASH}
    granted_by_another = record(desk, **typed, done_by=AGENT)
    assert granted_by_another.facts["done_by"] == AGENT
    assert granted_by_another.facts["irregular"] == []
    alone = record(desk, **typed, done_by=COLLEAGUE, form="P-18", person=person("Benali"))
    assert alone.facts["irregular"] == ["granter_pays"]


def test_who_is_not_on_the_paper_is_named_as_unknown_never_as_whoever_types(desk: Desk) -> None:
    desk.fill_drawer()
    entry = record(desk, done_by="?", payment={"means": "cash"})
    assert (entry.facts["done_by"], entry.facts["payment"]["payer"]) == ("?", "?")
    assert set(entry.facts["irregular"]) == {"payer", "mandate"}


def test_a_payment_on_paper_finds_the_grant_that_it_belongs_to(desk: Desk) -> None:
    desk.fill_drawer()
    grant = desk.grant()
    desk.grant(3000, payment=CASH)
    desk.grant(2000, person=person("Benali"))
    who = Person(surname="Dupont", given_names=("Zoé",), birth_date="1980-03-05")
    (found,) = unpaid_grants(desk.workstation, who)
    assert (found.entry_id, found.amount.cents, found.means) == (grant, 4000, "cash")
    told = parse_command(
        json.dumps(
            {
                "command": "pay_grant",
                "agent": AGENT,
                "grant": grant,
                "payment": CASH,
                "already_happened": True,
                "happened_on": "2026-03-02",
                "form": "P-20",
            }
        )
    )
    assert foretell(desk.workstation, told).rules == ()
    desk.workstation.record(told, "window")
    assert unpaid_grants(desk.workstation, who) == ()


def test_a_time_on_paper_has_the_offset_of_its_day_in_the_office(desk: Desk) -> None:
    winter = moment_on_paper(desk.workstation, date(2026, 1, 15), time(14, 30))
    summer = moment_on_paper(desk.workstation, date(2025, 7, 15), time(14, 30))
    assert winter.isoformat() == "2026-01-15T14:30:00+01:00"
    assert summer.isoformat() == "2025-07-15T14:30:00+02:00"
    with pytest.raises(Refused, match="no_such_time"):
        moment_on_paper(desk.workstation, date(2025, 3, 30), time(2, 30))
