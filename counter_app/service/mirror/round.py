"""One round of copying to one medium: find the copy there, bring it up to date, say what came of it."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from pathlib import Path

from counter_app.clock import to_wire
from counter_app.domain.errors import AppError, EnvironmentFailed
from counter_app.exchange.mirror_folder import copy_folder, medium_id
from counter_app.exchange.mirroring import OFFICE, Mirror, Source
from counter_app.keys.keyfile import parse
from counter_app.keys.keyring import read_raw
from counter_app.logs import Plain
from counter_app.service.mirror.media import Known, Medium
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection, translated

_LOG = logging.getLogger("counter_app.mirror")
_BREATH_S = 0.005
"""Between two slices, so that people's work goes in between."""


def is_there(medium: Medium) -> bool:
    """Whether this very medium lies under its path now."""
    return medium_id(medium.path) == medium.id


def copy_round(
    workstation: Workstation,
    connection: Connection,
    medium: Medium,
    known: Known,
    stop: threading.Event | None = None,
) -> Known:
    """Bring the copy on one medium up to date and return what is known of it now; never raises for the medium's sake.

    `stop` ends it after the slice under way: the rest is copied the next time.
    """
    if not is_there(medium):
        return replace(known, problem="mirror_absent")
    now = to_wire(workstation.clock.now())
    try:
        with translated(medium.path):
            mirror = Mirror(_folder(workstation, medium), _source(workstation, connection))
            while mirror.keep_up(to_wire(workstation.clock.now())):
                known = _so_far(known, mirror, now)
                if stop is not None and stop.wait(_BREATH_S):
                    return known
        return replace(_so_far(known, mirror, now), complete_at=now, problem="")
    except AppError as error:
        gone = error.code == "disk_failed" and not is_there(medium)
        code = "mirror_absent" if gone else error.code
        if code != known.problem:
            _LOG.warning("copy stopped: %s", Plain(code))
        return replace(known, seen_at=known.seen_at if gone else now, problem=code)


def _so_far(known: Known, mirror: Mirror, now: str) -> Known:
    position = mirror.position
    return replace(known, entries=position.entries, arrival=position.arrival, seen_at=now)


def _folder(workstation: Workstation, medium: Medium) -> Path:
    return copy_folder(medium.path, workstation.chain, workstation.keyring.workstation)


def _source(workstation: Workstation, connection: Connection) -> Source:
    """The journal and the two small files beside it; the keys only as the open ones know them."""
    keys = read_raw(workstation.data)
    parse(keys).check(keys, workstation.keyring.database)
    try:
        office = (workstation.data / OFFICE).read_bytes()
    except OSError as error:
        problem = error.strerror or str(error)
        raise EnvironmentFailed("disk_failed", path=str(workstation.data), problem=problem) from error
    return Source(connection, workstation.chain, workstation.keyring.database, keys, office)
