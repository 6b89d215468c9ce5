"""The centre's signature under a balance: proved against a key that IT named beforehand, recorded, kept beside it."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from counter_app.access.commands import MAY_COUNTERSIGN
from counter_app.access.roles import colleague
from counter_app.documents.balance_rows import BalanceRows, ServiceRow
from counter_app.domain.catalogue import Configuration
from counter_app.domain.errors import BadInput, EnvironmentFailed
from counter_app.domain.ssh_line import SshLine, ssh_line
from counter_app.journal import store
from counter_app.journal.entry import Entry, Fact
from counter_app.keys.sign import BALANCE, SshSignature, blob_print, key_print, read_signature
from counter_app.projections import daybook
from counter_app.projections.custody import epochs_of
from counter_app.projections.family import Tables
from counter_app.service.balance import STATEMENT, own_signature, read_balance, read_services
from counter_app.service.balance_statement import digest, statement
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation
from counter_app.text import Text

COUNTERSIGNED = "delivery_countersigned"
_MOST_STATEMENT, _MOST_SIGNATURE = 2**20, 2**16


@dataclass(frozen=True, slots=True)
class Countersigned:
    """A balance that both sides have signed: for which services, by whom, under which key and namespace.

    `kept` is the file with the signature; `is_new` is false where the same was recorded before.
    """

    services: tuple[str, ...]
    signer: str
    key_print: str
    namespace: str
    sha256: str
    made_at: datetime
    kept: Path
    is_new: bool


@dataclass(frozen=True, slots=True)
class Signing:
    """How the balance of one service stands with its centre's signature, and the last one that was recorded, if any.

    `both`: the centre signed what the books still say. `changed`: they say something else since. `waiting`: nothing is
    signed. `no_key`: neither, and nobody's key is named for this service.
    """

    service: str
    state: Literal["both", "changed", "waiting", "no_key"]
    signer: str = ""
    key_print: str = ""
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Paper:
    """A statement as it lies in a folder: its bytes, the head that it names, when it was made, the services in it."""

    raw: bytes
    head: str
    made_at: datetime
    services: tuple[str, ...]


def countersign(workstation: Workstation, folder: Path, signature: Path, agent: str) -> Countersigned:
    """Take in the centre's signature of the statement in a folder that `save_balance` wrote.

    Raises `countersign_no_signer`, `countersign_unreadable`, `countersign_namespace`, `countersign_ours`,
    `countersign_foreign` and `countersign_other_text` for a signature that proves nothing, `balance_missing`,
    `balance_of_another` and `balance_outdated` for a statement that is not what the books of this workstation say.
    """
    colleague(workstation.configuration, agent, MAY_COUNTERSIGN)
    paper = _read_paper(workstation, folder)
    armoured, found = _read_signature(signature)
    key, services = _whose(workstation, paper, found)
    _prove(found, key, paper, folder)
    rows = _as_the_books_say(workstation, paper, folder)
    signer, hashed, printed = key.owner or services[0], sha256(paper.raw).hexdigest(), blob_print(key.blob)
    facts = {
        "services": {row.service: digest(row) for row in rows.services if row.service in services},
        "sha256": hashed,
        "statement": paper.raw.decode(),
        "made": paper.made_at.isoformat(timespec="seconds"),
        "key": key.text,
        "key_print": printed,
        "namespace": BALANCE,
        "signature": armoured,
    }
    kept = _place(folder, signature, armoured)
    _keep(workstation, folder, paper, kept, armoured, key)
    is_new = workstation.writer.do(lambda session: _record(session, facts, signer, agent))
    return Countersigned(services, signer, printed, BALANCE, hashed, paper.made_at, kept, is_new)


def signings(workstation: Workstation, rows: Iterable[ServiceRow] | None = None) -> dict[str, Signing]:
    """How each service's balance stands with its centre's signature.

    `rows` are the books of the services that are wanted; without them the books of all are read.
    """
    configuration = workstation.configuration
    books = None if rows is None else tuple(rows)
    wanted = {one.id for one in configuration.services} if books is None else {row.service for row in books}
    with workstation.reading() as connection:
        tables = Tables(connection)
        own = set(epochs_of(tables, workstation.chain))
        places = daybook.places_of_kinds(tables, (COUNTERSIGNED,))
        entries = [store.at_place(connection, chain, seq) for chain, seq in places if chain in own]
    recorded = sorted((one for one in entries if one is not None), key=lambda one: one.header["recorded_at"])
    now: dict[str, str] = {}
    if recorded:
        now = {row.service: digest(row) for row in books or read_services(workstation)}
    found = {}
    named = {service.id: service for service in configuration.services}
    for service_id in sorted(wanted, key=lambda one: (named[one].order if one in named else 10**6, one)):
        service = named.get(service_id)
        found[service_id] = Signing(service_id, "waiting" if service and service.signers else "no_key")
    for entry in recorded:
        for service_id, said in entry.facts["services"].items():
            if service_id not in wanted:
                continue
            if said == now.get(service_id):
                found[service_id] = _signing(configuration, service_id, "both", entry)
            elif found[service_id].state != "both":
                found[service_id] = _signing(configuration, service_id, "changed", entry)
    return found


def has_signers(configuration: Configuration) -> bool:
    """Whether the office named anybody who signs for a centre."""
    return any(service.signers for service in configuration.services)


def _signing(
    configuration: Configuration, service: str, state: Literal["both", "changed"], entry: Entry
) -> Signing:
    facts = entry.facts
    named = {
        ssh_line(line).text: ssh_line(line).owner for one in configuration.services for line in one.signers
    }
    signer = (entry.private or {}).get("signer") or named.get(facts["key"]) or service
    return Signing(service, state, signer, facts["key_print"], datetime.fromisoformat(facts["made"]))


def _read_paper(workstation: Workstation, folder: Path) -> _Paper:
    path = folder / STATEMENT
    if not path.is_file():
        raise BadInput("balance_missing", path=str(folder))
    raw = _read(path, _MOST_STATEMENT)
    try:
        lines = raw.decode().splitlines()
        told = dict(line.partition(" ")[::2] for line in lines[1:6])
        made_at = datetime.fromisoformat(told["made"])
        known = [one.id for one in workstation.configuration.services]
        named = tuple(one for one in known if any(line.startswith(f"{one} journal ") for line in lines[6:]))
        return _Paper(raw, told["head"], made_at, named)
    except (ValueError, KeyError) as error:
        raise BadInput("balance_of_another", path=str(path)) from error


def _read_signature(path: Path) -> tuple[str, SshSignature]:
    """The file as text in one form, and what is in it; PowerShell writes what it redirects in UTF-16."""
    raw = _read(path, _MOST_SIGNATURE)
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        armoured = raw.decode("utf-16" if wide else "utf-8-sig")
        return "\n".join([*armoured.strip().splitlines(), ""]), read_signature(armoured)
    except ValueError as error:
        raise BadInput("countersign_unreadable", path=str(path)) from error


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise EnvironmentFailed(
            "file_unreadable", path=str(path), problem=error.strerror or str(error)
        ) from error


def _whose(workstation: Workstation, paper: _Paper, found: SshSignature) -> tuple[SshLine, tuple[str, ...]]:
    """The key named beforehand that the signature is said to be of, and the services of the balance it signs for."""
    named = [
        (ssh_line(line), service.id)
        for service in workstation.configuration.services
        if service.id in paper.services
        for line in service.signers
    ]
    if not named:
        raise BadInput("countersign_no_signer")
    if found.namespace != BALANCE.encode():
        space = found.namespace.decode(errors="replace")
        raise BadInput("countersign_namespace", found=space, wanted=BALANCE)
    services = tuple(service for key, service in named if key.blob == found.key)
    if services:
        return next(key for key, _ in named if key.blob == found.key), services
    own = workstation.keyring.signing.public_key().public_bytes_raw()
    if blob_print(found.key) == key_print(own):
        raise BadInput("countersign_ours")
    raise BadInput("countersign_foreign", key=blob_print(found.key))


def _prove(found: SshSignature, key: SshLine, paper: _Paper, folder: Path) -> None:
    from counter_app.keys.ssh_signature import made_by

    if not made_by(found, key, BALANCE, paper.raw):
        raise BadInput("countersign_other_text", path=str(folder / STATEMENT))


def _as_the_books_say(workstation: Workstation, paper: _Paper, folder: Path) -> BalanceRows:
    """The balance as it stands now, which says the same but for its own moment; raises what speaks against it."""
    place, _, hashed = paper.head.partition(" ")
    chain, _, seq = place.rpartition("/")
    with workstation.reading() as connection:
        own = epochs_of(Tables(connection), workstation.chain)
        entry = None
        if chain in own and seq.isascii() and seq.isdecimal() and len(seq) < 19:
            entry = store.at_place(connection, chain, int(seq))
    if entry is None or entry.hash.hex() != hashed:
        raise BadInput("balance_of_another", path=str(folder / STATEMENT))
    asked = [None, *(paper.services if len(paper.services) == 1 else ())]
    for service in asked:
        rows = read_balance(workstation, Text("en"), service).rows
        if statement(replace(rows, head=paper.head, made_at=paper.made_at)) == paper.raw:
            return rows
    raise BadInput("balance_outdated", made=paper.made_at)


def _place(folder: Path, signature: Path, armoured: str) -> Path:
    """Where the signature is kept: in a file of its own, whoever else signed the same."""
    number, path = 1, folder / f"{STATEMENT}.centre.sig"
    while path.exists() and not path.samefile(signature):
        if _read(path, _MOST_SIGNATURE) == armoured.encode():
            break
        number += 1
        path = folder / f"{STATEMENT}.centre-{number}.sig"
    return path


def _keep(
    workstation: Workstation, folder: Path, paper: _Paper, path: Path, armoured: str, key: SshLine
) -> None:
    """Write the signature beside the statement, who may sign it, and ours again where theirs took its place."""
    name = path.name.removeprefix(f"{STATEMENT}.").removesuffix(".sig")
    line = f'{name} namespaces="{BALANCE}" {key.text}'
    signers = folder / "allowed_signers"
    try:
        known = signers.read_text(encoding="utf-8").splitlines() if signers.exists() else []
        if line not in known:
            signers.write_text("\n".join([*known, line, ""]), encoding="utf-8", newline="\n")
        path.write_text(armoured, encoding="ascii", newline="\n")
        own_signature(workstation, folder / STATEMENT, paper.raw)
    except OSError as error:
        raise EnvironmentFailed(
            "file_unwritable", path=str(folder), problem=error.strerror or str(error)
        ) from error


def _record(session: Session, facts: dict[str, Any], signer: str, agent: str) -> bool:
    for chain, seq in daybook.places_of_kinds(session.tables, (COUNTERSIGNED,)):
        known = store.at_place(session.connection, chain, seq)
        same = ("services", "sha256", "key")
        if known is not None and all(known.facts[name] == facts[name] for name in same):
            return False
    session.append(
        Fact(COUNTERSIGNED, facts, {"signer": signer}),
        agent=agent,
        channel="setup",
        entry_id=session.new_entry_id(),
        command_hash="",
    )
    return True
