"""Recovery keys held by IT: age keys, some number of which together open a workstation.

A recovery key of 32 random bytes is the private half of a pair to which the database key is sealed. It is split
by SLIP-39 (Shamir's scheme over GF(256)); each share is encrypted to one age key, so that `age -d` and any SLIP-39
program can do the same without this one. Where one key is enough, each share is the recovery key itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from counter_app.domain.errors import BadInput, JournalBroken
from counter_app.keys.keyfile import NAME, Recipient, Recovery, parse
from counter_app.keys.keyring import Keyring, read_raw, unlocked
from counter_app.keys.seal import new_pair, seal, unseal

if TYPE_CHECKING:
    from pyrage.x25519 import Identity

MOST_RECIPIENTS = 16
"""As many shares as SLIP-39 gives."""
_SECRET_LINE = "AGE-SECRET-KEY-1"


@dataclass(frozen=True, slots=True)
class Recovered:
    """The keys that recovery opened, labels and public keys of those whose keys did it, and which recovery it was.

    `public` is the public half of the recovery key, in hexadecimal.
    """

    keyring: Keyring
    labels: tuple[str, ...]
    recipients: tuple[str, ...]
    needed: int
    public: str


def check_recipient(recipient: str) -> None:
    """Raise `recipient_malformed` where this is no public age key (age1…)."""
    from pyrage import RecipientError, x25519

    try:
        x25519.Recipient.from_str(recipient)
    except RecipientError as error:
        raise BadInput("recipient_malformed", recipient=recipient) from error


def new_recovery(keyring: Keyring, holders: Sequence[tuple[str, str]], needed: int) -> Recovery:
    """A fresh recovery key for this workstation, split among `holders` (label and public age key).

    Nobody's secret is needed for that. Raises `recovery_threshold` where `needed` does not fit them.
    """
    from pyrage import encrypt, x25519

    if not 1 <= needed <= len(holders) <= MOST_RECIPIENTS:
        raise BadInput("recovery_threshold", needed=needed, count=len(holders), most=MOST_RECIPIENTS)
    private, public = new_pair()
    recipients = [
        Recipient(label, recipient, encrypt(share, [x25519.Recipient.from_str(recipient)]))
        for (label, recipient), share in zip(holders, _split(private, needed, len(holders)), strict=True)
    ]
    sealed = seal(public, keyring.database, _bound_to(keyring.workstation))
    return Recovery(needed, public, sealed, tuple(recipients))


def moved_recovery(recovery: Recovery, keyring: Keyring) -> Recovery:
    """The same recovery for another database key; shares and recipients stay."""
    return replace(recovery, wrapped=seal(recovery.public, keyring.database, _bound_to(keyring.workstation)))


def read_identities(paths: Sequence[Path]) -> list[Identity]:
    """The secret age keys in these files, as `age-keygen` writes them; raises `identity_unreadable`."""
    from pyrage import IdentityError, x25519

    found: list[Identity] = []
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").split()
            keys = [x25519.Identity.from_str(word) for word in lines if word.startswith(_SECRET_LINE)]
        except (OSError, UnicodeDecodeError, IdentityError) as error:
            raise BadInput("identity_unreadable", path=str(path)) from error
        if not keys:
            raise BadInput("identity_unreadable", path=str(path))
        found += keys
    return found


def recover_keys(folder: Path, identities: Sequence[Identity], name: str = NAME) -> Recovered:
    """Open the keys in `folder` (a workstation's, a copy's or a mirror's) with secret age keys.

    Raises `recovery_not_set_up`, `recovery_not_enough` where fewer shares open than are needed, and
    `keys_damaged`.
    """
    raw = read_raw(folder, name)
    file = parse(raw)
    if file.recovery is None:
        raise BadInput("recovery_not_set_up", path=str(folder))
    opened = _opened_shares(file.recovery, identities)
    needed = file.recovery.needed
    if len(opened) < needed:
        raise BadInput("recovery_not_enough", found=len(opened), needed=needed)
    private = _combined([share for _, share in opened[:needed]], needed)
    database = unseal(private, file.recovery.wrapped, _bound_to(file.workstation))
    if database is None:
        raise JournalBroken("keys_damaged", path=NAME)
    used = [one for one, _ in opened[:needed]]
    return Recovered(
        unlocked(raw, file, database),
        tuple([one.label for one in used]),
        tuple([one.recipient for one in used]),
        needed,
        file.recovery.public.hex(),
    )


def _opened_shares(recovery: Recovery, identities: Sequence[Identity]) -> list[tuple[Recipient, bytes]]:
    from pyrage import DecryptError, decrypt

    opened = []
    for one in recovery.recipients:
        with suppress(DecryptError):
            opened.append((one, decrypt(one.share, list(identities))))
    return opened


def _split(secret: bytes, needed: int, count: int) -> list[bytes]:
    if needed == 1:
        return [secret] * count
    from shamir_mnemonic import generate_mnemonics

    # The secret is random already: the scheme's stretching of a passphrase has nothing to stretch.
    (words,) = generate_mnemonics(1, [(needed, count)], secret, iteration_exponent=0)
    return [line.encode() for line in words]


def _combined(shares: Sequence[bytes], needed: int) -> bytes:
    if needed == 1:
        return shares[0]
    from shamir_mnemonic import MnemonicError, combine_mnemonics

    try:
        secret: bytes = combine_mnemonics([share.decode() for share in shares])
    except (MnemonicError, UnicodeDecodeError) as error:
        raise JournalBroken("keys_damaged", path=NAME) from error
    return secret


def _bound_to(workstation: str) -> str:
    return f"{workstation}/recovery"
