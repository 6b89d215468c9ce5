"""Chains as plain files for an auditor, with signed heads that OpenSSH verifies and a verifier of one file."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from counter_app.domain.errors import EnvironmentFailed
from counter_app.exchange.ranges import entry_line
from counter_app.journal import quarantine, store
from counter_app.journal.verify import head_words
from counter_app.keys.sign import BUNDLE, HEAD, RANGE, SUSPECT, openssh_public_key, signed_by
from counter_app.projections import runner, suspects
from counter_app.projections.family import Tables
from counter_app.projections.suspects import SuspectRow
from counter_app.service.signing import head_signature
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection

VERIFIER = "verify_journal.py"
_NAMESPACES = f"{HEAD},{RANGE},{SUSPECT},{BUNDLE}"
_README = """An exported journal of counter {counter}, office {office}

  CHAIN.jsonl              one entry a line, as the head of {verifier} describes
  CHAIN.quarantine.jsonl   what is kept apart, for its workstation is suspect
  CHAIN.SEQ.head .range    a head (chain, place, hash) that the counter signed: at each closing of a day, at this
                           export, or on its way to another counter
  CHAIN.N.suspect          the office's word that a workstation is suspect
  *.sig                    the signature of the file of that name
  allowed_signers          the public keys

To check everything (Python 3.8 or newer, nothing else; ssh-keygen where it is installed):

    python3 -I {verifier} .

To check a paper as well, with the hash printed at the end of a daily log or on a receipt:

    python3 -I {verifier} . --hash "0123 4567 89ab cdef"

To check one signature alone:

    ssh-keygen -Y verify -f allowed_signers -I {chain} -n counter-app/head \\
        -s {chain}.{seq}.head.sig < {chain}.{seq}.head

The keys in allowed_signers are only worth what you compare them with: the office's configuration, or a key told by
telephone. {private}
"""
_WITHOUT = "Names and other private parts are not in this export; their hashes are."
_WITH = "This export holds names and other personal data in plain words: keep it as you keep the files of the people."


def export_journal(workstation: Workstation, out: Path, *, with_private: bool = False) -> list[Path]:
    """Write one file of lines per chain into `out`, every signed head, the keys, a verifier and how to use it.

    The workstation's folder is only read. Private parts are left out unless they are asked for. Returns the files.
    Raises `OSError` where `out` cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    made: dict[str, bytes] = {}
    written: list[Path] = []
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            chains = store.chains(connection)
            for chain in chains:
                written.append(_chain_file(connection, chain, out, with_private=with_private))
                written += _quarantine_file(connection, chain.name, out)
                made |= _heads(connection, chain)
            head = store.head(connection, workstation.chain)
            made |= _suspects(_rows(connection, workstation.chain))
        except OSError as error:
            # Not of the journal's disk, as whoever reads it would have it.
            problem = error.strerror or str(error)
            raise EnvironmentFailed("file_unwritable", path=str(out), problem=problem) from error
        finally:
            connection.execute("ROLLBACK")
    name = f"{head.chain}.{head.seq}.head"
    made[name] = head_words(head.chain, head.seq, head.hash)
    made[f"{name}.sig"] = head_signature(workstation.keyring, head.chain, head.seq, head.hash).encode()
    made["allowed_signers"] = _signers(workstation, chains)
    made[VERIFIER] = (files("resources") / "verifier" / VERIFIER).read_bytes()
    made["README.txt"] = _README.format(
        counter=workstation.office.counter,
        office=workstation.configuration.office.code,
        verifier=VERIFIER,
        chain=head.chain,
        seq=head.seq,
        private=_WITH if with_private else _WITHOUT,
    ).encode()
    for file, content in made.items():
        (out / file).write_bytes(content)
    return [*written, *(out / file for file in made)]


def is_suspect(workstation: Workstation) -> bool:
    """Whether this workstation itself was declared suspect, as far as it heard."""
    with workstation.reading() as connection:
        return any(row.chain == workstation.chain for row in _rows(connection, workstation.chain))


def _chain_file(connection: Connection, chain: store.ChainRow, out: Path, *, with_private: bool) -> Path:
    path = out / f"{chain.name}.jsonl"
    with path.open("wb") as file:
        for entry in store.entries(connection, chain.name, upto=chain.seq):
            file.write(entry_line(entry, with_private=with_private))
    return path


def _quarantine_file(connection: Connection, chain: str, out: Path) -> list[Path]:
    """What is kept apart of a chain, where something is."""
    held = quarantine.held(connection, chain)
    if not held:
        return []
    path = out / f"{chain}.quarantine.jsonl"
    path.write_bytes(b"".join(entry_line(entry) for entry in held))
    return [path]


def _heads(connection: Connection, chain: store.ChainRow) -> dict[str, bytes]:
    """Every signed head as words and signature, named by the namespace that it was signed under."""
    made = {}
    for seq, hashed, signature in store.head_signatures(connection, chain.name):
        words = head_words(chain.name, seq, hashed)
        kind = "range" if signed_by(chain.public_key, RANGE, words, signature) else "head"
        made[f"{chain.name}.{seq}.{kind}"] = words
        made[f"{chain.name}.{seq}.{kind}.sig"] = signature.encode()
    return made


def _rows(connection: Connection, chain: str) -> list[SuspectRow]:
    """The statements about suspects; evidence is exported from a journal whose tables are damaged, too."""
    if suspects.FAMILY in runner.out_of_date(connection):
        return []
    return suspects.suspect_rows(Tables(connection), chain)


def _suspects(rows: list[SuspectRow]) -> dict[str, bytes]:
    made = {}
    for number, row in enumerate(rows, 1):
        made[f"{row.chain}.{number}.suspect"] = row.statement.encode()
        made[f"{row.chain}.{number}.suspect.sig"] = row.signature.encode()
    return made


def _signers(workstation: Workstation, chains: list[store.ChainRow]) -> bytes:
    keys = {chain.name: chain.public_key for chain in chains}
    office = workstation.configuration.signature.public_key
    if office:
        keys["office"] = bytes.fromhex(office)
    lines = [
        f'{name} namespaces="{_NAMESPACES}" {openssh_public_key(key, name)}\n' for name, key in keys.items()
    ]
    return "".join(lines).encode()
