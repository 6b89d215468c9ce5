"""Projections depend on the entries alone: not on the order in which chains arrived, nor on having been rebuilt."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from counter_app.exchange.ranges import Range
from counter_app.journal import store
from counter_app.journal.verify import head_words
from counter_app.keys.sign import RANGE, sign
from counter_app.projections import budget, grants, incidents, people, runner
from counter_app.projections.delivery import unit_row
from counter_app.projections.runner import row_digest
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.taking_in import take_range
from counter_app.storage.database import immediate, open_database
from tests.unit.counters import IT, SUPERVISOR, Desk, Templates, person
from tests.unit.projections.random_days import RandomDays

CHAINS = ("A1", "A2", "A3")
TABLES = [table for family in runner.FAMILIES for table in family.tables]
# Which chain goes on, by how many entries, and how many that are known it repeats.
STEPS = st.tuples(st.sampled_from(CHAINS), st.integers(1, 60), st.integers(0, 4))


class Sources:
    """Three chains of real days that refer to one another, and their keys to sign any range with."""

    def __init__(self, templates: Templates, folder: Path) -> None:
        self._templates = templates
        desks = {name: Desk(templates.copy(name, folder / name)) for name in CHAINS}
        share = folder / "share"
        share.mkdir()
        for seed, desk in enumerate(desks.values()):
            RandomDays(desk, seed, irregular=0.2).run(35)
        # One slice travels, and the same paper form is entered at two counters under one id.
        release = desks["A1"].id("release_slice", approver=SUPERVISOR, to="A2", cents=1234)
        incident = desks["A1"].id("declare_incident", agent=IT, services={"aid-file": "down"}, title="Fire")
        for desk in (*desks.values(), *desks.values()):
            exchange_by_folder(desk.workstation, share)
        desks["A2"].do("take_slice", release=release)
        desks["A3"].do(
            "update_incident", agent=IT, incident=incident, services={"treasury": "down"}, words="more"
        )
        broken = desks["A3"].grant(9000, already_happened=True)
        desks["A3"].do("settle_irregularity", approver=SUPERVISOR, target=broken, reason="the director knew")
        shared = "11111111-2222-4333-8444-555555555555"
        for name in ("A1", "A3"):
            desks[name].do("record_request", entry_id=shared, person=person(), aid="FR-CAP", form="P7")
        self.release = release
        self.keys = {name: desk.workstation.keyring.signing for name, desk in desks.items()}
        self.entries = {name: desk.entries() for name, desk in desks.items()}
        for desk in desks.values():
            desk.close()

    def range(self, chain: str, after: int, upto: int) -> Range:
        # As it is read from a shared folder: without a name.
        part = tuple(
            structs.replace(entry, salt=None, private_bytes=None) for entry in self.entries[chain][after:upto]
        )
        words = head_words(chain, part[-1].seq, part[-1].hash)
        return Range(chain, part, sign(self.keys[chain], RANGE, words))

    def receiver(self, folder: Path, steps: list[tuple[str, int, int]]) -> Desk:
        """A counter that hears the chains step by step, and then whatever is left."""
        desk = Desk(self._templates.copy("B1", folder))
        known = dict.fromkeys(CHAINS, 0)
        for chain, count, again in [*steps, *((chain, 10**6, 0) for chain in CHAINS)]:
            upto = min(known[chain] + count, len(self.entries[chain]))
            after = max(0, known[chain] - again)
            if upto > after:
                take_range(desk.workstation, self.range(chain, after, upto), "piece")
                known[chain] = upto
        return desk


@pytest.fixture(scope="module")
def sources(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return Sources(templates, tmp_path_factory.mktemp("sources"))


def digests(desk: Desk) -> dict[str, str]:
    with desk.workstation.reading() as connection:
        return {table: row_digest(connection, table).hex() for table in TABLES}


@pytest.fixture(scope="module")
def in_order(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """What somebody has who heard one chain after the other."""
    desk = sources.receiver(tmp_path_factory.mktemp("in_order") / "B1", [])
    yield desk
    desk.close()


@settings(max_examples=12)
@given(steps=st.lists(STEPS, max_size=14))
def test_any_interleaving_of_foreign_chains_gives_the_same_tables(
    sources: Sources, in_order: Desk, steps: list[tuple[str, int, int]]
) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        desk = sources.receiver(Path(folder) / "B1", steps)
        try:
            assert digests(desk) == digests(in_order)
            with desk.workstation.reading() as connection:
                assert runner.differences(connection) == []
        finally:
            desk.close()


def test_no_table_is_left_out_of_the_comparison(in_order: Desk) -> None:
    with in_order.workstation.reading() as connection:
        filled = {t for t in TABLES if connection.execute(f"SELECT 1 FROM {t}").fetchone() is not None}  # noqa: S608
    # Nothing was sent in these days (what moves units is tried in test_delivery.py), and names don't travel; clocks
    # that jump, suspect counters, restored ones, audits and what was done twice have tests of their own
    # (test_clock.py, test_suspicion.py, test_epoch.py, test_lost_numbers.py, test_audit.py, test_doubles.py), as has
    # what people decide after an outage (test_decisions.py).
    elsewhere = {"p_clock_jump", "p_clock_correction", "p_right_day", "p_centre_time"}
    elsewhere |= {
        "p_audit",
        "p_month",
        "p_pair",
        "p_suspect",
        "p_suspect_release",
        "p_custody",
        "p_custody_rule",
        "p_holding",
        "p_epoch",
        "p_numbers_settled",
    }
    elsewhere |= {"p_decision", "p_handed", "p_match"}
    assert set(TABLES) - filled - elsewhere == {"p_told", "p_wire_form", "p_early", "p_name"}


def test_a_rebuild_gives_the_same_rows_family_by_family(sources: Sources, tmp_path: Path) -> None:
    desk = sources.receiver(tmp_path / "B1", [("A3", 20, 0), ("A1", 30, 0), ("A3", 10, 2)])
    before = digests(desk)
    desk.close()
    key = desk.workstation.keyring.database
    connection = open_database(desk.data / "journal.db", key, write=True).conn
    told: list[tuple[int, int]] = []
    for family in runner.FAMILIES:
        runner.rebuild(connection, (family,), lambda done, total: told.append((done, total)))
    total = store.count(connection)
    assert told == [(total, total)] * len(runner.FAMILIES)
    runner.rebuild(connection, ())
    connection.close()
    desk.reopen()
    assert digests(desk) == before
    assert desk.findings() == []
    desk.close()


def test_a_family_of_another_version_is_rebuilt_when_the_workstation_is_opened(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk()
    desk.fill_drawer()
    before = digests(desk)
    desk.close()
    connection = open_database(desk.data / "journal.db", desk.workstation.keyring.database, write=True).conn
    connection.execute("UPDATE projection SET version = 0 WHERE family = 'cash'")
    connection.execute("DELETE FROM p_ledger")
    assert [family.name for family in runner.out_of_date(connection)] == ["cash"]
    connection.close()
    desk.reopen()
    assert digests(desk) == before
    with desk.workstation.reading() as reader:
        assert runner.out_of_date(reader) == []


def test_a_rebuild_that_was_interrupted_changes_nothing_and_can_be_made_again(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk()
    desk.fill_drawer()
    before = digests(desk)
    desk.close()
    connection = open_database(desk.data / "journal.db", desk.workstation.keyring.database, write=True).conn

    def stop(_: int, __: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runner.rebuild(connection, runner.FAMILIES, stop)
    with immediate(connection):
        assert {table: row_digest(connection, table).hex() for table in TABLES} == before
    runner.rebuild(connection)
    assert {table: row_digest(connection, table).hex() for table in TABLES} == before
    connection.close()


# --- what stands in the tables of somebody who heard of everything


def test_slices_of_every_counter_are_known_and_a_release_was_taken_once(
    in_order: Desk, sources: Sources
) -> None:
    tables = in_order.tables()
    slices = budget.slices(tables)
    assert set(slices) == {*CHAINS, "B1"}
    assert budget.taken(tables, sources.release)
    assert sources.release not in [entry_id for entry_id, _, _ in budget.open_releases(tables, "A2")]
    assert budget.raised_cents(tables) == sum(
        entry.facts["cents"]
        for name in CHAINS
        for entry in sources.entries[name]
        if entry.kind == "envelope_raised"
    )


def test_one_paper_form_entered_at_two_counters_is_two_entries_and_one_key(in_order: Desk) -> None:
    shared = "11111111-2222-4333-8444-555555555555"
    tables = in_order.tables()
    chains = tables.rows(
        "SELECT chain, service FROM p_unit WHERE entry_id = ? AND is_main ORDER BY chain", (shared,)
    )
    keys = {
        unit.key for row in chains if (unit := unit_row(tables, row[0], shared, row[1], "main")) is not None
    }
    assert ([row[0] for row in chains], keys) == (["A1", "A3"], {shared})


def test_an_incident_is_followed_across_counters(in_order: Desk) -> None:
    tables = in_order.tables()
    (fire,) = [row[0] for row in incidents.incidents(tables) if row[2] == "Fire"]
    states = {service: state for service, (state, _) in incidents.service_states(tables, fire).items()}
    assert states == {"aid-file": "down", "treasury": "down"}
    assert incidents.open_incident(tables) is not None


def test_a_person_is_found_in_every_chain(in_order: Desk, sources: Sources) -> None:
    tables = in_order.tables()
    references = {
        reference
        for name in CHAINS
        for entry in sources.entries[name]
        for reference in entry.facts.get("person", {}).get("references", ())
    }
    everybody = people.entries_about(tables, sorted(references))
    assert len(everybody) == len(set(everybody)) > 20
    assert people.entries_about(tables, []) == []
    assert grants.past_grants(tables, []) == []
    assert {row[0] for row in grants.past_grants(tables, sorted(references))} <= set(everybody)
