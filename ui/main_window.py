"""The window: first run or passphrase, then sign-in, then the pages; and back to sign-in whenever nobody is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStackedLayout, QWidget

from counter_app.service.presence import has_workstation
from counter_app.text import Text
from ui import shortcuts
from ui.frame.idle import IdleWatch
from ui.preferences import Preferences
from ui.tasks import Tasks
from ui.theme.current import theme
from ui.theme.icons import icon

if TYPE_CHECKING:
    from counter_app.domain.catalogue import Person
    from counter_app.service.key_changes import KeyChange
    from counter_app.service.workstation import Workstation
    from ui.bridge import Bridge
    from ui.frame.shell import Shell
    from ui.gate import Gate


class MainWindow(QMainWindow):
    """Owns the open workstation from the passphrase to the closing of the window. Made for 1366×768.

    `practise` opens a play of an outage; without it none is offered.

    `painted` comes once, with the first paint; `rested` whenever nobody is signed in any more; `spoke` with a
    language that was chosen.
    """

    painted = Signal()
    rested = Signal()
    spoke = Signal(str)

    def __init__(
        self,
        data: Path,
        text: Text,
        preferences: Preferences,
        practise: Callable[[Text], object] | None = None,
    ) -> None:
        super().__init__()
        self._practise = practise
        self.text = text
        self.tasks = Tasks()
        self.preferences = preferences
        self.workstation: Workstation | None = None
        self.shell: Shell | None = None
        self.gate: Gate | None = None
        self._data = data
        self._bridge: Bridge | None = None
        self._last = ""
        self._was_shown = False
        self.setObjectName("window")
        self.setWindowIcon(icon("lifebuoy", "accent"))
        self.setMinimumSize(640, 360)
        self.resize(1366, 768)
        # A bare widget is no window to a screen reader.
        sheet = QWidget()
        self.setCentralWidget(sheet)
        self._stack = QStackedLayout(sheet)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._idle = IdleWatch(preferences.idle_minutes * 60, self)
        self._idle.rest()
        self._idle.idled.connect(self._lock_idle)
        self._keys: list[object] = []
        self._name_window()
        self._declare_keys()
        self._show_first()

    # --- what pages ask of the window

    def navigate(self, page_id: str, **args: object) -> None:
        """Show a page of whoever is signed in."""
        if self.shell is not None:
            self.shell.navigate(page_id, **args)

    def change_agent(self) -> None:
        """Hide everything and ask who is there; whoever was here finds the page as it was."""
        if self.workstation is not None:
            self._show_sign_in()

    def change_keys(self, change: KeyChange, done: str) -> None:
        """Close every page, change the keys, open the workstation under the new ones, and say what was `done`."""
        from ui.pages.keys_changing import KeysChanging

        workstation = self.workstation
        if workstation is None:
            return
        self._end_shell()
        self._idle.rest()
        self._show_gate(KeysChanging(self.text))

        def work() -> Workstation:
            from counter_app.bootstrap import with_keys_changed

            return with_keys_changed(workstation, change, "counter-app window")

        self.tasks.do(
            work,
            lambda changed: self._keys_changed(changed, done),
            lambda error: self._keys_stayed(workstation, self.text.error(error)),
            owner=self,
        )

    def _keys_changed(self, changed: Workstation, done: str) -> None:
        if self._bridge is not None:
            self._bridge.close()
        self.take(changed, done)

    def _keys_stayed(self, workstation: Workstation, why: str) -> None:
        """Nothing happened yet; or the disk failed half-way, and whoever opens it next finds which keys count."""
        if workstation.is_silent:
            workstation.close()
            if self._bridge is not None:
                self._bridge.close()
            self.workstation, self._bridge = None, None
            self._show_first(why)
        else:
            self._show_sign_in(why)

    # --- the way in

    def _show_first(self, why: str = "") -> None:
        if self.workstation is not None:
            self._show_sign_in()
        elif has_workstation(self._data):
            from ui.pages.unlock import Unlock

            self._show_gate(Unlock(self.text, self.tasks, self._data, self.take, self.restore, why=why))
        else:
            from ui.pages.first_run import FirstRun

            self._show_gate(FirstRun(self.text, self.tasks, self._data, self.take, self.restore))

    def restore(self) -> None:
        """Ask for a copy to go on from, in the place of opening what is here."""
        from ui.pages.restore import Restore

        self._show_gate(Restore(self.text, self.tasks, self._data, self.take, self._show_first))

    def take(self, workstation: Workstation, why: str = "") -> None:
        """Work on an open workstation from now on, and close it with the window."""
        from ui.bridge import Bridge

        self.workstation = workstation
        self._bridge = Bridge(workstation.writer.changes)
        self._show_sign_in(why)

    def _show_sign_in(self, why: str = "") -> None:
        from ui.pages.sign_in import SignIn

        if self.workstation is None:
            return
        self._idle.rest()
        for window in QApplication.topLevelWidgets():
            if isinstance(window, QDialog) and window.isVisible():
                window.reject()
        self._show_gate(
            SignIn(self.text, self.tasks, self.workstation, self._signed_in, last=self._last, why=why)
        )
        self.rested.emit()

    def _signed_in(self, person: Person) -> None:
        same = self.shell is not None and self._last == person.id
        if not same:
            self._end_shell()
            self._begin_shell(person)
        shell = self.shell
        if shell is None:
            return
        self._last = person.id
        self._drop_gate()
        self._stack.setCurrentWidget(shell)
        shell.navigate(shell.here or shell.home)
        self._idle.wake()

    def _begin_shell(self, person: Person) -> None:
        from ui.frame.shell import Shell
        from ui.session import Session

        if self.workstation is None or self._bridge is None:
            return
        self.workstation.looker = person.id
        session = Session(self.workstation, person, self.text, self.tasks, self._bridge, self)
        self.shell = Shell(session)
        self._stack.addWidget(self.shell)

    def _end_shell(self) -> None:
        if self.shell is not None:
            self.shell.session.close()
            self._stack.removeWidget(self.shell)
            self.shell.deleteLater()
            self.shell = None

    def _lock_idle(self) -> None:
        if self.gate is None:
            self._show_sign_in(self.text("Locked because nobody was here. What you were doing is kept."))

    # --- the gate

    def _show_gate(self, gate: Gate) -> None:
        self._drop_gate()
        self.gate = gate
        gate.offer_languages(self.speak, self.next_theme)
        if self._practise is not None:
            gate.offer_practice(partial(self._practise, self.text))
        self._stack.addWidget(gate)
        self._stack.setCurrentWidget(gate)
        gate.arrive()

    def _drop_gate(self) -> None:
        if self.gate is not None:
            self._stack.removeWidget(self.gate)
            self.gate.hide()
            self.gate.deleteLater()
            self.gate = None

    # --- words and colours

    def speak(self, code: str) -> None:
        """Go on in another language; whoever was signed in signs in again."""
        self.text = Text(code)
        self.preferences.language = code
        self.spoke.emit(code)
        self._end_shell()
        self._name_window()
        self._declare_keys()
        self._show_first()

    def next_theme(self) -> None:
        """Light, dark, high contrast, and round again."""
        self.preferences.theme = theme.next()

    def _name_window(self) -> None:
        # Never a name of a person or a page: a title is seen in every task bar.
        self.setWindowTitle(self.text("Counter"))

    def _declare_keys(self) -> None:
        for shortcut in self._keys:
            shortcut.setParent(None)  # type: ignore[attr-defined]
        text = self.text
        everywhere = text("Everywhere")
        self._keys = [
            shortcuts.declare(
                self, "Ctrl+L", text("Change agent"), self.change_agent, group=everywhere, order=2
            ),
            shortcuts.declare(
                self,
                "Ctrl+Alt+T",
                text("Light, dark, high contrast"),
                self.next_theme,
                group=everywhere,
                order=2,
            ),
        ]

    # --- Qt's own

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  (Qt's name)
        """Wait for the first paint: this widget itself has none, since its page covers it."""
        super().showEvent(event)
        handle = self.windowHandle()
        if not self._was_shown and handle is not None:
            self._was_shown = True
            handle.installEventFilter(self)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """A low window holds less air."""
        super().resizeEvent(event)
        theme.fit(event.size().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """The system shows the window now; Qt paints before it looks at anything else."""
        if event.type() is QEvent.Type.Expose:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.painted.emit)
        return False

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  (Qt's name)
        """What was given to record is recorded first; then everything is closed in order."""
        if self.shell is not None:
            self.shell.session.close()
        self.tasks.close()
        if self._bridge is not None:
            self._bridge.close()
        if self.workstation is not None:
            self.workstation.close()
            self.workstation = None
        event.accept()
