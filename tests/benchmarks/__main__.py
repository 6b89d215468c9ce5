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

from tests.benchmarks import (
    counters,
    grant,
    history,
    link,
    memory,
    million,
    post,
    postgres,
    scale,
    stall,
    start,
    verify,
)
from tests.benchmarks.figures import Figure

BENCHMARKS: dict[str, Callable[[Path], list[Figure]]] = {
    "grant": grant.measure,
    "history": history.measure,
    "verify": verify.measure,
    "post": post.measure,
    "postgres": postgres.measure,
    "memory": memory.measure,
    "stall": stall.measure,
    "start": start.measure,
    "link": link.measure,
}
LONG: dict[str, Callable[[Path], list[Figure]]] = {
    "million": million.measure,
    "counters": counters.measure,
    "scale": scale.measure,
}
"""Run only where they are named."""


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all of them, each in a folder of its own."""
    known = BENCHMARKS | LONG
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"{unknown[0]}: choose from {', '.join(known)}", file=sys.stderr)
        return 2
    figures = []
    for name in names or BENCHMARKS:
        with tempfile.TemporaryDirectory(prefix="counter-app-bench-") as folder:
            figures += known[name](Path(folder))
    print(json.dumps([figure.as_json() for figure in figures], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
