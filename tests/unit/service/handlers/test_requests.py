"""Requests and refusals: what is kept, what is private, and which request may still be answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.counters import AUDITOR, IT, SUPERVISOR, Desk, person

REQUEST = {"aid": "FR-SECURG", "person": person()}
NOBODY = "00000000-0000-4000-8000-000000000000"


def test_a_request_opens_rights_on_the_day_it_happened_and_is_numbered(desk: Desk) -> None:
    outcome = desk.do("record_request", **REQUEST, happened_at="2026-02-27T23:30:00+00:00", asked_cents=5000)
    entry = outcome.entry
    assert outcome.number == "A1-0001"
    assert (entry.header["right_day"], entry.header["day"]) == ("2026-02-28", "2026-03-02")
    assert entry.header["happened_at"] == "2026-02-27T23:30:00.000Z"
    assert (entry.facts["asked_cents"], entry.facts["currency"]) == (5000, "EUR")
    assert [(unit.service, unit.key) for unit in desk.units(entry.entry_id)] == [("aid-file", entry.entry_id)]


def test_names_notes_and_resources_are_private_and_evidence_is_kept(desk: Desk) -> None:
    circumstances = {"evidence": ["interview"], "heads": 3, "resources_cents": 80_000}
    entry = desk.do("record_request", **REQUEST, circumstances=circumstances, note="waits outside").entry
    assert entry.private == {"person": person(), "resources_cents": 80_000, "note": "waits outside"}
    assert entry.facts["circumstances"] == {"evidence": ["interview"], "heads": 3}
    assert b"80000" not in entry.content


def test_a_return_visit_names_the_entry_it_follows(desk: Desk) -> None:
    first = desk.id("record_request", **REQUEST)
    second = desk.do("record_request", **REQUEST, visit_of=first.upper()).entry
    assert second.facts["visit_of"] == first
    assert desk.code("record_request", **REQUEST, visit_of=NOBODY) == "unknown_entry"
    money = desk.id("replenish_cash", cents=1, document="BX")
    refusal = desk.refusal("record_request", **REQUEST, visit_of=money)
    assert (refusal.code, refusal.params["kind"]) == ("wrong_kind", "cash_replenished")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"aid": "FR-NONE"}, "unknown_aid"),
        ({"agent": "nobody"}, "unknown_colleague"),
        ({"agent": IT}, "not_allowed"),
        ({"agent": AUDITOR}, "not_allowed"),
        ({"happened_at": "2026-03-02T08:06:00Z"}, "in_the_future"),
        ({"happened_at": "2026-02-30T08:00:00Z"}, "time_malformed"),
        ({"happened_at": "2026-02-28T08:00:61Z"}, "time_malformed"),
    ],
)
def test_a_request_that_nobody_could_have_taken_down_is_refused(
    desk: Desk, change: dict[str, str], code: str
) -> None:
    assert desk.code("record_request", **{**REQUEST, **change}) == code


def test_a_clock_that_differs_a_little_is_no_future(desk: Desk) -> None:
    desk.do("record_request", **REQUEST, happened_at="2026-03-02T08:04:59Z")
    desk.do("record_request", **REQUEST, happened_at="2026-03-02t09:04:59+01:00")


# --- who it is


def test_a_declared_identity_is_not_confirmed_and_a_shown_one_is(desk: Desk) -> None:
    for identity, confirmed in (("declared", False), ("document", True), ("known", True)):
        facts = desk.do("record_request", aid="FR-CAP", person=person(identity=identity)).entry.facts[
            "person"
        ]
        assert (facts["identity"], facts["confirmed"]) == (identity, confirmed)


def test_the_same_person_as_before_shares_the_references_and_is_confirmed(desk: Desk) -> None:
    numbered = person(numbers=[{"scheme": "file", "value": "77"}])
    first = desk.do("record_request", aid="FR-CAP", person=numbered).entry
    again = person(
        "Durand", identity="declared", birth_date=None, same_as=first.entry_id, reason="married since"
    )
    facts = desk.do("record_request", aid="FR-CAP", person=again).entry.facts["person"]
    assert facts["references"] == first.facts["person"]["references"]
    assert (facts["confirmed"], facts["same_as"]) == (True, first.entry_id)


def test_a_homonym_shares_nothing_with_the_person_they_are_not(desk: Desk) -> None:
    first = desk.do("record_request", aid="FR-CAP", person=person()).entry
    other = person(
        numbers=[{"scheme": "file", "value": "78"}], distinct_from=first.entry_id, reason="other face"
    )
    facts = desk.do("record_request", aid="FR-CAP", person=other).entry.facts["person"]
    assert [reference.partition(":")[0] for reference in facts["references"]] == ["file"]
    assert set(facts["references"]).isdisjoint(first.facts["person"]["references"])


def test_telling_people_apart_or_together_wants_a_reason_and_an_entry_about_a_person(desk: Desk) -> None:
    first = desk.id("record_request", **REQUEST)
    money = desk.id("replenish_cash", cents=1, document="BX")
    for choice in ("same_as", "distinct_from"):
        assert desk.code("record_request", aid="FR-CAP", person=person(**{choice: first})) == "reason_missing"
        wrong = person(reason="sure", **{choice: money})
        assert desk.code("record_request", aid="FR-CAP", person=wrong) == "wrong_kind"
        unknown = person(reason="sure", **{choice: NOBODY})
        assert desk.code("record_request", aid="FR-CAP", person=unknown) == "unknown_entry"


# --- refusing


def test_a_refusal_answers_the_request_with_a_reason_of_the_office(desk: Desk) -> None:
    request = desk.id("record_request", **REQUEST)
    outcome = desk.do("refuse_aid", request=request.upper(), reason="not_urgent", words="come on Friday")
    facts = outcome.entry.facts
    assert (facts["request"], facts["aid"], facts["reason"], outcome.number) == (
        request,
        "FR-SECURG",
        "not_urgent",
        "A1-0002",
    )
    assert outcome.entry.private == {"person": person(), "words": "come on Friday"}
    (unit,) = desk.units(outcome.entry.entry_id)
    assert unit.depends_on == request


def test_somebody_may_be_refused_without_a_recorded_request(desk: Desk) -> None:
    outcome = desk.do("refuse_aid", person=person(), aid="FR-CAP", reason="not_resident")
    assert "request" not in outcome.entry.facts
    assert desk.units(outcome.entry.entry_id)[0].depends_on is None


def test_a_refusal_wants_one_addressee_an_aid_and_a_known_reason(desk: Desk) -> None:
    request = desk.id("record_request", **REQUEST)
    told = {"reason": "not_urgent"}
    assert desk.code("refuse_aid", request=request, reason="i say so") == "unknown_reason"
    assert desk.code("refuse_aid", **told) == "request_or_person"
    assert desk.code("refuse_aid", **told, request=request, person=person()) == "request_or_person"
    assert desk.code("refuse_aid", **told, person=person()) == "aid_missing"
    assert desk.code("refuse_aid", **told, person=person(), aid="FR-NONE") == "unknown_aid"
    assert desk.code("refuse_aid", **told, request=NOBODY) == "unknown_entry"
    assert desk.code("refuse_aid", **told, request=request, agent=IT) == "not_allowed"


@pytest.mark.parametrize("spelling", [str.lower, str.upper])
def test_a_request_is_answered_once_unless_paper_answered_it_before(
    desk: Desk, spelling: Callable[[str], str]
) -> None:
    request = desk.id("record_request", **REQUEST)
    desk.grant(person=None, request=spelling(request))
    for again in (request, request.upper()):
        refusal = desk.refusal("refuse_aid", request=again, reason="not_urgent")
        assert (refusal.code, refusal.params) == ("request_answered", {"number": "A1-0001"})
        grant = {"aid": "FR-SECURG", "cents": 100, "circumstances": {"evidence": ["interview"]}}
        assert desk.code("grant_aid", request=again, **grant) == "request_answered"
    assert desk.irregular("refuse_aid", request=request, reason="not_urgent") == ["request_answered"]


def test_a_request_whose_grant_was_cancelled_or_declined_may_be_answered_again(desk: Desk) -> None:
    request = desk.id("record_request", **REQUEST)
    desk.do("cancel_grant", grant=desk.grant(person=None, request=request), reason="wrong aid")
    pending = desk.grant(6000, person=None, request=request)
    desk.do("decide_approval", approver=SUPERVISOR, grant=pending, approved=False, reason="too much")
    desk.do("refuse_aid", request=request, reason="not_urgent")
