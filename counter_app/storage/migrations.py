"""Named, ordered changes of the schema, each in one transaction; a newer journal is refused."""

from __future__ import annotations

import os
import shutil
from importlib.resources import files
from pathlib import Path

from counter_app.domain.errors import EnvironmentFailed
from counter_app.storage.database import Connection, immediate


def known_migrations() -> list[tuple[str, str]]:
    """Name and SQL of every migration this program knows, in order."""
    folder = files("resources") / "migrations"
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))
    return [(name.removesuffix(".sql"), (folder / name).read_text(encoding="utf-8")) for name in names]


def applied_migrations(connection: Connection) -> list[str]:
    """The names recorded in the database, in order; empty for a new file."""
    found = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'"
    ).fetchone()
    if not found:
        return []
    return [str(row[0]) for row in connection.execute("SELECT name FROM migration ORDER BY name")]


def refuse_newer(connection: Connection) -> None:
    """Raise `journal_newer` where the database carries a migration that this program does not know."""
    known = {name for name, _ in known_migrations()}
    unknown = [name for name in applied_migrations(connection) if name not in known]
    if unknown:
        raise EnvironmentFailed("journal_newer", migration=unknown[-1])


def migrate(connection: Connection, applied_at: str, journal: Path | None = None) -> list[str]:
    """Bring the database up to date and return the names applied now, each in its own transaction.

    Where it held something already, `journal` (its file) is copied before the first of them, as `copies_before`
    finds it again: an older program opens that copy, should the newer one have to go.
    """
    refuse_newer(connection)
    done = set(applied_migrations(connection))
    pending = [(name, sql) for name, sql in known_migrations() if name not in done]
    if done and pending and journal is not None:
        _keep_copy(connection, journal, pending[0][0])
    new = []
    for name, sql in pending:
        with immediate(connection):
            for statement in _statements(sql):
                connection.execute(statement)
            connection.execute("INSERT INTO migration (name, applied_at) VALUES (?, ?)", (name, applied_at))
        new.append(name)
    return new


def copies_before(journal: Path) -> list[Path]:
    """The copies that were kept of a journal before it was brought up to date, encrypted as it is."""
    return sorted(journal.parent.glob(f"{journal.stem}-before-*{journal.suffix}"))


def drop_copies(journal: Path) -> None:
    """Remove them: they would keep what was erased since, and open with keys that were replaced since."""
    for copy in copies_before(journal):
        copy.unlink(missing_ok=True)


def _keep_copy(connection: Connection, journal: Path, migration: str) -> None:
    """Called by the only writer, so that nothing stands in the log once it is emptied."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = journal.with_name(f"{journal.stem}-before-{migration}{journal.suffix}")
    part = copy.with_suffix(".part")
    with journal.open("rb") as source, part.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
        target.flush()
        os.fsync(target.fileno())
    part.replace(copy)


def _statements(sql: str) -> list[str]:
    """The statements of a migration file: each ends with a semicolon at the end of a line and a blank line."""
    return [part.strip() for part in sql.split(";\n\n") if part.strip()]
