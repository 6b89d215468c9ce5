"""Hands a saved file, or its folder, to whatever program this computer has for it, and says where it has none."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QStandardPaths, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from counter_app.text import Text
from ui.widgets.message_bar import Action, MessageBar

_OPENER: Final = "xdg-open"
_SOON_S: Final = 10
"""Where a viewer keeps the opener waiting, what it says when somebody closes it later means nothing."""


def open_path(path: Path, owner: QObject, refused: Callable[[], object]) -> None:
    """Open a file or a folder as a double click would; `refused` comes on the main thread where nothing does.

    On Linux the desktop's own opener says by its exit status that there is no program for it, a moment later: Qt takes
    its start alone for a success. An answer that comes once `owner` has gone is told to nobody.
    """
    if sys.platform == "linux":
        _Opening(owner, refused).begin(path)
    elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        refused()


def to_folder(owner: QObject, bar: MessageBar, text: Text, path: Path, key: str = "") -> Action:
    """The next step beside a sentence that a file was saved: see the folder that it lies in."""
    words = text("Open the folder")
    press = _Way(owner, bar, text, path).open_folder
    return (words, press, key) if key else (words, press)


def post_saved(owner: QWidget, bar: MessageBar, text: Text, path: Path, more: str = "") -> None:
    """Say under which name and in which folder a file was saved, with a way there."""
    saved = text("Saved as {file} in the folder {folder}.", file=path.name, folder=path.parent)
    bar.post("ok", f"{saved} {more}".strip(), actions=(to_folder(owner, bar, text, path),))


def open_file(owner: QObject, bar: MessageBar, text: Text, path: Path, key: str = "") -> None:
    """Show a PDF; where this computer cannot, say in `bar` where it lies and what to do."""
    _Way(owner, bar, text, path).open_file(key)


class _Way:
    """The ways to one file, and what is said where they are closed."""

    def __init__(self, owner: QObject, bar: MessageBar, text: Text, path: Path) -> None:
        self._owner, self._bar, self._text, self._path = owner, bar, text, path

    def open_file(self, key: str) -> None:
        if self._path.exists():
            open_path(self._path, self._owner, lambda: self._no_viewer(key))
            return
        self._bar.post(
            "warn",
            self._text(
                "{file} is no longer in the folder {folder}: have it made again.",
                file=self._path.name,
                folder=self._path.parent,
            ),
            title=self._text("Not opened"),
        )

    def open_folder(self) -> None:
        open_path(self._path.parent, self._owner, self._no_browser)

    def _no_viewer(self, key: str) -> None:
        text, path = self._text, self._path
        self._bar.post(
            "warn",
            text(
                "This computer has no program that shows PDF files. {file} lies in the folder {folder}: take it to a"
                " computer that has one, or ask IT for one here.",
                file=path.name,
                folder=path.parent,
            ),
            title=text("Not opened"),
            actions=(to_folder(self._owner, self._bar, text, path, key),),
        )

    def _no_browser(self) -> None:
        self._bar.post(
            "warn",
            self._text(
                "This computer has no program that shows folders. {file} lies in the folder {folder}.",
                file=self._path.name,
                folder=self._path.parent,
            ),
            title=self._text("Not opened"),
        )


class _Opening(QObject):
    """One call of the desktop's opener, waited for on a thread of its own."""

    _ended = Signal(bool)

    def __init__(self, owner: QObject, refused: Callable[[], object]) -> None:
        super().__init__(owner)
        self._refused = refused
        self._ended.connect(self._end, Qt.ConnectionType.QueuedConnection)

    def begin(self, path: Path) -> None:
        import threading

        opener = QStandardPaths.findExecutable(_OPENER)
        if not opener:
            self._ended.emit(False)
            return
        threading.Thread(target=self._work, args=([opener, str(path)],), name="opening", daemon=True).start()

    def _work(self, words: list[str]) -> None:
        import subprocess
        import time

        began = time.monotonic()
        try:
            status = subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            ).returncode
        except OSError:
            status = 1
        if isValid(self):
            self._ended.emit(status == 0 or time.monotonic() - began > _SOON_S)

    def _end(self, opened: bool) -> None:
        self.deleteLater()
        if not opened:
            self._refused()
