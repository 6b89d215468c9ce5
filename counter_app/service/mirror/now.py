"""Brings every copy up to date at once, or waits until the window that is open beside it has."""

from __future__ import annotations

import time
from contextlib import closing

from counter_app.clock import to_wire
from counter_app.domain.errors import EnvironmentFailed
from counter_app.service.mirror.media import Known, media, read_states, write_states
from counter_app.service.mirror.round import copy_round
from counter_app.service.mirror.status import copy_statuses
from counter_app.service.workstation import Workstation
from counter_app.storage.lock import WriterLock

_PATIENCE_S = 30.0


def copy_now(workstation: Workstation) -> None:
    """Copy what is new to every medium that is there; how it went stands in their status afterwards."""
    lock = WriterLock(workstation.data, "mirror")
    try:
        lock.acquire("counter-app", to_wire(workstation.clock.now()))
    except EnvironmentFailed as error:
        if error.code != "another_writer":
            raise
        _await_the_other(workstation)
        return
    try:
        states = read_states(workstation.data)
        with closing(workstation.connect_reader()) as connection:
            for medium in media(workstation.data):
                known = states.get(medium.id, Known())
                states[medium.id] = copy_round(workstation, connection, medium, known)
        write_states(workstation.data, states)
    finally:
        lock.release()


def _await_the_other(workstation: Workstation) -> None:
    """A program that is open here copies already; it looks at the list of media every few seconds."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        if all(one.state in ("current", "absent", "failed") for one in copy_statuses(workstation)):
            return
        time.sleep(0.2)
