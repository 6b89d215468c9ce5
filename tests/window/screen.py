"""One open window: the program, hands on its keyboard and a reader of its accessible tree."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.unit.counters import PASSPHRASE
from tests.window.atspi import Reader
from tests.window.desktop import Desktop
from tests.window.hands import Hands

PINS = {"yleroux": "1111", "hgarcia": "3333", "bnguyen": "5555", "mperrin": "6666"}


class Screen:
    """The program on `data`, from its start to the closing of its window."""

    def __init__(self, desktop: Desktop, data: Path, language: str = "en") -> None:
        self.data = data
        self.reader = Reader(desktop.session_bus)
        self.hands = Hands(desktop)
        self._program: subprocess.Popen[bytes] = desktop.open(data, language)

    def unlock(self) -> None:
        """Type the passphrase, and wait for the colleagues."""
        self.reader.wait_for_focus("Passphrase")
        self.hands.do(PASSPHRASE.decode(), "<Return>")
        self.reader.wait_for_focus("PIN")

    def close(self) -> None:
        """Close the window as a user does; the program ends by itself, without a fault."""
        self.reader.close()
        if self._program.poll() is None:
            self.hands.do("<alt+F4>")
        try:
            status = self._program.wait(timeout=20)
        finally:
            if self._program.poll() is None:
                self._program.kill()
                self._program.wait(timeout=20)
        assert status == 0, f"the program ended with {status}"
