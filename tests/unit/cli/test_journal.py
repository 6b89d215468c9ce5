"""`journal show` in a pipe: whoever read enough goes, and no disk is blamed for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.counters import PASSPHRASE, Templates


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["words", "json"])
def test_a_reader_who_goes_before_the_end_is_no_fault(
    templates: Templates, tmp_path: Path, more: list[str]
) -> None:
    data, secret = templates.copy("A1", tmp_path / "a1"), tmp_path / "secret"
    secret.write_bytes(PASSPHRASE)
    line = [sys.executable, "-m", "counter_app", "--data", str(data), "--passphrase-file", str(secret)]
    with subprocess.Popen(
        [*line, "journal", "show", *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        # Long before the journal is open, hence before the first line.
        child.stdout.close()
        assert child.stderr.read() == b""
