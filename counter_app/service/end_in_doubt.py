"""Going on where only the sidecar is gone: a person answers for the journal's end, and that is an entry.

A write-ahead log that lost its tail looks like a clean end, and the sidecar is what tells the two apart. Without it
and without a copy that knows more nobody can tell; so no program decides it.
"""

from __future__ import annotations

from uuid import uuid4

from counter_app.access.roles import RECOVERY, colleague
from counter_app.domain.errors import JournalBroken, Refused
from counter_app.exchange.mirror_folder import copy_folder, generations, read_head
from counter_app.journal import store
from counter_app.journal.entry import Fact
from counter_app.journal.sidecar import read_sidecar
from counter_app.service.mirror.media import media
from counter_app.service.mirror.round import is_there
from counter_app.service.proof import prove
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation

_SIDECAR = ("sidecar_missing", "sidecar_damaged")


def accept_end(workstation: Workstation, agent: str, reason: str) -> int:
    """Record that the journal ends where it ends; returns that place.

    Raises `end_not_in_doubt` where the sidecar is whole, `end_is_lost` where a copy that is plugged in knows more, and
    whatever a verification finds besides.
    """
    colleague(workstation.configuration, agent, RECOVERY)
    problem = _doubt(workstation)
    with workstation.reading() as connection:
        head = store.head(connection, workstation.chain)
    compared = _compare_copies(workstation, head.seq)
    for finding in prove(workstation, full=False).findings:
        if finding.code not in _SIDECAR:
            raise finding
    facts = {"problem": problem, "seq": head.seq, "hash": head.hash.hex(), "copies_compared": compared}

    def record(session: Session) -> None:
        session.append(
            Fact("end_accepted", facts, {"reason": reason}),
            agent=agent,
            channel="setup",
            entry_id=str(uuid4()),
            command_hash="",
        )

    workstation.writer.do(record)
    return head.seq


def _doubt(workstation: Workstation) -> str:
    try:
        read_sidecar(workstation.data)
    except JournalBroken as error:
        return error.code
    # A sidecar that can be read and does not fit is no doubt but a proof; `prove` would say the same.
    for finding in prove(workstation, full=False).findings:
        raise finding
    raise Refused("end_not_in_doubt")


def _compare_copies(workstation: Workstation, seq: int) -> int:
    """How many copies that are plugged in know no more than this journal."""
    compared = 0
    for medium in media(workstation.data):
        if not is_there(medium):
            continue
        copy = copy_folder(medium.path, workstation.chain, workstation.keyring.workstation)
        heads = [head for one in generations(copy) if (head := read_head(one)) is not None]
        if any(isinstance(head.get("seq"), int) and head["seq"] > seq for head in heads):
            raise JournalBroken("end_is_lost", path=str(medium.path))
        compared += bool(heads)
    return compared
