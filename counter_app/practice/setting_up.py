"""A sample office in one step: its workstation, and its passphrase in a file beside it."""

from __future__ import annotations

import os
from pathlib import Path

from counter_app.bootstrap import create_workstation, new_passphrase
from counter_app.practice.offices import sample_office
from counter_app.service.presence import SAMPLE_PASSPHRASE_FILE
from counter_app.storage.database import translated


def make_sample(data: Path, sample: str, counter: str) -> bytes:
    """Make a workstation of a sample office in `data` under a passphrase of its own, and return that.

    Only the owner of the account may read the file. Raises what `create_workstation` raises.
    """
    words = new_passphrase().encode()
    create_workstation(data, sample_office(sample, counter, words))
    path = data / SAMPLE_PASSPHRASE_FILE
    with translated(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(words + b"\n")
    return words
