"""A program that crashes leaves no image of its memory behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_CRASH = """
import os, resource, sys
limit = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
from counter_app import __main__
sys.argv = ["counter-app", "--version"]
try:
    __main__.main()
except SystemExit:
    pass
secret = b"atlantic contempt smith stinger"
print(resource.getrlimit(resource.RLIMIT_CORE), flush=True)
os.abort()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit to be read")
def test_a_program_that_crashes_leaves_no_image_of_its_memory(tmp_path: Path) -> None:
    died = subprocess.run([sys.executable, "-c", _CRASH], cwd=tmp_path, capture_output=True, check=False)
    assert died.returncode == -6
    assert died.stdout.splitlines()[-1] == b"(0, 0)"
    assert list(tmp_path.iterdir()) == []
