"""What IT reads before a run: every service in its order, what waits in counts and euros, and the balance."""

from __future__ import annotations

from counter_app.service.recovery import read_balances, read_plan
from tests.unit.counters import CASH, SUPERVISOR, Desk, person
from tests.unit.service.scripted import Centre, Deliverer, accepts
from tests.unit.service.units import disputed, rejected, unanswered


def test_with_nothing_recorded_every_service_is_named_in_its_order_and_nothing_waits(desk: Desk) -> None:
    plan = read_plan(desk.workstation)
    assert [one.service for one in plan.services] == ["aid-file", "treasury"]
    assert [one.to_do for one in plan.services] == [0, 0]
    assert plan.waits.cents == 0
    assert plan.of(("aid-file", "treasury")) == 0


def test_what_waits_is_told_in_units_and_cents_of_the_services_chosen(desk: Desk) -> None:
    desk.fill_drawer()
    desk.grant(2500, payment=CASH)
    desk.grant(4000, person=person("Okoye"))
    plan = read_plan(desk.workstation)
    told = {one.service: (one.tally.to_send, one.waits.cents) for one in plan.services}
    assert told["aid-file"] == (2, 6500)
    assert told["treasury"][0] == plan.of(("treasury",)) > 0
    assert plan.waits.cents == sum(cents for _, cents in told.values())
    assert plan.of(("aid-file",)) == 2
    assert plan.of(()) == 0
    assert plan.of(("aid-file", "treasury")) == sum(one.to_do for one in plan.services)


def test_what_was_sent_without_an_answer_is_to_be_asked_about_and_not_to_be_sent(desk: Desk) -> None:
    unanswered(desk)
    (files, _) = read_plan(desk.workstation).services
    assert (files.tally.to_send, files.tally.to_ask, files.to_do) == (0, 1, 1)
    assert files.waits.cents == 0


def test_what_only_a_person_can_settle_is_nothing_for_a_run(desk: Desk) -> None:
    disputed(desk)
    rejected(desk, paid=False)
    (files, _) = read_plan(desk.workstation).services
    assert (files.to_do, files.tally.for_somebody) == (0, 2)


def test_the_state_of_an_open_incident_stands_beside_its_service(desk: Desk) -> None:
    desk.do("declare_incident", title="Panne", agent=SUPERVISOR, services={"aid-file": "down"})
    states = {one.service: one.state for one in read_plan(desk.workstation).services}
    assert states == {"aid-file": "down", "treasury": ""}


def test_the_plan_is_dated_in_the_offices_time(desk: Desk) -> None:
    assert read_plan(desk.workstation).at.isoformat() == "2026-03-02T09:00:00+01:00"


def test_the_balance_tells_accepted_and_unexplained_apart(desk: Desk) -> None:
    desk.grant(3000)
    Deliverer(desk, Centre(accepts())).exchange()
    disputed(desk)
    files, treasury = read_balances(desk.workstation)
    assert (files.tally.service, files.accepted, files.accepted_cents) == ("aid-file", 1, 3000)
    assert files.tally.unexplained == 1
    assert (treasury.accepted, treasury.tally.total) == (0, 0)
