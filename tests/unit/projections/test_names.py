"""Names as found again: one row an entry that tells them, gone with the private part, the same after a rebuild."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from counter_app.bootstrap import open_workstation
from counter_app.domain.names import fold, joined
from counter_app.domain.plans import Plan, Term, last_plans, narrow_plans, wide_plans
from counter_app.domain.seeking import understood
from counter_app.journal.codec import canonical
from counter_app.journal.entry import Entry
from counter_app.projections import names, people, runner
from counter_app.projections.family import Tables
from counter_app.projections.runner import row_digest
from counter_app.storage.database import scratch_connection
from tests.unit.counters import PASSPHRASE, Desk, person

SURNAMES = st.sampled_from(
    ["Dupont", "Van den Broeck", "Vandenbroeck", "El Amrani", "D'Hondt", "Lê", "Dubois-Ferrand"]
)
GIVEN = st.lists(st.sampled_from(["Marie", "Jean-Pierre", "Lotte", "Mar"]), max_size=3)
BIRTHS = st.sampled_from([None, "1980", "1980-03", "1980-03-12", "1981-12-31"])
QUERIES = st.lists(
    st.sampled_from(
        ["dup", "dupont", "van", "den", "broeck", "vandenbr", "mar", "1980", "12/03/1980", "el", "x"]
    ),
    min_size=1,
    max_size=4,
)


def plans_of(query: str) -> list[Plan]:
    sought = understood(query)
    groups = [*wide_plans(sought), *last_plans(sought), list(narrow_plans(sought))]
    return [plan for plans in groups for plan in plans]


def found(desk: Desk, query: str) -> list[str]:
    plans = [plan for plans in wide_plans(understood(query)) for plan in plans]
    return [one.about for one in names.named(desk.tables(), plans, 100)]


def entry(seq: int, told: dict[str, object] | None, kind: str = "request_recorded") -> Entry:
    content = canonical({"header": {"kind": kind}, "facts": {}})
    private = None if told is None else canonical({"person": told})
    return Entry("A1", seq, f"id {seq}", content, b"", b"", b"", private, arrival=seq)


def empty_tables() -> Tables:
    connection = scratch_connection()
    for family in (names.FAMILY, people.FAMILY):
        for statement in family.schema:
            connection.execute(statement)
    return Tables(connection)


def fits(term: Term, told: dict[str, object]) -> bool:
    """The meaning of a term, told without any index."""
    parts = [fold(str(told["surname"])).split(), fold(" ".join(told.get("given_names", ()))).split()]  # type: ignore[arg-type]
    words = [word for part in parts for word in [*part, *joined(part)]]
    if term.field == "born":
        digits = str(told.get("birth_date") or "").replace("-", "")
        words = [
            digits[:4],
            digits[:6] if len(digits) > 4 else "",
            digits if len(digits) == 8 else "",
            digits[4:8],
        ]
    elif term.field == "postcode":
        words = []
    return any(word.startswith(term.word) if term.begins else word == term.word for word in words if word)


@settings(max_examples=200)
@given(SURNAMES, GIVEN, BIRTHS, QUERIES)
def test_a_plan_finds_exactly_whom_it_means(
    surname: str, given_names: list[str], birth: str | None, query: list[str]
) -> None:
    told: dict[str, object] = {"surname": surname, "given_names": given_names, "birth_date": birth}
    tables = empty_tables()
    names.FAMILY.every(tables, entry(1, told))  # type: ignore[misc]
    for plan in plans_of(" ".join(query)):
        meant = all(
            any(fits(Term("name", t.word, t.begins) if t.field == "surname" else t, told) for t in clause)
            for clause in plan
        )
        assert bool(names.named(tables, [plan], 10)) == meant, plan


def test_what_is_read_back_is_what_was_told() -> None:
    tables = empty_tables()
    told = {"surname": "D'Hondt", "used_name": "Bâ", "given_names": ["Marie", "Zoé"], "birth_date": "1980-03"}
    names.FAMILY.every(tables, entry(1, told))  # type: ignore[misc]
    names.FAMILY.every(tables, entry(2, {"surname": "Lê"}))  # type: ignore[misc]
    (one,) = names.named(tables, [((Term("name", "ba"),),)], 10)
    assert (one.known.surname, one.known.used, one.known.given) == ("d hondt", "ba", "marie zoe")
    assert one.known.birth.iso == "1980-03"
    (other,) = names.named(tables, [((Term("name", "le"),),)], 10)
    assert (other.known.surname, other.known.used, other.known.given) == ("le", "", "")
    assert other.known.birth.iso == ""


def test_two_journals_that_heard_the_same_in_another_order_have_equal_tables() -> None:
    told, other = {"surname": "Dupont"}, {"surname": "Durand"}
    tables = [empty_tables() for _ in range(3)]
    for heard, order in zip(tables, ((1, 2), (2, 1), (1, 3)), strict=True):
        for arrival, seq in enumerate(order, 1):
            names.learn(heard, structs.replace(entry(seq, told if seq == 1 else other), arrival=arrival))
    first, second, third = (row_digest(one._connection, "p_name") for one in tables)
    assert first == second
    assert first != third


def test_an_entry_without_a_private_part_adds_nothing() -> None:
    tables = empty_tables()
    names.FAMILY.every(tables, entry(1, None))  # type: ignore[misc]
    assert tables.rows("SELECT * FROM p_name") == []


def test_the_latest_entries_come_first_and_no_more_than_asked_for(desk: Desk) -> None:
    first, second, third = (desk.grant(person=person("Durand", numbers=[])) for _ in range(3))
    plans = [((Term("name", "durand"),),)]
    assert [one.about for one in names.named(desk.tables(), plans, 2)] == [third, second]
    assert names.named(desk.tables(), [], 2) == []
    assert first in found(desk, "dur")


def test_after_a_correction_the_entry_is_found_by_the_new_name_alone(desk: Desk) -> None:
    request = desk.id("record_request", person=person("Durant"), aid="FR-CAP")
    desk.do("correct_entry", target=request, reason="misheard", person=person("Lambert"))
    assert found(desk, "lambert") == [request]
    assert found(desk, "durant") == []
    desk.do("correct_entry", target=request, reason="after all", person=person("Durand"))
    assert found(desk, "lambert") == []
    assert found(desk, "durand") == [request]


def test_return_visits_are_tied_to_the_entry_before(desk: Desk) -> None:
    first = desk.id("record_request", person=person(birth_date=None), aid="FR-CAP")
    second = desk.id("record_request", person=person(birth_date=None), aid="FR-CAP", visit_of=first)
    third = desk.id(
        "record_request", person=person(birth_date=None, same_as=first, reason="a scar"), aid="FR-CAP"
    )
    assert sorted(names.returns_of(desk.tables(), first)) == sorted([second, third])
    assert names.returns_of(desk.tables(), second) == []


def test_a_forgotten_entry_is_found_no_more_and_the_others_are(desk: Desk) -> None:
    first, second = desk.grant(person=person("Durand")), desk.grant(person=person("Durand"))
    forgotten = next(one for one in desk.entries() if one.entry_id == first)
    desk.workstation.writer.do(lambda session: names.forget(session.tables, forgotten))
    assert found(desk, "durand") == [second]


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(SURNAMES, GIVEN, BIRTHS), min_size=1, max_size=6))
def test_a_rebuild_gives_the_same_rows(desk: Desk, told: list[tuple[str, list[str], str | None]]) -> None:
    for surname, given_names, birth in told:
        citizen = person(surname, given_names=given_names, birth_date=birth)
        desk.id("record_request", person=citizen, aid="FR-CAP")

    def digests() -> list[bytes]:
        with desk.workstation.reading() as connection:
            return [row_digest(connection, table) for table in names.FAMILY.tables]

    before = digests()
    desk.close()
    desk.workstation = open_workstation(desk.data, PASSPHRASE, write=True, rebuild=True, clock=desk.clock)
    assert digests() == before
    with desk.workstation.reading() as connection:
        assert runner.differences(connection) == []


def test_grants_refusals_and_money_paid_in_are_found_as_requests_are(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(sample="paris")
    agent = next(one.id for one in desk.workstation.configuration.people if one.role == "agent")
    reason = next(iter(desk.workstation.configuration.reasons))
    citizen = person("Durand")
    paid_in = desk.id(
        "receive_money",
        agent=agent,
        person=citizen,
        aid="FR75-NAVIGO",
        cents=3000,
        circumstances={"evidence": ["tax_notice"]},
    )
    refused = desk.id("refuse_aid", agent=agent, person=citizen, aid="FR75-ALLEX", reason=reason)
    evidence = {"evidence": ["identity", "address", "bill"]}
    granted = desk.id(
        "grant_aid", agent=agent, person=citizen, aid="FR75-ALLEX", cents=1000, circumstances=evidence
    )
    assert found(desk, "zoé durand 1980") == [granted, refused, paid_in]
