"""Proving a workstation: the journal's own verification, and every projection against a rebuild."""

from __future__ import annotations

from counter_app.journal import store
from counter_app.journal.verify import Report, verify_journal
from counter_app.projections import runner
from counter_app.service.clock_check import Notice, clock_notices
from counter_app.service.signing import head_signature, signed_somehow
from counter_app.service.workstation import Workstation


def prove(workstation: Workstation, *, full: bool, progress: runner.Progress | None = None) -> Report:
    """Verify everything that can be read; `full` rebuilds the projections in memory and compares them.

    `progress` hears how many of how many entries are proved, and with `full` once more how many are projected.
    """
    with workstation.reading() as connection:
        total = store.count(connection) if progress else 0
        report = verify_journal(
            connection,
            workstation.data,
            signed_somehow,
            (lambda done: progress(done, total)) if progress else None,
        )
        if full and not report.findings:
            for table in runner.differences(connection, progress):
                report.find("projection_differs", table=table)
    return report


def read_notices(workstation: Workstation) -> list[Notice]:
    """What the chains say of their clocks: information beside a verification, never a finding."""
    with workstation.reading() as connection:
        return [note for row in store.chains(connection) for note in clock_notices(connection, row.name)]


def sign_head(workstation: Workstation) -> tuple[int, bytes, str]:
    """Sign the present head of the own chain and keep the signature; returns seq, hash and signature."""
    with workstation.reading() as connection:
        head = store.head(connection, workstation.chain)
    signature = head_signature(workstation.keyring, head.chain, head.seq, head.hash)
    workstation.writer.do(
        lambda session: store.sign_head(session.connection, head.chain, head.seq, head.hash, signature)
    )
    return head.seq, head.hash, signature
