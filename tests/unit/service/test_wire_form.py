"""A form that was changed: what may have arrived in the old one never goes by itself in the new one."""

from __future__ import annotations

from pathlib import Path

import pytest

from counter_app.bootstrap import adopt_configuration
from counter_app.domain.rest_way import Create, RestWay
from counter_app.projections.delivery import UnitRow
from counter_app.service import custody
from counter_app.service.delivery import Nothing
from counter_app.service.unit_words import REASON_WORDS
from counter_app.settings import sample_configuration
from counter_app.sync.port import Outcome
from tests.unit.counters import IT, SUPERVISOR, Desk, person
from tests.unit.service.keeping import Numbered, Reconciler
from tests.unit.service.scripted import Answer, Centre, Deliverer, accepts, said

OLD, NEW = (RestWay(create=Create(once_by="client_id", path=path)) for path in ("/old", "/new"))
SILENT = said(Outcome.UNKNOWN)


def deliverer(desk: Desk, way: RestWay | None, *answers: Answer, proves_absence: bool = False) -> Deliverer:
    """The way to a centre that takes a key once and, as files, cannot prove an absence."""
    centre = Centre(*answers)
    centre.proves_absence = proves_absence
    return Deliverer(desk, centre, rest=way, settling_s=1.0)


@pytest.fixture
def sent(desk: Desk) -> str:
    """A request that went out in the old form and was never answered."""
    request = desk.id("record_request", person=person(), aid="FR-SECURG")
    deliverer(desk, OLD, SILENT).exchange()
    desk.clock.jump(3600)
    return request


def unit(desk: Desk, request: str) -> UnitRow:
    (found,) = [one for one in desk.units(request) if one.service == "aid-file"]
    return found


def stands(desk: Desk, request: str) -> tuple[str, str | None]:
    found = unit(desk, request)
    return found.state.value, found.reason


def decide(desk: Desk, request: str, decision: str) -> None:
    about = {"agent": IT, "target": request, "service": "aid-file", "reason": "Rang the centre"}
    desk.do("decide_unit", decision=decision, **about)


def test_what_is_unknown_is_not_repeated_in_another_form_and_says_so_once(desk: Desk, sent: str) -> None:
    changed = deliverer(desk, NEW, SILENT)
    changed.run(3)
    assert stands(desk, sent) == ("unknown", "form_changed")
    assert (changed.centre.sent, len(changed.centre.asked)) == ([], 3)
    told = [
        answer
        for entry in desk.entries()
        if entry.kind == "delivery_answered"
        for answer in entry.facts["answers"]
    ]
    assert [answer["fact"] for answer in told] == ["withheld"]
    assert "form_changed" in REASON_WORDS
    # With the former form back it goes as it went.
    back = deliverer(desk, OLD, SILENT, accepts())
    back.run()
    assert [one.body for one in back.centre.sent] == [changed.centre.asked[0].body]
    assert stands(desk, sent)[0] == "accepted"
    assert desk.findings() == []


@pytest.mark.parametrize("way", [NEW, None])
def test_what_a_rule_let_go_before_the_form_was_changed_is_set_aside(
    desk: Desk, sent: str, way: RestWay | None
) -> None:
    deliverer(desk, OLD, SILENT).exchange()
    assert stands(desk, sent) == ("waiting", "target_idempotent")
    changed = deliverer(desk, way, accepts())
    assert isinstance(changed.exchange(), Nothing)
    assert stands(desk, sent) == ("set_aside", "form_changed")
    decide(desk, sent, "take_up")
    changed.run()
    assert (len(changed.centre.sent), stands(desk, sent)[0]) == (1, "accepted")
    assert desk.findings() == []


def test_a_person_who_was_told_may_send_it_as_it_is_written_now(desk: Desk, sent: str) -> None:
    decide(desk, sent, "replay")
    changed = deliverer(desk, NEW, accepts())
    changed.exchange()
    assert stands(desk, sent) == ("set_aside", "form_changed"), "nobody had told them of the form"


def test_a_person_who_was_told_before_decides_once(desk: Desk, sent: str) -> None:
    changed = deliverer(desk, NEW, SILENT, accepts())
    changed.exchange()
    decide(desk, sent, "replay")
    changed.run()
    assert (len(changed.centre.sent), stands(desk, sent)[0]) == (1, "accepted")


def test_an_absence_that_was_read_frees_the_form(desk: Desk, sent: str) -> None:
    changed = deliverer(desk, NEW, said(Outcome.ABSENT), accepts(), proves_absence=True)
    changed.run()
    assert (len(changed.centre.sent), stands(desk, sent)[0]) == (1, "accepted")


def test_what_never_left_goes_in_any_form(desk: Desk) -> None:
    request = desk.id("record_request", person=person(), aid="FR-SECURG")
    deliverer(desk, OLD, said(Outcome.NOT_SENT)).exchange()
    desk.clock.jump(3600)
    changed = deliverer(desk, NEW, accepts())
    changed.run()
    assert (len(changed.centre.sent), stands(desk, request)[0]) == (1, "accepted")


def test_a_repetition_of_which_nothing_left_does_not_make_the_first_one_forgotten(
    desk: Desk, sent: str
) -> None:
    again = deliverer(desk, OLD, SILENT, said(Outcome.NOT_SENT))
    again.exchange()
    again.exchange()
    assert stands(desk, sent)[0] == "waiting"
    desk.clock.jump(3600)
    changed = deliverer(desk, NEW, accepts())
    changed.exchange()
    assert (stands(desk, sent), changed.centre.sent) == (("set_aside", "form_changed"), [])


def test_others_go_on_beside_it(desk: Desk, sent: str) -> None:
    deliverer(desk, OLD, SILENT).exchange()
    others = [desk.id("record_request", person=person(name), aid="FR-SECURG") for name in ("One", "Two")]
    changed = deliverer(desk, NEW, accepts())
    changed.run()
    assert [stands(desk, one)[0] for one in (sent, *others)] == ["set_aside", "accepted", "accepted"]


def test_an_audit_replays_nothing_in_another_form_and_a_person_may(desk: Desk) -> None:
    centre = Numbered()
    request = desk.id("record_request", person=person(), aid="FR-SECURG")
    Reconciler(desk, centre, rest=OLD).deliver()
    centre.lose(unit(desk, request).key)
    centre.sent.clear()
    reconciler = Reconciler(desk, centre, rest=NEW)
    result = reconciler.audit()
    assert (len(result.still_lost), result.replayed, centre.sent) == (1, set(), [])
    assert stands(desk, request) == ("lost", "form_changed")
    # The centre was read not to hold it: another key stays possible, and so does this one.
    decide(desk, request, "new_key")
    desk.do("undo_decision", agent=IT, target=request, service="aid-file", reason="This key will do")
    decide(desk, request, "replay")
    reconciler.deliver()
    assert (len(centre.sent), stands(desk, request)[0]) == (1, "accepted")
    assert desk.findings() == []


def test_what_is_presumed_sent_is_presumed_in_the_form_of_that_day(desk: Desk, tmp_path: Path) -> None:
    told = b"order = 1\nrest = { create = { once_by = 'client_id', path = '/${key}', body = '{}' },"
    told += b" ask = { path = '/${key}' },"
    told += b" record = { aid = 'a', cents = 'c', 'person.surname' = 's', 'person.birth_date' = 'b' } }\n"
    (tmp_path / "new.toml").write_bytes(sample_configuration("ccas").replace(b"order = 1\n", told, 1))
    adopt_configuration(desk.workstation, tmp_path / "new.toml", IT)
    desk.reopen()
    request = desk.id("record_request", person=person(), aid="FR-SECURG")
    custody.give(desk.workstation, "A3", IT)
    custody.take_back(desk.workstation, "A3", "The stick is lost", SUPERVISOR)
    desk.clock.jump(3600)
    changed = deliverer(desk, NEW, SILENT)
    changed.exchange()
    assert stands(desk, request) == ("unknown", "form_changed")
    service = desk.workstation.configuration.service("aid-file")
    assert service is not None
    desk.clock.jump(3600)
    as_then = deliverer(desk, service.rest, SILENT)
    as_then.exchange()
    assert stands(desk, request) == ("waiting", "target_idempotent")
