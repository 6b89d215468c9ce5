"""Whether parsed TOML has the form of the catalogue's types: every fault at once, each at its own key."""

from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, Final, Literal, Union, get_args, get_origin

import msgspec

from counter_app.settings.figures import shortened
from counter_app.settings.problem import Path, Problem

# TOML's own names, which stand the same in every language's manual of it.
_TOML_NAMES: dict[type, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "float",
    datetime: "date-time",
    date: "local date",
    time: "local time",
    list: "array",
    dict: "table",
}
_MOST_INT: Final = 2**63 - 1
_MOST_FLOAT: Final = 10**300


def misshapen(value: object, expected: Any, path: Path = ()) -> Iterator[Problem]:
    """Compare `value` with the type `expected`: a struct, a tuple or mapping of them, or a plain value."""
    if expected is Any:
        return
    if isinstance(expected, type) and issubclass(expected, msgspec.Struct):
        yield from _table(value, expected, path)
    elif get_origin(expected) is tuple:
        yield from _array(value, get_args(expected)[0], path)
    elif get_origin(expected) is dict:
        yield from _mapping(value, get_args(expected)[1], path)
    elif get_origin(expected) in (Union, types.UnionType):
        choices = [choice for choice in get_args(expected) if choice is not types.NoneType]
        if len(choices) == 1:
            yield from misshapen(value, choices[0], path)
        else:
            yield from _tagged(value, choices, path)
    else:
        yield from _plain(value, expected, path)


def _table(value: object, expected: type[msgspec.Struct], path: Path) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield _wrong(value, dict, path)
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(expected)}
    known = {*fields, expected.__struct_config__.tag_field}
    for key in value:
        if key not in known:
            yield Problem((*path, key), "configuration_key_unknown")
    for name, field in fields.items():
        if name in value:
            yield from misshapen(value[name], field.type, (*path, name))
        elif field.required:
            yield Problem((*path, name), "configuration_key_missing")


def _tagged(value: object, choices: list[type[msgspec.Struct]], path: Path) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield _wrong(value, dict, path)
        return
    tag_field = choices[0].__struct_config__.tag_field or ""
    by_tag = {choice.__struct_config__.tag: choice for choice in choices}
    tag = value.get(tag_field)
    if tag is None:
        yield Problem((*path, tag_field), "configuration_key_missing")
    elif not isinstance(tag, str) or tag not in by_tag:
        yield _no_choice(tag, tuple(by_tag), (*path, tag_field))
    else:
        yield from _table(value, by_tag[tag], path)


def _array(value: object, expected: Any, path: Path) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield _wrong(value, list, path)
        return
    for place, item in enumerate(value):
        yield from misshapen(item, expected, (*path, place))


def _mapping(value: object, expected: Any, path: Path) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield _wrong(value, dict, path)
        return
    for key, item in value.items():
        yield from misshapen(item, expected, (*path, key))


def _plain(value: object, expected: Any, path: Path) -> Iterator[Problem]:
    if get_origin(expected) is Literal:
        choices = get_args(expected)
        if not any(type(value) is type(choice) and value == choice for choice in choices):
            yield _no_choice(value, choices, path)
    elif expected is float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            yield _wrong(value, float, path)
        elif abs(value) > _MOST_FLOAT:
            yield Problem(path, "configuration_not_finite")
    elif expected is date:
        if not _is_date(value):
            yield Problem(path, "configuration_no_date", {"value": shortened(value)})
    # A boolean is an int to Python, not to TOML.
    elif type(value) is not expected:
        yield _wrong(value, expected, path)
    elif isinstance(value, int) and abs(value) > _MOST_INT:
        limits: dict[str, object] = {"least": str(-_MOST_INT), "most": str(_MOST_INT)}
        yield Problem(path, "configuration_out_of_range", {"value": shortened(value), **limits})


def _is_date(value: object) -> bool:
    """A TOML date, or the same in quotes, which means it as clearly."""
    try:
        msgspec.convert(value, date)
    except msgspec.ValidationError:
        return False
    return True


def _wrong(value: object, expected: type, path: Path) -> Problem:
    names: dict[str, object] = {"expected": _TOML_NAMES[expected], "got": _TOML_NAMES[type(value)]}
    return Problem(path, "configuration_wrong_type", names)


def _no_choice(value: object, choices: tuple[object, ...], path: Path) -> Problem:
    return Problem(path, "configuration_no_choice", {"value": shortened(value), "choices": choices})
