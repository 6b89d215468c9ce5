"""Suspect workstations: IT's signed statement, what is kept in quarantine, and its release by two people.

A statement is signed with the office's own key, which vouches for every counter: it travels with each exchange and
each counter checks it for itself. What arrives of a suspect chain afterwards is kept verbatim outside every table,
whatever time it claims, for whoever holds the key of that workstation also sets its clock.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counter_app.access.roles import IT_WORK, RECOVERY, colleague
from counter_app.clock import from_wire, to_wire
from counter_app.domain.errors import BadInput, Refused
from counter_app.domain.ids import counter_of
from counter_app.journal import quarantine, store
from counter_app.journal.codec import canonical
from counter_app.journal.entry import Fact
from counter_app.keys.sign import SUSPECT, sign, signed_by
from counter_app.projections import runner, suspects
from counter_app.projections.suspects import SuspectRow
from counter_app.service.lanes import Lane
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation

_SLICE = 50
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Suspect:
    """One suspect chain as it stands here.

    `quarantined` entries are kept apart, the last of them at `last_seq`; `claim_before` of them say that they were
    recorded before `since`. `released_upto` is 0 where nothing was released; `asked` names who gave a first word
    on the last entry.
    """

    chain: str
    since: str
    reason: str
    declared_by: str
    declared_at: str
    quarantined: int
    last_seq: int
    claim_before: int
    released_upto: int
    asked: tuple[str, ...]


def read_office_key(file: Path) -> bytes:
    """The office's private key out of a file: 64 hexadecimal digits, or TOML that names it.

    Raises `file_unreadable` and `office_key_unreadable`.
    """
    try:
        words = file.read_text(encoding="ascii")
        if "=" in words:
            return bytes.fromhex(str(tomllib.loads(words)["office_private_key"]))
        return bytes.fromhex(words)
    except OSError as error:
        raise BadInput("file_unreadable", path=str(file), problem=error.strerror or str(error)) from error
    except (ValueError, KeyError) as error:
        raise BadInput("office_key_unreadable", path=str(file)) from error


def other_chains(workstation: Workstation) -> list[str]:
    """The chains that may be declared suspect here: those that were heard, and counters whose key the office names."""
    with workstation.reading() as connection:
        heard = [row.name for row in store.chains(connection)]
    named = [counter.id for counter in workstation.configuration.counters if counter.public_key]
    return sorted({*heard, *named} - {workstation.chain})


def declare_suspect(
    workstation: Workstation,
    chain: str,
    since: str,
    reason: str,
    agent: str,
    office_key: bytes,
    channel: str = "command_line",
) -> None:
    """Sign and record that a workstation is suspect since a time (RFC 3339); its key is worth nothing from then on.

    Raises `office_key_unknown` where the configuration names no office key, `office_key_wrong` where this is
    another one, and `suspect_already` where nothing new is said.
    """
    colleague(workstation.configuration, agent, IT_WORK)
    moment = from_wire(since)
    if moment > workstation.clock.now():
        raise Refused("in_the_future", time=since)
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise Refused("suspect_reason", most=_LONGEST_REASON)
    key = _office_key(workstation, office_key)
    with workstation.reading() as connection:
        known = {row.name: row.public_key for row in store.chains(connection)}
    counter = workstation.configuration.counter(counter_of(chain))
    if chain not in known and counter is not None and counter.public_key:
        # Nothing of it was heard here yet, but the office's configuration names its key.
        known[chain] = bytes.fromhex(counter.public_key)
    if chain not in known:
        raise BadInput("unknown_chain", chain=chain, chains=", ".join(known))
    statement = {
        "office": workstation.configuration.office.code,
        "chain": chain,
        "public_key": known[chain].hex(),
        "since": to_wire(moment),
        "reason": reason,
        "declared_by": agent,
        "declared_at": to_wire(workstation.clock.now()),
    }
    words = canonical(statement)
    signature = sign(key, SUSPECT, words)

    def job(session: Session) -> None:
        before = suspects.suspected_since(session.tables, session.office.chain, chain)
        if before is not None and before <= statement["since"]:
            raise Refused("suspect_already", chain=chain, since=before)
        _record(session, words.decode(), signature, agent, channel)

    workstation.writer.do(job)


def _office_key(workstation: Workstation, private: bytes) -> Ed25519PrivateKey:
    named = workstation.configuration.signature.public_key
    if not named:
        raise BadInput("office_key_unknown")
    if len(private) != 32:
        raise BadInput("office_key_wrong", key=named)
    key = Ed25519PrivateKey.from_private_bytes(private)
    if key.public_key().public_bytes_raw().hex() != named:
        raise BadInput("office_key_wrong", key=named)
    return key


def _record(session: Session, words: str, signature: str, agent: str, channel: str) -> None:
    told = json.loads(words)
    facts = {
        "suspect": told["chain"],
        "public_key": told["public_key"],
        "since": told["since"],
        "statement": words,
        "signature": signature,
    }
    session.append(
        Fact(suspects.SUSPECTED, facts),
        agent=agent,
        channel=channel,
        entry_id=session.new_entry_id(),
        command_hash="",
    )


def list_bytes(rows: Iterable[SuspectRow]) -> bytes:
    """The signed statements as lines, as they travel with an exchange."""
    return b"".join(line_bytes(row.statement, row.signature) for row in rows)


def line_bytes(statement: str, signature: str) -> bytes:
    """One of those lines."""
    row = {"statement": statement, "signature": signature}
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def learn(workstation: Workstation, raw: bytes, file: str) -> list[str]:
    """Record the statements of a list that are new here; returns the chains that they name.

    Raises `suspect_list_broken` or `suspect_list_signature`: such a list is believed in no part.
    """
    told = [_checked(workstation, line, file) for line in raw.split(b"\n") if line]
    with workstation.tables() as tables:
        known = {row.statement for row in suspects.suspect_rows(tables, workstation.chain)}
    new = [(words, signature) for words, signature in told if words not in known]

    def job(session: Session) -> None:
        for words, signature in new:
            _record(session, words, signature, "", "exchange")

    if new:
        workstation.writer.do(job, Lane.MACHINES)
    return sorted({str(json.loads(words)["chain"]) for words, _ in new})


def _checked(workstation: Workstation, line: bytes, file: str) -> tuple[str, str]:
    try:
        row = json.loads(line)
        words, signature = str(row["statement"]), str(row["signature"])
        told: dict[str, Any] = json.loads(words)
        sound = all(isinstance(told[name], str) for name in ("chain", "public_key", "since", "reason"))
        from_wire(told["since"])
        if not sound or told["office"] != workstation.configuration.office.code:
            raise ValueError("of another office")
    except (ValueError, KeyError, TypeError, RecursionError, BadInput) as error:
        raise Refused("suspect_list_broken", file=file, problem=str(error)) from error
    key = workstation.configuration.signature.public_key
    if not key or not signed_by(bytes.fromhex(key), SUSPECT, words.encode(), signature):
        raise Refused("suspect_list_signature", file=file)
    return words, signature


def list_suspects(workstation: Workstation) -> list[Suspect]:
    """Every suspect chain known here, in the order of its name."""
    with workstation.reading() as connection, workstation.tables() as tables:
        rows = suspects.suspect_rows(tables, workstation.chain)
        found = []
        for chain in sorted({row.chain for row in rows}):
            first = min((row for row in rows if row.chain == chain), key=lambda row: row.since)
            told = json.loads(first.statement)
            held = quarantine.held(connection, chain)
            last = held[-1] if held else None
            asked = [
                row.person
                for row in suspects.release_rows(tables, workstation.chain, chain)
                if last is not None and (row.upto, row.hash, row.done) == (last.seq, last.hash.hex(), False)
            ]
            found.append(
                Suspect(
                    chain=chain,
                    since=first.since,
                    reason=told["reason"],
                    declared_by=str(told.get("declared_by", "")),
                    declared_at=str(told.get("declared_at", "")),
                    quarantined=len(held),
                    last_seq=0 if last is None else last.seq,
                    claim_before=sum(str(entry.header.get("recorded_at")) < first.since for entry in held),
                    released_upto=suspects.released_upto(tables, workstation.chain, chain),
                    asked=tuple(asked),
                )
            )
    return found


def is_suspect_counter(workstation: Workstation, counter: str) -> bool:
    """Whether the newest chain that is known of a counter was declared suspect."""
    with workstation.reading() as connection, workstation.tables() as tables:
        chains = [row for row in store.chains(connection) if row.counter == counter]
        newest = max(chains, key=lambda row: row.epoch, default=None)
        return (
            newest is not None
            and suspects.suspected_since(tables, workstation.chain, newest.name) is not None
        )


def release(
    workstation: Workstation,
    chain: str,
    upto: int,
    agent: str,
    reason: str,
    channel: str = "command_line",
) -> int | None:
    """One person's word that a suspect chain may be believed up to a place; returns how many entries it freed.

    `None` where it was the first word: the same place needs a second person. Raises `nothing_quarantined`
    where that entry is not kept here, and `second_person_needed` where the same person speaks twice.
    """
    colleague(workstation.configuration, agent, RECOVERY)
    if not reason.strip():
        raise Refused("reason_missing")

    def job(session: Session) -> bool:
        entry = quarantine.held_at(session.connection, chain, upto)
        if entry is None:
            raise Refused("nothing_quarantined", chain=chain, seq=upto)
        words = suspects.release_rows(session.tables, session.office.chain, chain)
        before = {row.person for row in words if (row.upto, row.hash) == (upto, entry.hash.hex())}
        if before == {agent}:
            raise Refused("second_person_needed", person=agent)
        facts = {"suspect": chain, "upto": upto, "upto_hash": entry.hash.hex()}
        session.append(
            Fact(suspects.RELEASED if before else suspects.ASKED, facts, {"reason": reason}),
            agent=agent,
            channel=channel,
            entry_id=session.new_entry_id(),
            command_hash="",
        )
        return bool(before)

    return free_released(workstation, chain) if workstation.writer.do(job) else None


def free_released(workstation: Workstation, chain: str) -> int:
    """Move what was released from quarantine into its chain and every table; returns how many entries.

    In slices, so that people's commands go in between; what a crash leaves is moved by the next exchange.
    """
    moved = 0
    while taken := workstation.writer.do(lambda session: _free(session, chain), Lane.MACHINES):
        moved += taken
    return moved


def _free(session: Session, chain: str) -> int:
    upto = suspects.released_upto(session.tables, session.office.chain, chain)
    entries = quarantine.held(session.connection, chain, upto, _SLICE)
    for entry in entries:
        kept = store.take_in(session.connection, entry, to_wire(session.now))
        runner.apply(session.tables, kept)
        session.heard.append(kept)
    if entries:
        quarantine.let_go(session.connection, chain, entries[-1].seq)
    return len(entries)
