"""What a process gave up it does not get back: tried in a child, for nothing of it can be undone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from counter_app.exchange.confined import EVERYTHING

_TRIES = """
import json, os, socket, subprocess, sys
from counter_app.exchange.confined import confine
enforced, refused = confine(), []
def tried(name, call):
    try:
        call()
    except (OSError, MemoryError) as error:
        refused.append(name)
tried("socket", lambda: socket.create_connection(("127.0.0.1", 9), 1))
tried("pair", socket.socketpair)
tried("program", lambda: os.execv("/bin/true", ["true"]))
os.close(0)
tried("open", lambda: open(sys.argv[1]))
tried("write", lambda: os.open(sys.argv[1] + ".new", os.O_CREAT | os.O_WRONLY))
tried("unlink", lambda: os.unlink(sys.argv[1]))
tried("rename", lambda: os.rename(sys.argv[1], sys.argv[1] + ".new"))
tried("folder", lambda: os.mkdir(sys.argv[1] + ".new"))
tried("kill", lambda: os.kill(os.getppid(), 0))
tried("memory", lambda: bytearray(3 * 1024**3))
print(json.dumps([enforced, refused]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems enforce less, and the process says so")
def test_network_programs_files_and_memory_are_out_of_reach(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("words", encoding="ascii")
    done = subprocess.run(
        [sys.executable, "-c", _TRIES, str(tmp_path / "file")], capture_output=True, check=False, timeout=60
    )
    enforced, refused = json.loads(done.stdout)
    assert set(enforced) == set(EVERYTHING)
    assert refused == "socket pair program open write unlink rename folder kill memory".split()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
