"""Whether the table `postgres` of a service makes sense: names, fields, the place of its secret, what proves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from counter_app.domain.centre_form import FormError, field, missing_proof
from counter_app.domain.postgres_way import PostgresWay
from counter_app.settings import forms
from counter_app.settings.problem import Path, Problem

_NAME = re.compile(r"[^\W\d]\w{0,62}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def senseless_postgres(way: PostgresWay, path: Path) -> Iterator[Problem]:
    """Everything wrong with it, each at its own key."""
    if not way.hosts:
        yield Problem((*path, "hosts"), "configuration_no_host")
    local = all(host in _LOOPBACK or host.startswith("/") for host in way.hosts)
    if way.tls == "none" and not local:
        yield Problem((*path, "tls"), "configuration_not_encrypted")
    yield from forms.places([((*path, "password"), way.password)])
    yield from _names(way, path)
    if not way.columns and way.body is None:
        yield Problem((*path, "columns"), "configuration_nothing_written")
        return
    for table in ("columns", "shown"):
        yield from forms.known_fields(
            ((*path, table, column), text) for column, text in getattr(way, table).items()
        )
    if (way.status is None) != (not way.verdicts):
        yield Problem((*path, "verdicts"), "configuration_verdicts_unclear")
    yield from _proof(way, path)


def _names(way: PostgresWay, path: Path) -> Iterator[Problem]:
    for key in ("table", "answers"):
        name = getattr(way, key)
        if name is not None and not all(_NAME.fullmatch(part) for part in name.split(".", 1)):
            yield Problem((*path, key), "configuration_no_table", {"value": name})
    columns = [((*path, key), getattr(way, key)) for key in _COLUMNS]
    columns += [
        ((*path, table, name), name) for table in ("columns", "shown") for name in getattr(way, table)
    ]
    for where, name in columns:
        if name is not None and not _NAME.fullmatch(name):
            yield Problem(where, "configuration_no_table", {"value": name})


_COLUMNS = ("key", "body", "answers_key", "status", "number", "reason", "words")


def _proof(way: PostgresWay, path: Path) -> Iterator[Problem]:
    """What stands there must show aid, amount and person; the body as a whole does."""
    if way.body is not None:
        return
    try:
        missing = missing_proof(field(text) for text in (*way.columns.values(), *way.shown.values()))
    except FormError:
        return
    if missing:
        yield Problem((*path, "columns"), "configuration_proof_missing", {"missing": ", ".join(missing)})
