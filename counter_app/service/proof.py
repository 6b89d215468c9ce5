"""Proving a workstation: the journal's own verification, and every projection against a rebuild."""

from __future__ import annotations

from counter_app.journal import store
from counter_app.journal.verify import Report, head_words, verify_journal
from counter_app.keys.sign import HEAD, sign, signed_by
from counter_app.projections import runner
from counter_app.service.workstation import Workstation


def prove(workstation: Workstation, *, full: bool) -> Report:
    """Verify everything that can be read; `full` rebuilds the projections in memory and compares them."""
    with workstation.reading() as connection:
        report = verify_journal(
            connection,
            workstation.data,
            lambda key, words, signature: signed_by(key, HEAD, words, signature),
        )
        if full and not report.findings:
            for table in runner.differences(connection):
                report.find("projection_differs", table=table)
    return report


def sign_head(workstation: Workstation) -> tuple[int, bytes, str]:
    """Sign the present head of the own chain and keep the signature; returns seq, hash and signature."""
    with workstation.reading() as connection:
        head = store.head(connection, workstation.chain)
    signature = sign(workstation.keyring.signing, HEAD, head_words(head.chain, head.seq, head.hash))
    workstation.writer.do(
        lambda session: store.sign_head(session.connection, head.chain, head.seq, head.hash, signature)
    )
    return head.seq, head.hash, signature
