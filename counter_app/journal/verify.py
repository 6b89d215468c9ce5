"""Proof that a journal is whole: pages, chains, private parts, numbers, signatures, sidecar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from counter_app.domain.errors import AppError, JournalBroken
from counter_app.domain.ids import receipt_number
from counter_app.journal import quarantine, store
from counter_app.journal.chain import BEFORE_FIRST, NO_PRIVATE, entry_hash
from counter_app.journal.codec import check_format
from counter_app.journal.sidecar import NAME as SIDECAR
from counter_app.journal.sidecar import read_sidecar
from counter_app.storage.database import Connection, damaged_pages

_ROWS = (
    "SELECT e.seq, e.content, e.private_hash, e.hash, p.salt, p.body FROM entry e"
    " LEFT JOIN private p ON p.arrival = e.arrival WHERE e.chain = ? ORDER BY e.seq"
)

CLOSING = "day_closed"
"""The kind of entry whose hash is signed: what the daily log prints."""

Progress = Callable[[int], None]


@dataclass(slots=True)
class Report:
    """What a verification found; no finding means that everything was proved."""

    entries: int = 0
    findings: list[AppError] = field(default_factory=list)

    def find(self, code: str, /, **params: object) -> None:
        """Note one thing that is wrong."""
        self.findings.append(JournalBroken(code, **params))


def verify_journal(
    connection: Connection, data: Path, signed_by: SignedBy, progress: Progress | None = None
) -> Report:
    """Verify everything but the projections; a journal that cannot even be read raises `JournalBroken`.

    Entries that are recorded meanwhile change nothing: all is read from one snapshot, and the sidecar before it,
    which is never ahead of the journal.
    """
    report, beside = Report(), Report()
    remembered = _remembered(data, beside)
    connection.execute("BEGIN")
    try:
        verify_pages(connection, report)
        if report.findings:
            # What the pages hold is not what was written: no sentence about their content would mean anything.
            return report
        for chain in store.chains(connection):
            proved = verify_chain(connection, chain, report, progress)
            report.entries += proved
            closings = verify_contents(connection, chain, proved, report, progress)
            verify_signatures(connection, chain, closings, report, signed_by)
            report.entries += verify_quarantine(connection, chain, report)
        report.findings += beside.findings
        if remembered is not None:
            verify_sidecar(connection, remembered, report)
    finally:
        connection.execute("ROLLBACK")
    return report


SignedBy = Callable[[bytes, bytes, str], bool]
"""Whether a signature of a public key stands under a head's words."""


def verify_pages(connection: Connection, report: Report) -> None:
    """Every page of the file against its own authentication code, inside a reading transaction."""
    # The snapshot begins with the first thing read.
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    damaged = damaged_pages(connection)
    if damaged:
        report.find("pages_damaged", count=len(damaged), first=damaged[0])
    if not damaged:
        row = connection.execute("PRAGMA quick_check(1)").fetchone()
        if row is None or row[0] != "ok":
            report.find("pages_damaged", count=1, first=str(row[0] if row else "?"))


def verify_chain(
    connection: Connection, chain: store.ChainRow, report: Report, progress: Progress | None = None
) -> int:
    """Every hash of a chain, made again from the stored bytes; returns how many entries it proves."""
    previous, expected = BEFORE_FIRST, 0
    for seq, content, digest, hashed, salt, body in connection.execute(_ROWS, (chain.name,)):
        expected += 1
        if seq != expected:
            report.find("chain_gap", chain=chain.name, seq=expected)
            return expected - 1
        if body is not None and sha256(salt + body).digest() != digest:
            report.find("private_altered", chain=chain.name, seq=seq)
        previous = sha256(previous + content + digest).digest()
        if previous != hashed:
            report.find("chain_broken", chain=chain.name, seq=seq)
            return expected - 1
        if progress is not None and seq % 10_000 == 0:
            progress(seq)
    if expected != chain.seq or previous != chain.hash:
        report.find("chain_head", chain=chain.name, seq=chain.seq, found=expected)
    return expected


def verify_contents(
    connection: Connection,
    chain: store.ChainRow,
    proved: int,
    report: Report,
    progress: Progress | None = None,
) -> list[int]:
    """What the proved entries say: their place, their id, gap-free receipt numbers, a private part not lost.

    Content that the chain doesn't prove is not read: whatever it says, the finding is that it was changed.
    Returns the seqs of the closings of days.
    """
    number, closings = 0, []
    for entry in store.entries(connection, chain.name, upto=proved):
        if progress is not None and entry.seq % 10_000 == 0:
            progress(entry.seq)
        try:
            header, told = entry.header, entry.facts.get("number")
            check_format(header)
            if header["kind"] == CLOSING:
                closings.append(entry.seq)
            if entry.seq == 1 and entry.facts.get("public_key") != chain.public_key.hex():
                report.find("chain_key_differs", chain=chain.name)
            misplaced = (header["chain"], header["seq"], UUID(header["entry_id"])) != (
                entry.chain,
                entry.seq,
                UUID(entry.entry_id),
            )
        except (KeyError, ValueError, TypeError, AttributeError, JournalBroken):
            misplaced, told = True, None
        if misplaced:
            report.find("entry_misplaced", chain=chain.name, seq=entry.seq)
        if told is not None:
            number += 1
            if told != receipt_number(chain.name, number):
                report.find("number_gap", chain=chain.name, seq=entry.seq, number=told)
                number = _counted_from(told, number)
        lost = chain.own and entry.private_bytes is None and entry.private_hash != NO_PRIVATE
        if lost and not _erased(connection, entry.arrival):
            report.find("private_missing", chain=chain.name, seq=entry.seq)
    return closings


def verify_signatures(
    connection: Connection, chain: store.ChainRow, closings: list[int], report: Report, signed_by: SignedBy
) -> None:
    """Every signed head is the head that the chain had at that place, and every closing of ours is signed.

    A crash may come between a closing and its signature: the last one may still lack it.
    """
    signatures = store.head_signatures(connection, chain.name)
    signed = {seq for seq, _, _ in signatures}
    for seq in closings[:-1] if chain.own else ():
        if seq not in signed:
            report.find("closing_unsigned", chain=chain.name, seq=seq)
    for seq, hashed, signature in signatures:
        entry = store.at_place(connection, chain.name, seq)
        if entry is None or entry.hash != hashed:
            report.find("signed_head_differs", chain=chain.name, seq=seq)
        elif not signed_by(chain.public_key, head_words(chain.name, seq, hashed), signature):
            report.find("signature_wrong", chain=chain.name, seq=seq)


def verify_quarantine(connection: Connection, chain: store.ChainRow, report: Report) -> int:
    """What is kept apart of a suspect chain goes on where it stops; returns how many entries that proves."""
    previous, proved = chain.hash, 0
    for entry in quarantine.held(connection, chain.name):
        seq = chain.seq + proved + 1
        previous = entry_hash(previous, entry.content, entry.private_hash)
        if (entry.seq, entry.hash) != (seq, previous):
            report.find("quarantine_broken", chain=chain.name, seq=seq)
            break
        proved += 1
    return proved


def head_words(chain: str, seq: int, hashed: bytes) -> bytes:
    """The words that a signature of a head stands under."""
    return f"{chain} {seq} {hashed.hex()}".encode()


def _remembered(data: Path, report: Report) -> tuple[str, int, bytes] | None:
    try:
        return read_sidecar(data)
    except JournalBroken as error:
        report.findings.append(error)
        return None


def verify_sidecar(connection: Connection, remembered: tuple[str, int, bytes], report: Report) -> None:
    """The head that the sidecar remembers is in the chain; a sidecar that is behind is what a crash leaves."""
    chain, seq, hashed = remembered
    own = next((row for row in store.chains(connection) if row.own), None)
    if own is None or own.name != chain:
        report.find("sidecar_of_other_chain", path=SIDECAR, chain=chain)
        return
    if seq > own.seq:
        report.find("tail_lost", chain=chain, seq=seq, found=own.seq)
        return
    entry = store.at_place(connection, chain, seq)
    if entry is None or entry.hash != hashed:
        report.find("sidecar_differs", path=SIDECAR, chain=chain, seq=seq)


def refuse_lost_tail(connection: Connection, data: Path) -> None:
    """Raise what the sidecar finds wrong, before anything is recorded: a new entry would cover a lost tail."""
    report = Report()
    remembered = _remembered(data, report)
    if remembered is not None:
        verify_sidecar(connection, remembered, report)
    for finding in report.findings:
        raise finding


def _counted_from(told: object, number: int) -> int:
    """Where the count goes on behind a wrong number: one gap is one finding."""
    last = str(told).rpartition("-")[2]
    return int(last) if last.isascii() and last.isdigit() and len(last) < 10 else number


def _erased(connection: Connection, arrival: int) -> bool:
    return connection.execute("SELECT 1 FROM erasure WHERE arrival = ?", (arrival,)).fetchone() is not None
