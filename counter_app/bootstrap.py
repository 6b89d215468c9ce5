"""Wires a workstation together: files, keys, journal, configuration; its ways to the centres are `connecting`'s."""

from __future__ import annotations

import secrets
from contextlib import closing, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from counter_app.access.roles import RECOVERY, colleague
from counter_app.clock import Clock, SystemClock, to_wire
from counter_app.connecting import connect
from counter_app.domain.catalogue import Configuration
from counter_app.domain.errors import BadInput, EnvironmentFailed
from counter_app.domain.ids import chain_name, check_counter
from counter_app.journal import store
from counter_app.journal.chain import BEFORE_FIRST
from counter_app.journal.codec import FORMAT, canonical
from counter_app.journal.entry import Fact
from counter_app.journal.sidecar import NAME as SIDECAR
from counter_app.journal.verify import refuse_lost_tail
from counter_app.keys.keyfile import NAME as KEYS
from counter_app.keys.keyring import Keyring, new_keyring, new_slot, open_keys, write_keys
from counter_app.keys.sign import COUNTER, sign
from counter_app.paths import is_network_path
from counter_app.projections import runner
from counter_app.reconciling import audit, reconcile
from counter_app.service.adoption import ADOPTED, adopted_facts, adoption
from counter_app.service.context import Office
from counter_app.service.key_changes import KeyChange, opened_keys, settle
from counter_app.service.mirror.keeper import Keeper
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation
from counter_app.service.writer import Writer
from counter_app.settings import LoadedConfiguration, load_configuration, read_configuration
from counter_app.storage.database import JOURNAL, Connection, lacks_tables, open_database, translated
from counter_app.storage.lock import WriterLock
from counter_app.storage.migrations import applied_migrations, known_migrations, migrate, refuse_newer
from counter_app.storage.private_file import keep_private, write_private

__all__ = [
    "NewWorkstation",
    "adopt_configuration",
    "audit",
    "connect",
    "create_workstation",
    "new_passphrase",
    "new_reference_key",
    "open_with_keys",
    "open_workstation",
    "reconcile",
    "start_logs",
]

OFFICE = "office.toml"
_ADOPTING = "office.toml.adopting"


@dataclass(frozen=True, slots=True)
class NewWorkstation:
    """What a new workstation is made from.

    `reference_key` is the office's own, the same on all its counters. `office_key` signs for the counter's key
    where it is at hand (sample offices publish theirs).
    """

    raw_configuration: bytes
    counter: str
    passphrase: bytes
    reference_key: bytes
    office_key: bytes | None = None


def create_workstation(data: Path, new: NewWorkstation, clock: Clock | None = None) -> None:
    """Make a ready workstation in `data`: journal with its first two entries, configuration, keys.

    Raises `workstation_exists` where there is one. The keys are written last, so that what a crash leaves
    half-made is no workstation.
    """
    clock = clock or SystemClock()
    check_counter(new.counter)
    loaded = read_configuration(new.raw_configuration, OFFICE)
    configured = loaded.configuration.counter(new.counter)
    if configured is None:
        raise BadInput("unknown_counter", counter=new.counter)
    with translated(data):
        data.mkdir(parents=True, exist_ok=True)
        if any((data / name).exists() for name in (KEYS, JOURNAL, OFFICE)):
            raise BadInput("workstation_exists", path=str(data))
    _refuse_network(data)
    keyring = new_keyring(str(uuid4()), new.reference_key)
    try:
        _new_journal(data, keyring, new.counter, clock)
        with translated(data / OFFICE):
            write_private(data / OFFICE, new.raw_configuration)
        office = _office(loaded, new.counter, chain_name(new.counter, 1), keyring)
        writer = Writer(data / JOURNAL, lambda: _writing(data, keyring), office, clock)
        try:
            writer.do(lambda session: _first_entries(session, loaded, keyring, new, configured.slice_cents))
        finally:
            writer.close()
        with translated(data / KEYS):
            write_keys(data, keyring, [new_slot(keyring, "first", new.passphrase)])
    except BaseException:
        _remove_half_made(data)
        raise


def _new_journal(data: Path, keyring: Keyring, counter: str, clock: Clock) -> None:
    """The journal's file, with every table and with an own chain that has no entry yet."""
    now = to_wire(clock.now())
    with translated(data / JOURNAL), closing(_writing(data, keyring)) as connection:
        migrate(connection, now)
        connection.execute("BEGIN IMMEDIATE")
        store.add_chain(
            connection,
            store.ChainRow(
                chain_name(counter, 1), counter, 1, True, keyring.public_key, True, 0, BEFORE_FIRST, now
            ),
        )
        connection.execute("COMMIT")
        runner.rebuild(connection)


def _remove_half_made(data: Path) -> None:
    """Without its keys nobody could ever open it, and it would stand in the way of the next try."""
    for name in (KEYS, JOURNAL, f"{JOURNAL}-wal", f"{JOURNAL}-shm", SIDECAR, OFFICE):
        with suppress(OSError):
            (data / name).unlink(missing_ok=True)


def _first_entries(
    session: Session, loaded: LoadedConfiguration, keyring: Keyring, new: NewWorkstation, slice_cents: int
) -> None:
    facts = {
        "workstation": keyring.workstation,
        "counter": new.counter,
        "epoch": 1,
        "format": FORMAT,
        "public_key": keyring.public_key.hex(),
    }
    if new.office_key is not None:
        facts["attestation"] = _attestation(new.office_key, canonical(facts))
    session.append(
        Fact("journal_opened", facts), agent="", channel="setup", entry_id=str(uuid4()), command_hash=""
    )
    adopted = adoption(loaded, slice_cents, slice_cents)
    session.append(Fact(ADOPTED, adopted), agent="", channel="setup", entry_id=str(uuid4()), command_hash="")


def _attestation(office_key: bytes, facts: bytes) -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return sign(Ed25519PrivateKey.from_private_bytes(office_key), COUNTER, facts)


def open_workstation(
    data: Path,
    passphrase: bytes,
    *,
    write: bool = False,
    rebuild: bool = False,
    trust_end: bool = False,
    program: str = "counter-app",
    clock: Clock | None = None,
    progress: runner.Progress | None = None,
) -> Workstation:
    """Open the workstation in `data`.

    With `rebuild` every derived table is made again first, and `progress` is told of it; so it is of those that an
    upgrade asks for. `trust_end` is for whoever answers for a journal whose sidecar is gone. Raises
    `no_workstation`, `wrong_passphrase`, `configuration_broken`, `configuration_changed` (exit 2),
    `another_writer`, `journal_newer` (3), or what is broken in the journal (4).
    """
    keyring = opened_keys(data, data / JOURNAL, lambda name: open_keys(data, passphrase, name))
    return open_with_keys(
        data,
        keyring,
        write=write,
        rebuild=rebuild,
        trust_end=trust_end,
        program=program,
        clock=clock,
        progress=progress,
    )


def open_with_keys(
    data: Path,
    keyring: Keyring,
    *,
    write: bool = False,
    rebuild: bool = False,
    trust_end: bool = False,
    program: str = "counter-app",
    clock: Clock | None = None,
    progress: runner.Progress | None = None,
) -> Workstation:
    """The same with keys that are open already; a change of keys that was staged is settled by who writes."""
    clock = clock or SystemClock()
    _refuse_network(data)
    lock = WriterLock(data) if write else None
    if lock is not None:
        lock.acquire(program, to_wire(clock.now()))
    try:
        return _opened(data, keyring, clock, lock, rebuild=rebuild, trust_end=trust_end, progress=progress)
    except BaseException:
        if lock is not None:
            lock.release()
        raise


def with_keys_changed(workstation: Workstation, change: KeyChange, program: str) -> Workstation:
    """Change the keys of a workstation that is open to write, close it, and open it again under them.

    Raises what the change raises; where the workstation is silent then, whoever opens it finds which keys count.
    """
    keyring = change(workstation)
    workstation.close()
    return open_with_keys(workstation.data, keyring, write=True, program=program, clock=workstation.clock)


def _opened(
    data: Path,
    keyring: Keyring,
    clock: Clock,
    lock: WriterLock | None,
    *,
    rebuild: bool,
    trust_end: bool,
    progress: runner.Progress | None,
) -> Workstation:
    with closing(_reading(data, keyring)) as reader, translated(data / JOURNAL):
        refuse_newer(reader)
        own = next((chain for chain in store.chains(reader) if chain.own), None)
        if own is None:
            raise BadInput("no_workstation", path=str(data))
        loaded = _adopted(data, reader, own.name)
    office = _office(loaded, own.counter, own.name, keyring)
    workstation = Workstation(
        data=data,
        journal=data / JOURNAL,
        office=office,
        keyring=keyring,
        clock=clock,
        connect_reader=lambda: _reading(data, keyring),
        lock=lock,
    )
    if lock is not None:
        _finish_adoption(data, loaded)
        _bring_up_to_date(data, keyring, clock, everything=rebuild, trust_end=trust_end, progress=progress)
        workstation.open_writer = Writer(data / JOURNAL, lambda: _writing(data, keyring), office, clock)
        settle(data, keyring, workstation.open_writer)
        workstation.at_close.append(Keeper(workstation).close)
        workstation.sign_closings()
    return workstation


def refuse_behind(workstation: Workstation, error: BaseException) -> None:
    """Raise `journal_behind` where a reader failed because nobody has written here since this program is newer."""
    if not lacks_tables(error):
        return
    with workstation.reading() as connection:
        done = set(applied_migrations(connection))
        behind = runner.out_of_date(connection) or any(name not in done for name, _ in known_migrations())
    if behind:
        raise EnvironmentFailed("journal_behind") from error


def adopt_configuration(workstation: Workstation, file: Path, agent: str) -> None:
    """Adopt a changed configuration: the file beside the journal first under another name, then the entry.

    A crash between the entry and the renaming is mended when the workstation is next opened to write.
    """
    loaded = load_configuration(file)
    # Whoever writes the new file must not decide in it who may adopt it.
    colleague(workstation.configuration, agent, RECOVERY)
    configured = loaded.configuration.counter(workstation.office.counter)
    if configured is None:
        raise BadInput("unknown_counter", counter=workstation.office.counter)
    waiting = workstation.data / _ADOPTING
    with translated(waiting):
        write_private(waiting, loaded.raw)

    def adopt(session: Session) -> None:
        before = adopted_facts(session.connection, session.office.chain)
        change = configured.slice_cents - int(before["configured_slice_cents"])
        facts = adoption(loaded, configured.slice_cents, change)
        session.append(
            Fact(ADOPTED, facts), agent=agent, channel="setup", entry_id=str(uuid4()), command_hash=""
        )

    workstation.writer.do(adopt)
    with translated(waiting):
        waiting.replace(workstation.data / OFFICE)


def _bring_up_to_date(
    data: Path,
    keyring: Keyring,
    clock: Clock,
    *,
    everything: bool,
    trust_end: bool,
    progress: runner.Progress | None,
) -> None:
    with translated(data / JOURNAL):
        connection = _writing(data, keyring)
        try:
            if not trust_end:
                refuse_lost_tail(connection, data)
            migrate(connection, to_wire(clock.now()), data / JOURNAL)
            families = runner.FAMILIES if everything else tuple(runner.out_of_date(connection))
            runner.rebuild(connection, families, progress)
        finally:
            connection.close()


def _adopted(data: Path, reader: Connection, chain: str) -> LoadedConfiguration:
    """The configuration as adopted by an entry; a file that was changed since is not taken.

    It may still wait under its other name. Readers run beside an adoption, hence the second look.
    """
    waiting = data / _ADOPTING
    for _ in range(3):
        adopted = str(adopted_facts(reader, chain)["sha256"])
        with translated(waiting), suppress(FileNotFoundError):
            raw = waiting.read_bytes()
            if sha256(raw).hexdigest() == adopted:
                return read_configuration(raw, OFFICE, adopted=True)
        loaded = load_configuration(data / OFFICE, adopted=True)
        if adopted == loaded.sha256:
            return loaded
    raise BadInput("configuration_changed", path=OFFICE)


def _finish_adoption(data: Path, loaded: LoadedConfiguration) -> None:
    """Give an adopted file its name, where a crash came between its entry and that, and keep it from other eyes."""
    waiting = data / _ADOPTING
    with translated(waiting), suppress(FileNotFoundError):
        if waiting.read_bytes() == loaded.raw:
            waiting.replace(data / OFFICE)
    keep_private(data / OFFICE)


def _office(loaded: LoadedConfiguration, counter: str, chain: str, keyring: Keyring) -> Office:
    configuration: Configuration = loaded.configuration
    return Office(
        configuration,
        loaded.sha256,
        counter,
        chain,
        keyring.reference,
        ZoneInfo(configuration.office.time_zone),
    )


def _writing(data: Path, keyring: Keyring) -> Connection:
    return open_database(data / JOURNAL, keyring.database, write=True).conn


def _reading(data: Path, keyring: Keyring) -> Connection:
    return open_database(data / JOURNAL, keyring.database).conn


def _refuse_network(data: Path) -> None:
    if is_network_path(data):
        raise EnvironmentFailed("network_folder", path=str(data))


def new_passphrase() -> str:
    """Six random words, to be printed once: about 77 bits."""
    from counter_app.keys.passphrase import generated_passphrase

    return generated_passphrase()


def start_logs(data: Path) -> None:
    """Send the technical log, which names nobody, into the workstation's folder."""
    from counter_app.logs import start_logging

    start_logging(data / "logs")


def new_reference_key() -> bytes:
    """A fresh random key for the references of persons, to be shared by the counters of one office."""
    return secrets.token_bytes(32)
