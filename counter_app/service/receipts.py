"""Checking a receipt's code against the keys and the journal at hand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from counter_app.domain.errors import Refused
from counter_app.domain.ids import counter_of, epoch_of
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.keys.receipt_code import ReceiptClaims, decode, key_id
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
    """Verify a code with the keys of every chain that was heard.

    A chain speaks for itself and, on a duplicate, for the epochs of its counter before it. Raises
    `receipt_unreadable`, `receipt_newer`, `receipt_altered`, `receipt_unknown_key`, and `receipt_other_counter` where
    one counter's key speaks for another's number: whoever took a machine away would name one that is trusted.

    Every receipt is an anchor: a journal that holds another entry at its place was rolled back or rewritten.
    A receipt of a suspect workstation is believed where its entry was recorded before, and had arrived here before
    the suspicion was heard of, or was released by two people: the time that it claims proves nothing.
    """
    with workstation.reading() as connection:
        chains = store.chains(connection)
        claims, signer = _signed(code, chains)
        known = next((chain for chain in chains if chain.name == claims.chain), None)
        entry = store.at_place(connection, claims.chain, claims.seq)
        since = _suspected_since(Tables(connection), workstation.chain, {claims.chain, signer})
        released = released_upto(Tables(connection), workstation.chain, claims.chain)
    if entry is not None and entry.hash[:8] != claims.hash8:
        return CheckedReceipt(claims, Standing.DIFFERS, since)
    if since is not None and claims.seq > released and (entry is None or _recorded_at(entry) >= since):
        return CheckedReceipt(claims, Standing.SUSPECT, since)
    if entry is not None:
        return CheckedReceipt(claims, Standing.IN_JOURNAL, since)
    own = known is not None and known.own
    return CheckedReceipt(claims, Standing.DIFFERS if own else Standing.NOT_HEARD, since)


def _signed(code: str, chains: list[store.ChainRow]) -> tuple[ReceiptClaims, str]:
    """The claims of a code and the chain whose key signed them."""
    read = decode(code)
    keys = {chain.name: Ed25519PublicKey.from_public_bytes(chain.public_key) for chain in chains}
    signer = next((name for name, key in keys.items() if key_id(key) == read.kid), None)
    if signer is None:
        raise Refused("receipt_unknown_key", key=read.kid.hex())
    read.verify(keys[signer])
    chain = read.claims.chain
    if counter_of(chain) != counter_of(signer) or epoch_of(chain) > epoch_of(signer):
        raise Refused("receipt_other_counter", number=read.claims.receipt_number, chain=signer)
    return read.claims, signer


def _suspected_since(tables: Tables, own: str, chains: set[str]) -> str | None:
    """Since when the first of these chains is suspect, `None` where none is."""
    found = [suspected_since(tables, own, chain) for chain in sorted(chains)]
    return min((since for since in found if since is not None), default=None)


def _recorded_at(entry: Entry) -> str:
    return str(entry.header["recorded_at"])
