"""Takes a bundle in: each range once its head is proved, names and messages with it; twice is as good as once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from counter_app.access.roles import ANYBODY, colleague
from counter_app.clock import from_wire
from counter_app.domain.errors import AppError, JournalBroken, Refused
from counter_app.domain.ids import counter_of
from counter_app.exchange.bundle_form import Manifest
from counter_app.exchange.ranges import Range
from counter_app.journal import store
from counter_app.journal.entry import Fact
from counter_app.projections.custody import Holding
from counter_app.service import suspicion
from counter_app.service.bundles.bodies import keep_bodies
from counter_app.service.bundles.keys import own_identities
from counter_app.service.bundles.proving import ReadBundle, misaddressed, open_bundle
from counter_app.service.forks import note_fork
from counter_app.service.heard import note_heard
from counter_app.service.lanes import Lane
from counter_app.service.session import Session
from counter_app.service.succession import presume
from counter_app.service.taking_in import held_apart, is_suspect_chain, known_chain, take_range
from counter_app.service.workstation import Workstation

IMPORTED = "bundle_imported"
_FRESH = timedelta(hours=24)
"""What was given longer ago may have been taken back and sent from elsewhere meanwhile."""
_CLOCKS_DIFFER = timedelta(minutes=10)


@dataclass(slots=True)
class Taken:
    """What came of a bundle.

    `taken` and `quarantined` count entries by chain, `completed` private parts that came to entries known before.
    `parked` chains do not join what is known: an earlier bundle is missing. `presumed` units are asked about before
    they are sent. `refused` says what was wrong, `enforced` what the reading process had given up.
    """

    manifest: Manifest
    taken: dict[str, int] = field(default_factory=dict)
    completed: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)
    suspected: list[str] = field(default_factory=list)
    parked: list[str] = field(default_factory=list)
    presumed: int = 0
    refused: list[AppError] = field(default_factory=list)
    enforced: tuple[str, ...] = ()

    @property
    def already(self) -> bool:
        """Whether it held nothing new: harmless, however old it is."""
        return not (self.taken or self.completed or self.quarantined or self.parked or self.refused)


def import_bundle(workstation: Workstation, path: Path, agent: str, identities: Sequence[str] = ()) -> Taken:
    """Take in the bundle at `path`, a file or a medium; `identities` are secret age keys beside the workstation's own.

    What was proved before something went wrong stays. Raises why nothing of it was believed (see `open_bundle`), and
    `fork` where two entries stand at one place, which is noted.
    """
    colleague(workstation.configuration, agent, ANYBODY)
    bundle = open_bundle(workstation, path, [*own_identities(workstation), *identities])
    try:
        manifest = bundle.manifest
        refusal = misaddressed(workstation, manifest)
        if refusal is not None:
            raise refusal
        done = Taken(manifest)
        _hear_suspects(workstation, manifest, done)
        _take_all(workstation, bundle, path.name, done, _Wary(manifest, agent))
    finally:
        bundle.close()
    if not done.already:
        workstation.writer.do(lambda session: _record(session, done, agent), Lane.MACHINES)
    return done


class _Wary:
    """Presumes sent what may have been, in the very transactions that bring custody: the centre is asked first.

    That is all of an old bundle, and of a fresh one what goes to a target that might take it twice.
    """

    def __init__(self, manifest: Manifest, agent: str) -> None:
        self._manifest = manifest
        self._agent = agent
        self.presumed = 0

    def __call__(self, session: Session) -> None:
        """Presume what the slice brought."""
        if not self._manifest.custody:
            return
        # A bundle that seems to come from the future tells nothing of its age.
        age = session.now - from_wire(self._manifest.made_at)
        is_old = not -_CLOCKS_DIFFER <= age <= _FRESH
        wary = {one.id for one in session.office.configuration.services if is_old or not one.idempotent}
        counter = counter_of(self._manifest.maker)

        def theirs(part: Holding) -> bool:
            return counter_of(part.chain) == counter

        if wary:
            self.presumed += presume(session, self._agent, theirs, lambda unit: unit.service in wary)


def _take_all(workstation: Workstation, bundle: ReadBundle, name: str, done: Taken, wary: _Wary) -> None:
    """Take in range by range; what could not be proved ends it, and what was taken before stays."""
    try:
        for part in bundle.ranges():
            _take_one(workstation, part, name, done, wary)
            done.presumed = wary.presumed
        keep_bodies(workstation, counter_of(bundle.manifest.maker), bundle.bodies())
        done.enforced = bundle.enforced
        if bundle.finding is not None:
            done.refused.append(bundle.finding)
    except JournalBroken as error:
        if error.code == "fork":
            note_fork(workstation, error, name)
        raise
    except AppError as error:
        if not (done.taken or done.completed or done.quarantined):
            raise
        is_cut = error.code == "bundle_cut"
        done.refused.append(Refused("bundle_cut_after", **error.params) if is_cut else error)
    if not done.refused and not done.quarantined and not is_suspect_chain(workstation, bundle.manifest.maker):
        note_heard(workstation, counter_of(bundle.manifest.maker), bundle.manifest.heard)


def _take_one(workstation: Workstation, part: Range, name: str, done: Taken, wary: _Wary) -> None:
    chain = part.chain
    known, held = known_chain(workstation, chain), held_apart(workstation, chain)
    seq = held.seq if held is not None else 0 if known is None else known.seq
    if part.first_seq > seq + 1:
        if chain not in done.parked:
            done.parked.append(chain)
        return
    suspect = is_suspect_chain(workstation, chain)
    before = _named(workstation, part)
    taken = take_range(workstation, part, name, is_suspect=suspect, is_proved=True, also=wary)
    counted = done.quarantined if suspect else done.taken
    if taken:
        counted[chain] = counted.get(chain, 0) + taken
    done.completed += _named(workstation, part) - before if part.first_seq <= seq else 0


def _named(workstation: Workstation, part: Range) -> int:
    """How many entries of a range have their private part here."""
    if all(entry.private_bytes is None for entry in part.entries):
        return 0
    with workstation.reading() as connection:
        return store.count_private(connection, part.chain, part.first_seq, part.last.seq)


def _hear_suspects(workstation: Workstation, manifest: Manifest, done: Taken) -> None:
    """Hear which workstations are suspect before anything is taken, the maker perhaps among them."""
    lines = b"".join(suspicion.line_bytes(one.statement, one.signature) for one in manifest.suspects)
    try:
        done.suspected += suspicion.learn(workstation, lines, "manifest.json")
    except Refused as error:
        done.refused.append(error)


def _record(session: Session, done: Taken, agent: str) -> None:
    manifest = done.manifest
    facts = {
        "bundle": manifest.id,
        "maker": manifest.maker,
        "made_at": manifest.made_at,
        "custody": manifest.custody,
        "entries": manifest.entries,
        "services": [[total.service, total.units, total.cents] for total in manifest.services],
        "heads": [[part.chain, part.last, part.head] for part in manifest.ranges],
        "taken": done.taken,
        "refused": [error.code for error in done.refused],
    }
    session.append(
        Fact(IMPORTED, facts),
        agent=agent,
        channel="exchange",
        entry_id=session.new_entry_id(),
        command_hash="",
    )
