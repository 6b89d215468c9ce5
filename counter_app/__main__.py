"""The program's entrance: the one module that may import a front end."""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from counter_app.practice.drill import Played
    from counter_app.practice.one_day import DayPlay

_ENTERED = time.monotonic()


def main() -> int:
    """Run the command line, or open the window where no command is given; return the exit status."""
    from counter_app.cli.main import run
    from counter_app.crash_files import leave_none

    leave_none()
    return run(sys.argv[1:], window)


def window(
    arguments: Namespace, play: DayPlay | None = None, told: Callable[[Played], object] | None = None
) -> int:
    """Open the window with the global options of a command line, or let it play an outage and tell the result."""
    from counter_app.cli.options import data_folder, language
    from counter_app.domain.errors import EnvironmentFailed

    # Starting makes much and drops little: looking for garbage meanwhile costs a twentieth of it. From the first
    # paint on the window says when to look.
    gc.disable()
    try:
        from ui.bindings import leave_sources_unread

        leave_sources_unread()
        from ui.app import Options
        from ui.app import main as show
    except ImportError as error:
        # Qt links against libraries that a server without a desktop does not have.
        raise EnvironmentFailed("no_window", problem=str(error)) from error

    options = Options(
        data=data_folder(arguments),
        language=getattr(arguments, "lang", ""),
        fallback=language(arguments),
        measure=_running_ms if arguments.measure_start else None,
        play=play,
        told=told,
    )
    return show(options)


def _running_ms() -> float:
    """Milliseconds since this process began, or since this module was entered where the system does not say."""
    since_entered = (time.monotonic() - _ENTERED) * 1000
    if sys.platform != "linux":
        return since_entered
    try:
        ticks = int(Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19])
        uptime = time.clock_gettime(time.CLOCK_BOOTTIME)
    except (OSError, ValueError, IndexError):
        return since_entered
    import os

    return (uptime - ticks / os.sysconf("SC_CLK_TCK")) * 1000


if __name__ == "__main__":
    sys.exit(main())
