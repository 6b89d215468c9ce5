"""Where the program keeps things on this machine, and whether a folder lies on somebody else's."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Final

import platformdirs

_APPLICATION = "counter-app"
PORTABLE_MARK: Final = "portable.txt"
"""A file of this name beside the packed program makes it keep its data there, without being asked."""

# SQLite's write-ahead log needs shared memory and honest locks on one machine; none of these gives both.
_NETWORK_FILE_SYSTEMS = frozenset(
    "afs beegfs ceph cifs coda davfs fuse.davfs2 fuse.glusterfs fuse.gvfsd-fuse fuse.rclone fuse.s3fs "
    "fuse.smbnetfs fuse.sshfs glusterfs gpfs lustre ncpfs nfs nfs4 orangefs pvfs2 smb3 smbfs".split()
)
_DRIVE_REMOTE = 4
"""What `GetDriveTypeW` answers for a network drive."""


def is_packed() -> bool:
    """Whether this is the packed program, which brings its own Python, and not the source tree."""
    return bool(getattr(sys, "frozen", False))


def own_command() -> list[str]:
    """How this very program is started again for a child process; its arguments follow.

    The packed executable starts itself, for there may be no other Python on the machine.
    """
    return [sys.executable] if is_packed() else [sys.executable, "-m", "counter_app"]


def program_folder() -> Path:
    """The folder beside which a portable copy keeps its data: the executable's, or the source tree's."""
    if is_packed():
        return Path(sys.executable).resolve().parent
    return Path(__file__).resolve().parent.parent


def is_portable() -> bool:
    """Whether this copy was made to be carried: packed, with the mark beside it."""
    return is_packed() and (program_folder() / PORTABLE_MARK).is_file()


def data_folder(*, portable: bool = False) -> Path:
    """The workstation's folder when nobody names one; it is not created here.

    Beside the program where that is asked for or this copy is a portable one, else the person's own; never the
    roaming profile: a journal that is copied between machines at sign-out would fork.
    """
    if portable or is_portable():
        return program_folder() / "data"
    return platformdirs.user_data_path(_APPLICATION, appauthor=False, roaming=False)


def log_folder(*, portable: bool = False) -> Path:
    """The folder of the technical logs; it is not created here."""
    if portable or is_portable():
        return program_folder() / "logs"
    return platformdirs.user_log_path(_APPLICATION, appauthor=False)


def is_network_path(path: Path) -> bool:
    """Whether `path`, which need not exist yet, lies on a network file system, as far as this machine tells.

    Known on Linux from the table of mounts, on Windows from the form of the path and the kind of drive.
    Elsewhere, and for a drive the system says nothing about, the answer is no.
    """
    if sys.platform == "win32":
        return is_unc(str(path)) or is_unc(str(real_path(path))) or _is_remote_drive(path)
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    return file_system_of(real_path(path), mounts) in _NETWORK_FILE_SYSTEMS


def is_unc(path: str) -> bool:
    r"""Whether a Windows path names a server: `\\server\share` or `\\?\UNC\server\share`."""
    text = path.replace("/", "\\")
    if text.startswith(("\\\\?\\", "\\\\.\\")):
        return text[4:].upper().startswith("UNC\\")
    return text.startswith("\\\\")


def file_system_of(path: Path, mounts: str) -> str:
    """The type of the file system that holds the absolute `path`, from the text of `/proc/self/mounts`.

    Empty when no line fits.
    """
    found, depth = "", -1
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        mount = Path(_unescaped(fields[1]))
        # A later mount on the same folder hides the earlier one.
        if len(mount.parts) >= depth and path.is_relative_to(mount):
            found, depth = fields[2], len(mount.parts)
    return found


def _unescaped(field: str) -> str:
    # The kernel writes these four as octal, since blanks part the fields: see getmntent(3).
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        field = field.replace(code, character)
    return field


def _is_remote_drive(path: Path) -> bool:
    if sys.platform != "win32":
        return False
    import ctypes

    root = os.path.splitdrive(path.absolute())[0] + "\\"
    return int(ctypes.windll.kernel32.GetDriveTypeW(root)) == _DRIVE_REMOTE


def replace_file(part: Path, path: Path) -> None:
    """Let `part` take the place of `path`, where a file or nothing stands; raises `OSError` for a device or a pipe.

    Whoever has the rights would take `/dev/null` away from every other program.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
    part.replace(path)


def real_path(path: Path) -> Path:
    """Where a path leads behind its links; one whose links go round in a circle leads nowhere, and is no bug."""
    return Path(os.path.realpath(path))
