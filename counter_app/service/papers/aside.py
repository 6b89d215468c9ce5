"""The daily log made by a child process of this program: reading a day and drawing it keeps Python busy, and a window
beside it waits.

    own command  document draw-log --date D --data DIR --lang fr  < key  > PDF

The key that opens the journal for reading goes over the child's standard input and is nowhere else to be seen; no
other key goes with it.
"""

from __future__ import annotations

import json
import subprocess
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counter_app.domain.errors import BadInput, EnvironmentFailed
from counter_app.keys.keyring import Keyring
from counter_app.paths import own_command
from counter_app.service.papers.daily_log import daily_log_pdf
from counter_app.service.workstation import Workstation
from counter_app.text import PSEUDO, Text

_LONGEST_S = 300


def daily_log_aside(workstation: Workstation, day: date, text: Text) -> bytes:
    """The log of a day as a PDF, the same as `daily_log_pdf` makes; raises `paper_not_drawn`."""
    if text.language == PSEUDO:
        # No command line speaks it, and nobody prints in it.
        return daily_log_pdf(workstation, day, text)
    asked = ["document", "draw-log", "--date", day.isoformat(), "--lang", text.language]
    pdf = told_by_child(workstation, asked, _LONGEST_S, "paper_not_drawn")
    if not pdf.startswith(b"%PDF"):
        raise EnvironmentFailed("paper_not_drawn", problem="0")
    return pdf


def told_by_child(workstation: Workstation, asked: list[str], longest_s: float, code: str) -> bytes:
    """What a child process with the key for reading says on its standard output; raises `code` where it fails."""
    keyring = workstation.keyring
    key = {"workstation": keyring.workstation, "database": keyring.database.hex()}
    # On Windows no black window may flash up behind ours.
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        done = subprocess.run(
            [*own_command(), *asked, "--data", str(workstation.data)],
            input=json.dumps(key).encode(),
            capture_output=True,
            check=False,
            timeout=longest_s,
            creationflags=flags,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EnvironmentFailed(code, problem=str(error)) from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise EnvironmentFailed(code, problem=said[-1] if said else str(done.returncode))
    return done.stdout


def handed_keys(content: bytes) -> Keyring:
    """The child's side: what opens the journal for reading, and signs nothing; raises `no_passphrase`."""
    try:
        told = json.loads(content)
        name, database = str(told["workstation"]), bytes.fromhex(told["database"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput("no_passphrase") from error
    return Keyring(name, database, Ed25519PrivateKey.generate(), b"")
