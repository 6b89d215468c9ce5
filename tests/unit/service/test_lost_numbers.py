"""Receipts that a restored journal lacks: the journal tells which are missing, a supervisor ends the search."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from counter_app.domain.commands import parse_command
from counter_app.keys.keyring import open_keys
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.from_paper import as_printed, searches
from counter_app.service.lost_numbers import NumberSearch
from counter_app.service.readiness import examine
from counter_app.service.restoring.epoch import Restore, restore
from tests.unit.counters import AGENT, IT, PASSPHRASE, SUPERVISOR, Desk, Templates, person


@pytest.fixture(scope="module")
def folders(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A counter with a receipt in its copy, A1-0002, and four given behind it; and the same restored from the copy."""
    place = tmp_path_factory.mktemp("restored")
    desk = Desk(templates.copy("A1", place / "lost"))
    desk.fill_drawer()
    desk.grant()
    shutil.copytree(desk.data, place / "copy")
    for surname in ("Benali", "Rossi", "Haddad", "Okoye"):
        desk.grant(1000, person=person(surname))
    desk.close()
    copies = (place / "copy",)
    asked = Restore(copies, place / "new", lambda folder, name: open_keys(folder, PASSPHRASE, name), IT)
    restore(asked, desk.clock)
    return place


@pytest.fixture
def restored(folders: Path, tmp_path: Path) -> Iterator[Desk]:
    """The restored counter on another machine."""
    desk = Desk(Path(shutil.copytree(folders / "new", tmp_path / "new")))
    yield desk
    desk.close()


def enter(desk: Desk, number: str, **fields: Any) -> str | None:
    """A grant from the paper of that number; returns the number that it has now."""
    told = {"aid": "FR-SECURG", "cents": 1000, "person": person("Benali"), "already_happened": True}
    return desk.do("grant_aid", **(told | {"form": number} | fields)).number


def search(desk: Desk) -> NumberSearch:
    (found,) = searches(desk.workstation)
    return found


def point(desk: Desk) -> tuple[str, str]:
    """State and sentence of the doctor's point about them."""
    (check,) = [check for check in examine(desk.workstation) if check.name == "lost_numbers"]
    return check.state, check.sentence.format(**check.params)


def test_a_counter_that_was_never_restored_misses_nothing(desk: Desk) -> None:
    enter(desk, "A1-0099")
    assert searches(desk.workstation) == ()
    assert all(check.name != "lost_numbers" for check in examine(desk.workstation))


def test_after_a_restore_nobody_knows_how_many_are_lost(restored: Desk) -> None:
    found = search(restored)
    assert (found.first, found.next, found.missing, found.is_ended) == ("A1-0003", "A1-0003", (), False)
    state, words = point(restored)
    assert state == "warning"
    assert words.startswith("From A1-0003 on receipts of A1 may be lost")


def test_the_highest_number_entered_proves_those_before_it(restored: Desk) -> None:
    assert enter(restored, "A1-0005") == "A1b-0001"
    found = search(restored)
    assert (found.missing, found.next) == (("A1-0003", "A1-0004"), "A1-0006")
    assert [(one.number, one.entry_number, one.kind) for one in found.entered] == [
        ("A1-0005", "A1b-0001", "aid_granted")
    ]
    assert point(restored) == (
        "warning",
        "Receipts of A1 still to be entered from paper: 2, the first is A1-0003.",
    )
    enter(restored, "A1-4")
    assert search(restored).missing == ("A1-0003",)


def test_a_request_and_a_refusal_count_as_the_receipts_that_they_were(restored: Desk) -> None:
    told = {"person": person("Rossi"), "aid": "FR-CAP", "already_happened": True}
    restored.do("record_request", form="A1-0003", **told)
    reason = next(iter(restored.workstation.configuration.reasons))
    restored.do("refuse_aid", form="A1-0004", reason=reason, **told)
    assert [one.kind for one in search(restored).entered] == ["request_recorded", "aid_refused"]


def test_cash_that_was_brought_is_entered_again_under_its_number_once(restored: Desk) -> None:
    told = {"cents": 5000, "document": "BX 13", "form": "A1-0003"}
    assert restored.irregular("replenish_cash", **told) == []
    assert restored.irregular("replenish_cash", **told) == ["form"]
    assert [one.kind for one in search(restored).entered] == ["cash_replenished"]


def test_a_number_of_a_form_or_far_beyond_belongs_to_no_search(restored: Desk) -> None:
    for number in ("P-17", "A1-", "A1-x", "A1-0002", "A1b-0003", "A1-900003", "A2-0003"):
        enter(restored, number, person=person(f"Nom {number}"))
    assert search(restored).entered == ()
    assert search(restored).next == "A1-0003"


def test_the_same_number_twice_is_kept_and_is_irregular(restored: Desk) -> None:
    told = {"person": person("Rossi"), "aid": "FR-CAP", "form": "A1-0003"}
    assert restored.irregular("record_request", **told) == []
    assert restored.irregular("record_request", **told) == ["form"]
    assert restored.code("record_request", **told) == "form_again"


def test_a_supervisor_ends_the_search_and_what_was_not_found_is_given_up(restored: Desk) -> None:
    enter(restored, "A1-0004")
    ended = restored.do(
        "settle_numbers", approver=SUPERVISOR, before="A1", last="A1-0006", reason="stub of the printer"
    )
    assert ended.entry.facts["given_up"] == ["A1-0003", "A1-0005", "A1-0006"]
    assert "reason" not in ended.entry.facts
    found = search(restored)
    assert (found.is_ended, found.missing, found.next) == (True, (), "A1-0007")
    assert found.given_up == ("A1-0003", "A1-0005", "A1-0006")
    assert point(restored) == (
        "ok",
        "The search for receipts of A1 is ended: 1 entered again, 3 not found.",
    )


def test_a_paper_that_turns_up_later_is_entered_and_opens_the_search_where_it_lies_behind(
    restored: Desk,
) -> None:
    restored.do("settle_numbers", approver=SUPERVISOR, before="A1", last="A1-0004", reason="stub")
    enter(restored, "A1-0003")
    assert (search(restored).is_ended, search(restored).given_up) == (True, ("A1-0004",))
    enter(restored, "A1-0006", person=person("Rossi"))
    found = search(restored)
    assert (found.is_ended, found.missing, found.given_up) == (False, ("A1-0005",), ("A1-0004",))


def test_that_nothing_is_lost_can_be_said(restored: Desk) -> None:
    ended = restored.do("settle_numbers", approver=SUPERVISOR, before="A1", reason="closed before the copy")
    assert (ended.entry.facts.get("last"), ended.entry.facts["given_up"]) == (None, [])
    assert (search(restored).is_ended, search(restored).next) == (True, "A1-0003")


def test_an_end_that_cannot_be_is_refused(restored: Desk) -> None:
    enter(restored, "A1-0005")
    fields = {"approver": SUPERVISOR, "before": "A1", "reason": "stub"}
    for told, code in (
        ({"before": "A2"}, "no_search"),
        ({"last": "A1-0002"}, "number_not_lost"),
        ({"last": "A1b-0009"}, "number_not_lost"),
        ({"last": "A1-999999"}, "number_not_lost"),
        ({"last": "A1-0004"}, "number_entered"),
        ({}, "number_entered"),
        ({"approver": AGENT}, "not_allowed"),
    ):
        assert restored.code("settle_numbers", **(fields | told)) == code, told


def test_what_another_counter_had_heard_is_not_lost_and_entered_beside_it_stands_twice(
    folders: Path, restored: Desk, open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    lost, other = Desk(Path(shutil.copytree(folders / "lost", tmp_path / "lost"))), open_desk("A2")
    enter(restored, "A1-0004")
    for desk in (lost, other, restored):
        exchange_by_folder(desk.workstation, share)
    lost.close()
    found = search(restored)
    assert found.missing == ()
    assert found.next == "A1-0007"
    assert [(one.number, one.is_twice) for one in found.entered] == [("A1-0004", True)]


def test_the_same_rows_come_out_of_a_rebuild(restored: Desk) -> None:
    enter(restored, "A1-0004")
    restored.do("settle_numbers", approver=SUPERVISOR, before="A1", last="A1-0006", reason="stub")
    assert restored.findings() == []
    restored.reopen()
    assert search(restored).given_up == ("A1-0003", "A1-0005", "A1-0006")


def test_a_number_is_understood_however_it_is_typed(restored: Desk) -> None:
    found = searches(restored.workstation)
    for typed, number in (
        ("A1-3", "A1-0003"),
        (" a1-0003 ", "A1-0003"),
        ("P-17", "P-17"),
        ("A1b-0003", "A1b-0003"),
        ("A2-3", "A2-3"),
        ("", ""),
    ):
        assert as_printed(found, typed) == number


def test_ending_a_search_wants_a_reason() -> None:
    with pytest.raises(Exception, match="command_malformed"):
        parse_command(
            '{"command":"settle_numbers","agent":"a","approver":"b","before":"A1","last":null,"reason":""}'
        )
