"""The form of `keys.toml`: what it says, written in exactly one way and read in no other.

Slots belong to people who may open the workstation, recovery recipients to IT. Nothing in the file is secret
by itself, and a seal over all of it, made with the database key, shows any change.
"""

from __future__ import annotations

import hmac
import json
import tomllib
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from counter_app.domain.errors import EnvironmentFailed, JournalBroken
from counter_app.keys.wrap import PassphraseCost, derived_key

NAME = "keys.toml"
NEXT = "keys.toml.next"
"""The keys as they will be, while a change of them is under way."""
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """One way to open the workstation.

    A passphrase opens `private`, which opens `wrapped`, the database key sealed to `public`: so the database key
    can be replaced while nobody types the passphrase. `label` is the id of a colleague, or what the first slot
    was called. Slots of version 0.1.0 have no pair: there the passphrase opens `wrapped` itself.
    """

    id: str
    label: str
    salt: bytes
    cost: PassphraseCost
    public: bytes
    private: bytes
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody of IT who holds a recovery key: the public age key, and a share that it alone can read."""

    label: str
    recipient: str
    share: bytes


@dataclass(frozen=True, slots=True)
class Recovery:
    """The way in for IT: `needed` shares give the private half of `public`, to which the database key is sealed."""

    needed: int
    public: bytes
    wrapped: bytes
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The last change of these keys, to be an entry of the journal: its id, who made it, and its facts."""

    entry_id: str
    agent: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """Everything that the file says; `signing` and `reference` are wrapped under the database key."""

    workstation: str
    slots: tuple[Slot, ...]
    public_key: bytes
    signing: bytes
    reference: bytes
    recovery: Recovery | None = None
    change: Change | None = None
    format: int = _FORMAT

    def sealed(self, database: bytes) -> bytes:
        """The bytes of the file under this database key's seal."""
        body = _body(self)
        return body + _seal(database, body)

    def check(self, raw: bytes, database: bytes) -> None:
        """Raise `keys_damaged` where `raw` is not this file as sealed, `journal_newer` where a later program's."""
        body = _body(self)
        seal = _seal(database, body)
        if self.format != _FORMAT and not raw.endswith(seal):
            raise _newer(self.format)
        if not hmac.compare_digest(raw, body + seal):
            raise JournalBroken("keys_damaged", path=NAME)


def _seal(database: bytes, body: bytes) -> bytes:
    mac = hmac.new(derived_key(database, "seal"), body, sha256).hexdigest()
    return f'\n[seal]\nmac = "{mac}"\n'.encode()


def _body(file: KeyFile) -> bytes:
    lines = [f"format = {_FORMAT}", f'workstation = "{file.workstation}"']
    for slot in file.slots:
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
        ]
        if slot.public:
            lines += [f'public = "{slot.public.hex()}"', f'private = "{slot.private.hex()}"']
        lines.append(f'wrapped = "{slot.wrapped.hex()}"')
    lines += _recovery_lines(file.recovery) if file.recovery else []
    if file.change is not None:
        facts = json.dumps(file.change.facts, ensure_ascii=False, sort_keys=True)
        lines += ["", "[change]", f'entry_id = "{file.change.entry_id}"']
        lines += [f"agent = {_quoted(file.change.agent)}", f"facts = {_quoted(facts)}"]
    lines += ["", "[signing]", f'public_key = "{file.public_key.hex()}"', f'wrapped = "{file.signing.hex()}"']
    lines += ["", "[reference]", f'wrapped = "{file.reference.hex()}"', ""]
    return "\n".join(lines).encode()


def _recovery_lines(recovery: Recovery) -> list[str]:
    lines = ["", "[recovery]", f"needed = {recovery.needed}", f'public = "{recovery.public.hex()}"']
    lines.append(f'wrapped = "{recovery.wrapped.hex()}"')
    for one in recovery.recipients:
        lines += ["", "[[recipient]]", f"label = {_quoted(one.label)}", f'recipient = "{one.recipient}"']
        lines.append(f'share = "{one.share.hex()}"')
    return lines


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes, but no halves of characters, and the one control that JSON lets pass."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _newer(found: object) -> EnvironmentFailed:
    return EnvironmentFailed("journal_newer", migration=f"{NAME} {found}")


def parse(raw: bytes) -> KeyFile:
    """What the file says; raises `keys_damaged`, or `journal_newer` for a later program's that cannot be read.

    One of another format is read as far as it looks like ours: a flipped bit in the format must not pass for a
    newer program's file, and only the seal tells the two apart.
    """
    found: object = _FORMAT
    try:
        table: dict[str, Any] = tomllib.loads(raw.decode())
        found = table["format"]
        signing, change = table["signing"], table.get("change")
        return KeyFile(
            workstation=str(table["workstation"]),
            slots=tuple([_slot(row) for row in table["slot"]]),
            public_key=bytes.fromhex(signing["public_key"]),
            signing=bytes.fromhex(signing["wrapped"]),
            reference=bytes.fromhex(table["reference"]["wrapped"]),
            recovery=_recovery(table),
            change=None if change is None else _change(change),
            format=int(table["format"]),
        )
    except (ValueError, KeyError, TypeError, OverflowError, AttributeError) as error:
        if isinstance(found, int) and found > _FORMAT:
            raise _newer(found) from error
        raise JournalBroken("keys_damaged", path=NAME) from error


def _slot(row: dict[str, Any]) -> Slot:
    return Slot(
        str(row["id"]),
        str(row["label"]),
        bytes.fromhex(row["salt"]),
        PassphraseCost(int(row["passes"]), int(row["memory_kib"]), int(row["lanes"])),
        bytes.fromhex(row.get("public", "")),
        bytes.fromhex(row.get("private", "")),
        bytes.fromhex(row["wrapped"]),
    )


def _recovery(table: dict[str, Any]) -> Recovery | None:
    told = table.get("recovery")
    if told is None:
        return None
    recipients = [
        Recipient(str(row["label"]), str(row["recipient"]), bytes.fromhex(row["share"]))
        for row in table["recipient"]
    ]
    wrapped = bytes.fromhex(told["wrapped"])
    return Recovery(int(told["needed"]), bytes.fromhex(told["public"]), wrapped, tuple(recipients))


def _change(told: dict[str, Any]) -> Change:
    facts = json.loads(told["facts"])
    if not isinstance(facts, dict):
        raise ValueError("facts")
    return Change(str(told["entry_id"]), str(told["agent"]), facts)
