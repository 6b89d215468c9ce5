"""What a system keeps of a program that crashed: nothing, for its memory holds names and keys."""

from __future__ import annotations

import sys
from contextlib import suppress

_NO_HEAP = 1
"""WER_FAULT_REPORTING_FLAG_NOHEAP, of Windows' werapi.h."""


def leave_none() -> None:
    """Ask the system for no image of this process's memory, nor of its children's, where it crashes.

    What pages of it the system swaps to disk is not ours to say: that is what encrypting the whole disk is for.
    """
    if sys.platform == "win32":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.windll.kernel32.WerSetFlags(_NO_HEAP)
    else:
        import resource

        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
