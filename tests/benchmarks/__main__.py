"""`python -m tests.benchmarks [NAME…]`: measures beside floors of the same run, as JSON on standard output.

Nothing fails on seconds: `ok` tells whether a ratio holds on this machine, the exit code only whether it could
be measured.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import grant, history, memory, post, verify
from tests.benchmarks.figures import Figure

BENCHMARKS: dict[str, Callable[[Path], list[Figure]]] = {
    "grant": grant.measure,
    "history": history.measure,
    "verify": verify.measure,
    "post": post.measure,
    "memory": memory.measure,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all of them, each in a folder of its own."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"{unknown[0]}: choose from {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    figures = []
    for name in names or BENCHMARKS:
        with tempfile.TemporaryDirectory(prefix="counter-app-bench-") as folder:
            figures += BENCHMARKS[name](Path(folder))
    print(json.dumps([figure.as_json() for figure in figures], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
