"""A durable grant, from the line of the command to the commit, beside one bare durable insert of as many bytes."""

from __future__ import annotations

import secrets
from pathlib import Path

from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection, open_database
from tests.benchmarks import stage
from tests.benchmarks.figures import Figure, milliseconds, p50

LIMIT = 2.5
_PAIRS = 400
_WARM_UP = 30


def measure(folder: Path) -> list[Figure]:
    """The p50 of both, alternated, on the same disk under the same cipher and pragmas."""
    with stage.workstation(folder / "A1") as workstation:
        bare = open_database(folder / "A1" / "bare.db", secrets.token_bytes(32), write=True).conn
        bare.execute("CREATE TABLE bare (place INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")
        try:
            pairs = [_pair(workstation, bare, number) for number in range(_WARM_UP + _PAIRS)][_WARM_UP:]
        finally:
            bare.close()
    grants, inserts = zip(*pairs, strict=True)
    return [Figure("grant", p50(grants), "ms", floor=p50(inserts), limit=LIMIT)]


def _pair(workstation: Workstation, bare: Connection, number: int) -> tuple[float, float]:
    line = stage.grant_line(number)
    grant, outcome = milliseconds(lambda: stage.record_line(workstation, line))
    entry = outcome.entry
    blob = secrets.token_bytes(len(entry.content) + len(entry.private_bytes or b""))
    insert, _ = milliseconds(lambda: bare.execute("INSERT INTO bare (body) VALUES (?)", (blob,)))
    return grant, insert
