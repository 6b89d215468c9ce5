"""Navigation, banner, page and status line of somebody who is signed in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from ui import shortcuts
from ui.frame.banner import Banner
from ui.frame.navigation import Navigation
from ui.frame.status_bar import StatusBar
from ui.frame.what_now import WhatNowSheet
from ui.page import Page
from ui.pages import PageSpec, pages_for
from ui.session import Session
from ui.widgets.buttons import Button
from ui.widgets.durations import moment
from ui.widgets.key_help import KeyHelp
from ui.widgets.scroll import scrolling

if TYPE_CHECKING:
    from counter_app.service.changes import Change
    from counter_app.service.mirror.status import Told
    from counter_app.service.standing import Standing
    from counter_app.service.what_now import WhatNow

_RAIL_BELOW = 1000
_MINUTE_MS = 60_000
_COPY_MS = 10_000


class Shell(QWidget):
    """The frame around the pages of one colleague. Pages are made when first shown and kept until the next."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        text, person = session.text, session.person
        by_hand = any(one.connector == "manual" for one in session.workstation.configuration.services)
        self._specs = {spec.id: spec for spec in pages_for(person.role, by_hand=by_hand)}
        self._pages: dict[str, Page] = {}
        self._holders: dict[str, QScrollArea] = {}
        self._here = ""
        self.stack = QStackedWidget()
        self.banner = Banner(text, session.workstation.configuration)
        self.navigation = Navigation(
            text,
            list(self._specs.values()),
            self.navigate,
            sample=session.workstation.configuration.office.sample,
        )
        self.status = StatusBar(
            (
                ("F1", text("Help"), self.show_keys),
                ("Ctrl+L", text("Change agent"), session.navigator.change_agent),
            )
        )
        self.help = KeyHelp(self, text)
        self.now = WhatNowSheet(self, text, session.workstation.configuration, person.role)
        self.banner.offer(
            Button(text("What may I do?"), "banner", icon="help", key="Shift+F1", press=self.show_now)
        )
        self._lay_out()
        self._declare_keys()
        self._say_who()
        session.bridge.changed.connect(self._heard)
        self._minute = QTimer(self)
        self._minute.setInterval(_MINUTE_MS)
        self._minute.timeout.connect(self._ask_standing)
        self._minute.start()
        self._ask_standing()
        self._copy_timer = QTimer(self)
        self._copy_timer.setInterval(_COPY_MS)
        self._copy_timer.timeout.connect(self._ask_copies)
        self._copy_timer.start()
        session.at_copy.append(self._ask_copies)
        self._ask_copies()

    @property
    def home(self) -> str:
        """The first page of this role."""
        return next(iter(self._specs))

    @property
    def here(self) -> str:
        """The page that is shown."""
        return self._here

    @property
    def page(self) -> Page | None:
        """The page that is shown, as a widget."""
        return self._pages.get(self._here)

    def navigate(self, page_id: str, **args: object) -> None:
        """Show a page of this role, unless the present one has to be left in order first."""
        spec = self._specs[page_id]
        self.help.hide()
        self.now.hide()
        present = self.page
        if present is not None and page_id != self._here and not present.may_leave():
            self.navigation.show_page(self._here)
            return
        page = self._pages.get(page_id) or self._make(spec)
        self._here = page_id
        self.navigation.show_page(page_id)
        self.stack.setCurrentWidget(self._holders[page_id])
        page.show_again(**args)

    def show_keys(self) -> None:
        """F1: the keys at work now, and away again."""
        if self.help.isVisible():
            self.help.leave()
        else:
            self.help.show_keys(shortcuts.active(self.window()))

    def show_now(self) -> None:
        """Shift+F1: what may be done now, by role and by central system, and away again."""
        if self.now.isVisible():
            self.now.leave()
            return
        workstation = self.session.workstation

        def read() -> WhatNow:
            from counter_app.service.what_now import what_now

            return what_now(workstation)

        self.session.tasks.run(read, self._show_now, owner=self, question="what_now")

    def _show_now(self, found: WhatNow) -> None:
        from counter_app.service.standing import now_at

        self.now.show_now(found, now_at(self.session.workstation))

    def _make(self, spec: PageSpec) -> Page:
        page = spec.load()(self.session)
        page.setAccessibleName(self.session.text(spec.title))
        holder = scrolling(page)
        self.stack.addWidget(holder)
        self._pages[spec.id], self._holders[spec.id] = page, holder
        return page

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.banner)
        right.addWidget(self.stack, 1)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(self.navigation)
        across.addLayout(right, 1)
        down = QVBoxLayout(self)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(0)
        down.addLayout(across, 1)
        down.addWidget(self.status)
        # The page comes first for Tab; its neighbours have keys of their own.
        QWidget.setTabOrder(self.stack, self.navigation)

    def _declare_keys(self) -> None:
        text = self.session.text
        for spec in self._specs.values():
            if spec.key:
                shortcuts.declare(
                    self,
                    spec.key,
                    text(spec.title),
                    partial(self.navigate, spec.id),
                    group=text("Pages"),
                    order=1,
                )
        shortcuts.declare(
            self,
            "F1",
            text("Show or hide these keys"),
            self.show_keys,
            group=text("Everywhere"),
            order=2,
        )
        shortcuts.declare(
            self, "Shift+F1", text("What may I do now?"), self.show_now, group=text("Everywhere"), order=2
        )

    def _say_who(self) -> None:
        text, session = self.session.text, self.session
        counter = text.counter(session.workstation.chain)
        self.status.put(
            "who", text("{person} · counter {counter}", person=session.person.name, counter=counter)
        )
        self.status.put("printer", text("Printer: not set up"))

    def _ask_standing(self) -> None:
        workstation = self.session.workstation

        def read() -> Standing:
            from counter_app.service.standing import standing

            return standing(workstation)

        self.session.tasks.run(read, self._show_standing, owner=self, question="standing")

    def _show_standing(self, standing: Standing) -> None:
        from counter_app.service.standing import now_at

        text = self.session.text
        self.banner.show_standing(standing, now_at(self.session.workstation))
        self.navigation.show_count("approvals", standing.approvals)
        if standing.saved_at is not None:
            saved = f"{standing.saved_at:%H:%M:%S}"
            self.status.put("saved", text("Journal saved at {time}", time=saved))

    def _ask_copies(self) -> None:
        workstation = self.session.workstation

        def read() -> Told:
            from counter_app.service.mirror.status import copies_told

            return copies_told(workstation)

        self.session.tasks.run(read, self._show_copies, owner=self, question="copies")

    def _show_copies(self, told: Told) -> None:
        from counter_app.service.standing import now_at

        text = self.session.text
        self.status.put("copy", text(told.line, **told.params) if told.line else "")
        if not told.warning:
            self.banner.show_copies("")
            return
        now = now_at(self.session.workstation)
        since = "" if told.since is None else moment(text, told.since, now)
        self.banner.show_copies(text(told.warning, time=since))

    def _heard(self, change: Change) -> None:
        self._ask_standing()
        for page in self._pages.values():
            page.heard(change)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802  (Qt's name)
        """Tab goes round everything; where Qt moves the focus for a part that has gone, it stays on the page.

        On the navigation the next arrow or Enter, meant for what has just gone, would leave the page.
        """
        before = self.window().focusWidget()
        has_gone = before is not None and not (before.isVisible() and before.isEnabled())
        moved = super().focusNextPrevChild(forward)
        now = self.window().focusWidget()
        if has_gone and self.page is not None and self.isVisible() and not self.stack.isAncestorOf(now):
            self.page.setFocus(Qt.FocusReason.OtherFocusReason)
        return moved

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Turn the navigation into a rail where the window is narrow."""
        super().resizeEvent(event)
        self.navigation.narrow(event.size().width() < _RAIL_BELOW)
