"""Rehearsing recovery: proof, recorded, that the recovery keys at hand open a copy of this workstation."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from counter_app.access.roles import RECOVERY, colleague
from counter_app.clock import from_wire, to_wire
from counter_app.domain.errors import AppError, BadInput
from counter_app.journal import store
from counter_app.journal.entry import Fact
from counter_app.keys.keyfile import KeyFile
from counter_app.keys.keyring import Keyring
from counter_app.keys.recovery import Recovered, read_identities, recover_keys
from counter_app.projections import daybook
from counter_app.projections.family import Tables
from counter_app.service.restoring.intake import Intake
from counter_app.service.restoring.sources import Source, open_source
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation
from counter_app.storage.database import open_database
from counter_app.storage.migrations import migrate

REHEARSED = "journal_recovery_rehearsed"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a rehearsal showed: whose keys opened the copy, its entries, how many are missing from it, and faults.

    `missing` counts entries of the own chain that the workstation has and the copy has not.
    """

    labels: tuple[str, ...]
    entries: int
    missing: int
    findings: tuple[AppError, ...]


def rehearse(workstation: Workstation, folder: Path, identities: Sequence[Path], agent: str) -> Rehearsal:
    """Open a copy (a mirror on a medium, a copied folder, or this one) with recovery keys alone and prove each entry.

    Nothing in the copy is changed. Recorded where nothing is found wrong. Raises `recovery_of_another` where the
    copy is of another workstation, and what opening the copy raises.
    """
    colleague(workstation.configuration, agent, RECOVERY)
    read, recovered = read_identities(identities), list[Recovered]()

    def by_recovery(place: Path, name: str) -> Keyring:
        recovered.append(recover_keys(place, read, name))
        return recovered[-1].keyring

    with workstation.reading() as connection:
        head = store.head(connection, workstation.chain).seq
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        source = open_source(folder, by_recovery, Path(scratch))
        if source.keyring.workstation != workstation.keyring.workstation:
            raise BadInput("recovery_of_another")
        intake, entries = _proved(source, Path(scratch), to_wire(workstation.clock.now()))
    used = next(one for one in recovered if one.keyring is source.keyring)
    own = intake.chains.get(workstation.chain)
    missing = max(0, head - (own.seq if own else 0))
    if not intake.findings:
        facts = {
            "recovery": used.public,
            "needed": used.needed,
            "recipients": list(used.recipients),
            "entries": entries,
            "missing": missing,
        }
        workstation.writer.do(lambda session: _record(session, facts, agent))
    return Rehearsal(used.labels, entries, missing, tuple(intake.findings))


def _proved(source: Source, scratch: Path, now: str) -> tuple[Intake, int]:
    """Everything of the copy taken into a journal of its own, as a restore would, under a key that nobody keeps."""
    key = secrets.token_bytes(32)
    with closing(open_database(scratch / "rehearsal.db", key, write=True).conn) as connection:
        migrate(connection, now)
        intake = Intake(connection)
        intake.take(source.read())
        intake.finish()
        return intake, store.count(connection)


def _record(session: Session, facts: dict[str, Any], agent: str) -> None:
    session.append(
        Fact(REHEARSED, facts), agent=agent, channel="setup", entry_id=str(uuid4()), command_hash=""
    )


def last_rehearsal(workstation: Workstation, file: KeyFile) -> datetime | None:
    """When the recovery that is set up now was last rehearsed here, in the office's zone."""
    if file.recovery is None:
        return None
    with workstation.reading() as connection:
        places = daybook.places_of_kinds(Tables(connection), (REHEARSED,))
        for chain, seq in reversed(places):
            entry = store.at_place(connection, chain, seq)
            if entry is not None and entry.facts["recovery"] == file.recovery.public.hex():
                return from_wire(entry.header["recorded_at"]).astimezone(workstation.office.zone)
    return None
