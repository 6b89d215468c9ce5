"""The command line on a disk that fails: each job runs in a fork of this process, with `faults.c` loaded beneath it.

Started by `disk.py`. A job is one JSON line on standard input, its end one on standard output; a fork spares the
start of an interpreter for each of hundreds of faults.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path
from typing import Any

from counter_app.cli.main import run as run_command_line


def _child(job: dict[str, Any]) -> int:
    faults = ctypes.CDLL(os.environ["LD_PRELOAD"])
    for stream, name in ((1, "out"), (2, "err")):
        file = os.open(job[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, stream)
    log = job["log"].encode() if job["log"] else None
    faults.faults_begin(job["folder"].encode(), ctypes.c_long(job["at"]), ctypes.c_int(job["fault"]), log)
    status = run_command_line(job["arguments"])
    sys.stdout.flush()
    sys.stderr.flush()
    return status


def main() -> None:
    """Serve jobs until standard input ends."""
    for line in sys.stdin:
        job = json.loads(line)
        pid = os.fork()
        if pid == 0:
            status = 99
            try:
                status = _child(job)
            finally:
                sys.stderr.flush()
                os._exit(status)
        _, ended = os.waitpid(pid, 0)
        print(json.dumps({"status": os.waitstatus_to_exitcode(ended)}), flush=True)


if __name__ == "__main__":
    assert Path(os.environ["LD_PRELOAD"]).exists()
    main()
