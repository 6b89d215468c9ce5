"""Outages: per service its state, and the timeline that led to it."""

from __future__ import annotations

from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables


def _line(tables: Tables, entry: Entry, incident: str) -> None:
    for service, state in entry.facts["services"].items():
        tables.run(
            "INSERT INTO p_incident_line (incident, chain, seq, service, state, happened_at) VALUES (?, ?, ?, ?, ?, ?)",
            (incident, entry.chain, entry.seq, service, state, entry.header["happened_at"]),
        )


def _declare(tables: Tables, entry: Entry) -> None:
    tables.run(
        "INSERT INTO p_incident (entry_id, chain, number, title, since) VALUES (?, ?, ?, ?, ?)",
        (
            entry.entry_id,
            entry.chain,
            entry.facts["number"],
            entry.facts["title"],
            entry.header["happened_at"],
        ),
    )
    _line(tables, entry, entry.entry_id)


def _follow(tables: Tables, entry: Entry) -> None:
    _line(tables, entry, entry.facts["incident"])


FAMILY = Family(
    name="incidents",
    version=1,
    schema=(
        (
            "CREATE TABLE p_incident (entry_id TEXT NOT NULL, chain TEXT NOT NULL, number TEXT NOT NULL,"
            " title TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (entry_id, chain)) STRICT, WITHOUT ROWID"
        ),
        (
            "CREATE TABLE p_incident_line (incident TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,"
            " service TEXT NOT NULL, state TEXT NOT NULL, happened_at TEXT NOT NULL,"
            " PRIMARY KEY (incident, chain, seq, service)) STRICT, WITHOUT ROWID"
        ),
    ),
    kinds={"incident_declared": _declare, "incident_updated": _follow, "incident_closed": _follow},
)


def incidents(tables: Tables) -> list[tuple[str, str, str, str]]:
    """Entry id, number, title and beginning of every incident, oldest first."""
    rows = tables.rows("SELECT entry_id, number, title, since FROM p_incident ORDER BY since, entry_id")
    return [(str(a), str(b), str(c), str(d)) for a, b, c, d in rows]


def service_states(tables: Tables, incident: str) -> dict[str, tuple[str, str]]:
    """The last word on each service of an incident: state (`closed` where it is over) and since when."""
    rows = tables.rows(
        "SELECT service, state, happened_at FROM p_incident_line WHERE incident = ?"
        " ORDER BY happened_at, chain, seq",
        (incident,),
    )
    return {str(service): (str(state), str(at)) for service, state, at in rows}


def incident_between(tables: Tables, begin: str, end: str) -> tuple[str, str, str, str] | None:
    """The oldest incident of which a service was not closed at some moment from `begin` to before `end`."""
    for row in incidents(tables):
        incident, _, _, since = row
        if since < begin and _was_over(tables, incident, begin):
            continue
        if since < end:
            return row
    return None


def _was_over(tables: Tables, incident: str, moment: str) -> bool:
    rows = tables.rows(
        "SELECT service, state FROM p_incident_line WHERE incident = ? AND happened_at < ?"
        " ORDER BY happened_at, chain, seq",
        (incident, moment),
    )
    last = {str(service): str(state) for service, state in rows}
    return bool(last) and all(state == "closed" for state in last.values())


def open_incident(tables: Tables) -> tuple[str, str, str, str] | None:
    """The oldest incident of which a service is not closed."""
    for row in incidents(tables):
        if any(state != "closed" for state, _ in service_states(tables, row[0]).values()):
            return row
    return None
