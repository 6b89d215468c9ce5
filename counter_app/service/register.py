"""The workstation's copy of the central register: replacing it, and finding people in it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from counter_app.clock import business_day
from counter_app.domain.seeking import understood
from counter_app.register import importing, search, store
from counter_app.register.importing import Imported, Progress, Watch
from counter_app.register.search import Registered, RegisterMatch
from counter_app.register.store import About
from counter_app.service.workstation import Workstation

__all__ = [
    "About",
    "Imported",
    "Progress",
    "RegisterMatch",
    "RegisterSearch",
    "Registered",
    "Watch",
    "import_register",
    "register_about",
    "search_register",
]


@dataclass(frozen=True, slots=True)
class RegisterSearch:
    """The matches, best first, the copy they are from, its age in days, and the time taken, opening included."""

    took_ms: float
    matches: tuple[RegisterMatch, ...]
    about: About
    age_days: int


def import_register(
    workstation: Workstation, file: Path, *, dated: date | None = None, watch: Watch | None = None
) -> Imported:
    """Replace the copy by the people of a CSV file; see `register.importing`, which says what it raises.

    Works beside an open window and beside searches. Takes seconds, and minutes for a million people: run it in a
    process of its own where somebody waits for a window.
    """
    now = workstation.clock.now()
    return importing.import_register(
        workstation.data, workstation.keyring, file, now, dated=dated, watch=watch
    )


def search_register(workstation: Workstation, query: str, limit: int) -> RegisterSearch:
    """The people of the copy who fit a query; raises `register_missing` or `register_unreadable`."""
    began = time.perf_counter()
    sought = understood(query)
    with store.reading(workstation.data, workstation.keyring) as connection:
        about = store.read_about(connection)
        matches = search.find_people(connection, sought, limit)
    took_ms = (time.perf_counter() - began) * 1000
    return RegisterSearch(took_ms, tuple(matches), about, about.age_days(_today(workstation)))


def register_about(workstation: Workstation) -> About | None:
    """What the copy here says of itself, if there is one; raises `register_unreadable`."""
    return store.about(workstation.data, workstation.keyring)


def _today(workstation: Workstation) -> date:
    return business_day(workstation.clock.now(), workstation.office.zone)
