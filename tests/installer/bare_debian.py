"""A bare Debian 12 in a folder, a display outside it, and a user who runs programs there."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SUITE = "bookworm"
USER = 1000
NEEDED = ("debootstrap", "dpkg-deb", "unshare", "Xvfb", "xwininfo", "xdotool")

# Everything that is mounted, and every process, goes with the first one of these: nothing is left behind, however
# a test ends. That one stays root's and a shell: who changes its user is no longer told of its parent's death.
_APART = ("unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child")
_ENTER = """
set -e
root=$1 stick=$2 user=$3
shift 3
mount -t proc proc "$root/proc"
if [ -n "$stick" ]; then
  mount --bind "$stick" "$root/media/stick"
  mount -o remount,bind,ro "$root/media/stick"
fi
status=0
chroot --userspec="$user:$user" "$root" "$@" || status=$?
exit "$status"
"""


def why_not() -> str:
    """Why this machine cannot hold a bare Debian; empty where it can."""
    if os.geteuid() != 0:
        return "a bare Debian is made by root alone"
    missing = [name for name in NEEDED if shutil.which(name) is None]
    return f"install debootstrap, xvfb, x11-utils and xdotool: {missing} missing" if missing else ""


def sources() -> dict[str, str]:
    """Where this machine has its Debian packages from: `Debian`, and `Debian-Security` if it has that."""
    asked = [
        "apt-get",
        "indextargets",
        "--format",
        "$(LABEL)|$(SITE)",
        "Created-By: Packages",
        "Origin: Debian",
    ]
    answer = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    return dict(line.split("|", 1) for line in sorted(set(answer.splitlines())))


@dataclass(frozen=True)
class BareDebian:
    """A Debian with nothing but its essential packages and apt, in the folder `root`."""

    root: Path
    stick: Path | None = None

    @classmethod
    def made_in(cls, root: Path) -> BareDebian:
        """Unpack it from the packages that this machine's own mirror has; takes a minute."""
        sites = sources()
        command = ["debootstrap", "--variant=minbase", SUITE, str(root), sites["Debian"]]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        lines = [f"deb {sites['Debian']} {SUITE} main"]
        if "Debian-Security" in sites:
            lines.append(f"deb {sites['Debian-Security']} {SUITE}-security main")
        (root / "etc/apt/sources.list").write_text("\n".join(lines) + "\n")
        shutil.copyfile("/etc/resolv.conf", root / "etc/resolv.conf")
        (root / "media/stick").mkdir()
        made = cls(root)
        made.run("useradd", "--create-home", "--uid", str(USER), "agent", user=0)
        made.run("apt-get", "update", "-qq", user=0)
        return made

    def with_stick(self, folder: Path) -> BareDebian:
        """The same Debian with `folder` at /media/stick, where nothing can be written."""
        return BareDebian(self.root, folder)

    def command(self, *words: str, user: int = USER, display: str = "") -> list[str]:
        """How a program is started in there."""
        home = "/home/agent" if user else "/root"
        place = ["env", "-i", f"HOME={home}", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"]
        place += [f"DISPLAY={display}"] if display else []
        stick = str(self.stick or "")
        return [*_APART, "sh", "-c", _ENTER, "enter", str(self.root), stick, str(user), *place, *words]

    def run(self, *words: str, user: int = USER, expected: int = 0) -> str:
        """Run a program to its end and return what it prints; what it complains of too where it is to fail."""
        done = subprocess.run(
            self.command(*words, user=user),
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == expected, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout if expected == 0 else done.stdout + done.stderr

    @contextmanager
    def running(self, *words: str, display: str) -> Iterator[subprocess.Popen[bytes]]:
        """A program of the user's that has a window; ended afterwards."""
        process = subprocess.Popen(self.command(*words, display=display), stderr=subprocess.PIPE)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


@dataclass(frozen=True)
class Display:
    """A screen that nobody sees."""

    name: str

    def titles(self) -> str:
        """The tree of windows, as xwininfo tells it."""
        told = ["xwininfo", "-display", self.name, "-root", "-tree"]
        return subprocess.run(told, capture_output=True, text=True, check=True).stdout

    def press(self, *words: str) -> None:
        """Let xdotool press keys in whatever window has the focus."""
        subprocess.run(["xdotool", *words], check=True, env=os.environ | {"DISPLAY": self.name})

    def photograph(self, file: Path) -> int:
        """Keep what the screen shows as a picture; return how many colours it has."""
        from PIL import ImageGrab

        picture = ImageGrab.grab(xdisplay=self.name)
        file.parent.mkdir(parents=True, exist_ok=True)
        picture.save(file)
        return len(picture.getcolors(maxcolors=1 << 24) or [])


@contextmanager
def a_display(size: str = "1366x768x24") -> Iterator[Display]:
    """Xvfb on a number that it finds free itself. Programs in the folder reach it by its abstract socket."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-ac", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield Display(f":{told.readline().strip()}")
    finally:
        process.terminate()
        process.wait()


def wait_for(what: Callable[[], bool], words: Callable[[], object], seconds: float = 60) -> None:
    """Ask again and again until it is so; fails with `words` after `seconds`."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, words()
        time.sleep(0.1)
