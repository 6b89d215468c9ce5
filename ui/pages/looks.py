"""Access log: who looked at whose record and when, for supervisors and auditors."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtWidgets import QWidget

from counter_app.text import N_
from ui.page import Page
from ui.session import Session
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.faces import Faces
from ui.widgets.fields import Field, LineEdit
from ui.widgets.table import Column, Rows, Table

if TYPE_CHECKING:
    from counter_app.service.access_log import Look

_ACTS: Final = {
    "person_opened": N_("Opened a person’s record"),
    "entries_shown": N_("Had entries shown with names"),
    "receipt_printed": N_("Printed a receipt again"),
    "person_exported": N_("Exported all that is held on a person"),
    "access_log_shown": N_("Read the access log"),
}
_CHANNELS: Final = {"window": N_("Window"), "command_line": N_("Command line")}
_MOST = 500
_LEGIBLE = 20
"""From so many characters on it is an id that machines read."""


class LooksPage(Page):
    """The latest looks first; a receipt's number or an entry's id limits them to one person."""

    # A look is no entry: no commit tells of one.
    interests: ClassVar[frozenset[str] | None] = frozenset()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self.about = LineEdit(most=80)
        self.about.returnPressed.connect(self.refresh)
        field = Field(
            text("Whose record"),
            self.about,
            text("An entry’s id, a receipt’s number or an id of the register; empty shows every look."),
        )
        rows: Rows[tuple[int, Look]] = Rows(self._columns(), key=lambda row: str(row[0]))
        self.table = Table(text("Looks at records"), rows)
        self._either = Faces(
            EmptyState(
                "eye-off",
                text("Nobody looked at this record here."),
                text("Each look at a person’s record on this machine is noted, also yours at this list."),
            ),
            self.table,
        )
        self.card = Card(text("Who looked at whose record"), bare=True)
        self.card.body.addWidget(self._either, 1)
        self.column.addWidget(field)
        self.column.addWidget(self.card, 1)
        self.shortcut("F9", text("Show the looks"), self.refresh)
        self.shortcut("Ctrl+R", text("Read the list again"), self.refresh)
        buttons = [Button(text("Show the looks"), "primary", icon="eye", key="F9", press=self.refresh)]
        if session.person.role == "supervisor":
            suspects = text("Suspect workstations")
            buttons.append(
                Button(
                    suspects, "secondary", icon="ban", key="Ctrl+U", press=lambda: self.navigate("suspects")
                )
            )
            self.shortcut("Ctrl+U", suspects, lambda: self.navigate("suspects"))
        self.card.foot(*buttons, None)

    def first_focus(self) -> QWidget:
        """The field that limits the list."""
        return self.about

    def refresh(self) -> None:
        """Ask for the looks, which is one itself."""
        workstation, reader, about = self.workstation, self.person.id, self.about.value()

        def read() -> list[Look]:
            from counter_app.service.access_log import looks

            return looks(workstation, reader, about=about or None, most=_MOST)

        self.ask(read, self._show, question="looks")

    def _show(self, found: list[Look]) -> None:
        text = self.text
        count = text.plural("{n} look", "{n} looks", len(found))
        sub = text("{count}, the latest first", count=count)
        if len(found) == _MOST:
            sub = text("The latest {count}; older ones: type whose record", count=count)
        self.card.retitle(text("Who looked at whose record"), sub if found else "")
        self.table.show_rows(list(enumerate(found)))
        self._either.turn(1 if found else 0)

    def _columns(self) -> list[Column[tuple[int, Look]]]:
        text = self.text
        return [
            Column(text("When"), lambda row: text.datetime(row[1].at), "muted"),
            Column(text("Who"), lambda row: self._who(row[1].agent), "strong", stretch=1, least=120),
            Column(text("What"), lambda row: text(_ACTS.get(row[1].act, row[1].act)), stretch=2, least=150),
            Column(text("Whose"), lambda row: self._whose(row[1]), "muted", drop=1),
            Column(
                text("Where"),
                lambda row: text(_CHANNELS.get(row[1].channel, row[1].channel)),
                "muted",
                drop=2,
            ),
        ]

    @staticmethod
    def _whose(look: Look) -> str:
        """The receipt by which the record is found again: entry ids and keyed references tell a reader nothing."""
        return look.receipt or (look.about if 0 < len(look.about) < _LEGIBLE else "—")

    def _who(self, person_id: str) -> str:
        if not person_id:
            return self.text("Not said")
        person = self.workstation.configuration.person(person_id)
        return person_id if person is None else person.name
