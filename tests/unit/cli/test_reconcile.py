"""`reconcile plan|run|status|show|decide-all|pairs|judge|audit` from the command line, where no centre answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from counter_app.bootstrap import adopt_configuration, open_workstation
from counter_app.cli.main import run
from counter_app.logs import stop_logging
from counter_app.settings import sample_configuration
from counter_app.sync.port import Outcome
from tests.unit.counters import IT, PASSPHRASE, SUPERVISOR, Desk, Templates, person
from tests.unit.service.scripted import Centre, Deliverer, said
from tests.unit.service.units import disputed, lost, rejected

ZONE = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    yield
    stop_logging()


@pytest.fixture
def data(templates: Templates, tmp_path: Path) -> Path:
    (tmp_path / "secret").write_bytes(PASSPHRASE)
    return templates.copy("A1", tmp_path / "A1")


@pytest.fixture
def tell(data: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict[str, Any], str]]:
    """Status, JSON and what people read of one command line."""

    def tell(*words: str) -> tuple[int, dict[str, Any], str]:
        options = ["--data", str(data), "--passphrase-file", str(data.parent / "secret"), "--lang", "en"]
        status = run([*options, "reconcile", *words, "--json"])
        found = capsys.readouterr()
        return status, json.loads(found.out) if found.out else {}, found.err

    return tell


Tell = Callable[..., tuple[int, dict[str, Any], str]]


def at(desk: Desk, surname: str = "Dupont") -> str:
    return desk.id("record_request", person=person(surname), aid="FR-SECURG")


def adopt_pause(data: Path, hours_before: float, hours_after: float) -> None:
    now = datetime.now(ZONE).replace(tzinfo=None)
    begin, end = now - timedelta(hours=hours_before), now + timedelta(hours=hours_after)
    told = f"order = 1\npauses = [{{ since = {begin.isoformat()}, until = {end.isoformat()} }}]\n"
    file = data.parent / "new.toml"
    file.write_bytes(sample_configuration("ccas").replace(b"order = 1\n", told.encode(), 1))
    workstation = open_workstation(data, PASSPHRASE, write=True)
    try:
        adopt_configuration(workstation, file, IT)
    finally:
        workstation.close()


def test_the_plan_tells_the_next_pause(data: Path, tell: Tell) -> None:
    adopt_pause(data, -1, 3)
    status, told, words = tell("plan")
    assert status == 0
    rows = {row["service"]: row["pause"] for row in told["services"]}
    assert rows["treasury"] is None
    assert len(rows["aid-file"]) == 2
    assert "A planned pause from " in words


def test_a_run_in_a_pause_says_until_when_and_goes_home(data: Path, tell: Tell) -> None:
    desk = Desk(data)
    at(desk)
    desk.close()
    adopt_pause(data, 1, 3)
    status, told, words = tell("run")
    assert status == 1
    row = next(row for row in told["services"] if row["service"] == "aid-file")
    assert (row["exchanges"], row["held"], row["units"]) == (0, "pause", {"waiting": 1})
    assert "aid-file waits until " in words
    assert "a planned pause" in words


def test_what_stands_unknown_for_too_long_is_named_with_its_age(data: Path, tell: Tell) -> None:
    desk = Desk(data)
    request = at(desk)
    Deliverer(desk, Centre(said(Outcome.UNKNOWN))).exchange()
    desk.close()
    # The workstation's clock stood in March 2026; by the machine's own that is long ago.
    status, told, words = tell("status")
    assert status == 1
    (late,) = told["overdue"]
    assert (late["entry_id"], late["state"], late["limit_s"]) == (request, "unknown", 86400)
    assert late["age_s"] > late["limit_s"]
    assert "Ask the centre’s own people about it." in words


def test_pairs_are_proposed_and_judged(data: Path, tell: Tell) -> None:
    desk = Desk(data)
    first = at(desk)
    desk.clock.jump(86400)
    second = at(desk)
    desk.close()
    status, told, words = tell("pairs")
    assert (status, [(row["first"], row["second"]) for row in told["requests"]]) == (1, [(first, second)])
    assert "asked for on 2026-03-02 at A1" in words
    judge = ("judge", first, second, "same", "--agent", IT, "--reason", "The same need")
    assert tell(*judge)[0] == 0
    status, told, words = tell("pairs")
    assert (status, told) == (0, {"requests": [], "months": []})
    assert words.startswith("None: ")
    assert tell(*judge)[0] == 1


def test_an_audit_with_nothing_acknowledged_asks_nobody(data: Path, tell: Tell) -> None:
    status, told, words = tell("audit")
    assert (status, told["clean"]) == (0, True)
    rows = {row["service"]: (row["asked"], row["can_be_asked"]) for row in told["services"]}
    assert rows == {"aid-file": (0, True), "treasury": (0, False)}
    assert "treasury: this centre cannot be asked what it holds." in words


@pytest.mark.parametrize("words", [("--sample", "0"), ("--since", "yesterday")])
def test_a_sample_of_nothing_and_a_time_that_is_none_are_wrong_use(
    tell: Tell, words: tuple[str, str]
) -> None:
    status, told, _ = tell("audit", *words)
    assert (status, told) == (2, {})


def test_what_needs_a_person_is_found_by_its_paper_its_money_and_whose_hands(data: Path, tell: Tell) -> None:
    desk = Desk(data)
    paid, unpaid = rejected(desk), lost(desk)
    about = {"agent": IT, "target": paid, "service": "aid-file", "reason": "knows them"}
    desk.do("hand_unit", **about, to=SUPERVISOR)
    desk.close()
    status, told, words = tell("status", "--service", "aid-file")
    assert status == 1
    rows = {row["entry_id"]: row for row in told["needs_a_person"]}
    first = rows[paid]
    assert (first["receipt"], first["kind"], first["cents"]) == ("A1-0002", "aid_granted", 2500)
    assert (first["paid_cents"], first["with"], first["place"]) == (2500, SUPERVISOR, "A1/4")
    assert (rows[unpaid]["paid_cents"], rows[unpaid]["with"]) == (0, "")
    assert "A1-0002 · " in words
    assert "€25.00 paid and still out" in words
    assert "In hand: " in words


def test_both_records_of_a_unit_are_shown_side_by_side(data: Path, tell: Tell) -> None:
    desk = Desk(data)
    target = disputed(desk)
    desk.close()
    assert "`reconcile show`" in tell("status")[2]
    status, told, words = tell("show", target, "--service", "aid-file")
    assert status == 0
    (amount,) = (one for one in told["fields"] if one["name"] == "cents")
    assert (amount["sent"], amount["shown"], amount["differs"]) == (3000, 9900, True)
    (line,) = (one for one in words.splitlines() if "€99.00" in one)
    assert line.split() == ["Amount", "€30.00", "€99.00", "Differs"]
    assert told["decisions"] == ["accept", "link", "keep_both", "close"]
    assert tell("show", target, "--service", "treasury", "--part", "photo")[0] == 1


def test_deciding_many_tells_none_and_refuses_to_close_over_money(data: Path, tell: Tell) -> None:
    words = ("--service", "aid-file", "--state", "rejected", "--agent", IT, "--reason", "told so")
    status, told, said_words = tell("decide-all", "close", *words)
    assert (status, told["count"]) == (0, 0)
    assert "None stands so" in said_words
    assert "--count" not in said_words
    desk = Desk(data)
    rejected(desk)
    desk.close()
    status, _, said_words = tell("decide-all", "close", *words)
    assert status == 1
    assert "€25.00 is paid and still out" in said_words
