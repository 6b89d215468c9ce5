"""What IT may hand to support: the technical log, which names nobody, and the state of each point of readiness."""

from __future__ import annotations

import platform
from pathlib import Path

from counter_app import __version__
from counter_app.domain.errors import BadInput
from counter_app.service.readiness import examine
from counter_app.service.workstation import Workstation

_FOLDER = "logs"


def support_text(workstation: Workstation) -> str:
    """One text: program and system, readiness without its figures and words, then the log, oldest line first.

    The log names nobody, as `counter_app.logs` promises; of readiness only the names of the points go along.
    """
    about = [
        f"program {__version__}",
        f"system {platform.system()} {platform.release()} {platform.machine()}",
        f"python {platform.python_version()}",
        f"chain {workstation.chain}",
        *(f"{check.name} {check.state}" for check in examine(workstation)),
    ]
    logged = [_read(file) for file in _files(workstation.data / _FOLDER)]
    return "\n".join(about) + "\n\n" + "".join(logged)


def save_support_text(workstation: Workstation, file: Path) -> int:
    """Save that text and return how many lines it has; raises `file_unwritable` where it cannot be written."""
    content = support_text(workstation)
    try:
        file.write_text(content, encoding="utf-8")
    except OSError as error:
        raise BadInput("file_unwritable", path=file.name, problem=error.strerror or str(error)) from error
    return content.count("\n")


def _files(folder: Path) -> list[Path]:
    """The log and what it was rotated into, the oldest first."""
    found = list(folder.glob("*.log")) + list(folder.glob("*.log.*"))
    return sorted(found, key=lambda file: int(n) if (n := file.suffix[1:]).isdigit() else 0, reverse=True)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        # Rotated away since it was listed: its lines stand in the next file.
        return ""
