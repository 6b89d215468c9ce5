"""The statements of the PostgreSQL connector, and the rows that they return read as the centre's answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from psycopg import Connection, sql

from counter_app.connectors.answers import UnreadableError, read_object
from counter_app.domain.centre_form import Field, coded, field, found
from counter_app.domain.postgres_way import PostgresWay
from counter_app.sync.port import Message, Outcome, UnitReply
from counter_app.sync.shown import agrees, record_as_shown

_TYPES = (
    "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
    " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"
)


def relation(name: str) -> sql.Identifier:
    """A table's name, with its schema where it has one."""
    return sql.Identifier(*name.split("."))


_SIZE = re.compile(r"\([0-9, -]+\)")
_FITTING: Final = ("character", "numeric", "bit")
_SIZED: Final = {"character": "bpchar", "bit": "bit varying"}


def as_cast(kind: str) -> str:
    """The type by which a sent text is read: without the size of the column, to which a cast would cut or round.

    Unlike a cast, the insertion itself refuses what is too long; what it rounds differs from what was sent, and shows.
    """
    if not kind.startswith(_FITTING):
        return kind
    bare, sized = _SIZE.subn("", kind)
    return _SIZED.get(bare, bare) if sized else kind


def column_types(connection: Connection, table: str) -> dict[str, str]:
    """The columns of a table or view with the names of their types; empty where there is no such table."""
    quoted = relation(table).as_string(connection)
    return {str(name): str(kind) for name, kind in connection.execute(_TYPES, (quoted,)).fetchall()}


@dataclass(frozen=True, slots=True)
class Row:
    """A message as it is written: the text of each column, its body read back, and the same with the centre's codes."""

    message: Message
    texts: tuple[str | None, ...]
    sent: Mapping[str, Any]
    values: Mapping[str, Any]


Found = dict[str, list[tuple[Any, ...]]]
"""What was read under each key: a row, or several where the centre answered several times."""


class MissingError(LookupError):
    """The table, or the one of the answers, lacks columns; nothing was sent."""


class Staging:
    """The staging table of one target and what is asked of it; made once a connection knows the columns' types."""

    def __init__(
        self, target: PostgresWay, types: Mapping[str, str], answer_types: Mapping[str, str]
    ) -> None:
        missing = [name for name in self._named(target) if name not in types]
        missing += [name for name in self._answered(target) if name not in answer_types]
        if missing:
            raise MissingError(missing)
        self._target = target
        self._days = {name for name in target.columns if types[name] == "date"}
        self._fields = {column: field(name) for column, name in target.columns.items()}
        self._shown = {column: field(name) for column, name in target.shown.items()}
        self._columns = (*self._fields, *([] if target.body is None else [target.body]))
        self._insert = self._insertion(types)
        self._question = self._questions(types, answer_types)
        self._number_question = None if target.number is None else self._number_questions(types)

    @staticmethod
    def _named(target: PostgresWay) -> list[str]:
        return [name for name in (target.key, target.body, *target.columns) if name is not None]

    @staticmethod
    def _answered(target: PostgresWay) -> list[str]:
        told = (target.status, target.number, target.reason, target.words, *target.shown)
        key = target.key if target.answers is None else target.answers_key or target.key
        return [name for name in (key, *told) if name is not None]

    def rows(self, messages: Sequence[Message]) -> list[Row]:
        """The messages as rows; a field that is empty is NULL."""
        made = []
        for message in messages:
            sent = msgspec.json.decode(message.body)
            values = coded({**sent, "key": message.key}, self._target.codes)
            texts: list[str | None] = [
                # No text of PostgreSQL holds a NUL.
                one.text(values).replace("\0", "") or None
                for one in self._fields.values()
            ]
            if self._target.body is not None:
                texts.append(message.body.decode())
            made.append(Row(message, tuple(texts), sent, values))
        return made

    def insert(self, connection: Connection, rows: Sequence[Row]) -> Found:
        """Add the rows whose key is free, in one statement; what then stands there of those that were added."""
        return self._found(connection, self._insert, rows)

    def standing(self, connection: Connection, rows: Sequence[Row]) -> Found:
        """What stands there under each key, and what the centre says of it."""
        return self._found(connection, self._question, rows)

    def under_numbers(self, connection: Connection, rows: Sequence[Row]) -> Found:
        """What stands under the centre's own number of each row, whoever it is about."""
        assert self._number_question is not None  # asked only where the settings name the column
        return self._found(connection, self._number_question, rows)

    def _found(self, connection: Connection, statement: sql.Composed, rows: Sequence[Row]) -> Found:
        found: Found = {}
        for place, *values in connection.execute(statement, (_as_json(rows),)).fetchall():
            found.setdefault(rows[place - 1].message.key, []).append(tuple(values))
        return found

    def stands(self, connection: Connection, row: Row) -> bool:
        """Whether the key of a row is taken there, whatever by."""
        target = self._target
        statement = sql.SQL("SELECT 1 FROM {} WHERE {}::text = %s").format(
            relation(target.table), sql.Identifier(target.key)
        )
        return connection.execute(statement, (row.message.key,)).fetchone() is not None

    def reply(self, row: Row, found: Sequence[tuple[Any, ...]]) -> UnitReply:
        """The centre's answer about one row; `ABSENT` where nothing stands under its key.

        Other content under the key is a conflict, and so are two verdicts that exclude one another.
        """
        replies = [self._read(row, values) for values in found]
        told = {reply.outcome for reply in replies}
        if {Outcome.ACCEPTED, Outcome.REJECTED} <= told:
            return UnitReply(row.message.key, Outcome.CONFLICT)
        ranked = sorted(replies, key=lambda reply: _RANK.index(reply.outcome))
        return ranked[0] if ranked else UnitReply(row.message.key, Outcome.UNKNOWN)

    def _read(self, row: Row, values: tuple[Any, ...]) -> UnitReply:
        key, target = row.message.key, self._target
        stands, values = values[0], values[1:]
        own, values = values[: 2 * len(self._fields)], values[2 * len(self._fields) :]
        body = None
        if target.body is not None:
            body, values = values[0], values[1:]
        answered, status, number, reason, words, *shown = values
        if not stands and not answered:
            return UnitReply(key, Outcome.ABSENT)
        columns = [
            (
                one,
                own[2 * place + 1] or "",
                bool(own[2 * place]) and self._is_day(column, one, row, own[2 * place + 1]),
            )
            for place, (column, one) in enumerate(self._fields.items())
        ]
        standing = None if body is None else _object(body)
        same = all(agreed for *_, agreed in columns) and (body is None or standing == row.sent)
        told = [
            (one, text or "", agrees(one, row.values, key, text or ""))
            for one, text in zip(self._shown.values(), shown, strict=True)
        ]
        echo = _echo(row, standing, (*columns, *told)) if stands else None
        if stands and not same:
            return UnitReply(key, Outcome.CONFLICT, number, echo)
        return UnitReply(key, self._outcome(status), number, echo, reason, words)

    def _is_day(self, column: str, one: Field, row: Row, text: str | None) -> bool:
        """Whether a date there is the day that was meant: the server may read 05/03 in the order of another country."""
        day = str(found(row.values, one.name) or "")
        return column not in self._days or text is None or text == day[: len("2026-03-02")]

    def _outcome(self, status: str | None) -> Outcome:
        if self._target.status is None:
            return Outcome(self._target.stands_for)
        return Outcome(self._target.verdicts.get(status or "", "received"))

    def _insertion(self, types: Mapping[str, str]) -> sql.Composed:
        """One statement that adds rows and compares those that were added, as they then stand, with what was sent."""
        target = self._target
        columns = (target.key, *self._columns)
        answers = "t" if target.answers is None else None
        return sql.SQL(
            "WITH s AS MATERIALIZED ({}), t AS (INSERT INTO {} ({}) SELECT {} FROM s ON CONFLICT ({}) DO NOTHING"
            " RETURNING *) SELECT {} FROM s JOIN t ON {} = s.c0"
        ).format(
            self._sent(types),
            relation(target.table),
            _list(columns),
            _list(_names(len(columns))),
            sql.Identifier(target.key),
            self._wanted(answers, target.key),
            sql.Identifier("t", target.key),
        )

    def _questions(self, types: Mapping[str, str], answer_types: Mapping[str, str]) -> sql.Composed:
        target = self._target
        answers_key = target.key if target.answers is None else target.answers_key or target.key
        question = sql.SQL("WITH s AS MATERIALIZED ({}) SELECT {} FROM s LEFT JOIN {} t ON {} = s.c0").format(
            self._sent(types),
            self._wanted("t" if target.answers is None else "a", answers_key),
            relation(target.table),
            sql.Identifier("t", target.key),
        )
        if target.answers is None:
            return question
        return question + sql.SQL(" LEFT JOIN {} a ON {} = s.c0::text::{}").format(
            relation(target.answers),
            sql.Identifier("a", answers_key),
            sql.SQL(as_cast(answer_types[answers_key])),
        )

    def _number_questions(self, types: Mapping[str, str]) -> sql.Composed:
        target = self._target
        parts: tuple[sql.Composable, ...] = (self._sent(types), relation(target.table))
        number = sql.Identifier(target.number or "")
        if target.answers is None:
            wanted = self._wanted("t", target.key)
            question = sql.SQL(
                "WITH s AS MATERIALIZED ({0}) SELECT {2} FROM s JOIN {1} t ON t.{3}::text = s.number"
            )
            return question.format(*parts, wanted, number)
        key = target.answers_key or target.key
        return sql.SQL(
            "WITH s AS MATERIALIZED ({0}) SELECT {2} FROM s JOIN {4} a ON a.{3}::text = s.number"
            " LEFT JOIN {1} t ON t.{5}::text = a.{6}::text"
        ).format(
            *parts,
            self._wanted("a", key),
            number,
            relation(target.answers),
            sql.Identifier(target.key),
            sql.Identifier(key),
        )

    def _sent(self, types: Mapping[str, str]) -> sql.Composed:
        """What was sent, as the types of the columns read it."""
        names = (self._target.key, *self._columns)
        return sql.SQL(
            "SELECT n, {}, e ->> {} AS number FROM json_array_elements(%s::json) WITH ORDINALITY AS u (e, n)"
        ).format(
            sql.SQL(", ").join(
                # The name of a type as the server itself writes it, quoted where it must be.
                sql.SQL("(e ->> {0})::{1} AS c{0}").format(
                    sql.SQL(str(number)), sql.SQL(as_cast(types[name]))
                )
                for number, name in enumerate(names)
            ),
            sql.SQL(str(len(names))),
        )

    def _wanted(self, answers: str | None, answers_key: str) -> sql.Composed:
        """The columns of an answer, as `_read` takes them apart; without `answers` the centre has said nothing yet."""
        target = self._target
        wanted: list[sql.Composable] = [sql.SQL("s.n, t.{} IS NOT NULL").format(sql.Identifier(target.key))]
        for number, name in enumerate(self._fields, start=1):
            there, ours = sql.Identifier("t", name), sql.Identifier("s", f"c{number}")
            wanted.append(sql.SQL("{0} IS NOT DISTINCT FROM {1}, {0}::text").format(there, ours))
        if target.body is not None:
            wanted.append(sql.SQL("{}::text").format(sql.Identifier("t", target.body)))
        told = (target.status, target.number, target.reason, target.words, *self._shown)
        if answers is None:
            wanted += [sql.SQL("false"), *[sql.SQL("NULL")] * len(told)]
            return sql.SQL(", ").join(wanted)
        wanted.append(sql.SQL("{} IS NOT NULL").format(sql.Identifier(answers, answers_key)))
        wanted += [
            sql.SQL("NULL") if one is None else sql.SQL("{}::text").format(sql.Identifier(answers, one))
            for one in told
        ]
        return sql.SQL(", ").join(wanted)


_RANK = (Outcome.CONFLICT, Outcome.ACCEPTED, Outcome.REJECTED, Outcome.RECEIVED, Outcome.ABSENT)


def _as_json(rows: Sequence[Row]) -> str:
    # One text for a whole batch: arrays of text are escaped value by value in Python, and took half of the time.
    return msgspec.json.encode([(row.message.key, *row.texts, row.message.number) for row in rows]).decode()


def _names(count: int) -> list[str]:
    return [f"c{number}" for number in range(count)]


def _list(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _object(body: str) -> dict[str, object]:
    try:
        return read_object(body.encode())
    except UnreadableError:
        return {}


def _echo(
    row: Row, standing: dict[str, object] | None, shown: Sequence[tuple[Field, str, bool]]
) -> dict[str, object]:
    """The row as it stands, and over it what the centre shows as its own record."""
    if standing is not None and all(agreed for *_, agreed in shown):
        return standing
    over = {one.name: (one, text, agreed) for one, text, agreed in shown}
    record = record_as_shown(row.message.key, row.sent, over.values())
    if standing is None:
        return record
    tops = {name.partition(".")[0] for name in over}
    return {**standing, **{name: value for name, value in record.items() if name in tops}}
