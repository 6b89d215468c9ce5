"""Windows for the tests: offscreen, one application, every warning of Qt a failure."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# No test hands a receipt to the printer of whoever runs it.
os.environ["CUPS_SERVER"] = "/nowhere/cups.sock"

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMessageLogContext, QObject, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui import stage
from tests.unit.counters import Templates
from ui import pages
from ui.main_window import MainWindow
from ui.practice.window import PracticeWindow
from ui.theme.current import theme

# Said by the offscreen platform alone, of what no screen can do there.
_HARMLESS = ("This plugin does not support propagateSizeHints()", "This plugin does not support raise()")


@pytest.fixture(scope="session")
def application() -> QApplication:
    return stage.application()


class _Intruders(QObject):
    """Widgets shown as windows of their own: a part that was shown before it had a parent takes the focus away."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if (
            event.type() is QEvent.Type.Show
            and isinstance(watched, QWidget)
            and watched.isWindow()
            and not isinstance(watched, MainWindow | PracticeWindow)
        ):
            self.found.append(type(watched).__name__)
        return False


@pytest.fixture(autouse=True)
def quiet(application: QApplication) -> Iterator[None]:
    """Fails a test where Qt warns, and where a part of a page opens as a window."""
    said: list[str] = []

    def listen(kind: QtMsgType, _context: QMessageLogContext, words: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not words.startswith(_HARMLESS):
            said.append(words)

    before = qInstallMessageHandler(listen)
    intruders = _Intruders()
    application.installEventFilter(intruders)
    yield
    application.removeEventFilter(intruders)
    stage.settle()
    qInstallMessageHandler(before)
    theme.use("light")
    stage.speak("en")
    assert said == []
    assert set(intruders.found) <= {"QComboBoxPrivateContainer"}


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session")
def busy_morning(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workstation with a morning behind it, to copy from."""
    return stage.fresh(templates, tmp_path_factory.mktemp("morning") / "data", with_morning=True)


@pytest.fixture
def today_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The frame with today's list as everybody's only page, whatever other pages there are."""
    monkeypatch.setattr(pages, "PAGES", tuple(spec for spec in pages.PAGES if spec.id == "today"))


Opener = Callable[..., MainWindow]


@pytest.fixture
def open_window(busy_morning: Path, tmp_path: Path) -> Iterator[Opener]:
    """Opens windows on copies of the morning; each is closed at the end."""
    import shutil

    opened: list[MainWindow] = []

    def open_one(
        language: str = "en",
        theme_name: str = "light",
        size: tuple[int, int] = (1366, 768),
        *,
        empty: bool = False,
    ) -> MainWindow:
        data = tmp_path / f"data{len(opened)}"
        if not empty:
            shutil.copytree(busy_morning, data)
        window = stage.window_on(data, language, theme_name, size)
        opened.append(window)
        return window

    yield open_one
    for window in opened:
        stage.close(window)


@pytest.fixture
def window(open_window: Opener) -> MainWindow:
    """In English, at the passphrase."""
    return open_window()


@pytest.fixture
def agent_window(window: MainWindow) -> MainWindow:
    """Unlocked, an agent signed in."""
    stage.unlock(window)
    stage.sign_in(window)
    return window
