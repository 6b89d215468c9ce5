"""`python -m tests.crash.courier DATA NOW`: one run of the couriers, which may be killed at any moment."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from counter_app.bootstrap import open_workstation, reconcile
from counter_app.clock import PracticeClock

WORDS, IT = b"six words that nobody would guess", "bnguyen"


def main(data: Path, now: datetime) -> None:
    """Reconcile with every service, by a clock that goes on from `now`."""
    workstation = open_workstation(data, WORDS, write=True, clock=PracticeClock(now))
    try:
        reconcile(workstation, workstation.configuration.services, IT)
    finally:
        workstation.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))
