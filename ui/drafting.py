"""Keeps what is being typed: two seconds after the first unsaved key at the latest, and whenever the focus moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from counter_app.domain.commands import AnyCommand
from counter_app.domain.errors import AppError
from ui.page import Page

if TYPE_CHECKING:
    from counter_app.service.outcome import Outcome

_LATEST_MS = 1500


class DraftKeeper(QObject):
    """Saves the draft of one page. `body` answers its id and what stands in it, `None` where there is nothing."""

    def __init__(self, page: Page, body: Callable[[], tuple[str, dict[str, Any]] | None]) -> None:
        super().__init__(page)
        self._page, self._body = page, body
        self._dirty = False
        self._kept = ""
        self._ended = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LATEST_MS)
        self._timer.timeout.connect(self.save)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._moved)
        page.session.at_close.append(self._end)

    def touched(self) -> None:
        """Something was typed."""
        if self._ended:
            return
        self._dirty = True
        if not self._timer.isActive():
            self._timer.start()

    def save(self) -> None:
        """Keep it now, unless nothing changed since it was kept."""
        self._timer.stop()
        found = self._body() if self._dirty else None
        self._dirty = False
        if found is None:
            return
        draft, body = found
        workstation, agent = self._page.workstation, self._page.person.id
        self._kept = draft

        def keep() -> None:
            from counter_app.service.drafts import save_draft

            save_draft(workstation, draft, agent, body)

        self._page.do(keep, lambda _done: None)

    def rest(self) -> None:
        """What was typed is about to be recorded: keep nothing more of it."""
        self._timer.stop()
        self._dirty = False

    def record(
        self,
        command: AnyCommand,
        draft: str,
        done: Callable[[Outcome], object],
        failed: Callable[[AppError], object],
    ) -> None:
        """Record what was typed, and its draft is no more in the same step."""
        self.rest()
        workstation = self._page.workstation

        def work() -> Outcome:
            from counter_app.service.drafts import record_draft

            return record_draft(workstation, command, "window", draft)

        self._page.do(work, done, failed)

    def forget(self, draft: str) -> None:
        """Throw a draft away."""
        self.rest()
        workstation = self._page.workstation

        def discard() -> None:
            from counter_app.service.drafts import discard_draft

            discard_draft(workstation, draft)

        self._page.do(discard, lambda _done: None)

    def _end(self) -> None:
        """Whoever was signed in has gone: what they typed is kept, and nothing is taken for theirs any more."""
        self.save()
        self._ended = True

    def _moved(self, _before: QWidget | None, _now: QWidget | None) -> None:
        if self._dirty:
            self.save()
