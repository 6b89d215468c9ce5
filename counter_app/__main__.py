"""The program's entrance: the one module that may import a front end."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit status."""
    from counter_app.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
