"""Every look at a person's record is noted with who looked, cannot be changed, and ends with its retention."""

from __future__ import annotations

import json
from contextlib import closing

import pytest

from counter_app.bootstrap import open_workstation
from counter_app.domain.errors import Refused
from counter_app.service.access_log import Look, forget_old_looks, looks, note_look
from counter_app.service.casework import settling
from counter_app.service.citizen import person_history
from counter_app.service.papers.receipts import receipt_pdf
from counter_app.text import Text
from tests.unit.counters import AGENT, AUDITOR, COLLEAGUE, IT, PASSPHRASE, SUPERVISOR, Desk


def seen(desk: Desk, about: str | None = None) -> list[Look]:
    return [look for look in looks(desk.workstation, AUDITOR, about=about) if look.act != "access_log_shown"]


def test_opening_a_persons_page_is_a_look_of_whoever_sits_there(desk: Desk) -> None:
    grant = desk.grant()
    desk.workstation.looker = AGENT
    history = person_history(desk.workstation, entry_id=grant)
    (look,) = seen(desk)
    assert (look.agent, look.channel, look.act) == (AGENT, "window", "person_opened")
    assert look.about in (*history.references, grant)
    assert look.at == desk.clock.now()
    assert look.at.utcoffset() is not None
    assert desk.findings() == []


def test_a_page_that_refreshes_is_one_look_and_another_person_is_another(desk: Desk) -> None:
    grant = desk.grant()
    for agent in (AGENT, AGENT, COLLEAGUE, AGENT):
        desk.workstation.looker = agent
        person_history(desk.workstation, entry_id=grant)
    assert [look.agent for look in seen(desk)] == [COLLEAGUE, AGENT]


def test_a_grant_opened_to_be_paid_is_a_look_at_its_person(desk: Desk) -> None:
    grant = desk.grant()
    desk.workstation.looker = AGENT
    settling(desk.workstation, grant)
    settling(desk.workstation, grant)
    assert [(look.agent, look.act) for look in seen(desk, grant)] == [(AGENT, "person_opened")]


def test_a_supervisor_asks_who_looked_at_the_person_of_an_entry(desk: Desk) -> None:
    first = desk.grant()
    number = {"scheme": "file", "value": "F-77"}
    told = {"surname": "Other", "numbers": [number], "identity": "document"}
    second, third = (desk.grant(person=told) for _ in range(2))
    person_history(desk.workstation, entry_id=first)
    person_history(desk.workstation, entry_id=second)
    (look,) = seen(desk, third)
    assert look.about.startswith("file:")
    assert len(seen(desk)) == 2


def test_a_look_names_the_receipt_of_its_person_and_is_found_by_it(desk: Desk) -> None:
    grant = desk.grant()
    desk.workstation.looker = AGENT
    settling(desk.workstation, grant)
    note_look(desk.workstation, "person_opened", "R-1")
    assert [look.receipt for look in seen(desk)] == ["", "A1-0001"]
    (look,) = seen(desk, "A1-0001")
    assert look.act == "person_opened"


def test_a_receipt_drawn_again_is_a_look_and_the_first_one_is_not(desk: Desk) -> None:
    desk.grant()
    desk.workstation.looker = AGENT
    receipt_pdf(desk.workstation, "A1-0001", Text("en"))
    assert seen(desk) == []
    receipt_pdf(desk.workstation, "A1-0001", Text("en"), duplicate=True)
    assert [(look.act, look.about) for look in seen(desk)] == [("receipt_printed", "A1-0001")]


def test_a_reader_beside_an_open_window_notes_its_looks_too(desk: Desk) -> None:
    desk.grant()
    with closing(open_workstation(desk.data, PASSPHRASE, clock=desk.clock)) as beside:
        note_look(beside, "entries_shown", "*/0")
    (look,) = seen(desk)
    assert (look.agent, look.channel, look.act) == ("", "command_line", "entries_shown")
    desk.grant(3000)
    assert desk.findings() == []


@pytest.mark.parametrize("person", [AGENT, IT, "nobody"])
def test_only_supervisors_and_auditors_read_it(desk: Desk, person: str) -> None:
    with pytest.raises(Refused) as caught:
        looks(desk.workstation, person)
    assert caught.value.code in ("not_allowed", "unknown_colleague")


def test_reading_it_is_a_look(desk: Desk) -> None:
    looks(desk.workstation, SUPERVISOR)
    assert [look.act for look in looks(desk.workstation, SUPERVISOR)] == ["access_log_shown"]


@pytest.mark.parametrize("change", ["UPDATE access_log SET agent = ''", "DELETE FROM access_log"])
def test_what_was_noted_is_neither_changed_nor_removed(desk: Desk, change: str) -> None:
    note_look(desk.workstation, "person_opened", "x")
    with pytest.raises(Exception, match="a look that was noted"):
        desk.workstation.writer.do(lambda session: session.connection.execute(change))
    assert [look.about for look in seen(desk)] == ["x"]


def test_looks_go_when_their_retention_is_over_and_not_a_day_before(desk: Desk) -> None:
    days = desk.workstation.configuration.retention.access_log_days
    note_look(desk.workstation, "person_opened", "old")
    desk.clock.jump(days * 86_400 + 60)
    note_look(desk.workstation, "person_opened", "new")
    with pytest.raises(Refused):
        forget_old_looks(desk.workstation, AGENT, days)
    assert forget_old_looks(desk.workstation, IT, days) == 1
    assert [look.about for look in seen(desk)] == ["new"]


def test_no_name_stands_in_it(desk: Desk) -> None:
    grant = desk.grant(person={"surname": "Quincampoix", "birth_date": "1971-02-03", "identity": "document"})
    person_history(desk.workstation, entry_id=grant)
    told = json.dumps([[look.about, look.act, look.agent] for look in seen(desk)])
    assert "incampoix" not in told.lower()
    assert "1971" not in told
