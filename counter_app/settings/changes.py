"""Changes a configuration and keeps its comments and order: counters added, services moved, slices set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

import msgspec

from counter_app.domain.catalogue import Configuration, Counter
from counter_app.domain.errors import BadInput

if TYPE_CHECKING:
    from tomlkit.items import AoT, Table


def with_changes(
    raw: bytes,
    *,
    counters: Sequence[Counter] = (),
    slices: Mapping[str, int] = {},
    addresses: Mapping[str, str] = {},
    folders: Mapping[str, str] = {},
    timings: Mapping[str, float] = {},
) -> bytes:
    """The configuration with these counters added, and other slices (cents by counter) and ways to services.

    A counter that is already there takes the fields given. An address makes a service one of `rest`, a folder
    one of `files`; `timings` (`deadline_s`, `settling_s`…) are set on every service. Raises
    `configuration_unknown_service` and `configuration_unknown_counter`; whether the result makes sense, its
    slices above all, is told by reading it. A signature is left as it is and holds no more.
    """
    import tomlkit

    document = tomlkit.parse(raw.decode("utf-8-sig"))
    rows = cast("AoT", document.setdefault("counters", tomlkit.aot()))
    for counter in counters:
        _add(counter, rows)
    for counter_id, cents in slices.items():
        _row(rows, counter_id, "configuration_unknown_counter")["slice_cents"] = cents
    services = cast("AoT", document["services"])
    for connector, key, ways in (("rest", "address", addresses), ("files", "folder", folders)):
        for service_id, way in ways.items():
            service = _row(services, service_id, "configuration_unknown_service")
            service["connector"] = connector
            service[key] = way
    for service in services:
        service.update(timings)
    return tomlkit.dumps(document).encode()


def unallocated_cents(configuration: Configuration) -> int:
    """What of the envelope no counter's slice holds yet."""
    given = sum(counter.slice_cents for counter in configuration.counters)
    return configuration.limits.envelope_cents - given


def _add(counter: Counter, rows: AoT) -> None:
    import tomlkit

    row = next((row for row in rows if row["id"] == counter.id), None)
    if row is None:
        if len(rows):
            rows[-1].add(tomlkit.nl())
        row = tomlkit.table()
        rows.append(row)
    for key, value in msgspec.structs.asdict(counter).items():
        if value is not None:
            row[key] = value


def _row(rows: AoT, wanted: str, code: str) -> Table:
    for row in rows:
        if row["id"] == wanted:
            return cast("Table", row)
    raise BadInput(code, value=wanted)
