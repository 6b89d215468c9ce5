"""What a workstation can be restored from: a mirror on a medium, a copied folder, a damaged workstation's own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from counter_app.domain.errors import AppError, BadInput, EnvironmentFailed, JournalBroken
from counter_app.exchange.mirror_folder import chain_of, copies_at, generations, noted_epochs, read_head
from counter_app.exchange.mirroring import (
    ADDED_TO,
    OFFICE,
    WHOLE,
    Part,
    Position,
    erasures,
    kept_chains,
    kept_entry,
    opened_log,
    parts,
    read_part,
    table_part,
)
from counter_app.journal import store
from counter_app.journal.sidecar import read_sidecar
from counter_app.keys.keyfile import NAME as KEYS
from counter_app.keys.keyring import Keyring, open_keys
from counter_app.keys.recovery import read_identities, recover_keys
from counter_app.service.key_changes import opened_keys
from counter_app.storage.database import JOURNAL, open_database, translated

_AT_ONCE = 500

Opener = Callable[[Path, str], Keyring]
"""Opens the keys in a folder and of a file name: with a passphrase, or with recovery keys."""


def opener_of(words: bytes, identities: Sequence[Path]) -> Opener:
    """How keys are opened: with the passphrase, or with recovery keys where files of some are given."""

    def by_words(folder: Path, name: str) -> Keyring:
        return open_keys(folder, words, name)

    def by_recovery(folder: Path, name: str) -> Keyring:
        return recover_keys(folder, read_identities(identities), name).keyring

    return by_recovery if identities else by_words


@dataclass(frozen=True, slots=True)
class Source:
    """One place to restore from, its keys open.

    `folder` holds `keys.toml` and `office.toml`; `read` gives what is kept there, as far as it can be read, and ends
    with an error where it cannot further. `promised` is the last place of the own chain that the copy says it had.
    `epochs` are chains that were opened from it; `copy` is where the next one is noted, `None` for a folder.
    """

    folder: Path
    keyring: Keyring
    read: Callable[[], Iterator[Part]]
    promised: tuple[str, int] | None
    epochs: tuple[str, ...]
    copy: Path | None

    def office(self) -> bytes:
        """The configuration beside the keys."""
        with translated(self.folder / OFFICE):
            return (self.folder / OFFICE).read_bytes()


def open_source(path: Path, opener: Opener, scratch: Path) -> Source:
    """Find what lies at `path` and open its keys; a journal is copied to `scratch` before it is opened.

    Raises `restore_nothing` where nothing is there, `restore_several` where copies of several workstations are.
    """
    copies = copies_at(path)
    if copies:
        return _mirror(path, copies, opener)
    if (path / KEYS).is_file() and (path / JOURNAL).is_file():
        return _folder(path, opener, scratch)
    raise BadInput("restore_nothing", path=str(path))


def _mirror(path: Path, copies: list[Path], opener: Opener) -> Source:
    if len({chain_of(copy)[1] for copy in copies}) > 1:
        raise BadInput("restore_several", path=str(path), names=", ".join(copy.name for copy in copies))
    # The chains of one workstation sort as its epochs do: A3, A3b, A3c.
    copy = copies[-1]
    best: tuple[int, Path, Keyring] | None = None
    for generation in generations(copy):
        if not (generation / KEYS).is_file():
            continue
        keyring = opener(generation, KEYS)
        with translated(generation):
            found = opened_log(generation, keyring.database)
        if found is None:
            continue
        entries = read_part(found[1]).position.entries
        if best is None or entries >= best[0]:
            best = (entries, generation, keyring)
    if best is None:
        raise JournalBroken("mirror_unreadable", path=str(copy))
    _, generation, keyring = best
    return Source(
        folder=generation,
        keyring=keyring,
        read=lambda: parts(generation, keyring.database),
        promised=_promised(generation),
        epochs=tuple(chain for one in copies for chain in (chain_of(one)[0], *noted_epochs(one))),
        copy=copy,
    )


def _promised(generation: Path) -> tuple[str, int] | None:
    head = read_head(generation) or {}
    chain, seq = head.get("chain"), head.get("seq")
    return (chain, seq) if isinstance(chain, str) and isinstance(seq, int) else None


def _folder(path: Path, opener: Opener, scratch: Path) -> Source:
    """A workstation's own folder or a copy of it: nothing in it is opened where it lies, so nothing there changes."""
    journal = scratch / f"source-{len(list(scratch.iterdir()))}.db"
    with translated(path):
        shutil.copyfile(path / JOURNAL, journal)
        with suppress(FileNotFoundError):
            shutil.copyfile(path / f"{JOURNAL}-wal", Path(f"{journal}-wal"))
    keyring = opened_keys(path, journal, lambda name: opener(path, name))
    promised = None
    with suppress(AppError):
        chain, seq, _ = read_sidecar(path)
        promised = (chain, seq)
    return Source(
        folder=path,
        keyring=keyring,
        read=lambda: _journal_parts(journal, keyring.database),
        promised=promised,
        epochs=(),
        copy=None,
    )


def _journal_parts(journal: Path, database_key: bytes) -> Iterator[Part]:
    """The tables beside the entries and then the entries in order, each as far as it can be read."""
    for name in (*ADDED_TO, *WHOLE):
        # What cannot be read of them is no fact: bodies are rendered again, signatures are given again.
        with (
            suppress(JournalBroken, EnvironmentFailed),
            translated(journal),
            closing(open_database(journal, database_key).conn) as connection,
        ):
            yield table_part(connection, name)
    after = 0
    for most in (_AT_ONCE, 1):
        try:
            for last, part in _entry_parts(journal, database_key, after, most):
                yield part
                after = last
        except JournalBroken:
            # Once more, one by one, up to the very entry that cannot be read.
            if most == 1:
                raise
        else:
            return


def _entry_parts(journal: Path, database_key: bytes, after: int, most: int) -> Iterator[tuple[int, Part]]:
    """Parts of so many entries behind an arrival, each with its last; on a connection that met no bad page yet."""
    with translated(journal), closing(open_database(journal, database_key).conn) as connection:
        while entries := store.arrivals(connection, after, most):
            last = entries[-1].arrival
            erased = erasures(connection, after, last)
            chains = kept_chains(connection)
            yield last, Part([kept_entry(entry) for entry in entries], chains, Position(), erasures=erased)
            after = last
