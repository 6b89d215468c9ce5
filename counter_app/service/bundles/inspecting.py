"""Looks at a bundle without taking anything in: who made it for whom, what it holds, whether it is whole and signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from counter_app.domain.errors import AppError
from counter_app.exchange.bundle_form import Manifest
from counter_app.service.bundles.keys import own_identities
from counter_app.service.bundles.proving import misaddressed, open_bundle
from counter_app.service.taking_in import is_suspect_chain, known_chain
from counter_app.service.workstation import Workstation


@dataclass(frozen=True, slots=True)
class Inspected:
    """A bundle whose signature and entries hold.

    `new` entries are not here yet. `finding` says what its manifest tells wrongly, `refusal` why it would not be taken
    in at this counter. `enforced` is what the process that read it had given up.
    """

    manifest: Manifest
    maker_is_new: bool
    maker_is_suspect: bool
    new: int
    finding: AppError | None
    refusal: AppError | None
    enforced: tuple[str, ...]


def inspect_bundle(workstation: Workstation, path: Path, identities: Sequence[str] = ()) -> Inspected:
    """Read the bundle at `path` to its end in a confined child process; raises why it is not to be believed."""
    bundle = open_bundle(workstation, path, [*own_identities(workstation), *identities])
    try:
        new = 0
        for part in bundle.ranges():
            known = known_chain(workstation, part.chain)
            seq = 0 if known is None else known.seq
            new += sum(entry.seq > seq for entry in part.entries)
        for _ in bundle.bodies():
            pass
    finally:
        bundle.close()
    return Inspected(
        bundle.manifest,
        bundle.is_new,
        is_suspect_chain(workstation, bundle.manifest.maker),
        new,
        bundle.finding,
        misaddressed(workstation, bundle.manifest),
        bundle.enforced,
    )
