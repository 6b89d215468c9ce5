"""Starts the window: one QApplication, typeface, theme, languages, and what happens to our own bugs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from counter_app.domain.errors import EnvironmentFailed
from counter_app.text import PSEUDO, Text
from ui.answering import Answering
from ui.main_window import MainWindow
from ui.preferences import Preferences
from ui.theme.current import theme
from ui.theme.fonts import font, load_fonts

if TYPE_CHECKING:
    from counter_app.practice.drill import Played
    from counter_app.practice.one_day import DayPlay

_TITLE_BAR = 40


@dataclass(frozen=True, slots=True)
class Options:
    """How the window is started: the workstation's folder, and the language where one was asked for.

    `fallback` is the environment's language. With `measure` the window closes after its first paint, and
    `measure` says how long the process had been running then. With `play` an outage is played instead, and `told`
    is given the result.
    """

    data: Path
    language: str = ""
    fallback: str = "en"
    measure: Callable[[], float] | None = None
    play: DayPlay | None = None
    told: Callable[[Played], object] | None = None


def main(options: Options) -> int:
    """Show the window until it is closed. Raises `no_display` where there is none."""
    _need_display()
    application = make_application()
    preferences = Preferences(options.data)
    theme.use(preferences.theme)
    text = Text(options.language or preferences.language or options.fallback)
    translators = Translators(application)
    translators.speak(text.language)
    if options.play is not None:
        return _play_alone(application, options.play, options.told)
    practice = _Practice()
    window = MainWindow(options.data, text, preferences, practice)
    practice.owner = window
    window.spoke.connect(translators.speak)
    sys.excepthook = _Bugs(window)
    if options.measure is not None:
        measure = options.measure
        window.painted.connect(lambda: _told(measure(), application))
    answering = Answering(application)
    window.painted.connect(answering.start)
    window.rested.connect(answering.tidy)
    _show(window)
    return application.exec()


def make_application() -> QApplication:
    """The application in our style and typeface, or the one that there is already."""
    present = QApplication.instance()
    if isinstance(present, QApplication):
        application = present
    else:
        # As an argument, for a style that Python holds brings all of its enumerations with it.
        application = QApplication([sys.argv[0], "-style", "Fusion"])
    application.setApplicationName("counter-app")
    application.setDesktopFileName("counter-app")
    load_fonts()
    application.setFont(font())
    return application


def _show(window: QWidget) -> None:
    """As large as it wants to be, or as the screen is."""
    room = window.screen().availableSize()
    if room.width() <= window.width() or room.height() <= window.height() + _TITLE_BAR:
        window.showMaximized()
    else:
        window.show()


class _Practice:
    """Opens the one practice window beside `owner`."""

    def __init__(self) -> None:
        self.owner: QWidget | None = None
        self._open: QWidget | None = None

    def __call__(self, text: Text) -> None:
        if self._open is not None and isValid(self._open):
            self._open.raise_()
            return
        from counter_app.practice.one_day import DayPlay
        from ui.practice.window import PracticeWindow

        window = PracticeWindow(DayPlay(text))
        window.closed.connect(self._closed)
        self._open = window
        _show(window)

    def _closed(self) -> None:
        """The air in the pages is again what this window has room for."""
        if self.owner is not None:
            theme.fit(self.owner.height())


def _play_alone(application: QApplication, play: DayPlay, told: Callable[[Played], object] | None) -> int:
    from ui.practice.window import PracticeWindow

    Answering(application).start()
    window = PracticeWindow(play)
    if told is not None:
        window.played.connect(told)
    _show(window)
    return application.exec()


class Translators:
    """Qt's own words, such as those of a file dialog, in the language of the window."""

    def __init__(self, application: QApplication) -> None:
        self._application = application
        self._present: QTranslator | None = None

    def speak(self, language: str) -> None:
        """Install Qt's catalogue of a language; English needs none."""
        if self._present is not None:
            self._application.removeTranslator(self._present)
            self._present = None
        if language in ("en", PSEUDO):
            return
        translator = QTranslator()
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load(f"qtbase_{language}", folder):
            self._application.installTranslator(translator)
            self._present = translator


class _Bugs:
    """What an exception of our own does: it is logged without anybody's words, and the window says so."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        import logging

        logging.getLogger("counter_app.window").error("unexpected", exc_info=error)
        page = None if self._window.shell is None else self._window.shell.page
        if page is not None:
            page.messages.post(
                "bad",
                self._window.text(
                    "What was confirmed is recorded. Look at today’s list before you repeat anything,"
                    " and send the log to IT."
                ),
                title=self._window.text("The program met a fault of its own."),
            )
        sys.__excepthook__(kind, error, trace)


def _need_display() -> None:
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise EnvironmentFailed("no_display")


def _told(milliseconds: float, application: QApplication) -> None:
    import json

    sys.stdout.write(json.dumps({"first_paint_ms": round(milliseconds, 1)}) + "\n")
    sys.stdout.flush()
    application.quit()
