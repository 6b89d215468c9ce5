"""Proving a chain beside a loop that fetches and hashes the very same rows."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from counter_app.journal import store, verify
from counter_app.journal.entry import Fact
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection
from tests.benchmarks import stage
from tests.benchmarks.figures import Figure, milliseconds, p50

LIMIT = 1.5
ENTRIES = 20_000
_AT_ONCE = 500
_ROUNDS = 5
_ROWS = (
    "SELECT e.seq, e.content, e.private_hash, e.hash, p.salt, p.body FROM entry e"
    " LEFT JOIN private p ON p.arrival = e.arrival WHERE e.chain = ? ORDER BY e.seq"
)


def measure(folder: Path) -> list[Figure]:
    """The p50 of whole runs over the chain, alternated, each on the same warm connection."""
    with stage.workstation(folder / "A1") as workstation:
        fill(workstation, ENTRIES)
        with workstation.reading() as connection:
            chain = next(row for row in store.chains(connection) if row.own)
            runs = [_pair(connection, chain) for _ in range(_ROUNDS)]
    proofs, loops = zip(*runs, strict=True)
    return [Figure("verify", p50(proofs), "ms", floor=p50(loops), limit=LIMIT)]


def fill(workstation: Workstation, entries: int) -> None:
    """Refusals that look like those of people, many in one transaction."""
    for start in range(0, entries, _AT_ONCE):
        workstation.writer.do(_append(min(_AT_ONCE, entries - start)))


def _append(count: int) -> Callable[[Session], None]:
    def job(session: Session) -> None:
        for _ in range(count):
            session.append(
                Fact("aid_refused", _FACTS, _PRIVATE, numbered=True),
                agent=stage.AGENT,
                channel="window",
                entry_id=str(uuid4()),
                command_hash=sha256().hexdigest(),
            )

    return job


_FACTS = {
    "person": {"identity": "document", "references": ["name:" + "0" * 32], "confirmed": True},
    "aid": "FR75-ALLEX",
    "currency": "EUR",
    "reason": "not_urgent",
}
_PRIVATE = {
    "person": {"surname": "Lefèvre-Été", "given_names": ["Zoé"], "birth_date": "1960-05-04"},
    "words": "La personne est attendue mardi par une assistante sociale du secteur.",
}


def _pair(connection: Connection, chain: store.ChainRow) -> tuple[float, float]:
    report = verify.Report()
    proof, proved = milliseconds(lambda: verify.verify_chain(connection, chain, report))
    loop, hashed = milliseconds(lambda: hash_rows(connection, chain.name))
    if report.findings or proved != hashed or proved < ENTRIES:
        raise RuntimeError(f"{proved} entries proved, {hashed} hashed, {report.findings}")
    return proof, loop


def hash_rows(connection: Connection, chain: str) -> int:
    """The floor: fetch every row of a chain and hash it; returns how many."""
    count = 0
    previous = bytes(32)
    for _, content, digest, _, salt, body in connection.execute(_ROWS, (chain,)):
        if body is not None:
            sha256(salt + body).digest()
        previous = sha256(previous + content + digest).digest()
        count += 1
    return count
