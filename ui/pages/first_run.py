"""The first start on a machine: a sample office in one click, or this counter of a real office."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from counter_app.domain.errors import AppError
from counter_app.text import N_, Text
from ui import mnemonics
from ui.gate import Gate
from ui.tasks import Tasks
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Columns
from ui.widgets.choice import CheckBox, Choice, ComboBox
from ui.widgets.fields import Field, LineEdit, SecretEdit
from ui.widgets.labels import label
from ui.widgets.message_bar import MessageBar
from ui.widgets.progress import Progress
from ui.widgets.word_grid import WordGrid

if TYPE_CHECKING:
    from counter_app.service.workstation import Workstation

SAMPLES: Final = {
    "ccas": N_("France: a town’s CCAS"),
    "paris": N_("France: social action in Paris"),
    "cpas": N_("Belgium: a CPAS"),
    "comune": N_("Italy: a Comune"),
}
_SAMPLE_COUNTER: Final = "A1"


class FirstRun(Gate):
    """Makes a workstation and hands it over open. Steps: choose; say which counter; keep the words; done."""

    def __init__(
        self,
        text: Text,
        tasks: Tasks,
        data: Path,
        opened: Callable[[Workstation], object],
        restore: Callable[[], object],
    ) -> None:
        super().__init__(text, wide=900)
        self._tasks, self._data, self._opened, self._restore = tasks, data, opened, restore
        self._generated = ""
        self._messages = MessageBar()
        self._progress = Progress(text)
        self._progress.hide()
        self._choice_sample = self._sample_card()
        self._choice = Columns(self._choice_sample, self._real_card(), threshold=680)
        self._form = self._form_card()
        self._keep = self._keep_card()
        for part in (self._messages, self._choice, self._form, self._keep, self._progress):
            self.column.addWidget(part)
        self._show(self._choice)

    def offer_practice(self, practise: Callable[[], object]) -> None:
        """Beside the sample office too: watching comes before trying."""
        super().offer_practice(practise)
        watch = Button(self.text("Watch an outage being played"), icon="player-play", press=practise)
        self._choice_sample.add(watch)

    def first_focus(self) -> QWidget:
        """The sample office: one click."""
        return self._open_sample

    # --- the cards

    def _sample_card(self) -> Card:
        text = self.text
        card = Card(text("Try it with a sample office"), text("Nothing in it is real; its papers say so."))
        self.sample = ComboBox(Choice(name, text(words)) for name, words in SAMPLES.items())
        card.add(Field(text("Which office"), self.sample))
        card.body.addStretch(1)
        self._open_sample = Button(
            text("Open the sample office"), "primary", icon="player-play", press=self.make_sample
        )
        card.add(self._open_sample)
        return card

    def _real_card(self) -> Card:
        text = self.text
        card = Card(
            text("Set up a counter of your office"), text("You need the office’s configuration file.")
        )
        card.add(
            label(
                text("The journal is made on this machine and opens with six words, which are printed once."),
                wrap=True,
            )
        )
        card.body.addStretch(1)
        card.add(Button(text("Set up this counter"), icon="settings", press=lambda: self._show(self._form)))
        card.add(Button(text("Go on from a copy"), icon="history", press=self._restore))
        return card

    def _form_card(self) -> Card:
        text = self.text
        card = Card(text("This counter"))
        self.file = LineEdit(most=1000)
        browse = Button(text("Browse…"), icon="file-text", press=self._browse)
        self._file_field = Field(text("Configuration file (office.toml)"), self.file)
        row = QHBoxLayout()
        row.addWidget(self._file_field, 1)
        row.addWidget(browse, 0, Qt.AlignmentFlag.AlignBottom)
        self.counter = LineEdit(most=4)
        self._counter_field = Field(
            text("Counter id"), self.counter, text("1 to 4 capital letters and digits, such as A3.")
        )
        self.counter.textEdited.connect(lambda typed: self.counter.setText(typed.upper()))
        self.known = CheckBox(text("Another counter of this office has its words already"))
        self.words = SecretEdit(text("Show the passphrase"), text("Hide the passphrase"))
        self._words_field = Field(
            text("The office’s passphrase"),
            self.words,
            text("The words printed when the first counter was made."),
        )
        self._words_field.hide()
        self.known.toggled.connect(self._words_field.setVisible)
        card.add(row, self._counter_field, self.known, self._words_field)
        card.add(self._steps(Button(text("Continue"), "primary", icon="arrow-right", press=self._check)))
        return card

    def _keep_card(self) -> Card:
        text = self.text
        card = Card(
            text("Keep these six words"),
            text(
                "They open this workstation, and are shown only now. Without them nobody, IT included, can read what is"
                " recorded here: only recovery keys could, where IT keeps some."
            ),
        )
        self._shown = WordGrid()
        print_it = Button(text("Print the sheet"), icon="printer", press=self._print)
        self.kept = CheckBox(text("The words are printed or written down, and kept away from this machine"))
        self._make = Button(text("Make the workstation"), "primary", icon="check", press=self._make_real)
        self._make.setEnabled(False)
        self.kept.toggled.connect(self._make.setEnabled)
        card.add(self._shown, print_it, self.kept, self._steps(self._make))
        return card

    def _steps(self, forward: Button) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 8, 0, 0)
        row.addWidget(
            Button(self.text("Back"), "link", icon="arrow-left", press=lambda: self._show(self._choice))
        )
        row.addStretch(1)
        row.addWidget(forward)
        return holder

    # --- the steps

    def make_sample(self) -> None:
        """The sample office in one click."""
        data, sample = self._data, self.sample.value()

        def work() -> Workstation:
            from counter_app.bootstrap import open_workstation, start_logs
            from counter_app.practice.setting_up import make_sample

            words = make_sample(data, sample, _SAMPLE_COUNTER)
            workstation = open_workstation(data, words, write=True, program="counter-app window")
            start_logs(data)
            return workstation

        self._begin(work, self.text("Making the sample office…"))

    def _check(self) -> None:
        """Look at the file and the counter before anybody writes six words down."""
        path, counter, text = Path(self.file.value()), self.counter.value(), self.text
        self._file_field.set_error(
            "" if self.file.value() else text("Choose the office’s configuration file.")
        )
        self._counter_field.set_error("" if counter else text("Type this counter’s id."))
        wants_words = self.known.isChecked() and not self.words.value()
        self._words_field.set_error(text("Type the passphrase first.") if wants_words else "")
        if not self.file.value() or not counter or wants_words:
            return

        def work() -> tuple[bool, list[str], str]:
            from counter_app.bootstrap import new_passphrase
            from counter_app.domain.ids import check_counter
            from counter_app.settings import load_configuration

            configuration = load_configuration(path).configuration
            known = configuration.counter(check_counter(counter)) is not None
            return known, [each.id for each in configuration.counters], new_passphrase()

        self._tasks.run(work, self._checked, self._failed, owner=self, question="check")

    def _checked(self, answer: tuple[bool, list[str], str]) -> None:
        known, counters, generated = answer
        if not known:
            sentence = self.text(
                "The office has no counter of that id; it has these: {counters}.", counters=counters
            )
            self._counter_field.set_error(sentence)
            return
        if self.known.isChecked():
            self._generated = " ".join(self.words.value().split())
            self._make_real()
            return
        self._generated = generated
        self._shown.show_words(generated)
        self._show(self._keep)

    def _make_real(self) -> None:
        data, path, counter = self._data, Path(self.file.value()), self.counter.value()
        words = self._generated.encode()

        def work() -> Workstation:
            from counter_app.bootstrap import create_workstation, open_workstation, start_logs
            from counter_app.practice.offices import real_office

            create_workstation(data, real_office(path, counter, words))
            workstation = open_workstation(data, words, write=True, program="counter-app window")
            start_logs(data)
            return workstation

        self._begin(work, self.text("Making the workstation…"))

    def _begin(self, work: Callable[[], Workstation], words: str) -> None:
        self._messages.clear()
        self._progress.start(words)
        self._progress.show()
        # Else the focus goes on to a language, and Enter would choose it.
        self.setFocus()
        for card in (self._choice, self._form, self._keep):
            card.setEnabled(False)
        self._tasks.do(work, self._done, self._failed, owner=self)

    def _done(self, workstation: Workstation) -> None:
        self._generated = ""
        self._shown.clear()
        self._opened(workstation)

    def _failed(self, error: AppError) -> None:
        self._progress.hide()
        for card in (self._choice, self._form, self._keep):
            card.setEnabled(True)
        self._messages.post("bad", self.text.error(error))

    def _browse(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.text("The office’s configuration"), "", "office.toml (*.toml)"
        )
        if name:
            self.file.setText(name)

    def _print(self) -> None:
        from ui.dialogs.passphrase_sheet import print_sheet

        if print_sheet(self, self.text, self.counter.value(), self._generated):
            self.kept.setFocus()

    def _show(self, part: QWidget) -> None:
        for each in (self._choice, self._form, self._keep):
            each.setVisible(each is part)
        mnemonics.assign(self)
        if part is self._form:
            self.file.setFocus()
        elif part is self._keep:
            self.kept.setFocus()
