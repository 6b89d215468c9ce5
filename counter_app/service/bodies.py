"""The bodies of units as they were first rendered, kept byte for byte: one row for each batch that was sent.

Rendering again after an upgrade could write other bytes, and a key stands for its bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import msgspec

from counter_app.projections.delivery import UnitRow
from counter_app.storage.database import Connection

UnitId = tuple[str, str]
"""Entry id and part of a unit at a service."""


def keep(connection: Connection, service: str, at: str, bodies: Mapping[UnitId, bytes]) -> None:
    """Keep the bodies of a batch that is attempted `at`; part of the attempt's transaction."""
    connection.execute(
        "INSERT INTO rendered_body (service, at, units, bodies) VALUES (?, ?, ?, ?)",
        (service, at, msgspec.json.encode(list(bodies)).decode(), b"[" + b",".join(bodies.values()) + b"]"),
    )


def kept(connection: Connection, service: str, units: Sequence[UnitRow]) -> dict[UnitId, bytes]:
    """The bodies of those units that were sent before."""
    wanted = {
        (unit.entry_id, unit.part): unit.attempted_at for unit in units if unit.attempted_at is not None
    }
    found: dict[UnitId, bytes] = {}
    for at in sorted({at for at in wanted.values() if at is not None}):
        _look(connection.execute(_OF_BATCH, (service, at)).fetchall(), wanted, found)
    # Another machine may have tried last, with bodies of its own.
    for entry_id, _ in wanted.keys() - found.keys():
        _look(connection.execute(_OF_UNIT, (service, entry_id)).fetchall(), wanted, found)
    return found


def forget(connection: Connection, entry_ids: Set[str]) -> None:
    """Drop the bodies about these entries out of their batches, whatever service they were sent to."""
    for entry_id in entry_ids:
        rows = connection.execute(
            "SELECT rowid, units, bodies FROM rendered_body WHERE instr(units, ?) > 0", (entry_id,)
        ).fetchall()
        for row, units, sent in rows:
            pairs = zip(_read_units(units), _read_bodies(sent), strict=True)
            left = [(unit, bytes(body)) for unit, body in pairs if unit[0] not in entry_ids]
            if left:
                named = msgspec.json.encode([unit for unit, _ in left]).decode()
                kept_bodies = b"[" + b",".join(body for _, body in left) + b"]"
                connection.execute(
                    "UPDATE rendered_body SET units = ?, bodies = ? WHERE rowid = ?",
                    (named, kept_bodies, row),
                )
            else:
                connection.execute("DELETE FROM rendered_body WHERE rowid = ?", (row,))


_OF_BATCH = "SELECT units, bodies FROM rendered_body WHERE service = ? AND at = ?"
_OF_UNIT = "SELECT units, bodies FROM rendered_body WHERE service = ? AND instr(units, ?) > 0 ORDER BY at"


def _look(rows: list[tuple[str, bytes]], wanted: Mapping[UnitId, object], found: dict[UnitId, bytes]) -> None:
    for units, bodies in rows:
        for unit, body in zip(_read_units(units), _read_bodies(bodies), strict=True):
            if unit in wanted:
                found[unit] = bytes(body)


_read_units = msgspec.json.Decoder(list[UnitId]).decode
_read_bodies = msgspec.json.Decoder(list[msgspec.Raw]).decode
