"""Recording: one command makes one entry, durable when answered, and the same command fed again makes none."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from counter_app import __version__
from counter_app.domain.commands import parse_command
from counter_app.domain.errors import BadInput, EnvironmentFailed
from counter_app.service.recorder import command_hash
from tests.unit.counters import AGENT, Desk, person

OWN = "0b7d9c1e-54a2-4c39-8a0b-6f1f0a3c2d11"
MONEY = {"cents": 100, "document": "BX 1"}


def test_the_same_command_under_its_own_id_is_answered_already(desk: Desk) -> None:
    first = desk.do("replenish_cash", entry_id=OWN, **MONEY)
    again = desk.do("replenish_cash", entry_id=OWN, **MONEY)
    assert (first.already, again.already) == (False, True)
    assert again.entry == first.entry
    assert again.number == first.number == "A1-0001"
    assert desk.balance("drawer") == 100
    desk.reopen()
    assert desk.do("replenish_cash", entry_id=OWN, **MONEY).already


def test_defaults_and_the_order_of_fields_make_no_other_command() -> None:
    one = '{"command":"replenish_cash","agent":"a","cents":1,"document":"x"}'
    other = '{"document":"x","already_happened":false,"cents":1,"agent":"a","note":null,"command":"replenish_cash"}'
    assert command_hash(parse_command(one)) == command_hash(parse_command(other))


@pytest.mark.parametrize(
    "change", [{"cents": 101}, {"document": "BX 2"}, {"agent": "abakari"}, {"note": "late"}]
)
def test_other_content_under_a_used_id_is_refused(desk: Desk, change: dict[str, object]) -> None:
    desk.do("replenish_cash", entry_id=OWN, **MONEY)
    refusal = desk.refusal("replenish_cash", **{"entry_id": OWN, **MONEY, **change})
    assert (refusal.code, refusal.params) == ("entry_id_reused", {"entry_id": OWN})


def test_another_kind_of_command_under_a_used_id_is_refused(desk: Desk) -> None:
    desk.do("replenish_cash", entry_id=OWN, **MONEY)
    assert desk.code("open_day", entry_id=OWN, float_cents=100) == "entry_id_reused"


def test_an_id_in_capitals_is_the_same_id(desk: Desk) -> None:
    assert desk.do("replenish_cash", entry_id=OWN.upper(), **MONEY).entry.entry_id == OWN
    assert desk.do("replenish_cash", entry_id=OWN.upper(), **MONEY).already


def test_a_refused_command_may_be_fed_again_under_its_id(desk: Desk) -> None:
    told = {"entry_id": OWN, "person": person(), "reason": "not_urgent"}
    assert desk.code("refuse_aid", **told) == "aid_missing"
    assert not desk.do("refuse_aid", aid="FR-CAP", **told).already


def test_without_an_id_every_command_is_a_new_entry_with_a_random_one(desk: Desk) -> None:
    ids = {desk.id("replenish_cash", **MONEY) for _ in range(3)}
    assert len(ids) == 3
    assert {UUID(entry_id).version for entry_id in ids} == {7}


def test_the_header_says_who_when_where_and_under_which_rules(desk: Desk) -> None:
    header = desk.do("replenish_cash", **MONEY).entry.header
    loaded = desk.workstation.office
    assert header | {
        "monotonic_ms": 0,
        "recorded_at": "",
        "happened_at": "",
        "entry_id": "",
        "command_hash": "",
    } == {
        "format": 1,
        "program": __version__,
        "office": "EX-CCAS",
        "workstation": "A1",
        "chain": "A1",
        "seq": 3,
        "entry_id": "",
        "command_hash": "",
        "kind": "cash_replenished",
        "version": 1,
        "agent": AGENT,
        "channel": "window",
        "happened_at": "",
        "recorded_at": "",
        "day": "2026-03-02",
        "right_day": "2026-03-02",
        "boot_id": desk.clock.boot_id(),
        "monotonic_ms": 0,
        "configuration": loaded.configuration_sha256[:16],
        "rules": "2026-01-01",
    }
    assert header["recorded_at"] == header["happened_at"]
    assert header["recorded_at"].startswith("2026-03-02T08:00:0")


def test_facts_that_were_not_told_are_left_out(desk: Desk) -> None:
    facts = desk.do("record_request", person=person(), aid="FR-CAP").entry.facts
    assert None not in facts.values()
    assert "visit_of" not in facts


def test_text_is_kept_composed_whatever_way_it_was_typed(desk: Desk) -> None:
    entry = desk.do("replenish_cash", cents=1, document="E\u0301tat", note="a\n\u0303").entry
    assert entry.facts["document"] == "\u00c9tat"
    assert entry.private == {"note": "a\n\u0303"}


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "null",
        '{"agent":"a"}',
        '{"command":"dance","agent":"a"}',
        '{"command":"open_day","agent":"a","float_cents":1,"extra":1}',
        '{"command":"open_day","agent":"a","float_cents":1.5}',
        '{"command":"open_day","agent":"a","float_cents":-1}',
        '{"command":"open_day","agent":"a","float_cents":"1"}',
        '{"command":"open_day","agent":"a","float_cents":10000000000000}',
        '{"command":"open_day","agent":"","float_cents":1}',
        '{"command":"open_day","agent":"\\ud800","float_cents":1}',
        '{"command":"open_day","agent":"\ud800","float_cents":1}',
        '{"command":"open_day","agent":"a","float_cents":1,"entry_id":"7"}',
        '{"command":"open_day","agent":"a","float_cents":1,"entry_id":"' + OWN + '\\n"}',
        '{"command":"open_day","agent":"a","float_cents":1,"happened_at":"yesterday"}',
        '{"command":"cancel_grant","agent":"a","grant":"' + OWN + '\\n","reason":"x"}',
        '{"command":"close_day","agent":"a","approver":"b","counted":{"1\\n":1}}',
        '{"command":"close_day","agent":"a","approver":"b","counted":{"0":1}}',
        '{"command":"close_day","agent":"a","approver":"b","counted":{"1":1000001}}',
        '{"command":"close_day","agent":"a","approver":"b","counted":{},"day":"٢٠٢٦-٠٣-٠٢"}',
        json.dumps(
            {"command": "close_day", "agent": "a", "approver": "b", "counted": {str(n): 1 for n in range(1, 102)}}
        ),
        '{"command":"receive_vouchers","agent":"a","series":"K","first":1,"last":1e13,"face_cents":1,"year":2026}',
        '{"command":"open_day","agent":"a","float_cents":' + "[" * 100_000,
    ],
)  # fmt: skip
def test_a_line_that_is_no_command_is_named_so(line: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_command(line)
    assert caught.value.code == "command_malformed"
    assert caught.value.params["problem"]


def test_bytes_that_are_no_text_are_no_command() -> None:
    with pytest.raises(BadInput):
        parse_command(b'{"command":"\xff"}')


def test_the_largest_numbers_that_a_line_may_carry_can_be_recorded(desk: Desk) -> None:
    most = 10**12
    desk.do("replenish_cash", cents=most, document="x")
    desk.do("receive_vouchers", series="K", first=most - 4999, last=most, face_cents=most, year=2100)
    counted = {
        str(cents): 10**6 for cents in (50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10)
    }
    desk.do("close_day", approver="hgarcia", counted=counted)
    assert desk.findings() == []


def test_a_workstation_opened_to_read_records_nothing(desk: Desk) -> None:
    desk.close()
    desk.workstation.open_writer = None
    with pytest.raises(EnvironmentFailed) as caught:
        desk.do("replenish_cash", **MONEY)
    assert caught.value.code == "opened_for_reading"


BLANK = ["   ", "\u200b", "–", "\u00a0.\u2060"]


@pytest.mark.parametrize("blank", BLANK)
def test_blank_words_are_no_name_no_reason_and_no_witness(desk: Desk, blank: str) -> None:
    desk.fill_drawer()
    grant = desk.grant()
    cash = {"means": "cash", "payer": "abakari"}
    for command, fields, field in (
        ("record_request", {"person": person(blank), "aid": "FR-SECURG"}, "surname"),
        ("cancel_grant", {"grant": grant, "reason": blank}, "reason"),
        ("raise_envelope", {"approver": "hgarcia", "cents": 1, "act": blank}, "act"),
        ("pay_grant", {"grant": grant, "payment": {"means": "cash", "waiver": blank}}, "waiver"),
        (
            "pay_grant",
            {"grant": grant, "payment": cash | {"acquit": "cannot_sign", "witnesses": ["Ana", blank]}},
            "witnesses",
        ),
    ):
        refusal = desk.refusal(command, **fields)
        assert (refusal.code, refusal.params) == ("words_missing", {"field": field})


@pytest.mark.parametrize("surname", ["王", "م", "Ó", "X"])
def test_a_name_of_one_letter_of_any_writing_is_a_name(desk: Desk, surname: str) -> None:
    desk.do("record_request", person=person(surname), aid="FR-SECURG")


@pytest.mark.parametrize(
    ("born", "may_be"),
    [
        ("2026-03-02", True),
        ("2026-03-03", False),
        ("2026-04", False),
        ("2027", False),
        ("1980-13", False),
        ("1980-02-32", False),
        ("1980-02-31", True),
        ("1980-00-00", True),
        ("1980", True),
        ("0000", False),
    ],
)
def test_nobody_was_born_tomorrow_or_in_a_thirteenth_month(desk: Desk, born: str, may_be: bool) -> None:
    told = {"person": person(birth_date=born), "aid": "FR-SECURG"}
    if may_be:
        desk.do("record_request", **told)
    else:
        refusal = desk.refusal("record_request", **told)
        assert (refusal.code, refusal.params) == ("birth_date_impossible", {"told": born})


def test_an_entry_id_in_capitals_is_the_same_id(desk: Desk) -> None:
    desk.do("replenish_cash", entry_id=OWN.lower(), **MONEY)
    assert desk.do("replenish_cash", entry_id=OWN.upper(), **MONEY).already
    assert desk.code("replenish_cash", entry_id=OWN.upper(), cents=2, document="y") == "entry_id_reused"
