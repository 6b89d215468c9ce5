"""The keys of one workstation: opened by a passphrase, and what the opened database key unwraps.

The database key is random. Each slot of `keys.toml` holds it for one person who may open the workstation. Signing
key and reference key are wrapped by the database key.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from argon2.exceptions import HashingError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counter_app.domain.errors import BadInput, EnvironmentFailed, JournalBroken
from counter_app.keys.keyfile import NAME, Change, KeyFile, Recovery, Slot, parse
from counter_app.keys.seal import new_pair, seal, unseal
from counter_app.keys.wrap import PassphraseCost, derived_key, passphrase_key, unwrap, wrap


@dataclass(frozen=True, slots=True)
class Keyring:
    """The open keys of a workstation; never printed, never logged.

    `opened_by` is the id of the slot that a passphrase opened, empty where none did.
    """

    workstation: str
    database: bytes
    signing: Ed25519PrivateKey
    reference: bytes
    opened_by: str = ""

    def __repr__(self) -> str:
        return f"Keyring({self.workstation})"

    @property
    def public_key(self) -> bytes:
        """The 32 raw bytes of the workstation's public signing key."""
        return self.signing.public_key().public_bytes_raw()


def new_keyring(workstation: str, reference: bytes) -> Keyring:
    """Fresh random keys for a workstation; the reference key is the office's."""
    return Keyring(workstation, secrets.token_bytes(32), Ed25519PrivateKey.generate(), reference)


def with_new_database_key(keyring: Keyring) -> Keyring:
    """The same keys under a fresh database key."""
    return replace(keyring, database=secrets.token_bytes(32))


def new_slot(keyring: Keyring, label: str, passphrase: bytes, cost: PassphraseCost | None = None) -> Slot:
    """A slot that opens this workstation with that passphrase."""
    cost = cost or PassphraseCost()
    slot_id, salt = secrets.token_hex(4), secrets.token_bytes(16)
    bound_to = _of_slot(keyring.workstation, slot_id)
    private, public = new_pair()
    closed = wrap(passphrase_key(passphrase, salt, cost), private, bound_to)
    return Slot(slot_id, label, salt, cost, public, closed, seal(public, keyring.database, bound_to))


def moved_slot(slot: Slot, keyring: Keyring) -> Slot:
    """The same slot for another database key: its passphrase stays, and is not needed.

    Raises `slot_old_form` for a slot of version 0.1.0, which only its passphrase could move.
    """
    if not slot.public:
        raise BadInput("slot_old_form", slot=slot.label)
    return replace(slot, wrapped=seal(slot.public, keyring.database, _of_slot(keyring.workstation, slot.id)))


def write_keys(
    data: Path,
    keyring: Keyring,
    slots: Sequence[Slot],
    recovery: Recovery | None = None,
    change: Change | None = None,
    name: str = NAME,
) -> None:
    """Write `keys.toml`, or another file of that form, sealed; a crash leaves the file that was there, whole."""
    database, workstation = keyring.database, keyring.workstation
    file = KeyFile(
        workstation=workstation,
        slots=tuple(slots),
        public_key=keyring.public_key,
        signing=wrap(derived_key(database, "signing"), keyring.signing.private_bytes_raw(), workstation),
        reference=wrap(derived_key(database, "reference"), keyring.reference, workstation),
        recovery=recovery,
        change=change,
    )
    waiting = data / f"{name}.new"
    with waiting.open("wb") as stream:
        stream.write(file.sealed(database))
        stream.flush()
        os.fsync(stream.fileno())
    waiting.replace(data / name)
    _sync_folder(data)


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut too; Windows keeps names in its own journal and offers no such call."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def open_keys(data: Path, passphrase: bytes, name: str = NAME) -> Keyring:
    """Open the workstation's keys with a passphrase.

    Raises `no_workstation` where there is none, `wrong_passphrase` where no slot opens, `keys_damaged` where
    the file is not as it was written.
    """
    raw = read_raw(data, name)
    file = parse(raw)
    database, slot = _first_opened(file, passphrase)
    return replace(unlocked(raw, file, database), opened_by=slot)


def unlocked(raw: bytes, file: KeyFile, database: bytes) -> Keyring:
    """The keys that this database key opens; raises `keys_damaged` where the seal or a key does not hold."""
    file.check(raw, database)
    private = unwrap(derived_key(database, "signing"), file.signing, file.workstation)
    reference = unwrap(derived_key(database, "reference"), file.reference, file.workstation)
    if private is None or reference is None:
        raise JournalBroken("keys_damaged", path=NAME)
    return Keyring(file.workstation, database, Ed25519PrivateKey.from_private_bytes(private), reference)


def read_key_file(data: Path, keyring: Keyring, name: str = NAME) -> KeyFile:
    """What the file says, authenticated with the open keys; raises `keys_damaged` where it is not theirs."""
    raw = read_raw(data, name)
    file = parse(raw)
    file.check(raw, keyring.database)
    return file


def read_raw(data: Path, name: str = NAME) -> bytes:
    """The bytes of a file of keys; raises `no_workstation` where there is none."""
    path = data / name
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BadInput("no_workstation", path=str(data)) from error
    except OSError as error:
        raise EnvironmentFailed(
            "disk_failed", path=str(path), problem=error.strerror or str(error)
        ) from error


def _first_opened(file: KeyFile, passphrase: bytes) -> tuple[bytes, str]:
    for slot in file.slots:
        if not slot.cost.sane:
            continue
        try:
            key = passphrase_key(passphrase, slot.salt, slot.cost)
        except HashingError as error:
            raise JournalBroken("keys_damaged", path=NAME) from error
        database = _opened(slot, key, _of_slot(file.workstation, slot.id))
        if database is not None:
            return database, slot.id
    raise BadInput("wrong_passphrase", path=NAME)


def _opened(slot: Slot, key: bytes, bound_to: str) -> bytes | None:
    """The database key that a slot gives to a passphrase's key, `None` where it is not this slot's."""
    if not slot.public:
        return unwrap(key, slot.wrapped, bound_to)
    private = unwrap(key, slot.private, bound_to)
    if private is None:
        return None
    database = unseal(private, slot.wrapped, bound_to)
    if database is None:
        raise JournalBroken("keys_damaged", path=NAME)
    return database


def _of_slot(workstation: str, slot_id: str) -> str:
    return f"{workstation}/{slot_id}"
