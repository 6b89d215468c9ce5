"""Probes a staging table before anything real is written: it is there, its key is unique, and our rights suffice."""

from __future__ import annotations

from uuid import uuid4

import msgspec
import psycopg

from counter_app.connectors.postgres_table import Staging, column_types, relation
from counter_app.domain.postgres_way import PostgresWay
from counter_app.sync.port import Finding, Message, Outcome, Probe

_UNIQUE = (
    "SELECT count(*) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
    " WHERE i.indrelid = to_regclass(%s) AND a.attname = %s AND i.indisunique AND i.indisvalid AND i.indimmediate"
    " AND i.indnkeyatts = 1 AND i.indpred IS NULL AND i.indexprs IS NULL"
)
_BODY = {
    "part": "main",
    "kind": "probe",
    "aid": "PROBE",
    "currency": "EUR",
    "office": "",
    "counter": "",
    "place": "",
    "happened_on": "2000-01-01",
    "happened_at": "2000-01-01T00:00:00.000Z",
    "refers_to": None,
    "person": {"surname": "Probe", "given_names": ["Probe"], "birth_date": "2000-01-01"},
}


def probed(connection: psycopg.Connection, target: PostgresWay) -> Probe:
    """What the table proves; the rows that it tries are rolled back. Raises `psycopg.Error` where the line breaks."""
    findings = [Finding("reachable", True)]
    types = column_types(connection, target.table)
    answers = column_types(connection, target.answers) if target.answers else types
    findings += _columns(target, types, answers)
    if not all(finding.ok for finding in findings):
        return Probe(True, False, False, tuple(findings))
    quoted = relation(target.table).as_string(connection)
    row = connection.execute(_UNIQUE, (quoted, target.key)).fetchone()
    unique = row is not None and row[0] > 0
    findings.append(Finding("unique_key", unique, target.key))
    findings.append(Finding("rows_stay", target.rows_stay))
    if not unique:
        return Probe(True, False, False, tuple(findings))
    findings += _tried(connection, Staging(target, types, answers))
    askable = all(finding.ok for finding in findings if finding.code == "askable")
    return Probe(True, all(finding.ok for finding in findings), askable, tuple(findings))


def _columns(target: PostgresWay, types: dict[str, str], answers: dict[str, str]) -> list[Finding]:
    findings = [Finding("table", bool(types), target.table)]
    wanted = [target.key, *target.columns, *filter(None, (target.body,))]
    if types:
        missing = [name for name in wanted if name not in types]
        findings.append(Finding("columns", not missing, ", ".join(missing)))
    if target.answers:
        findings.append(Finding("answers_table", bool(answers), target.answers))
    if answers:
        told = (target.status, target.number, target.reason, target.words)
        key = (target.answers_key or target.key) if target.answers else target.key
        missing = [name for name in (key, *filter(None, told), *target.shown) if name not in answers]
        findings.append(Finding("answer_columns", not missing, ", ".join(missing)))
    return findings


def _tried(connection: psycopg.Connection, staging: Staging) -> list[Finding]:
    """Insert one row twice, with other content the second time, and read it back; rolled back in the end."""
    key = str(uuid4())
    first, second = (
        staging.rows([Message(key, msgspec.json.encode({**_BODY, "entry_id": key, "cents": cents}))])
        for cents in (100, 200)
    )
    findings: list[Finding] = []
    with connection.transaction(force_rollback=True):
        try:
            free = staging.reply(first[0], staging.standing(connection, first)[key])
            findings.append(Finding("askable", free.outcome is Outcome.ABSENT))
            taken = staging.insert(connection, first), staging.insert(connection, second)
            standing = staging.reply(first[0], staging.standing(connection, first)[key])
        except psycopg.errors.InsufficientPrivilege as error:
            code = "rows_writable" if findings else "askable"
            return [*findings, Finding(code, False, f"{type(error).__name__} {error.sqlstate}")]
        except (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.RaiseException) as error:
            # Its own rules refuse a made-up row, as they may; the unique key proves by itself what matters.
            return [*findings, Finding("row_tried", True, f"{type(error).__name__} {error.sqlstate}")]
        findings.append(Finding("rows_writable", bool(taken[0])))
        kept = not taken[1] and standing.outcome is not Outcome.CONFLICT
        findings.append(Finding("idempotent", kept))
    return findings
