"""One thing that is wrong in a configuration, at the place of one key."""

from __future__ import annotations

from dataclasses import dataclass, field

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at `path`: the code of a sentence and its parameters."""

    path: Path
    code: str
    params: dict[str, object] = field(default_factory=dict)


def key_of(path: Path) -> str:
    """The path as people write it, places counted from 0: `aids[3].rules[0].cents`."""
    key = ""
    for part in path:
        if isinstance(part, int):
            key += f"[{part}]"
        else:
            key += f".{part}" if key else part
    return key
