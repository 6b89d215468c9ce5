"""What may be done now: the state of each central system, what one grant may come to, what the counter still has."""

from __future__ import annotations

from counter_app.service.standing import standing
from counter_app.service.what_now import what_now
from tests.unit.counters import SUPERVISOR, Desk


def test_each_system_is_told_with_its_state_since_when_and_what_waits_for_it(desk: Desk) -> None:
    incident = desk.id("declare_incident", title="Panne", agent=SUPERVISOR, services={"aid-file": "down"})
    desk.clock.jump(3600)
    desk.do(
        "update_incident", incident=incident, agent=SUPERVISOR, words="?", services={"treasury": "unstable"}
    )
    desk.grant()
    told = what_now(desk.workstation)
    assert told.is_outage
    states = {one.service: (one.state, f"{one.since:%H:%M}", one.waiting) for one in told.services}
    assert states == {"aid-file": ("down", "09:00", 1), "treasury": ("unstable", "10:00", 0)}
    desk.do("close_incident", incident=incident, agent=SUPERVISOR)
    told = what_now(desk.workstation)
    assert (told.is_outage, {(one.state, one.since) for one in told.services}) == (False, {("", None)})
    assert [one.waiting for one in told.services] == [1, 0]


def test_an_aid_is_told_with_its_cap_and_the_threshold_that_a_grant_can_reach(desk: Desk) -> None:
    aids = {one.aid.code: one for one in what_now(desk.workstation).aids}
    cash, voucher = aids["FR-SECURG"], aids["FR-CAP"]
    assert cash.most is not None
    assert cash.approved_above is not None
    assert (cash.most.cents, cash.approved_above.cents) == (8000, 5000)
    assert voucher.most is not None
    assert (voucher.most.cents, voucher.approved_above) == (3000, None), "90 € are never reached at once"


def test_what_the_counter_has_left_and_what_waits_for_approval(desk: Desk) -> None:
    before = what_now(desk.workstation)
    assert (before.approvals, before.has_cash) == (0, False)
    assert before.directive.startswith("Note de service")
    desk.fill_drawer()
    desk.grant(6000)
    desk.grant(2000)
    after = what_now(desk.workstation)
    assert (after.approvals, after.has_cash) == (1, True)
    assert before.left.cents - after.left.cents == 2000
    assert standing(desk.workstation).approvals == 1
