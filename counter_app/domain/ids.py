"""Names of things: entry ids, chains, receipt numbers and the keys under which a centre hears of a unit."""

from __future__ import annotations

import re
import secrets
from hashlib import sha1
from uuid import UUID

from counter_app.domain.errors import BadInput

COUNTER = re.compile(r"[A-Z0-9]{1,4}")
MAIN = "main"
_48_BITS = (1 << 48) - 1
_EPOCH_LETTERS = "abcdefghijklmnopqrstuvwxyz"
MOST_EPOCHS = len(_EPOCH_LETTERS)


def check_counter(counter: str) -> str:
    """Return `counter` if it is 1 to 4 capital letters and digits, else raise `counter_id_malformed`."""
    if not COUNTER.fullmatch(counter):
        raise BadInput("counter_id_malformed", counter=counter)
    return counter


def chain_name(counter: str, epoch: int) -> str:
    """The chain of a counter: `A3` for its first epoch, `A3b`, `A3c`… after each restore.

    The same word prefixes its receipt numbers, so that numbers of two epochs never meet.
    """
    if epoch == 1:
        return counter
    if not 2 <= epoch <= len(_EPOCH_LETTERS):
        raise ValueError(f"epoch {epoch} has no letter")
    return counter + _EPOCH_LETTERS[epoch - 1]


def counter_of(chain: str) -> str:
    """The counter that a chain belongs to."""
    return chain.rstrip(_EPOCH_LETTERS)


def epoch_of(chain: str) -> int:
    """The epoch of a chain: 1 for `A3`, 2 for `A3b`."""
    letter = chain[len(counter_of(chain)) :]
    return 1 + _EPOCH_LETTERS.index(letter) if letter else 1


def term_of(chain: str) -> int:
    """What orders the facts that successive epochs tell of one delivery: 0 for the first, one more with each."""
    return epoch_of(chain) - 1


def receipt_number(chain: str, number: int) -> str:
    """The number printed on paper, at least four digits: `A3-0148`."""
    return f"{chain}-{number:04d}"


def check_entry_id(value: str) -> str:
    """Return the canonical lower-case form of a UUID, else raise `entry_id_malformed`."""
    try:
        parsed = UUID(value)
    except ValueError as error:
        raise BadInput("entry_id_malformed", entry_id=value) from error
    return str(parsed)


def new_entry_id(milliseconds: int) -> str:
    """A new id for an entry made so many milliseconds after 1970: a UUID of version 7 (RFC 9562), else random.

    Ids of one time stand side by side in every index: what was recorded together is found, sent and settled
    together, on few pages.
    """
    drawn = secrets.token_bytes(10).hex()
    time = f"{milliseconds & _48_BITS:012x}"
    variant = "89ab"[int(drawn[3], 16) & 3]
    return f"{time[:8]}-{time[8:]}-7{drawn[:3]}-{variant}{drawn[4:7]}-{drawn[7:19]}"


def unit_key(entry_id: str, service: str, part: str, *, main_service: bool) -> str:
    """The idempotency key of one delivery unit: fixed at capture, the same after any upgrade.

    The main message goes under the entry's own id, every other service or part under UUIDv5 of it.
    """
    if main_service and part == MAIN:
        return entry_id
    # As `str(uuid.uuid5(UUID(entry_id), …))` does, at a third of the time: this is made for every grant.
    named = bytes.fromhex(entry_id.replace("-", "")) + f"{service}/{part}".encode()
    plain = sha1(named, usedforsecurity=False).hexdigest()
    variant = "89ab"[int(plain[16], 16) & 3]
    return f"{plain[:8]}-{plain[8:12]}-5{plain[13:16]}-{variant}{plain[17:20]}-{plain[20:32]}"
