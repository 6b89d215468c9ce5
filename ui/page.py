"""What every page is: a sheet with a message bar, its own keys, and a way to ask the journal without waiting."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counter_app.domain.errors import AppError
from counter_app.text import Text
from ui import mnemonics, shortcuts
from ui.session import Session
from ui.theme.current import theme
from ui.widgets.message_bar import MessageBar
from ui.widgets.words import worded

if TYPE_CHECKING:
    from counter_app.domain.catalogue import Person
    from counter_app.domain.commands import AnyCommand
    from counter_app.service.changes import Change
    from counter_app.service.outcome import Outcome
    from counter_app.service.workstation import Workstation

T = TypeVar("T")


class Page(QWidget):
    """A task of a person. A subclass builds its widgets into `column` and reads its rows in `refresh`.

    `interests` are the kinds of entries after which the page refreshes; `None` means all of them.
    """

    interests: ClassVar[frozenset[str] | None] = None

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = QVBoxLayout(self)
        self.messages = MessageBar()
        outer.addWidget(self.messages)
        self.column = QVBoxLayout()
        outer.addLayout(self.column, 1)
        self._outer = outer
        theme.changed.connect(self.take_density)
        Page.take_density(self)

    @property
    def text(self) -> Text:
        """Words, amounts and dates in the reader's language."""
        return self.session.text

    @property
    def workstation(self) -> Workstation:
        """The open workstation."""
        return self.session.workstation

    @property
    def person(self) -> Person:
        """Who is signed in."""
        return self.session.person

    # --- what a page may answer

    def activated(self, **args: object) -> None:
        """The page is shown, with what `navigate` was given; the focus goes to `first_focus` afterwards."""

    def refresh(self) -> None:
        """Read again what is shown; called when the page is shown and after every commit that concerns it."""

    def first_focus(self) -> QWidget | None:
        """Where typing starts."""
        return None

    def may_leave(self) -> bool:
        """Whether another page may be shown now; a page that says no says why in `messages`."""
        return True

    # --- what a page can do

    def navigate(self, page_id: str, **args: object) -> None:
        """Go to another page; an answer that comes once this one was left leads nowhere."""
        if self.isVisible():
            self.session.navigator.navigate(page_id, **args)

    def shortcut(self, sequence: str, words: str, press: Callable[[], object]) -> QShortcut:
        """A key of this page; F1 lists it with these words."""
        return shortcuts.declare(self, sequence, words, press, group=self.text("On this page"))

    def ask(
        self,
        fn: Callable[[], T],
        then: Callable[[T], object],
        failed: Callable[[AppError], object] | None = None,
        *,
        question: str = "",
    ) -> None:
        """Read off the main thread; only the answer to the last call with this `question` arrives."""
        self.session.tasks.run(fn, then, failed or self.show_error, owner=self, question=question)

    def record(
        self,
        command: AnyCommand,
        then: Callable[[Outcome], object],
        failed: Callable[[AppError], object] | None = None,
    ) -> None:
        """Record a command off the main thread; `then` comes when it is durable."""
        workstation = self.workstation
        self.session.tasks.do(
            lambda: workstation.record(command, "window"), then, failed or self.show_error, owner=self
        )

    def do(
        self,
        fn: Callable[[], T],
        then: Callable[[T], object],
        failed: Callable[[AppError], object] | None = None,
    ) -> None:
        """Run any other act of a person off the main thread, in the order in which they were asked for."""
        self.session.tasks.do(fn, then, failed or self.show_error, owner=self)

    def show_error(self, error: AppError) -> None:
        """Say what went wrong and what to do, on top of the page."""
        self.messages.post("bad", worded(self.text, self.workstation.configuration, error))

    # --- what the frame calls

    def take_density(self) -> None:
        """As much air as there is room for; a subclass may also part its content otherwise."""
        size = theme.density
        self._outer.setContentsMargins(size.margin, size.edge, size.margin, size.edge)
        self._outer.setSpacing(size.gap)
        self.column.setSpacing(size.gap)

    def show_again(self, **args: object) -> None:
        """Called by the frame when the page comes to the front."""
        self.messages.clear()
        self.activated(**args)
        self.refresh()
        mnemonics.assign(self)
        start = self.first_focus()
        if start is not None:
            start.setFocus(Qt.FocusReason.OtherFocusReason)

    def heard(self, change: Change) -> None:
        """Called by the frame after commits; a page that is not shown refreshes when it is."""
        if self.interests is not None and not (self.interests & change.kinds):
            return
        if self.isVisible():
            self.refresh()
