"""A desktop of its own for the real window: display, window manager, buses, and the program as a user starts it."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import psutil
from jeepney import DBusAddress, Properties
from jeepney.io.blocking import open_dbus_connection

_PROGRAMS: Final = {
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "setxkbmap": "x11-xkb-utils",
    "dbus-daemon": "dbus",
}
_A11Y_BUS: Final = Path("/usr/share/dbus-1/services/org.a11y.Bus.service")
_LIBRARIES: Final = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
_PATIENCE: Final = 30.0


def missing() -> list[str]:
    """Debian's names of what this machine lacks for a window that is driven from outside."""
    lacking = [package for program, package in _PROGRAMS.items() if shutil.which(program) is None]
    if not _A11Y_BUS.exists():
        lacking.append("at-spi2-core")
    for library, package in _LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            lacking.append(package)
    return lacking


class Desktop:
    """Xvfb with a French keyboard, openbox and a session bus with a screen reader at work; nothing of the user's."""

    def __init__(self, folder: Path, runtime: Path) -> None:
        self._folder, self._runtime = folder, runtime
        self._started: list[subprocess.Popen[bytes]] = []
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("QT_", "XDG_", "DBUS_", "WAYLAND_", "AT_SPI_"))
        }
        # Qt says so each time a node is asked about that went away meanwhile.
        self.environment["QT_LOGGING_RULES"] = "qt.accessibility.atspi=false"
        self.environment |= {"HOME": str(folder), "XDG_RUNTIME_DIR": str(runtime), "LC_ALL": "C.UTF-8"}

    @property
    def session_bus(self) -> str:
        """The address of the session's bus."""
        return self.environment["DBUS_SESSION_BUS_ADDRESS"]

    def start(self) -> None:
        """Begin everything, in order, each waiting for the one before."""
        screen = self._run(
            ["Xvfb", "-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"]
        )
        self.environment["DISPLAY"] = f":{_line(screen)}"
        address = f"unix:path={self._runtime / 'bus'}"
        bus = self._run(
            ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address", "--address", address]
        )
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = _line(bus)
        self.tool("setxkbmap", "fr")
        self._run(["openbox"])
        self.wait_until_managed()
        self._say_that_a_screen_reader_is_here()

    def wait_until_managed(self) -> None:
        """Until the window manager has said how many desktops there are."""
        ends = time.monotonic() + _PATIENCE
        while subprocess.run(
            ["xdotool", "get_num_desktops"], env=self.environment, capture_output=True, check=False
        ).returncode:
            assert time.monotonic() < ends, "no window manager"
            time.sleep(0.05)

    def _say_that_a_screen_reader_is_here(self) -> None:
        """As Orca does; the bus starts its accessible neighbour when it is asked for it."""
        status = Properties(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Status"))
        with open_dbus_connection(self.session_bus) as connection:
            for name in ("IsEnabled", "ScreenReaderEnabled"):
                connection.send_and_get_reply(status.set(name, "b", True), timeout=_PATIENCE)

    def tool(self, *words: str) -> None:
        """Run a small program on this desktop to its end."""
        subprocess.run(words, env=self.environment, check=True, timeout=_PATIENCE)

    def open(self, data: Path, language: str = "en") -> subprocess.Popen[bytes]:
        """The program, as a user starts it."""
        return self._run(
            [sys.executable, "-m", "counter_app", "--data", str(data), "--lang", language], quiet=False
        )

    def _run(self, words: Sequence[str], *, quiet: bool = True) -> subprocess.Popen[bytes]:
        errors = subprocess.DEVNULL if quiet else None
        process = subprocess.Popen(
            words, env=self.environment, cwd=self._folder, stdout=subprocess.PIPE, stderr=errors
        )
        self._started.append(process)
        return process

    def stop(self) -> None:
        """End what was started here and what that started, the last first."""
        family = []
        for process in reversed(self._started):
            if process.poll() is None:
                root = psutil.Process(process.pid)
                family += [*root.children(recursive=True), root]
        for member in family:
            try:
                member.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(family, timeout=_PATIENCE)
        for process in self._started:
            process.communicate(timeout=_PATIENCE)


def _line(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    told = process.stdout.readline().decode().strip()
    assert told, f"{process.args} did not start"
    return told
