"""What a script is made of: words for whoever watches, keys for the window, and what is waited for between them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Say:
    """A caption; it stays until the next one."""

    words: str


@dataclass(frozen=True, slots=True)
class Type:
    """Words typed into the field that has the focus, a letter at a time."""

    words: str


@dataclass(frozen=True, slots=True)
class Press:
    """A key, as a `QKeySequence` names it, pressed once the window has answered what was asked before."""

    sequence: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Until something is so."""

    until: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Work:
    """Something behind the scenes, off the main thread; the script is given what it returns."""

    do: Callable[[], Any]


Beat = Say | Type | Press | Wait | Work
Script: TypeAlias = Generator[Beat, Any, None]
