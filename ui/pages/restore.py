"""Going on from a copy: which copy, what opens it, then what may be lost and which numbers to enter again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from counter_app.domain.errors import AppError
from counter_app.text import Text
from ui import mnemonics, shortcuts
from ui.gate import Gate
from ui.opening import post_saved
from ui.tasks import Tasks
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.choice import CheckBox
from ui.widgets.fields import Field, LineEdit, SecretEdit
from ui.widgets.labels import label, show_if
from ui.widgets.message_bar import MessageBar
from ui.widgets.path_edit import PathEdit
from ui.widgets.progress import Progress
from ui.widgets.word_grid import WordGrid

if TYPE_CHECKING:
    from counter_app.service.restoring.epoch import Restored
    from counter_app.service.workstation import Workstation


class Restore(Gate):
    """Steps: the copy and its keys; new words where the old ones are lost; what came of it. `leave` goes back."""

    def __init__(
        self,
        text: Text,
        tasks: Tasks,
        data: Path,
        opened: Callable[[Workstation], object],
        leave: Callable[[], object],
    ) -> None:
        super().__init__(text, wide=900)
        self._tasks, self._data, self._opened, self._leave = tasks, data, opened, leave
        self._words = ""
        self._found: Restored | None = None
        self.choose_folder: Callable[[QWidget, str], str] = QFileDialog.getExistingDirectory
        self.choose_file: Callable[[QWidget, str], tuple[str, str]] = QFileDialog.getOpenFileName
        self.save_file: Callable[[QWidget, str, str], tuple[str, str]] = QFileDialog.getSaveFileName
        self.messages = MessageBar()
        self._progress = Progress(text)
        self._progress.hide()
        self.form, self.keep, self.result = self._form_card(), self._keep_card(), self._result_card()
        for part in (self.messages, self.form, self.keep, self.result, self._progress):
            self.column.addWidget(part)
        self._show(self.form)

    def first_focus(self) -> QWidget:
        """Where the copy lies."""
        return self.source.line

    # --- the copy and what opens it

    def _form_card(self) -> Card:
        text = self.text
        card = Card(
            text("Go on from a copy"),
            text(
                "The counter goes on under new numbers. What stands on this machine is put aside, never deleted."
            ),
        )
        self.source = PathEdit(text, lambda: self.choose_folder(self, text("Where the copy lies")))
        self._source_field = Field(
            text("Copy"), self.source, text("A stick, a share, or the folder of a damaged workstation.")
        )
        self.lost = CheckBox(text("The words are lost: recovery keys open it"))
        self.passphrase = SecretEdit(text("Show the passphrase"), text("Hide the passphrase"))
        self._words_field = Field(
            text("Passphrase"),
            self.passphrase,
            text("The words that opened the journal when the copy was made."),
        )
        self.keys = [
            PathEdit(text, lambda: self.choose_file(self, text("The file of a recovery key"))[0])
            for _ in range(2)
        ]
        self._key_fields = [
            Field(text("File of the first recovery key"), self.keys[0]),
            Field(text("File of the second recovery key"), self.keys[1]),
        ]
        self.agent = LineEdit(most=60)
        agent = Field(
            text("Who restores"), self.agent, text("Your id in the office’s configuration; may stay empty.")
        )
        self._key_row = QWidget()
        beside = QHBoxLayout(self._key_row)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(16)
        for field in self._key_fields:
            beside.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        card.add(self._source_field, self.lost, self._words_field, self._key_row, agent)
        self.lost.toggled.connect(self._ask_for_keys)
        self._ask_for_keys(False)
        start = Button(text("Restore"), "primary", icon="history", key="F9", press=self.start)
        card.add(self._steps(start))
        shortcuts.declare(card, "F9", text("Restore"), self.start, group=text("On this page"))
        return card

    def _ask_for_keys(self, lost: bool) -> None:
        show_if(self._words_field, not lost)
        show_if(self._key_row, lost)

    def start(self) -> None:
        """Look at what was filled in; where the old words are lost, make new ones first."""
        text, lost = self.text, self.lost.isChecked()
        words = " ".join(self.passphrase.text().split())
        self._source_field.set_error("" if self.source.value() else text("Choose where the copy lies."))
        self._words_field.set_error("" if words or lost else text("Type the passphrase first."))
        wants_key = lost and not self.keys[0].value()
        self._key_fields[0].set_error(
            text("Choose the file of at least one recovery key.") if wants_key else ""
        )
        if not self.source.value() or not (words or lost) or wants_key:
            return
        if not lost:
            self._words = words
            self.restore()
            return
        from counter_app.bootstrap import new_passphrase

        self._words = new_passphrase()
        self._grid.show_words(self._words)
        self._show(self.keep)

    def _keep_card(self) -> Card:
        text = self.text
        card = Card(
            text("Keep these six words"),
            text(
                "From now on they open this workstation in place of the lost ones, and are shown only now. Whoever"
                " starts it needs them: without them, only recovery keys could open it again."
            ),
        )
        self._grid = WordGrid()
        print_it = Button(text("Print the sheet"), icon="printer", press=self._print)
        self.kept = CheckBox(text("The words are printed or written down, and kept away from this machine"))
        go_on = Button(text("Restore with these words"), "primary", icon="history", press=self.restore)
        go_on.setEnabled(False)
        self.kept.toggled.connect(go_on.setEnabled)
        self._go_on = go_on
        card.add(self._grid, print_it, self.kept, self._steps(go_on))
        return card

    def _print(self) -> None:
        from ui.dialogs.passphrase_sheet import print_sheet

        if print_sheet(self, self.text, self._data.name, self._words):
            self.kept.setFocus()

    def _steps(self, forward: Button) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 8, 0, 0)
        row.addWidget(Button(self.text("Back"), "link", icon="arrow-left", press=self._leave))
        row.addStretch(1)
        row.addWidget(forward)
        return holder

    # --- restoring

    def restore(self) -> None:
        """Make the new epoch, on a reading thread: nothing else is open here."""
        data, words, agent, source = (
            self._data,
            self._words.encode(),
            self.agent.value(),
            Path(self.source.value()),
        )
        files = [Path(one.value()) for one in self.keys if one.value()] if self.lost.isChecked() else []

        def work() -> Restored:
            from counter_app.service.restoring.epoch import Restore, restore
            from counter_app.service.restoring.sources import opener_of

            asked = Restore((source,), data, opener_of(words, files), agent, words if files else None)
            return restore(asked)

        self._wait(True)
        self._progress.start(self.text("Reading the copy and proving every entry…"))
        self._tasks.do(work, self._done, self._failed, owner=self)

    def _wait(self, waiting: bool) -> None:
        self.messages.clear()
        show_if(self._progress, waiting)
        for card in (self.form, self.keep, self.result):
            card.setEnabled(not waiting)

    def _failed(self, error: AppError) -> None:
        self._wait(False)
        self._show(self.form)
        if error.code == "wrong_passphrase":
            self._words_field.set_error(
                self.text("These words do not open the copy. Check each word and try again.")
            )
            self.passphrase.setFocus()
            return
        self.messages.post("bad", self.text.error(error), title=self.text("Nothing was restored."))

    # --- what came of it

    def _result_card(self) -> Card:
        text = self.text
        card = Card()
        self._said = label("", wrap=True)
        self.save_button = Button(
            text("Save the list of numbers"),
            "secondary",
            icon="download",
            key="Ctrl+S",
            press=self.save_numbers,
        )
        self.open_button = Button(
            text("Open the workstation"), "primary", icon="lock-open", key="F9", press=self.open
        )
        row = QHBoxLayout()
        row.addWidget(self.save_button)
        row.addStretch(1)
        row.addWidget(self.open_button)
        card.add(self._said)
        card.body.addLayout(row)
        group = text("On this page")
        shortcuts.declare(card, "F9", text("Open the workstation"), self.open, group=group)
        shortcuts.declare(card, "Ctrl+S", text("Save the list of numbers"), self.save_numbers, group=group)
        return card

    def _done(self, found: Restored) -> None:
        from counter_app.service.restoring.words import earlier_words, numbers_to_look_for, restored_words

        text = self.text
        self._wait(False)
        self._grid.clear()
        self._found = found
        numbers = numbers_to_look_for(found)
        # The first sentence is the title.
        self.result.retitle(
            text(
                "The counter goes on as {chain}, with {count} entries", chain=found.chain, count=found.entries
            ),
            text("Numbers to look for: {numbers} …", numbers=", ".join(numbers[:8])),
        )
        said = restored_words(text, found, self._data)[1:]
        self._said.setText("\n".join(f"• {line}" for line in said))
        self._show(self.result)
        wrong = [text.error(finding) for finding in found.findings]
        careful = [*wrong, *filter(None, [earlier_words(text, found)])]
        if careful:
            self.messages.post("warn", "\n".join(careful))
        self.open_button.setFocus()

    def save_numbers(self) -> None:
        """Save the sheet on which numbers are ticked off."""
        found, text = self._found, self.text
        if found is None:
            return
        name, _ = self.save_file(self, text("Save the list of numbers"), f"{found.chain}.txt")
        if not name:
            return

        def save() -> None:
            from counter_app.service.restoring.words import write_numbers

            write_numbers(text, found, Path(name))

        self._tasks.do(
            save,
            lambda _done: post_saved(self, self.messages, text, Path(name)),
            lambda error: self.messages.post("bad", text.error(error)),
            owner=self,
        )

    def open(self) -> None:
        """Open what was restored, with the words at hand."""
        data, words = self._data, self._words.encode()

        def work() -> Workstation:
            from counter_app.bootstrap import open_workstation, start_logs

            workstation = open_workstation(data, words, write=True, program="counter-app window")
            start_logs(data)
            return workstation

        self._wait(True)
        self._progress.start(self.text("Opening the journal…"))
        self._tasks.do(work, self._is_open, self._not_open, owner=self)

    def _is_open(self, workstation: Workstation) -> None:
        self._words = ""
        self.passphrase.hide_again()
        self._opened(workstation)

    def _not_open(self, error: AppError) -> None:
        self._wait(False)
        self.messages.post("bad", self.text.error(error), title=self.text("The workstation did not open."))

    def _show(self, part: QWidget) -> None:
        for each in (self.form, self.keep, self.result):
            each.setVisible(each is part)
        mnemonics.assign(self)
        if part is self.keep:
            self.kept.setFocus()
