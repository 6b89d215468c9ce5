"""What a family of derived tables is, and the handle through which it reads and writes them.

A family's tables are named `p_…` and their indexes `i_…` in its SQL. A rebuild runs the very same SQL on a
second set of tables (`n_…`) and swaps them in; nothing in a family knows of it. No clock, no random: the
rows depend on the entries alone, and not on the order in which chains arrived.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from counter_app.journal.entry import Entry
from counter_app.storage.database import Connection

_TABLE = re.compile(r"\bp_(\w+)")
_INDEX = re.compile(r"\bi_(\w+)")


@lru_cache(maxsize=1024)
def beside(sql: str, generation: int) -> str:
    """The same statement on the tables that are being built beside the present ones."""
    return _INDEX.sub(rf"i_\1_{generation}", _TABLE.sub(r"n_\1", sql))


class Tables:
    """The tables of the projections, present or being rebuilt, on one connection."""

    def __init__(self, connection: Connection, generation: int | None = None) -> None:
        self._connection = connection
        self._generation = generation

    def run(self, sql: str, values: tuple[Any, ...] = ()) -> None:
        """Execute one statement that changes rows."""
        if self._generation is not None:
            sql = beside(sql, self._generation)
        self._connection.execute(sql, values)

    def run_many(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Execute one statement for each row of values."""
        if self._generation is not None:
            sql = beside(sql, self._generation)
        self._connection.executemany(sql, rows)

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        if self._generation is not None:
            sql = beside(sql, self._generation)
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: tuple[Any, ...] = ()) -> tuple[Any, ...] | None:
        """The first row of a query."""
        if self._generation is not None:
            sql = beside(sql, self._generation)
        found: tuple[Any, ...] | None = self._connection.execute(sql, values).fetchone()
        return found


Apply = Callable[[Tables, Entry], None]


@dataclass(frozen=True, slots=True)
class Family:
    """A group of tables with one version: a difference from the stored one means rebuild.

    `every` is applied to each entry, `kinds` to entries of a kind.
    """

    name: str
    version: int
    schema: tuple[str, ...]
    kinds: Mapping[str, Apply]
    every: Apply | None = None

    @property
    def tables(self) -> list[str]:
        """The names of its tables."""
        found = (re.match(r"CREATE TABLE (p_\w+)", statement) for statement in self.schema)
        return [match.group(1) for match in found if match]
