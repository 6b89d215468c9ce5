"""The media that hold copies of this workstation, and what was last known of each.

Both stand beside the journal and never in the office's configuration, which is the same for every counter:
`mirrors.toml` names the media, `mirrors.state` notes how far each copy has come. The second is only a memory: what a
medium really holds is read from the medium.
"""

from __future__ import annotations

import json
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counter_app.clock import to_wire
from counter_app.domain.errors import BadInput, EnvironmentFailed, Refused
from counter_app.exchange.mirror_folder import mark_medium, put_file
from counter_app.paths import real_path
from counter_app.service.workstation import Workstation
from counter_app.storage.database import translated

MEDIA = "mirrors.toml"
STATE = "mirrors.state"


@dataclass(frozen=True, slots=True)
class Medium:
    """A stick or a share that was named for copies. Two may take turns under one path: the id tells them apart."""

    id: str
    path: Path
    added_at: str


@dataclass(frozen=True, slots=True)
class Known:
    """What was last known of a copy: entries in it, the last arrival, when it was last complete, what went wrong.

    `arrival` counts the journal's entries of all chains. `complete_at` is empty where it never was; `seen_at` is when
    the medium was last there; `problem` is the code of an error, empty where there was none.
    """

    entries: int = 0
    arrival: int = 0
    complete_at: str = ""
    seen_at: str = ""
    problem: str = ""


def media(data: Path) -> list[Medium]:
    """The media named for copies, in the order in which they were; raises `mirror_list_damaged`."""
    path = data / MEDIA
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("medium", [])
        return [Medium(str(row["id"]), Path(row["path"]), str(row["added_at"])) for row in rows]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput("mirror_list_damaged", path=MEDIA) from error


def add_medium(workstation: Workstation, path: Path) -> Medium:
    """Name a medium for copies and mark it. A medium that is named already only gets its new path.

    Raises `mirror_no_folder` where `path` is no folder, `mirror_inside` where it is the workstation's own, and what
    the medium says where it cannot be written.
    """
    place = path.absolute()
    if real_path(place).is_relative_to(real_path(workstation.data)):
        raise Refused("mirror_inside", path=str(path))
    with translated(path):
        found = Medium(mark_medium(place), place, to_wire(workstation.clock.now()))
    _write(workstation.data, [one for one in media(workstation.data) if one.id != found.id] + [found])
    return found


def remove_medium(workstation: Workstation, path: Path) -> list[Medium]:
    """Name the media under `path` no longer; what lies on them stays. Raises `mirror_unknown` where none is."""
    present, place = media(workstation.data), path.absolute()
    gone = [one for one in present if str(path) == one.id or one.path == place]
    if not gone:
        raise BadInput("mirror_unknown", path=str(path))
    _write(workstation.data, [one for one in present if one not in gone])
    return gone


def _write(data: Path, listed: list[Medium]) -> None:
    lines = ["# The media that hold copies of this journal; see `counter-app mirror`.", ""]
    for one in listed:
        lines += [
            "[[medium]]",
            f'id = "{one.id}"',
            f"path = {_quoted(str(one.path))}",
            f'added_at = "{one.added_at}"',
            "",
        ]
    with translated(data / MEDIA):
        put_file(data / MEDIA, "\n".join(lines).encode())


def _quoted(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise EnvironmentFailed("mirror_no_folder", path=repr(text)) from error
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def read_states(data: Path) -> dict[str, Known]:
    """What was last known of each copy, by the medium's id."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        raw: dict[str, dict[str, Any]] = json.loads((data / STATE).read_bytes())
        return {name: Known(**known) for name, known in raw.items()}
    return {}


def write_states(data: Path, states: dict[str, Known]) -> None:
    """Note what is known now; where it cannot be written the next note replaces it."""
    words = {
        name: {field: getattr(known, field) for field in Known.__dataclass_fields__}
        for name, known in states.items()
    }
    with suppress(OSError):
        part = data / f"{STATE}.part"
        part.write_text(json.dumps(words), encoding="utf-8")
        part.replace(data / STATE)
