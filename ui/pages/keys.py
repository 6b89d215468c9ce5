"""Keys: who may open this workstation, the recovery keys that IT holds, and proof that they work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from ui.session import Session
from ui.stepped import SteppedPage
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.choice import CheckBox, Choice, ComboBox
from ui.widgets.fields import Field, Words
from ui.widgets.form_sheet import FormSheet
from ui.widgets.labels import show_if
from ui.widgets.path_edit import PathEdit
from ui.widgets.table import Column, Rows, Table
from ui.widgets.word_grid import WordGrid

if TYPE_CHECKING:
    from counter_app.service.key_board import KeyBoard, Opener
    from counter_app.service.key_changes import KeyChange
    from counter_app.service.rehearsal import Rehearsal

_MOST_HOLDERS = 5


class KeysPage(SteppedPage):
    """Passphrases and recovery keys in rows. `choose_file` and `choose_folder` ask as `QFileDialog` does."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self.choose_file: Callable[[QWidget, str], tuple[str, str]] = QFileDialog.getOpenFileName
        self.choose_folder: Callable[[QWidget, str], str] = QFileDialog.getExistingDirectory
        self._board: KeyBoard | None = None
        rows: Rows[Opener] = Rows(self._columns(), key=lambda one: one.id)
        self.table = Table(text("Who may open this workstation"), rows)
        self.card = Card(text("Who may open this workstation"), bare=True)
        self.rehearse_button = Button(
            text("Rehearse"), "secondary", icon="shield-check", key="Ctrl+U", press=self.rehearse
        )
        self.card.head.addWidget(
            Button(text("New key"), "secondary", icon="refresh", key="Ctrl+N", press=self.rotate)
        )
        self.card.head.addWidget(
            Button(text("Recovery keys"), "secondary", icon="key", key="Ctrl+G", press=self.add_holders)
        )
        self.card.head.addWidget(self.rehearse_button)
        self.card.body.addWidget(self.table, 1)
        self.card.foot(
            Button(text("Let a colleague open it"), "primary", icon="user-plus", key="F9", press=self.add),
            Button(text("Take away"), "secondary", icon="trash", key="Ctrl+K", press=self.revoke),
            None,
            Button(text("Telephone"), "link", icon="phone", key="Ctrl+T", press=self.show_phone_keys),
            Button(text("Doctor"), "link", icon="arrow-left", key="Esc", press=self.leave),
        )
        self.view.addWidget(self.card, 1)
        self.key("F9", text("Let a colleague open it"), self.add)
        self.key("Ctrl+K", text("Take away what is at the cursor"), self.revoke)
        self.key("Ctrl+N", text("Put the journal under a new key; all words stay"), self.rotate)
        self.key("Ctrl+G", text("Add recovery keys that IT holds"), self.add_holders)
        self.key("Ctrl+U", text("Prove that the recovery keys open a copy"), self.rehearse)
        self.key("Ctrl+T", text("Who may approve over the telephone"), self.show_phone_keys)
        self.key("Ctrl+R", text("Look again"), self.refresh)
        self.key("Esc", text("Doctor"), self.leave)

    def main_focus(self) -> QWidget:
        """The keys."""
        return self.table

    def leave(self) -> None:
        """Back to the points of readiness."""
        self.navigate("doctor")

    def show_phone_keys(self) -> None:
        """To the keys that let a supervisor answer for a counter."""
        self.navigate("phone_keys")

    def refresh(self) -> None:
        """Ask who may open it."""
        workstation = self.workstation

        def read() -> KeyBoard:
            from counter_app.service.key_board import read_key_board

            return read_key_board(workstation)

        self.ask(read, self._show, question="keys")

    # --- passphrases

    def add(self) -> None:
        """Choose a colleague who gets six words of their own."""
        if self._board is None:
            return
        text, without = self.text, self._board.without_words
        if not without:
            self.messages.post("info", text("Every colleague of the office has words already."))
            return
        people = ComboBox([Choice(person, self._name(person)) for person in without])

        def go_on() -> None:
            from counter_app.bootstrap import new_passphrase

            self.open(self._keep_sheet(people.value(), new_passphrase()))

        sheet = FormSheet(
            text,
            text("Let a colleague open it"),
            text("They get six words of their own. Nobody’s words change."),
            words=text("Make the words"),
            icon="arrow-right",
            record=go_on,
            back=self.back,
        )
        sheet.ask(Field(text("Colleague"), people))
        self.open(sheet.finish())

    def _keep_sheet(self, person: str, passphrase: str) -> FormSheet:
        """The words are kept before anything counts on them."""
        text, agent, name = self.text, self.person.id, self._name(person)
        grid = WordGrid()
        grid.show_words(passphrase)
        kept = CheckBox(text("The words are printed or written down, and kept away from this machine"))

        def print_words() -> None:
            from ui.dialogs.passphrase_sheet import print_sheet

            print_sheet(self, text, self.workstation.office.counter, passphrase)

        def record() -> None:
            if not kept.isChecked():
                sheet.messages.post("bad", text("Keep the words first: they are shown only now."))
                return

            from counter_app.service.key_changes import add_slot

            self._change(
                lambda workstation: add_slot(workstation, person, passphrase.encode(), agent),
                text("{person} may open this workstation now.", person=name),
            )

        sheet = FormSheet(
            text,
            text("The words of {person}", person=name),
            text(
                "They open this workstation for {person}, and are shown only now. If they are lost, somebody whose own"
                " words still open it makes new ones on this page.",
                person=name,
            ),
            words=text("They count from now on"),
            icon="check",
            record=record,
            back=self.back,
        )
        sheet.add(grid, Button(text("Print the sheet"), icon="printer", press=print_words), kept)
        return sheet.finish()

    def revoke(self) -> None:
        """Take the passphrase or the recovery key at the cursor away; the journal gets a new key."""
        one, board = self.table.current(), self._board
        if one is None or board is None:
            return
        text, agent = self.text, self.person.id
        if one.in_use:
            self.messages.post(
                "info",
                text("These words opened the workstation just now: open it with others to take them away."),
            )
            return
        recovery = one.kind == "recovery"
        left = board.holders - 1
        needed = ComboBox([Choice(str(many), str(many)) for many in range(1, left + 1)])
        needed.choose(str(min(board.needed, left)))

        def record() -> None:
            from counter_app.service.key_changes import remove_holder, revoke_slot

            many = int(needed.value() or 0)
            self._change(
                (lambda workstation: remove_holder(workstation, one.id, many, agent))
                if recovery
                else (lambda workstation: revoke_slot(workstation, one.id, agent)),
                text("{person} opens it no more. The journal has a new key.", person=self._whose(one)),
            )

        sheet = FormSheet(
            text,
            text("Take this key away?"),
            text(
                "The journal is put under a new key. Copies made before still open with what opened them then:"
                " destroy them, or plug them in for the next copy."
            ),
            words=text("Take it away"),
            icon="trash",
            kind="danger",
            record=record,
            back=self.back,
        )
        sheet.fact(text("Whose"), self._whose(one), strong=True)
        if recovery and left:
            sheet.ask(Field(text("How many of the others it takes"), needed))
        self.open(sheet.finish())

    def rotate(self) -> None:
        """Put the journal under a new key, with everybody who opens it as before."""
        text, agent, board = self.text, self.person.id, self._board
        if board is None:
            return

        def record() -> None:
            from counter_app.service.key_changes import rotate

            self._change(
                lambda workstation: rotate(workstation, agent),
                text("The journal has a new key; passphrases and recovery keys stay as they were."),
            )

        sheet = FormSheet(
            text,
            text("Put the journal under a new key?"),
            text(
                "Every page of it is encrypted anew; all passphrases and recovery keys stay. Copies made before still"
                " open with what opened them then: destroy them, or plug them in for the next copy."
            ),
            words=text("Make the new key"),
            icon="refresh",
            record=record,
            back=self.back,
        )
        sheet.fact(text("Size of the journal"), text("{size} MB", size=text.number(board.journal_mb)))
        sheet.fact(text("Free on this disk"), text("{size} MB", size=text.number(board.free_mb)))
        self.open(sheet.finish())

    # --- recovery keys

    def add_holders(self) -> None:
        """Let age keys recover the workstation, so many of them together."""
        if self._board is None:
            return
        text, agent, workstation, board = self.text, self.person.id, self.workstation, self._board
        told = Words(lines=3)
        told.setMaximumHeight(told.minimumHeight())
        needed = ComboBox([Choice(str(many), str(many)) for many in range(1, _MOST_HOLDERS + 1)])
        needed.choose(str(board.needed or 2))

        def record() -> None:
            sheet.wait()
            typed, many = told.value(), int(needed.value())

            def read() -> list[tuple[str, str]]:
                from counter_app.service.key_board import read_holders

                return read_holders(workstation, typed, many)

            self.ask(read, lambda holders: take(holders, many), sheet.failed, question="holders")

        def take(holders: list[tuple[str, str]], many: int) -> None:
            from counter_app.service.key_changes import set_recovery

            self._change(
                lambda workstation: set_recovery(workstation, holders, many, agent),
                text("The recovery keys are set up. Prove now that they work: rehearse."),
            )

        sheet = FormSheet(
            text,
            text("Recovery keys"),
            text(
                "Each holder makes a key with age-keygen, keeps the file, and gives you the line that begins with age1."
            ),
            words=text("Set them up"),
            icon="key",
            record=record,
            back=self.back,
        )
        sheet.ask(
            Field(
                text("New holders"), told, text("One a line: a name, a blank, the key that begins with age1.")
            ),
            Field(text("How many of all of them it takes"), needed),
        )
        self.open(sheet.finish())

    def rehearse(self) -> None:
        """Open a copy with recovery keys alone, and prove every entry in it."""
        text, agent, workstation = self.text, self.person.id, self.workstation
        folder = PathEdit(text, lambda: self.choose_folder(self, text("Where the copy lies")))
        first, second, third = (
            PathEdit(text, lambda: self.choose_file(self, text("The file of a recovery key"))[0])
            for _ in range(3)
        )
        folder_field = Field(
            text("Copy"), folder, text("A stick, a share, or a copied folder of this counter.")
        )

        def record() -> None:
            files = [Path(one.value()) for one in (first, second, third) if one.value()]
            if not folder.value():
                sheet.wrong(folder_field, text("Choose where the copy lies."))
                return
            if not files:
                sheet.wrong(first_field, text("Choose the file of at least one recovery key."))
                return
            sheet.wait()
            place = Path(folder.value())

            def prove() -> Rehearsal:
                from counter_app.service.rehearsal import rehearse

                return rehearse(workstation, place, files, agent)

            # It reads a whole copy: nobody who records waits for it.
            self.ask(prove, self._rehearsed, sheet.failed, question="rehearse")

        first_field = Field(text("File of the first recovery key"), first)
        sheet = FormSheet(
            text,
            text("Rehearse recovery"),
            text(
                "The copy is opened with these keys alone and every entry is proved. Nothing in it changes."
            ),
            words=text("Rehearse"),
            icon="shield-check",
            record=record,
            back=self.back,
        )
        sheet.ask(
            folder_field,
            first_field,
            Field(text("File of the second recovery key"), second),
            Field(text("File of a third one"), third, text("Only where three are needed.")),
        )
        self.open(sheet.finish())

    def _rehearsed(self, done: Rehearsal) -> None:
        text = self.text
        self.back()
        if done.findings:
            said = "\n".join(text.error(finding) for finding in done.findings)
            self.messages.post("bad", said, title=text("The copy does not prove itself: make a new one."))
            return
        count = text.plural("{n} entry", "{n} entries", done.entries)
        said = text("The keys of {holders} opened the copy: {count}.", holders=list(done.labels), count=count)
        if done.missing:
            lacking = text.plural("{n} entry", "{n} entries", done.missing)
            said = f"{said} {text('The last {count} of this workstation are not in it.', count=lacking)}"
        self.messages.post("ok", said, title=text("Recovery works. The rehearsal is recorded."))

    # --- what is shown

    def _change(self, change: KeyChange, done: str) -> None:
        self.session.navigator.change_keys(change, done)

    def _show(self, board: KeyBoard) -> None:
        text = self.text
        self._board = board
        self.card.retitle(
            text("Who may open this workstation"), text(board.recovery.sentence, **board.recovery.params)
        )
        show_if(self.rehearse_button, bool(board.holders))
        self.table.show_rows(board.openers)

    def _columns(self) -> list[Column[Opener]]:
        text = self.text
        return [
            Column(text("Whose"), self._whose, "strong", stretch=2, least=130),
            Column(text("What"), self._kind),
            Column(text("Key"), lambda one: one.id, "muted", stretch=1, least=90, drop=1),
        ]

    def _kind(self, one: Opener) -> State:
        if one.kind == "recovery":
            return State(self.text("Recovery key"), "info", "key")
        if one.in_use:
            return State(self.text("Passphrase, in use"), "ok", "lock-open")
        return State(self.text("Passphrase"), "neutral", "lock")

    def _whose(self, one: Opener) -> str:
        if one.kind == "recovery":
            return one.whose
        if one.whose == "first":
            return self.text("The first words, printed when it was made")
        return self._name(one.whose)

    def _name(self, person_id: str) -> str:
        person = self.workstation.configuration.person(person_id)
        return person_id if person is None else person.name
