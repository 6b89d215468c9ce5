"""The practice window: the real window as a stage, the strip under it, and nobody's hands but the play's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from counter_app.domain.errors import AppError
from counter_app.practice.one_day import DayPlay, Heard, OneDay
from counter_app.text import Text
from ui.main_window import MainWindow
from ui.practice.director import Director
from ui.practice.hands import Hands
from ui.practice.recovery_scenes import SCENES
from ui.practice.result import Result
from ui.practice.scenes import Cast
from ui.practice.strip import Strip
from ui.practice.watermark import Watermark
from ui.preferences import Preferences
from ui.tasks import Tasks
from ui.theme.icons import icon

if TYPE_CHECKING:
    from counter_app.practice.drill import Played
    from counter_app.service.workstation import Workstation
    from ui.practice.beats import Script

_UNLOCKED_MINUTES: Final = 24 * 60
_COUNTER: Final = "A1"
_KEYS: Final = frozenset({QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride})


class PracticeWindow(QWidget):
    """Plays from the moment it is shown. `played` carries the result once, `closed` comes at the end.

    With `at_once` nothing is waited for that the program does not wait for itself.
    """

    played = Signal(object)
    closed = Signal()

    captions: list[str]
    outcome: Played | None
    main: MainWindow | None
    director: Director | None
    day: OneDay
    _heard: Heard | None
    _tasks: Tasks

    def __init__(self, what: DayPlay, *, at_once: bool = False) -> None:
        super().__init__()
        self.text: Text = what.text
        self._what, self._at_once = what, at_once
        self._forget()
        self.setObjectName("window")
        self.setAccessibleName(self.text("Practice"))
        self.setWindowTitle(self.text("Practice: a day without central systems"))
        self.setWindowIcon(icon("lifebuoy", "accent"))
        self.setMinimumSize(640, 480)
        self.resize(1366, 860)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._stack = QStackedWidget()
        column.addWidget(self._stack, 1)
        self.strip = Strip(
            self.text, hold=self.hold, hurry=self.hurry, faster=self.faster, stop=self.stop_playing
        )
        column.addWidget(self.strip)
        self.result = self._new_result()
        self._mark = Watermark(self.text("PRACTICE"), self)
        self._mark.hide()
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        self._set_stage()

    @property
    def playing(self) -> bool:
        """Whether the stage belongs to the play, and the keys to its strip."""
        return self._stack.currentWidget() is not self.result or self._stack.isHidden()

    # --- what the strip asks

    def hold(self) -> None:
        """Pause, or go on."""
        if self.director is not None:
            self.director.hold()
            self.strip.show_paused(self.director.paused)

    def hurry(self) -> None:
        """On to the next caption."""
        if self.director is not None:
            self.director.hurry()
            self.strip.show_paused(self.director.paused)

    def faster(self) -> None:
        """Twice as fast, four times, walking pace again."""
        if self.director is not None:
            self.strip.show_pace(self.director.faster())

    def stop_playing(self) -> None:
        """End the play here."""
        if self.playing:
            self._show_result(self.result.show_stopped)

    def play_again(self) -> None:
        """From the beginning, on a new stage."""
        self._clear_stage()
        self._forget()
        self._stack.removeWidget(self.result)
        self.result.deleteLater()
        self.result = self._new_result()
        self.strip.wake()
        self._set_stage()

    def _new_result(self) -> Result:
        made = Result(self.text, again=self.play_again, leave=self.close)
        self._stack.addWidget(made)
        return made

    # --- the stage

    def _set_stage(self) -> None:
        self.strip.say(self.text("The stage is set: a sample office, and a central system that is down."))
        self._stack.hide()
        self._tasks.do(self.day.begin, self._begin, self._fail, owner=self)

    def _begin(self, workstation: Workstation) -> None:
        if not self.playing:
            # It was stopped while the stage was being set.
            return
        preferences = Preferences(self.day.out / _COUNTER)
        preferences.idle_minutes = _UNLOCKED_MINUTES
        self.main = MainWindow(self.day.out / _COUNTER, self.text, preferences)
        self._heard = Heard(workstation)
        self._stack.addWidget(self.main)
        self._stack.setCurrentWidget(self.main)
        self._stack.show()
        # On the stage before it is signed in there: a field without a window takes no focus.
        self.main.take(workstation)
        self._cover()
        cast = Cast(self.main, self.day, self._heard, self.text)
        self.director = Director(
            self._script(cast), Hands(self.main), self._tasks, self._quiet, parent=self, at_once=self._at_once
        )
        self.director.said.connect(self._say)
        self.director.ended.connect(self._reckon)
        self.director.failed.connect(self._fail)
        self.director.start()

    def _forget(self) -> None:
        """As before the first play."""
        self.captions = []
        self.outcome = self.main = self.director = self._heard = None
        self._tasks = Tasks()
        self.day = OneDay(self._what)
        self._done = 0

    def _script(self, cast: Cast) -> Script:
        for scene in SCENES:
            self.strip.show_progress(self._done, len(SCENES))
            yield from scene(cast)
            self._done += 1
        self.strip.show_progress(self._done, len(SCENES))

    def _quiet(self) -> bool:
        return self.main is not None and not self.main.tasks.busy

    def _say(self, words: str) -> None:
        self.captions.append(words)
        self.strip.say(words)

    def _reckon(self) -> None:
        self._tasks.do(self.day.finish, self._finished, self._fail, owner=self)

    def _finished(self, played: Played) -> None:
        self.outcome = played
        self._show_result(lambda: self.result.show_played(played, self.day.out))
        self.played.emit(played)

    def _fail(self, error: AppError) -> None:
        self._show_result(lambda: self.result.show_failed(error))

    def _show_result(self, show: Callable[[], object]) -> None:
        if self.director is not None:
            self.director.stop()
        self._mark.hide()
        self._stack.show()
        self._stack.setCurrentWidget(self.result)
        self.strip.wake(playing=False)
        self.strip.say(self.text("The play is over."))
        show()

    def _clear_stage(self) -> None:
        if self.director is not None:
            self.director.stop()
        if self._heard is not None:
            self._heard.end()
        if self.main is not None:
            self.main.close()
            self._stack.removeWidget(self.main)
            self.main.deleteLater()
            self.main = None
        self._tasks.close()
        self.day.close()

    def _cover(self) -> None:
        self._mark.setGeometry(self._stack.geometry())
        self._mark.show()
        self._mark.raise_()

    # --- Qt's own

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """While it plays a key is for the strip: one typed into a page would be recorded by the play."""
        if event.type() not in _KEYS or not event.spontaneous() or not self.playing:
            return False
        if (
            not isinstance(watched, QWidget)
            or watched.window() is not self
            or not isinstance(event, QKeyEvent)
        ):
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            self._pressed(event)
        return True

    def _pressed(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Space:
                self.hold()
            case Qt.Key.Key_Right:
                self.hurry()
            case Qt.Key.Key_Plus:
                self.faster()
            case Qt.Key.Key_Escape:
                self.stop_playing()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """The word stays across the whole stage."""
        super().resizeEvent(event)
        self._mark.setGeometry(self._stack.geometry())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  (Qt's name)
        """End everything behind the stage."""
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self._clear_stage()
        event.accept()
        self.closed.emit()
        self.deleteLater()
