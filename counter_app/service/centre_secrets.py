"""Secrets for the centres, of which `office.toml` only names the place: passwords, tokens, passphrases of keys."""

from __future__ import annotations

import os
from uuid import uuid4

from counter_app.access.roles import RECOVERY, colleague
from counter_app.clock import to_wire
from counter_app.domain.errors import BadInput
from counter_app.journal.entry import Fact
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation


def keep_secret(workstation: Workstation, name: str, secret: str, agent: str) -> None:
    """Keep a secret within the encrypted journal's file, in the place of one before; that it changed is recorded."""
    colleague(workstation.configuration, agent, RECOVERY)

    def job(session: Session) -> None:
        session.connection.execute(
            "INSERT OR REPLACE INTO centre_secret (name, secret, kept_since) VALUES (?, ?, ?)",
            (name, secret, to_wire(session.now)),
        )
        fact = Fact("journal_keys_changed", {"change": "centre_secret_kept", "name": name})
        session.append(fact, agent=agent, channel="setup", entry_id=str(uuid4()), command_hash="")

    workstation.writer.do(job)


def secret_at(place: str, workstation: Workstation) -> str:
    """The secret at `kept:NAME`, `file:PATH` (its first line; told from the workstation's folder) or `env:NAME`.

    Raises `secret_missing`.
    """
    kind, _, name = place.partition(":")
    if kind == "env":
        secret = os.environ.get(name, "")
    elif kind == "kept":
        secret = _kept(workstation, name)
    else:
        try:
            text = (workstation.data / name).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput("secret_missing", place=place) from error
        secret = text.partition("\n")[0].rstrip("\r")
    if not secret:
        raise BadInput("secret_missing", place=place)
    return secret


def _kept(workstation: Workstation, name: str) -> str:
    with workstation.reading() as connection:
        row = connection.execute("SELECT secret FROM centre_secret WHERE name = ?", (name,)).fetchone()
    return "" if row is None else str(row[0])
