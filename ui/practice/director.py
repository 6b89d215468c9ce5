"""Plays a script: one beat after the other, at a pace that can be followed, held, hurried and ended."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from counter_app.domain.errors import AppError
from ui.practice.beats import Beat, Press, Say, Script, Type, Wait, Work
from ui.practice.hands import Hands
from ui.tasks import Tasks

PACES: Final = (1, 2, 4)
"""How many times walking pace."""
_LETTER_MS: Final = 75
_KEY_MS: Final = 450
_READ_MS: Final = 1800
_READ_LETTER_MS: Final = 35
_LOOK_MS: Final = 15
_PATIENCE_S: Final = 120


class Director(QObject):
    """`said` carries each caption, `ended` comes when the script is over, `failed` with what went wrong instead.

    `quiet` says whether the window has answered everything; with `at_once` nothing is waited for but that.
    """

    said = Signal(str)
    ended = Signal()
    failed = Signal(object)

    def __init__(
        self,
        script: Script,
        hands: Hands,
        tasks: Tasks,
        quiet: Callable[[], bool],
        *,
        parent: QObject,
        at_once: bool = False,
    ) -> None:
        super().__init__(parent)
        self._script, self._hands, self._tasks, self._quiet = script, hands, tasks, quiet
        self._at_once = at_once
        self._pace = PACES[0]
        self._hurried = False
        self._paused = False
        self._over = False
        self._answer: Any = None
        self._acts: deque[tuple[int, Callable[[], object]]] = deque()
        self._awaited: Callable[[], object] | None = None
        self._since = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    @property
    def paused(self) -> bool:
        """Whether it is held."""
        return self._paused

    @property
    def pace(self) -> int:
        """How many times walking pace."""
        return self._pace

    @property
    def over(self) -> bool:
        """Whether nothing comes any more."""
        return self._over

    def start(self) -> None:
        """Begin with the first beat."""
        self._timer.start(0)

    def hold(self) -> None:
        """Pause, or go on."""
        self._paused = not self._paused
        if not self._paused:
            self._since = time.monotonic()
            self._timer.start(0)

    def hurry(self) -> None:
        """Do at once what is left until the next caption."""
        self._hurried = True
        if self._paused:
            self.hold()
        elif self._timer.isActive():
            self._timer.start(0)

    def faster(self) -> int:
        """The next pace, and from the last one the first again."""
        self._pace = PACES[(PACES.index(self._pace) + 1) % len(PACES)]
        return self._pace

    def stop(self) -> None:
        """End here; nothing is pressed any more."""
        self._over = True
        self._timer.stop()
        self._script.close()

    # --- beats

    def _go_on(self) -> None:
        if self._over or self._paused:
            return
        if self._awaited is not None:
            self._look()
            return
        if self._acts:
            pause, act = self._acts.popleft()
            act()
            self._rest(pause)
            return
        try:
            beat = self._script.send(self._answer)
        except StopIteration:
            self._over = True
            self.ended.emit()
            return
        self._answer = None
        self._begin(beat)

    def _begin(self, beat: Beat) -> None:
        match beat:
            case Say(words):
                self._acts.append((_READ_MS + _READ_LETTER_MS * len(words), partial(self._say, words)))
                self._await(self._quiet)
            case Type(words):
                self._acts.extend((_LETTER_MS, partial(self._hands.type, letter)) for letter in words)
                self._await(self._quiet)
            case Press(sequence):
                self._acts.append((_KEY_MS, partial(self._hands.press, sequence)))
                self._await(self._quiet)
            case Wait(until):
                self._await(until)
            case Work(do):
                self._tasks.do(do, self._worked, self._break, owner=self)

    def _say(self, words: str) -> None:
        self._hurried = False
        self.said.emit(words)

    def _worked(self, answer: object) -> None:
        self._answer = answer
        self._timer.start(0)

    def _break(self, error: AppError) -> None:
        self.stop()
        self.failed.emit(error)

    def _await(self, until: Callable[[], object]) -> None:
        self._awaited, self._since = until, time.monotonic()
        self._timer.start(0)

    def _look(self) -> None:
        if self._awaited is not None and self._awaited():
            self._awaited = None
            self._timer.start(0)
        elif time.monotonic() - self._since > _PATIENCE_S:
            self._break(AppError("practice_stuck"))
        else:
            self._timer.start(_LOOK_MS)

    def _rest(self, milliseconds: int) -> None:
        self._timer.start(0 if self._at_once or self._hurried else milliseconds // self._pace)
