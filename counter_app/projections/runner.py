"""Applies entries to every family in the entry's own transaction, and rebuilds families from the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256

from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.projections import (
    audits,
    budget,
    cash,
    clock,
    custody,
    daybook,
    decisions,
    delivery,
    doubles,
    grants,
    incidents,
    irregular,
    lost_numbers,
    names,
    people,
    suspects,
    vouchers,
    wire_forms,
)
from counter_app.projections.family import Apply, Family, Tables, beside
from counter_app.storage.database import Connection, immediate, scratch_connection

FAMILIES: tuple[Family, ...] = (
    daybook.FAMILY,
    people.FAMILY,
    names.FAMILY,
    grants.FAMILY,
    cash.FAMILY,
    vouchers.FAMILY,
    budget.FAMILY,
    custody.FAMILY,
    delivery.FAMILY,
    wire_forms.FAMILY,
    audits.FAMILY,
    doubles.FAMILY,
    decisions.FAMILY,
    incidents.FAMILY,
    irregular.FAMILY,
    lost_numbers.FAMILY,
    suspects.FAMILY,
    clock.FAMILY,
)

_SLICE = 500
Progress = Callable[[int, int], None]


def _by_kind() -> dict[str, tuple[Apply, ...]]:
    kinds = {kind for family in FAMILIES for kind in family.kinds}
    return {kind: tuple(f.kinds[kind] for f in FAMILIES if kind in f.kinds) for kind in kinds}


_KINDS = _by_kind()
_EVERY = tuple(family.every for family in FAMILIES if family.every is not None)


def apply(tables: Tables, entry: Entry) -> None:
    """Let every family take in one entry; part of the entry's transaction."""
    for every in _EVERY:
        every(tables, entry)
    for one in _KINDS.get(entry.kind, ()):
        one(tables, entry)


def out_of_date(connection: Connection) -> list[Family]:
    """The families whose stored version is not this program's."""
    rows = connection.execute("SELECT family, version FROM projection").fetchall()
    stored = {str(name): int(version) for name, version in rows}
    return [family for family in FAMILIES if stored.get(family.name) != family.version]


def rebuild(
    connection: Connection, families: tuple[Family, ...] = FAMILIES, progress: Progress | None = None
) -> None:
    """Rebuild families beside their present tables, in slices, and swap them in with one transaction."""
    if not families:
        return
    generation = _next_generation(connection)
    with immediate(connection):
        _build_tables(connection, families, generation)
    _replay(connection, families, generation, progress)
    with immediate(connection):
        for family in families:
            for table in family.tables:
                connection.execute(f"DROP TABLE IF EXISTS {table}")
                connection.execute(f"ALTER TABLE n_{table[2:]} RENAME TO {table}")
            connection.execute(
                "INSERT INTO projection (family, version, generation) VALUES (?, ?, ?) ON CONFLICT (family)"
                " DO UPDATE SET version = excluded.version, generation = excluded.generation",
                (family.name, family.version, generation),
            )


def differences(connection: Connection, progress: Progress | None = None) -> list[str]:
    """The tables whose rows are not what a rebuild gives.

    The rebuild is made in memory from a reading connection, so that it runs beside an open window.
    """
    connection.execute("BEGIN")
    memory = scratch_connection()
    try:
        for family in FAMILIES:
            for statement in family.schema:
                memory.execute(statement)
        tables = Tables(memory)
        total = store.count(connection)
        for done, entry in enumerate(_everything(connection), 1):
            apply(tables, entry)
            if progress is not None and done % _SLICE == 0:
                progress(done, total)
        names = [table for family in FAMILIES for table in family.tables]
        return [table for table in names if row_digest(connection, table) != row_digest(memory, table)]
    finally:
        memory.close()
        connection.execute("ROLLBACK")


def _everything(connection: Connection) -> Iterator[Entry]:
    last = 0
    while batch := store.arrivals(connection, last, _SLICE):
        yield from batch
        last = batch[-1].arrival


def row_digest(connection: Connection, table: str) -> bytes:
    """A hash of all rows of a table in the order of all its columns: equal tables, equal digests.

    The `arrival` by which a row is found is another one in every journal, and says nothing.
    """
    names = [str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")]
    columns = ", ".join([name for name in names if name != "arrival"])
    digest = sha256()
    for row in connection.execute(f"SELECT {columns} FROM {table} ORDER BY {columns}"):  # noqa: S608
        digest.update(repr(row).encode())
    return digest.digest()


def _next_generation(connection: Connection) -> int:
    row = connection.execute("SELECT coalesce(max(generation), 0) + 1 FROM projection").fetchone()
    return int(row[0])


def _build_tables(connection: Connection, families: tuple[Family, ...], generation: int) -> None:
    for family in families:
        for table in family.tables:
            connection.execute(f"DROP TABLE IF EXISTS n_{table[2:]}")
        for statement in family.schema:
            connection.execute(beside(statement, generation))


def _replay(
    connection: Connection, families: tuple[Family, ...], generation: int, progress: Progress | None
) -> None:
    tables = Tables(connection, generation)
    total, done, last = store.count(connection), 0, 0
    while True:
        with immediate(connection):
            batch = store.arrivals(connection, last, _SLICE)
            for entry in batch:
                for family in families:
                    if family.every is not None:
                        family.every(tables, entry)
                    one = family.kinds.get(entry.kind)
                    if one is not None:
                        one(tables, entry)
        if not batch:
            return
        last = batch[-1].arrival
        done += len(batch)
        if progress is not None:
            progress(done, total)
