"""The workstation's signatures over its own heads: at each closing, and whenever somebody takes the chain along."""

from __future__ import annotations

from counter_app.journal import store
from counter_app.journal.verify import head_words
from counter_app.keys.keyring import Keyring
from counter_app.keys.sign import HEAD, RANGE, sign, signed_by
from counter_app.projections import daybook
from counter_app.projections.family import Tables
from counter_app.service.session import Session
from counter_app.service.writer import Writer
from counter_app.storage.database import Connection


def head_signature(keyring: Keyring, chain: str, seq: int, hashed: bytes) -> str:
    """The SSHSIG over one head of the own chain; it is made on the caller's thread, never on the writer's."""
    return sign(keyring.signing, HEAD, head_words(chain, seq, hashed))


def signed_somehow(public_key: bytes, words: bytes, signature: str) -> bool:
    """Whether a key signed a head, as such or as the end of a range on its way to another counter."""
    return any(signed_by(public_key, namespace, words, signature) for namespace in (HEAD, RANGE))


def sign_closings(writer: Writer, connection: Connection, keyring: Keyring, chain: str) -> int:
    """Sign every closing of the own chain that has no signature yet; returns how many.

    A closing is an entry before it is signed: one that a crash left without is signed when the workstation is
    next opened to record, or closed for the next day.
    """
    heads = store.unsigned_heads(connection, chain, daybook.every_closing(Tables(connection), chain))
    signatures = [(seq, hashed, head_signature(keyring, chain, seq, hashed)) for seq, hashed in heads]
    if signatures:

        def keep(session: Session) -> None:
            for seq, hashed, signature in signatures:
                store.sign_head(session.connection, chain, seq, hashed, signature)

        writer.do(keep)
    return len(signatures)
