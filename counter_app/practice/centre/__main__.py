"""`python -m counter_app.practice.centre`: the embedded central system alone, in the foreground."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from pathlib import Path

from . import faults, server


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="centre", description="A central system to practise against.")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--store", type=Path, required=True, help="the SQLite file of the centre")
    parser.add_argument("--faults", default="none", help="none, all, or names with commas")
    parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same faults")
    parser.add_argument("--folder", type=Path, help="also exchange files in FOLDER/in and FOLDER/ack")
    parser.add_argument("--settling", type=float, default=server.SETTLING_SECONDS, help="seconds")
    parser.add_argument("--longest-hold", type=float, default=server.LONGEST_HOLD_SECONDS, help="seconds")
    return parser.parse_args()


def _main() -> int:
    given = _arguments()
    try:
        chosen = faults.parse(given.faults)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        server.main(
            port=given.port,
            store=given.store,
            faults=chosen,
            seed=given.seed,
            folder=given.folder,
            settling=given.settling,
            longest_hold=given.longest_hold,
        )
    except (OSError, OverflowError, sqlite3.Error) as error:
        print(f"The centre can't run: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(_main())
