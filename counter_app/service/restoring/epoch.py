"""Opens a new epoch from copies: a key and numbers of its own, nothing to spend yet, and nothing sent unasked.

A restored journal never continues its chain. What was recorded after the copy was made is not in it; continued, the
same places and numbers would be given twice, and the office's envelope would be spent twice.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counter_app.clock import Clock, SystemClock, to_wire
from counter_app.domain.errors import AppError, BadInput, EnvironmentFailed
from counter_app.domain.ids import MOST_EPOCHS, chain_name, counter_of, epoch_of, receipt_number
from counter_app.exchange.mirror_folder import note_epoch, put_file
from counter_app.exchange.mirroring import OFFICE
from counter_app.journal import store
from counter_app.journal.chain import BEFORE_FIRST
from counter_app.journal.codec import FORMAT, canonical
from counter_app.journal.entry import Fact
from counter_app.keys.keyfile import Slot
from counter_app.keys.keyring import Keyring, new_slot, read_key_file, write_keys
from counter_app.keys.sign import SUCCESSION, sign
from counter_app.paths import is_network_path
from counter_app.projections import grants, runner
from counter_app.projections.custody import next_term
from counter_app.service.adoption import ADOPTED, adoption
from counter_app.service.context import Office
from counter_app.service.restoring.intake import Intake
from counter_app.service.restoring.place import clear_staging, refuse_healthy, take_place
from counter_app.service.restoring.sources import Opener, Source, open_source
from counter_app.service.session import Session
from counter_app.service.succession import CHANNEL, presume_sent
from counter_app.service.writer import Writer
from counter_app.settings import LoadedConfiguration, read_configuration
from counter_app.storage.database import JOURNAL, Connection, open_database, translated
from counter_app.storage.lock import WriterLock
from counter_app.storage.migrations import migrate


@dataclass(frozen=True, slots=True)
class Restore:
    """What is asked: the copies, the folder of the workstation, how keys are opened, who asks.

    `words` is the passphrase for a slot of its own, where recovery keys open the copy. `over` lets a workstation that
    is whole be put aside.
    """

    sources: tuple[Path, ...]
    data: Path
    opener: Opener
    agent: str = ""
    words: bytes | None = None
    over: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """The new epoch, and what is not known of the one before.

    `entries` are those of all chains. `last_number` is the last receipt number of the old epoch that the copy shows,
    `first_missing` the one after it: from there on nobody knows how many were given. `known_lost` entries certainly
    existed, `None` where nothing says. `unknown` units are asked about before they are sent; `unpaid` grants of the
    old epoch were not paid when the copy was made. `aside` is where what was in the folder lies now. `earlier` are the
    epochs that were opened from these copies before this one, and that the copies know nothing else of.
    """

    chain: str
    before: str
    entries: int
    last_number: str
    first_missing: str
    known_lost: int | None
    unknown: int
    unpaid: int
    aside: Path | None
    earlier: tuple[str, ...] = ()
    findings: list[AppError] = field(default_factory=list)


def restore(asked: Restore, clock: Clock | None = None) -> Restored:
    """Make a workstation in `data` out of copies, as a new epoch.

    What was there is moved aside, never deleted, and only once the new one is whole. Raises what opening the copies
    raises, `restore_over_healthy` where a workstation that is whole stands there, `restore_other_workstation` where
    the copies are not of one workstation, `fork` where they contradict one another.
    """
    data, clock = asked.data, clock or SystemClock()
    if is_network_path(data):
        raise EnvironmentFailed("network_folder", path=str(data))
    with translated(data):
        data.mkdir(parents=True, exist_ok=True)
    lock = WriterLock(data)
    lock.acquire("counter-app", to_wire(clock.now()))
    try:
        staging = clear_staging(data)
        try:
            return _restore(asked, clock, staging)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    finally:
        lock.release()


def _restore(asked: Restore, clock: Clock, staging: Path) -> Restored:
    scratch = staging / "sources"
    with translated(scratch):
        scratch.mkdir()
    sources = [open_source(path, asked.opener, scratch) for path in asked.sources]
    first = sources[0]
    if len({source.keyring.workstation for source in sources}) > 1:
        raise BadInput("restore_other_workstation", paths=", ".join(str(path) for path in asked.sources))
    if not asked.over:
        refuse_healthy(asked.data, first.keyring)
    keyring = replace(first.keyring, signing=Ed25519PrivateKey.generate())
    made = _Build(staging, keyring, clock)
    built = made.build(sources, asked.agent)
    with translated(staging):
        put_file(staging / OFFICE, made.office_raw)
        _write_key_file(staging, first, keyring, asked.words)
        shutil.rmtree(scratch, ignore_errors=True)
        aside = take_place(asked.data, clock.now())
    for source in sources:
        if source.copy is not None:
            _note(source.copy, built.chain)
    return replace(built, aside=aside)


def _note(copy: Path, chain: str) -> None:
    """A medium that is write-protected keeps no note; then the next restore from it must not be made elsewhere."""
    try:
        note_epoch(copy, chain)
    except OSError:
        return


def _write_key_file(staging: Path, source: Source, keyring: Keyring, words: bytes | None) -> None:
    """The same people open the new epoch, with the same words; and so do the recovery keys."""
    file = read_key_file(source.folder, source.keyring)
    slots: list[Slot] = list(file.slots)
    if words is not None:
        slots.append(new_slot(keyring, "restored", words))
    write_keys(staging, keyring, slots, file.recovery)


class _Build:
    """The new journal, made whole in a folder of its own."""

    def __init__(self, staging: Path, keyring: Keyring, clock: Clock) -> None:
        self._journal = staging / JOURNAL
        self._keyring = keyring
        self._clock = clock
        self.office_raw = b""

    def build(self, sources: list[Source], agent: str) -> Restored:
        """Take everything in, open the epoch; returns what came of it."""
        intake = self._fill(sources)
        own = intake.own_chains(_counter(intake, sources))
        before = own[-1]
        loaded = self._configuration(sources, intake, own)
        chain = self._next_chain(sources, own)
        counter = counter_of(chain)
        self._begin_chain(chain, counter)
        configuration = loaded.configuration
        office = Office(
            configuration,
            loaded.sha256,
            counter,
            chain,
            self._keyring.reference,
            ZoneInfo(configuration.office.time_zone),
        )
        writer = Writer(self._journal, self._connect, office, self._clock)
        try:
            opening = _Opening(intake, own, loaded, self._keyring, sources[0].keyring.signing, agent)
            unknown, unpaid = writer.do(opening.record)
        finally:
            writer.close()
        so_far = intake.chains[before]
        return Restored(
            chain=chain,
            before=before,
            entries=sum(one.seq for one in intake.chains.values()),
            last_number=so_far.number,
            first_missing=receipt_number(before, so_far.numbered + 1),
            known_lost=_known_lost(sources, before, so_far.seq),
            unknown=unknown,
            unpaid=unpaid,
            aside=None,
            earlier=_opened_before(sources, own),
            findings=intake.findings,
        )

    def _connect(self) -> Connection:
        return open_database(self._journal, self._keyring.database, write=True).conn

    def _fill(self, sources: list[Source]) -> Intake:
        with translated(self._journal), closing(self._connect()) as connection:
            migrate(connection, to_wire(self._clock.now()))
            intake = Intake(connection)
            for source in sources:
                intake.take(source.read())
            intake.finish()
            runner.rebuild(connection)
        return intake

    def _configuration(self, sources: list[Source], intake: Intake, own: list[str]) -> LoadedConfiguration:
        """The configuration beside the keys, if the journal adopted it: a medium may have been in other hands."""
        adopted = {sha for name in own for sha in intake.chains[name].adopted}
        for source in sources:
            self.office_raw = source.office()
            loaded = read_configuration(self.office_raw, OFFICE)
            if loaded.sha256 in adopted:
                return loaded
        raise BadInput("configuration_changed", path=OFFICE)

    def _next_chain(self, sources: list[Source], own: list[str]) -> str:
        counter = counter_of(own[-1])
        noted = {chain for source in sources for chain in source.epochs if counter_of(chain) == counter}
        epoch = 1 + max(epoch_of(chain) for chain in {*own, *noted})
        if epoch > MOST_EPOCHS:
            raise BadInput("restore_no_epoch_left", counter=counter)
        return chain_name(counter, epoch)

    def _begin_chain(self, chain: str, counter: str) -> None:
        with translated(self._journal), closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            now = to_wire(self._clock.now())
            store.add_chain(
                connection,
                store.ChainRow(
                    chain,
                    counter,
                    epoch_of(chain),
                    True,
                    self._keyring.public_key,
                    True,
                    0,
                    BEFORE_FIRST,
                    now,
                ),
            )
            connection.execute("COMMIT")


def _counter(intake: Intake, sources: list[Source]) -> str:
    """Whose workstation this is: the copy's own chain."""
    for chain in intake.chains.values():
        if chain.known.own and chain.seq:
            return chain.known.counter
    for finding in intake.findings:
        raise finding
    raise BadInput("restore_nothing", path=str(sources[0].folder))


def _opened_before(sources: list[Source], own: list[str]) -> tuple[str, ...]:
    """The epochs of this counter that were opened from these copies, and that none of them holds."""
    counter = counter_of(own[-1])
    noted = {chain for source in sources for chain in source.epochs if counter_of(chain) == counter}
    return tuple(sorted(noted - set(own)))


def _known_lost(sources: list[Source], before: str, seq: int) -> int | None:
    """How many entries certainly existed behind the last one that was taken in, where a copy or a sidecar says."""
    promised = [said[1] for source in sources if (said := source.promised) is not None and said[0] == before]
    return max(0, max(promised) - seq) if promised else None


@dataclass(frozen=True, slots=True)
class _Opening:
    """The first entries of an epoch."""

    intake: Intake
    own: list[str]
    loaded: LoadedConfiguration
    keyring: Keyring
    predecessor: Ed25519PrivateKey
    agent: str

    def record(self, session: Session) -> tuple[int, int]:
        """Record them; returns how many units may have been sent, and how many grants were not paid."""
        before, chain = self.own[-1], session.office.chain
        so_far = self.intake.chains[before]
        facts = {
            "workstation": self.keyring.workstation,
            "counter": session.office.counter,
            "epoch": epoch_of(chain),
            "format": FORMAT,
            "public_key": self.keyring.public_key.hex(),
            "succeeds": {"chain": before, "seq": so_far.seq, "hash": so_far.hash.hex()},
        }
        facts["succession"] = sign(self.predecessor, SUCCESSION, canonical(facts))
        self._append(session, "journal_opened", facts)
        configured = self.loaded.configuration.counter(session.office.counter)
        cents = 0 if configured is None else configured.slice_cents
        # Nothing to spend: what the lost entries granted is not known here.
        self._append(session, ADOPTED, adoption(self.loaded, cents, 0))
        opened = {
            "chains": self.own,
            "term": max([epoch_of(chain) - 1, *(next_term(session.tables, one) for one in self.own)]),
            "before": before,
            "seq": so_far.seq,
            "last_number": so_far.number or None,
            "first_missing": receipt_number(before, so_far.numbered + 1),
        }
        self._append(session, "epoch_opened", opened)
        return presume_sent(session, self.agent), grants.reserved_count(session.tables, before)

    def _append(self, session: Session, kind: str, facts: dict[str, object]) -> None:
        session.append(
            Fact(kind, facts), agent=self.agent, channel=CHANNEL, entry_id=str(uuid4()), command_hash=""
        )
