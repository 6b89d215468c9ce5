"""Whether figures and signs of a configuration can be meant: no negative amount, no period of zero months."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Final

import msgspec

from counter_app.settings.problem import Path, Problem

_MOST_CENTS = 10**12
_MOST = 1_000_000
_LONGEST: Final = 10**40
_STEERS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# The calendar ends before a million months.
_MOST_OF: Final = {"months": 1200, "days": 36_600}
# Nothing can be counted in zero of these, and no exchange ends within no time at all.
_LEAST = {"months": 1, "days": 1, "times": 1, "heads": 1, "batch_max": 1, "deadline_s": 0.1}


_SHOWN: Final = 60


def shortened(value: object) -> str:
    """A value as it is told to people; Python writes no number of thousands of digits."""
    if isinstance(value, int) and abs(value) > _LONGEST:
        return "…"
    told = str(value)
    return told if len(told) <= _SHOWN else f"{told[:_SHOWN]}…"


def unsayable(value: object, path: Path = ()) -> Iterator[Problem]:
    """Every text, in parsed TOML, with a sign that steers a terminal or ends a path: nobody can mean it."""
    if isinstance(value, str):
        if _STEERS.search(value):
            yield Problem(path, "configuration_control_sign")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from unsayable(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from unsayable(item, (*path, place))


def figures(row: msgspec.Struct, path: Path = ()) -> Iterator[Problem]:
    """Every whole number outside its range and every number that is not finite, in `row` and below it."""
    for name in row.__struct_fields__:
        value = getattr(row, name)
        if isinstance(value, msgspec.Struct):
            yield from figures(value, (*path, name))
        elif isinstance(value, tuple):
            for place, item in enumerate(value):
                if isinstance(item, msgspec.Struct):
                    yield from figures(item, (*path, name, place))
                else:
                    yield from _figure(name, item, (*path, name, place))
        else:
            yield from _figure(name, value, (*path, name))


def _figure(name: str, value: object, path: Path) -> Iterator[Problem]:
    if isinstance(value, float) and not math.isfinite(value):
        yield Problem(path, "configuration_not_finite")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        least = _LEAST.get(name, 0)
        most = _MOST_CENTS if name.endswith("cents") else _MOST_OF.get(name, _MOST)
        if not least <= value <= most:
            params: dict[str, object] = {"value": shortened(value), "least": str(least), "most": str(most)}
            yield Problem(path, "configuration_out_of_range", params)
