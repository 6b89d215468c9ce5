"""Whether the figures of a configuration can be meant: no negative amount, no period of zero months."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec

from counter_app.settings.problem import Path, Problem

_MOST_CENTS = 10**12
_MOST = 1_000_000
# Nothing can be counted in zero of these, and no exchange ends within no time at all.
_LEAST = {"months": 1, "days": 1, "times": 1, "heads": 1, "batch_max": 1, "deadline_s": 0.1}


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
        most = _MOST_CENTS if name.endswith("cents") else _MOST
        if not least <= value <= most:
            params: dict[str, object] = {"value": str(value), "least": str(least), "most": str(most)}
            yield Problem(path, "configuration_out_of_range", params)
