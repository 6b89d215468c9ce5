"""How a centre's PostgreSQL is reached: the table `postgres` of a service in `office.toml`."""

from __future__ import annotations

from typing import Literal

from counter_app.domain.row import Row


class PostgresWay(Row, frozen=True, kw_only=True):
    """A staging table with a unique key, and where the centre's verdicts on its rows are read.

    `hosts` are tried in their order until one lets rows be written. `password` is a place (`file:…`, `env:…`);
    `tls` is `verify` unless the server runs on this very machine, and `authority` a PEM file in the place of the
    system's certificates.

    `columns` names for each column the field that fills it, `body` a column for the whole body as JSON. `stands_for`
    is what a row that stands there proves by itself. `rows_stay` says that the centre never deletes what it has taken
    from there: only then is a row that is missing an absence, and only then is nothing taken twice.

    `answers` is the table or view in which the centre writes (the staging table itself where it is left out), with
    `status` and the words that stand in it; `shown` names columns there that show the centre's own record. `codes` are
    what the centre calls our codes, by field.
    """

    hosts: tuple[str, ...]
    database: str
    user: str
    table: str
    key: str
    rows_stay: bool
    port: int = 5432
    password: str | None = None
    tls: Literal["verify", "none"] = "verify"
    authority: str | None = None
    columns: dict[str, str] = {}
    body: str | None = None
    stands_for: Literal["received", "accepted"] = "received"
    answers: str | None = None
    answers_key: str | None = None
    status: str | None = None
    verdicts: dict[str, Literal["received", "accepted", "rejected"]] = {}
    number: str | None = None
    reason: str | None = None
    words: str | None = None
    shown: dict[str, str] = {}
    codes: dict[str, dict[str, str]] = {}
