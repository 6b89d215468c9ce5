"""The line of every key, in every form that TOML allows for keys and values."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.settings.lines import KeyLines
from counter_app.settings.problem import Path, key_of
from counter_app.settings.samples import SAMPLES, sample_configuration

EVERYTHING = r'''
top = 1                                   # 2
"quoted key" = 'C:\folder'                # 3
'literal.key' = ""                        # 4
"esc\u0061pe" = "a # b ] } \" ="          # 5
dotted . "a b".c = 5                      # 6
text = """one
two \""" ] [table]
three"""""                                # 7
literal = """a"b""c"""                    # 10
raw = \'\'\'
x = 1
\'\'\'                                    # 11
empty = []                                # 14
when = 1979-05-27 07:32:00                # 15
values = [ 1, 'two', # a ] comment
  [3, "]"],

  { a = 1, b.c = [ 2 ] }, ]               # 16
inline = { x = 1, "y z" = { w = "}" } }   # 20

[table]                                   # 22
key = 1                                   # 23
[ table . "sub table" ]                   # 24
key = true                                # 25

[[rows]]                                  # 27
key = 1                                   # 28
[[rows.cells]]                            # 29
key = 1                                   # 30
[[rows.cells]]                            # 31
[rows.cells.inner]                        # 32
key = 1                                   # 33
[[rows]]                                  # 34
[[rows.cells]]                            # 35
'''.replace(r"\'", "'")

LINES = {
    "top": 2,
    "quoted key": 3,
    "literal.key": 4,
    "escape": 5,
    "dotted": 6,
    "dotted.a b": 6,
    "dotted.a b.c": 6,
    "text": 7,
    "literal": 10,
    "raw": 11,
    "empty": 14,
    "when": 15,
    "values": 16,
    "values[0]": 16,
    "values[1]": 16,
    "values[2]": 17,
    "values[2][1]": 17,
    "values[3]": 19,
    "values[3].a": 19,
    "values[3].b.c[0]": 19,
    "inline": 20,
    "inline.x": 20,
    "inline.y z.w": 20,
    "table": 22,
    "table.key": 23,
    "table.sub table": 24,
    "table.sub table.key": 25,
    "rows": 27,
    "rows[0]": 27,
    "rows[0].key": 28,
    "rows[0].cells": 29,
    "rows[0].cells[0].key": 30,
    "rows[0].cells[1]": 31,
    "rows[0].cells[1].inner": 32,
    "rows[0].cells[1].inner.key": 33,
    "rows[1]": 34,
    "rows[1].cells[0]": 35,
}


def paths(value: Any, path: Path = ()) -> list[Path]:
    """Every path of a parsed document."""
    found: list[Path] = [path]
    if isinstance(value, dict):
        for key, item in value.items():
            found += paths(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            found += paths(item, (*path, place))
    return found


def test_every_form_of_key_and_value_has_its_line() -> None:
    lines = KeyLines(EVERYTHING)
    told = {key_of(path): lines.line(path) for path in paths(tomllib.loads(EVERYTHING))}
    assert {key: told[key] for key in LINES} == LINES


def test_a_key_that_is_missing_has_the_line_of_the_table_that_would_hold_it() -> None:
    lines = KeyLines(EVERYTHING)
    assert lines.line(("rows", 0, "missing")) == 27
    assert lines.line(("inline", "missing", "deeper")) == 20
    assert lines.line(("missing",)) == 1


@pytest.mark.parametrize("name", SAMPLES)
def test_every_key_of_the_samples_stands_in_its_line(name: str) -> None:
    text = sample_configuration(name).decode()
    lines = KeyLines(text)
    rows = text.split("\n")
    for path in paths(tomllib.loads(text)):
        key = path[-1] if path else 0
        if isinstance(key, str):
            assert key in rows[lines.line(path) - 1], path


KEYS = st.sampled_from(["a", "b", "c-d", "x y", "é"])
VALUES = st.recursive(
    st.sampled_from(["1", '"t"', "'#'", '"""\n"""', "2024-01-01", "true"]),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: "[\n" + ",\n".join(items) + "]"),
    max_leaves=4,
)


@given(rows=st.lists(st.tuples(KEYS, VALUES), unique_by=lambda row: row[0]), table=KEYS)
def test_keys_come_in_the_order_of_their_lines(rows: list[tuple[str, str]], table: str) -> None:
    text = f'[["{table}"]]\n' + "\n".join(f'"{key}" = {value}' for key, value in rows)
    lines = KeyLines(text)
    expected = 2
    for key, value in rows:
        assert lines.line((table, 0, key)) == expected
        expected += value.count("\n") + 1


@given(st.text(alphabet="ab=.[]{}\"'\\#\n ,1", max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    lines = KeyLines(text)
    assert lines.line(("a",)) <= text.count("\n") + 1
    begun = lines.begun()
    assert begun is None or begun[0] <= text.count("\n") + 1
