"""The folder of a restored workstation: what stands there is put aside, and only when the new one is whole."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path

from counter_app.domain.errors import AppError, Refused
from counter_app.exchange.mirroring import OFFICE
from counter_app.journal import store
from counter_app.journal.sidecar import NAME as SIDECAR
from counter_app.journal.verify import Report, refuse_lost_tail, verify_chain, verify_pages
from counter_app.keys.keyfile import NAME as KEYS
from counter_app.keys.keyfile import NEXT, parse
from counter_app.keys.keyring import Keyring, read_raw
from counter_app.service.mirror.media import STATE
from counter_app.storage.database import JOURNAL, open_database, translated

STAGING = "restoring"
ASIDE = "before-restore-"
"""How a folder begins into which what stood here is put."""
_MADE = (JOURNAL, SIDECAR, OFFICE, KEYS)
"""What a new epoch replaces; the keys last, for a folder without them holds no workstation."""
_PUT_ASIDE = (
    KEYS,
    NEXT,
    JOURNAL,
    f"{JOURNAL}-wal",
    f"{JOURNAL}-shm",
    SIDECAR,
    OFFICE,
    f"{OFFICE}.adopting",
    STATE,
)


def clear_staging(data: Path) -> Path:
    """An empty folder to build in; what a restore that was cut short left there is only what it had copied."""
    staging = data / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    return staging


def refuse_healthy(data: Path, keyring: Keyring) -> None:
    """Raise `restore_over_healthy` where a workstation stands in `data` that is whole, or is not the copy's."""
    try:
        file = parse(read_raw(data))
        if file.workstation != keyring.workstation:
            raise Refused("restore_over_healthy", path=str(data))
        with (
            translated(data / JOURNAL),
            closing(open_database(data / JOURNAL, keyring.database).conn) as connection,
        ):
            refuse_lost_tail(connection, data)
            connection.execute("BEGIN")
            report = Report()
            verify_pages(connection, report)
            for chain in store.chains(connection):
                verify_chain(connection, chain, report)
    except Refused:
        raise
    except AppError:
        # It is not there, or it is broken: that is what a restore is for.
        return
    if not report.findings:
        raise Refused("restore_over_healthy", path=str(data))


def take_place(data: Path, now: datetime) -> Path | None:
    """Put what stands in `data` aside and the new workstation in its place; returns where the old one lies."""
    present = [data / name for name in _PUT_ASIDE if (data / name).exists()]
    aside = None
    if present:
        dated = data / f"{ASIDE}{now:%Y%m%d-%H%M%S}"
        before = len(list(data.glob(f"{dated.name}*")))
        aside = dated if not before else dated.with_name(f"{dated.name}-{before + 1}")
        aside.mkdir()
        # The keys first: from here on the folder holds no workstation until the new one's stand in it.
        for path in present:
            path.replace(aside / path.name)
    for name in _MADE:
        (data / STAGING / name).replace(data / name)
    return aside
