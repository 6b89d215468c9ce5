"""What a child process gives up before it reads untrusted media: network, other programs, other files, time, memory.

Linux enforces all of it, without privileges: resource limits, and a seccomp filter that answers the system calls of
network, of new programs, and of opening, removing or renaming files with "not permitted". Other systems enforce less,
and `confine` says what it enforced: Windows none of these (there a child process bounds a crash, and its parent bounds
its silence).
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys
from typing import Final

NETWORK, PROGRAMS, FILES, MEMORY, TIME = "network", "programs", "files", "memory", "time"
EVERYTHING: Final = (NETWORK, PROGRAMS, FILES, MEMORY, TIME)
_MOST_MEMORY = 2 * 1024**3
_MOST_SECONDS = 1800

_BOTH: Final = (425, 437, 438)
"""On both: io_uring_setup, by which everything below could be asked for; openat2, pidfd_getfd."""
# Linux's numbers. Network: socket, connect, bind, listen, accept, accept4, sendto, socketpair. Programs: execve,
# execveat, ptrace, process_vm_writev, kill. Files: open, creat, openat, truncate, unlink, rename, link, symlink, mkdir,
# rmdir, chmod, chown, mknod, each also in its later forms, where there are some.
_CALLS: Final = {
    "x86_64": (
        0xC000003E,
        (
            *_BOTH,
            *(41, 42, 43, 44, 49, 50, 53, 288),
            *(59, 62, 101, 311, 322),
            *(2, 76, 82, 83, 84, 85, 86, 87, 88, 90, 92, 94, 133),
            *(257, 258, 259, 260, 263, 264, 265, 266, 268, 316),
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (
            *_BOTH,
            *(198, 199, 200, 201, 202, 203, 206, 242),
            *(117, 129, 221, 271, 281),
            *(33, 34, 35, 36, 37, 38, 45, 53, 54, 56, 276),
        ),
    ),
}
_X32 = 0x40000000
"""From here on x86-64 numbers a second set of the same calls."""
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | 1


def confine() -> tuple[str, ...]:
    """Give up, for the rest of this process, whatever this system lets us; returns what it enforces from now on."""
    if sys.platform == "win32":
        return ()
    # The filter last: what sets the limits is itself read from a file.
    return (*_within_limits(), *_without_calls())


def _within_limits() -> tuple[str, ...]:
    """Memory and processor time are bounded, and no file can grow."""
    if sys.platform == "win32":
        return ()
    import resource

    kept = []
    wanted = (
        ("", resource.RLIMIT_FSIZE, 0),
        (MEMORY, resource.RLIMIT_AS, _MOST_MEMORY),
        (TIME, resource.RLIMIT_CPU, _MOST_SECONDS),
    )
    for name, limit, most in wanted:
        try:
            resource.setrlimit(limit, (most, most))
        except (OSError, ValueError):
            continue
        kept.append(name)
    return tuple(name for name in kept if name)


def _without_calls() -> tuple[str, ...]:
    """Refuse calls of network, programs and files, by a filter that nothing in this process can take off."""
    known = _CALLS.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return ()
    program = _filter(*known)
    packed = b"".join(struct.pack("=HBBI", *line) for line in program)
    lines = ctypes.create_string_buffer(packed, len(packed))
    whole = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(lines)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong]
    if prctl(_NO_NEW_PRIVILEGES, 1, None, 0, 0) != 0:
        return ()
    if prctl(_SET_SECCOMP, _FILTER, ctypes.addressof(whole), 0, 0) != 0:
        return ()
    return (NETWORK, PROGRAMS, FILES)


def _filter(architecture: int, calls: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """The filter as classic BPF: operation, jumps if true and if false, value (see seccomp(2))."""
    checks = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    checks += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _REFUSE)]
    for place, call in enumerate(calls):
        checks.append((_EQUAL, len(calls) - place, 0, call))
    return [*checks, (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
