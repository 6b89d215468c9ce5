"""Everything that this counter holds on one person, to be handed to that person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from counter_app.access.roles import SUPERVISION, colleague
from counter_app.domain.errors import BadInput
from counter_app.service.access_log import looks, note_look
from counter_app.service.persons import one_person
from counter_app.service.workstation import Workstation
from counter_app.storage.private_file import write_new_private


def export_person(workstation: Workstation, entry_id: str, agent: str) -> dict[str, Any]:
    """What was recorded on the person of an entry, word for word, and who looked at it; noted as a look itself.

    Entries of other counters carry no names here. Raises `unknown_person` for an entry that is not here.
    """
    colleague(workstation.configuration, agent, SUPERVISION)
    with workstation.reading() as connection:
        found = one_person(connection, entry_id=entry_id)
    if not found.entries:
        raise BadInput("unknown_person")
    note_look(workstation, "person_exported", next(iter(found.references), entry_id))
    read = looks(workstation, agent, about=entry_id)
    return {
        "office": workstation.configuration.office.name,
        "exported_at": workstation.clock.now().astimezone(workstation.office.zone).isoformat(),
        "entries": [
            {
                **entry.header,
                "facts": entry.facts,
                "hash": entry.hash.hex(),
                **({} if entry.private is None else {"private": entry.private}),
            }
            for entry in found.entries.values()
        ],
        "looks": [{"at": look.at.isoformat(), "by": look.agent, "act": look.act} for look in read],
    }


def write_export(told: dict[str, Any], out: Path) -> None:
    """Write what was exported into a new file that only its owner may read.

    Raises `words_file_exists` where there is one, `file_unwritable`.
    """
    write_new_private(out, json.dumps(told, ensure_ascii=False, indent=2).encode())
