"""The keys of one workstation, as kept in `keys.toml`: slots that open it, and what the opened key unwraps.

The database key is random. Each slot wraps it for one person who may open the workstation. Signing key and
reference key are wrapped by the database key. A seal over the whole file, made with the database key, shows
any change; the file is read only in exactly the form in which it is written.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import tomllib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from argon2.exceptions import HashingError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counter_app.domain.errors import BadInput, EnvironmentFailed, JournalBroken
from counter_app.keys.wrap import PassphraseCost, derived_key, passphrase_key, unwrap, wrap

NAME = "keys.toml"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """One way to open the workstation: the database key wrapped under a passphrase's key."""

    id: str
    label: str
    salt: bytes
    cost: PassphraseCost
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Keyring:
    """The open keys of a workstation; never printed, never logged."""

    workstation: str
    database: bytes
    signing: Ed25519PrivateKey
    reference: bytes

    def __repr__(self) -> str:
        return f"Keyring({self.workstation})"

    @property
    def public_key(self) -> bytes:
        """The 32 raw bytes of the workstation's public signing key."""
        return self.signing.public_key().public_bytes_raw()


def new_keyring(workstation: str, reference: bytes) -> Keyring:
    """Fresh random keys for a workstation; the reference key is the office's."""
    return Keyring(workstation, secrets.token_bytes(32), Ed25519PrivateKey.generate(), reference)


def new_slot(keyring: Keyring, label: str, passphrase: bytes, cost: PassphraseCost | None = None) -> Slot:
    """A slot that opens this workstation with that passphrase."""
    cost = cost or PassphraseCost()
    slot_id, salt = secrets.token_hex(4), secrets.token_bytes(16)
    wrapped = wrap(
        passphrase_key(passphrase, salt, cost), keyring.database, f"{keyring.workstation}/{slot_id}"
    )
    return Slot(slot_id, label, salt, cost, wrapped)


def write_keys(data: Path, keyring: Keyring, slots: list[Slot]) -> None:
    """Write `keys.toml`, sealed; a crash leaves the file that was there, whole."""
    signing = wrap(
        derived_key(keyring.database, "signing"), keyring.signing.private_bytes_raw(), keyring.workstation
    )
    reference = wrap(derived_key(keyring.database, "reference"), keyring.reference, keyring.workstation)
    body = _body(keyring.workstation, slots, keyring.public_key, signing, reference)
    waiting = data / f"{NAME}.new"
    with waiting.open("wb") as file:
        file.write(body + _seal(keyring.database, body))
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(data / NAME)


def open_keys(data: Path, passphrase: bytes) -> Keyring:
    """Open the workstation's keys with a passphrase.

    Raises `no_workstation` where there is none, `wrong_passphrase` where no slot opens, `keys_damaged` where
    the file is not as it was written.
    """
    path = data / NAME
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise BadInput("no_workstation", path=str(data)) from error
    except OSError as error:
        raise EnvironmentFailed(
            "disk_failed", path=str(path), problem=error.strerror or str(error)
        ) from error
    found, workstation, slots, public_key, signing, reference = _parse(raw)
    database = _first_opened(workstation, slots, passphrase)
    body = _body(workstation, slots, public_key, signing, reference)
    seal = _seal(database, body)
    if found != _FORMAT and not raw.endswith(seal):
        raise _newer(found)
    if not hmac.compare_digest(raw, body + seal):
        raise JournalBroken("keys_damaged", path=NAME)
    private = unwrap(derived_key(database, "signing"), signing, workstation)
    reference_key = unwrap(derived_key(database, "reference"), reference, workstation)
    if private is None or reference_key is None:
        raise JournalBroken("keys_damaged", path=NAME)
    return Keyring(workstation, database, Ed25519PrivateKey.from_private_bytes(private), reference_key)


def _first_opened(workstation: str, slots: list[Slot], passphrase: bytes) -> bytes:
    for slot in slots:
        if not slot.cost.sane:
            continue
        try:
            key = passphrase_key(passphrase, slot.salt, slot.cost)
        except HashingError as error:
            raise JournalBroken("keys_damaged", path=NAME) from error
        database = unwrap(key, slot.wrapped, f"{workstation}/{slot.id}")
        if database is not None:
            return database
    raise BadInput("wrong_passphrase", path=NAME)


def _seal(database: bytes, body: bytes) -> bytes:
    mac = hmac.new(derived_key(database, "seal"), body, sha256).hexdigest()
    return f'\n[seal]\nmac = "{mac}"\n'.encode()


def _body(workstation: str, slots: list[Slot], public_key: bytes, signing: bytes, reference: bytes) -> bytes:
    lines = [f"format = {_FORMAT}", f'workstation = "{workstation}"']
    for slot in slots:
        lines += [
            "",
            "[[slot]]",
            f'id = "{slot.id}"',
            f"label = {_quoted(slot.label)}",
            'kind = "argon2id"',
            f'salt = "{slot.salt.hex()}"',
            f"passes = {slot.cost.passes}",
            f"memory_kib = {slot.cost.memory_kib}",
            f"lanes = {slot.cost.lanes}",
            f'wrapped = "{slot.wrapped.hex()}"',
        ]
    lines += ["", "[signing]", f'public_key = "{public_key.hex()}"', f'wrapped = "{signing.hex()}"']
    lines += ["", "[reference]", f'wrapped = "{reference.hex()}"', ""]
    return "\n".join(lines).encode()


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes, but no halves of characters, and the one control that JSON lets pass."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _newer(found: object) -> EnvironmentFailed:
    return EnvironmentFailed("journal_newer", migration=f"{NAME} {found}")


def _parse(raw: bytes) -> tuple[int, str, list[Slot], bytes, bytes, bytes]:
    """What the file says, its format first; one of another format is read as far as it looks like ours.

    A flipped bit in the format must not pass for a newer program's file: only the seal tells the two apart.
    """
    found: object = _FORMAT
    try:
        table: dict[str, Any] = tomllib.loads(raw.decode())
        found = table["format"]
        slots = [
            Slot(
                str(row["id"]),
                str(row["label"]),
                bytes.fromhex(row["salt"]),
                PassphraseCost(int(row["passes"]), int(row["memory_kib"]), int(row["lanes"])),
                bytes.fromhex(row["wrapped"]),
            )
            for row in table["slot"]
        ]
        signing, reference = table["signing"], table["reference"]
        return (
            int(table["format"]),
            str(table["workstation"]),
            slots,
            bytes.fromhex(signing["public_key"]),
            bytes.fromhex(signing["wrapped"]),
            bytes.fromhex(reference["wrapped"]),
        )
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        if isinstance(found, int) and found > _FORMAT:
            raise _newer(found) from error
        raise JournalBroken("keys_damaged", path=NAME) from error
