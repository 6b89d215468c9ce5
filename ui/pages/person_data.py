"""What is held on one person: handed over as a file, or erased where the central systems proved to have it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from ui.session import Session
from ui.stepped import SteppedPage
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.erasing_sheet import erasing_sheet
from ui.widgets.fields import Field, LineEdit
from ui.widgets.labels import label

if TYPE_CHECKING:
    from counter_app.service.erasure import Erasure

_LOOK = "dry run"


class PersonDataPage(SteppedPage):
    """A supervisor's two acts. `choose` asks for a file as `QFileDialog.getSaveFileName` does."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self.choose: Callable[[QWidget, str, str], tuple[str, str]] = QFileDialog.getSaveFileName
        self._entry = ""
        self.card = Card(
            text("What is held on this person"),
            text(
                "Whoever asks for their own data gets all of it, and who looked at it. Each of both is on record."
            ),
        )
        self._words = label("", wrap=True)
        self.card.add(self._words)
        self.card.body.addStretch(1)
        self.hand_over_button = Button(
            text("Hand it over"), "primary", icon="download", key="F9", press=self.hand_over
        )
        self.card.foot(
            self.hand_over_button,
            Button(text("Erase"), "secondary", icon="trash", key="Ctrl+K", press=self.erase),
            None,
            Button(text("Everybody"), "link", icon="hourglass", key="Ctrl+E", press=self.show_everybody),
            Button(text("Citizen"), "link", icon="arrow-left", key="Esc", press=self.leave),
        )
        self.view.addWidget(self.card, 1)
        self.key("F9", text("Save all that is held on this person, to be handed over"), self.hand_over)
        self.key("Ctrl+K", text("Erase what the central systems proved to have"), self.erase)
        self.key("Ctrl+E", text("What is past its time, of everybody"), self.show_everybody)
        self.key("Esc", text("Citizen"), self.leave)

    def activated(self, **args: object) -> None:
        """Another person: `entry_id` is an entry about them."""
        if "entry_id" in args:
            self._entry = str(args["entry_id"])
            self._words.setText("")

    def main_focus(self) -> QWidget:
        """Handing over."""
        return self.hand_over_button

    def leave(self) -> None:
        """Back to the person's page."""
        self.navigate("citizen")

    def show_everybody(self) -> None:
        """To what is past its retention, whoever it is about."""
        self.navigate("retention")

    def refresh(self) -> None:
        """Ask what could be erased, and what stays and why."""
        workstation, entry, agent = self.workstation, self._entry, self.person.id

        def read() -> Erasure:
            from counter_app.service.erasure import erase_person

            return erase_person(workstation, entry, _LOOK, agent, dry_run=True)

        self.ask(read, self._show, question="held")

    def hand_over(self) -> None:
        """Ask where, and save everything as one file for the person."""
        text, workstation, entry, agent = self.text, self.workstation, self._entry, self.person.id
        name, _ = self.choose(self, text("Save all that is held on this person"), "person.json")
        if not name:
            return

        def save() -> int:
            from counter_app.service.person_export import export_person, write_export

            told = export_person(workstation, entry, agent)
            write_export(told, Path(name))
            return len(told["entries"])

        self.do(save, lambda count: self._handed_over(Path(name), count))

    def _handed_over(self, file: Path, count: int) -> None:
        text = self.text
        entries = text.plural("{n} entry", "{n} entries", count)
        self.messages.post(
            "ok",
            text(
                "{path} holds {count} in plain words: hand it over, then destroy it.",
                path=file.name,
                count=entries,
            ),
        )

    def erase(self) -> None:
        """Say why, and erase what may be erased."""
        text, workstation, entry, agent = self.text, self.workstation, self._entry, self.person.id
        reason = LineEdit()
        reason_field = Field(text("Why"), reason, text("It stays on record: name nobody in it."))

        def record() -> None:
            why = reason.value()
            if not why:
                sheet.wrong(reason_field, text("Say why: it stays on record with your name."))
                return
            sheet.wait()

            def erase() -> Erasure:
                from counter_app.service.erasure import erase_person

                return erase_person(workstation, entry, why, agent)

            self.do(erase, self._erased, sheet.failed)

        sheet = erasing_sheet(text, record=record, back=self.back)
        sheet.ask(reason_field)
        self.open(sheet.finish())

    def _erased(self, done: Erasure) -> None:
        text = self.text
        self.back()
        said = [
            text.plural(
                "{n} entry has lost names and words for good.",
                "{n} entries have lost names and words for good.",
                done.entries,
            )
        ]
        said += [
            text("Not erased yet on the copy at {path}: plug it in.", path=path) for path in done.out_of_reach
        ]
        self.messages.post("warn" if done.out_of_reach else "ok", "\n".join(said))

    def _show(self, found: Erasure) -> None:
        from counter_app.service.erasure import kept_words

        text = self.text
        said = [
            text.plural(
                "{n} entry can lose names and words now.",
                "{n} entries can lose names and words now.",
                found.entries,
            )
        ]
        said += [kept_words(text, why, count) for why, count in sorted(found.kept.items())]
        self._words.setText("\n".join(said))
