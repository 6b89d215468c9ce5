"""Checking a receipt's code against the keys and the journal at hand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.keys.receipt_code import ReceiptClaims, key_id, verify
from counter_app.projections.family import Tables
from counter_app.projections.suspects import released_upto, suspected_since
from counter_app.service.workstation import Workstation


class Standing(StrEnum):
    """What the journal at hand says of the entry behind a receipt."""

    IN_JOURNAL = "in_journal"
    NOT_HEARD = "not_heard"
    DIFFERS = "differs"
    SUSPECT = "suspect"


@dataclass(frozen=True, slots=True)
class CheckedReceipt:
    """The claims of a receipt whose signature holds, and how the journal stands to them.

    `suspect_since` is when IT ceased to trust the counter that issued it (a wire time), where that is so.
    """

    claims: ReceiptClaims
    standing: Standing
    suspect_since: str | None = None


def check_receipt(workstation: Workstation, code: str) -> CheckedReceipt:
    """Verify a code with the keys of every chain that was heard; raises what `receipt_code.verify` raises.

    Every receipt is an anchor: a journal that holds another entry at its place was rolled back or rewritten.
    A receipt of a suspect workstation is believed where its entry was recorded before, and had arrived here before
    the suspicion was heard of, or was released by two people: the time that it claims proves nothing.
    """
    with workstation.reading() as connection:
        chains = store.chains(connection)
        keys = [Ed25519PublicKey.from_public_bytes(chain.public_key) for chain in chains]
        claims = verify(code, {key_id(key): key for key in keys})
        known = next((chain for chain in chains if chain.name == claims.chain), None)
        entry = store.at_place(connection, claims.chain, claims.seq)
        since = suspected_since(Tables(connection), workstation.chain, claims.chain)
        released = released_upto(Tables(connection), workstation.chain, claims.chain)
    if entry is not None and entry.hash[:8] != claims.hash8:
        return CheckedReceipt(claims, Standing.DIFFERS, since)
    if since is not None and claims.seq > released and (entry is None or _recorded_at(entry) >= since):
        return CheckedReceipt(claims, Standing.SUSPECT, since)
    if entry is not None:
        return CheckedReceipt(claims, Standing.IN_JOURNAL, since)
    own = known is not None and known.own
    return CheckedReceipt(claims, Standing.DIFFERS if own else Standing.NOT_HEARD, since)


def _recorded_at(entry: Entry) -> str:
    return str(entry.header["recorded_at"])
