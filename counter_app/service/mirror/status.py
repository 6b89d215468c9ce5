"""How the copies stand: for `doctor`, for `mirror status`, and for the window's status line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from counter_app.clock import from_wire, to_wire
from counter_app.journal.codec import read
from counter_app.service.disk_room import disk_room
from counter_app.service.mirror.media import Known, Medium, media, read_states
from counter_app.service.mirror.round import is_there
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection
from counter_app.text import N_

CopyState = Literal["current", "behind", "absent", "failed"]

_MAY_LAG = timedelta(minutes=1)
_MAY_BE_AWAY = timedelta(days=2)
"""Of two media that take turns, one is somewhere else; longer than this nobody has swapped them."""


@dataclass(frozen=True, slots=True)
class CopyStatus:
    """One copy. `lag_entries` are not in it, the oldest of them for `lag`; `complete_at` is in the office's zone.

    `problem` is the code of what keeps it from being current, empty where nothing does. `same_disk` says that it lies
    on the journal's own disk and dies with it.
    """

    medium: str
    path: Path
    state: CopyState
    entries: int
    lag_entries: int
    lag: timedelta
    complete_at: datetime | None
    problem: str
    same_disk: bool


def copy_statuses(workstation: Workstation, *, look: bool = True) -> tuple[CopyStatus, ...]:
    """Every copy that was named, in that order.

    With `look` it is tried whether each medium is there, which a share that hangs may hold up; without, what the
    thread that copies found last is told.
    """
    listed = media(workstation.data)
    if not listed:
        return ()
    states = read_states(workstation.data)
    with workstation.reading() as connection:
        return tuple(
            _status(workstation, connection, one, states.get(one.id, Known()), look=look) for one in listed
        )


def _status(
    workstation: Workstation, connection: Connection, medium: Medium, known: Known, *, look: bool
) -> CopyStatus:
    behind, oldest = _behind(connection, known.arrival)
    now = workstation.clock.now()
    lag = timedelta(0) if oldest is None else max(timedelta(0), now - from_wire(oldest))
    present = is_there(medium) if look else known.problem != "mirror_absent"
    problem = known.problem if known.problem != "mirror_absent" else ""
    state: CopyState
    if not present:
        state, problem = "absent", "mirror_absent"
    elif problem:
        state = "failed"
    elif behind or not known.complete_at:
        state = "behind"
    else:
        state = "current"
    return CopyStatus(
        medium=medium.id,
        path=medium.path,
        state=state,
        entries=known.entries,
        lag_entries=behind,
        lag=lag,
        complete_at=_local(workstation, known.complete_at),
        problem=problem,
        same_disk=look and present and _same_disk(workstation.data, medium.path),
    )


def _behind(connection: Connection, arrival: int) -> tuple[int, str | None]:
    """How many entries came after the last one copied, and when the first of them was recorded."""
    count = int(connection.execute("SELECT count(*) FROM entry WHERE arrival > ?", (arrival,)).fetchone()[0])
    if not count:
        return 0, None
    row = connection.execute(
        "SELECT content FROM entry WHERE arrival > ? ORDER BY arrival LIMIT 1", (arrival,)
    ).fetchone()
    return count, str(read(row[0])["header"]["recorded_at"])


def _same_disk(data: Path, path: Path) -> bool:
    try:
        return data.stat().st_dev == path.stat().st_dev
    except OSError:
        return False


def _local(workstation: Workstation, wire: str) -> datetime | None:
    return from_wire(wire).astimezone(workstation.office.zone) if wire else None


Health = Literal["ok", "warning", "missing", "failed"]


def copies_in_words(workstation: Workstation) -> tuple[Health, str, dict[str, object]]:
    """All copies together as one state and one sentence with parameters, for `doctor`."""
    statuses = copy_statuses(workstation)
    if not statuses:
        return "missing", N_("No second copy of the journal is set up yet."), {}
    for one in statuses:
        if one.state == "failed":
            return "failed", _FAILED.get(one.problem, _FAILED_SOMEHOW), _said(one)
    best = min(statuses, key=lambda one: (one.state == "absent", one.lag_entries, one.lag))
    if all(one.state == "absent" for one in statuses):
        sentence = N_(
            "No copy is plugged in: {count} entries, {minutes} minutes, are in none. Plug in {path}."
        )
        return "warning", sentence, _said(best)
    if best.lag_entries and best.lag > _MAY_LAG:
        sentence = N_(
            "The copy on {path} is {count} entries and {minutes} minutes behind: leave it plugged in."
        )
        return "warning", sentence, _said(best)
    away = [one for one in statuses if one.state == "absent" and _too_long(workstation, one)]
    if away:
        sentence = N_("The copy on {path} was last complete {since}: swap the media today.")
        return "warning", sentence, _said(away[0])
    if all(one.same_disk for one in statuses if one.state != "absent"):
        sentence = N_("The copy on {path} lies on the journal's own disk: use a stick or a share.")
        return "warning", sentence, _said(best)
    return (
        "ok",
        N_("The copy on {path} is complete, {since}; copies in all: {copies}."),
        {
            **_said(best),
            "copies": len(statuses),
        },
    )


def _too_long(workstation: Workstation, one: CopyStatus) -> bool:
    return one.complete_at is None or workstation.clock.now() - one.complete_at > _MAY_BE_AWAY


def _said(one: CopyStatus) -> dict[str, object]:
    return {
        "path": str(one.path),
        "count": one.lag_entries,
        "minutes": int(one.lag.total_seconds() // 60),
        "since": "–" if one.complete_at is None else one.complete_at,
    }


_FAILED_SOMEHOW = N_(
    "The copy on {path} cannot be written: check the medium, or take another with `mirror add`."
)
_FAILED = {
    "disk_full": N_(
        "The copy's medium {path} is full: make room on it, or take a larger one with `mirror add`."
    ),
    "disk_read_only": N_("The copy's medium {path} cannot be written: check its switch."),
    "mirror_knows_more": N_(
        "The copy on {path} holds more than this journal, so an older journal was put back: record nothing more"
        " here and use `journal restore`."
    ),
    "mirror_differs": N_(
        "The copy on {path} holds another history than this journal: record nothing more here and call IT."
    ),
}


def advice(one: CopyStatus) -> tuple[str, dict[str, object]]:
    """What to do about one copy, as a sentence with parameters; an empty sentence where it is complete."""
    if one.state == "failed":
        return _FAILED.get(one.problem, _FAILED_SOMEHOW), _said(one)
    if one.state == "absent":
        return N_("Plug in {path}: {count} entries, {minutes} minutes, are not in this copy."), _said(one)
    if one.state == "behind":
        return N_("Leave {path} plugged in: what is missing is being copied."), _said(one)
    return "", {}


def status_words(one: CopyStatus, now: datetime) -> tuple[str, dict[str, object]]:
    """One copy for the window's status line: a short sentence with parameters."""
    at: dict[str, object] = {"time": "–" if one.complete_at is None else f"{one.complete_at:%H:%M}"}
    if one.state == "absent":
        return N_("No copy since {time}: plug in the stick"), at
    if one.state == "failed":
        return N_("The copy fails: see Doctor"), {}
    if one.complete_at is None or (one.lag_entries and one.lag > _MAY_LAG):
        return N_("Copy: {count} entries behind"), {"count": one.lag_entries}
    seconds = max(0, int((now - one.complete_at).total_seconds()))
    if seconds < 60:
        return N_("Copy: {seconds} s ago"), {"seconds": seconds}
    return N_("Copy: {time}"), at


@dataclass(frozen=True, slots=True)
class Told:
    """What the window says of the copies: a sentence with parameters in its status line, and one in its banner.

    Either is empty where there is nothing to say. `since` is the time that the banner's sentence names.
    """

    line: str = ""
    params: dict[str, object] = field(default_factory=dict)
    warning: str = ""
    since: datetime | None = None


def copies_told(workstation: Workstation) -> Told:
    """The state of the copies, or a disk that is nearly full, in the words of the window."""
    room = disk_room(workstation.data)
    statuses = copy_statuses(workstation, look=False)
    warning, since = _warning(statuses)
    if room.state == "nearly_none":
        return Told(N_("Disk nearly full: {free} MB"), {"free": room.free_mb}, warning, since)
    if not statuses:
        return Told()
    order = ("failed", "current", "behind", "absent")
    first = min(statuses, key=lambda one: (order.index(one.state), one.lag_entries))
    line, params = status_words(first, workstation.clock.now())
    return Told(line, params, warning, since)


def _warning(statuses: Sequence[CopyStatus]) -> tuple[str, datetime | None]:
    if any(one.state == "failed" for one in statuses):
        return N_("the second copy fails: IT looks at Doctor"), None
    if not statuses or any(one.state != "absent" for one in statuses):
        return "", None
    latest = max((one.complete_at for one in statuses if one.complete_at is not None), default=None)
    if latest is None:
        return N_("no second copy is plugged in"), None
    return N_("no second copy since {time}: plug in the stick"), latest


def as_row(one: CopyStatus) -> dict[str, object]:
    """One copy as `--json` tells it; times in RFC 3339."""
    return {
        "path": str(one.path),
        "medium": one.medium,
        "state": one.state,
        "entries": one.entries,
        "lag_entries": one.lag_entries,
        "lag_minutes": round(one.lag.total_seconds() / 60, 1),
        "complete_at": None if one.complete_at is None else to_wire(one.complete_at),
        "problem": one.problem or None,
        "same_disk": one.same_disk,
    }
