"""The daily log before it is printed or saved: its pages, and the two ways out of the machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from counter_app.text import Text
from ui import shortcuts
from ui.theme.current import theme
from ui.theme.tokens import GRID
from ui.widgets.announce import announce
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.labels import label
from ui.widgets.message_bar import MessageBar
from ui.widgets.paper_view import PaperView

if TYPE_CHECKING:
    from counter_app.service.papers.pages import PageImage


class LogStep(Card):
    """Shows pages that its owner draws: `wanted` is called with the number of a page, counted from 0."""

    def __init__(
        self,
        text: Text,
        title: str,
        *,
        wanted: Callable[[int], object],
        print_it: Callable[[], object],
        save_it: Callable[[], object],
        back: Callable[[], object],
    ) -> None:
        super().__init__(title)
        self._text, self._title, self._wanted = text, title, wanted
        self.pages, self.page = 0, 0
        self.messages = MessageBar()
        self.view = PaperView(title, self.turn)
        self.body.setSpacing(GRID)
        self.view.setMinimumHeight(theme.density.row * 7)
        self.print_button = Button(text("Print"), "primary", icon="printer", key="F9", press=print_it)
        self.save_button = Button(
            text("Save as PDF"), "secondary", icon="download", key="Ctrl+S", press=save_it
        )
        self._where = label("", "meta")
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.print_button)
        row.addWidget(self.save_button)
        row.addStretch(1)
        row.addWidget(self._where, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        row.addWidget(Button(text("Back"), "link", icon="arrow-left", key="Esc", press=back))
        self.add(row, self.messages)
        self.body.addWidget(self.view, 1)
        group = text("On this page")
        shortcuts.declare(self, "F9", text("Print"), print_it, group=group)
        shortcuts.declare(self, "Ctrl+S", text("Save as PDF"), save_it, group=group)
        shortcuts.declare(self, "PgDown", text("Next page"), lambda: self.turn(1), group=group)
        shortcuts.declare(self, "PgUp", text("Page before"), lambda: self.turn(-1), group=group)
        shortcuts.declare(self, "Esc", text("Back"), back, group=group)
        self.ready(False)

    def first_focus(self) -> QWidget:
        """The page."""
        return self.view

    def ready(self, is_ready: bool) -> None:
        """Whether the paper is there."""
        self.print_button.setEnabled(is_ready)
        self.save_button.setEnabled(is_ready)
        if not is_ready:
            self._where.setText(self._text("The log is being made…"))

    def turn(self, step: int) -> None:
        """Another page, if there is one."""
        page = self.page + step
        if 0 <= page < self.pages:
            self.page = page
            self._wanted(page)

    def show_page(self, image: PageImage) -> None:
        """Show the page that was wanted last."""
        text = self._text
        words = text("Page {page} of {pages}", page=self.page + 1, pages=self.pages)
        self._where.setText(words)
        self.view.show_page(image, words)
        announce(self.view, words)
