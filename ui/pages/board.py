"""The counters: what each was last heard of, what is missing, who may send, and bundles to and from a stick."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QFileDialog, QWidget

from ui.session import Session
from ui.stepped import NextStep, SteppedPage
from ui.widgets.badge import State
from ui.widgets.bundle_sheet import BundleSheet
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.choice import CheckBox, Choice, ComboBox
from ui.widgets.fields import Field, Words
from ui.widgets.form_sheet import FormSheet
from ui.widgets.labels import label
from ui.widgets.path_edit import PathEdit
from ui.widgets.table import Column, Rows, Table

if TYPE_CHECKING:
    from counter_app.service.board import Board, CounterLine
    from counter_app.service.bundles.giving import Exported
    from counter_app.service.bundles.inspecting import Inspected
    from counter_app.service.bundles.taking import Taken


class BoardPage(SteppedPage):
    """One line a counter. `choose_file` and `choose_folder` ask as `QFileDialog` does."""

    interests: ClassVar[frozenset[str] | None] = None

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self.choose_file: Callable[[QWidget, str], tuple[str, str]] = QFileDialog.getOpenFileName
        self.choose_folder: Callable[[QWidget, str], str] = QFileDialog.getExistingDirectory
        rows: Rows[CounterLine] = Rows(self._columns(), key=lambda line: f"{line.counter}/{line.chain}")
        self.table = Table(text("The counters and what was heard of them"), rows)
        self.table.moved.connect(self._say_line)
        self.card = Card(text("Counters"), bare=True)
        self.card.body.addWidget(self.table, 1)
        self._words = label("", wrap=True)
        self._words.setContentsMargins(12, 0, 12, 0)
        self.card.add(self._words)
        self.card.foot(
            Button(text("Read a bundle"), "primary", icon="download", key="F9", press=self.read_bundle),
            Button(text("Write a bundle"), "secondary", icon="upload", key="Ctrl+E", press=self.write_bundle),
            Button(text("Give back"), "secondary", icon="arrow-back-up", key="Ctrl+B", press=self.give_back),
            Button(text("Take back"), "secondary", icon="lock", key="Ctrl+K", press=self.take_back),
        )
        self.view.addWidget(self.card, 1)
        self.key("F9", text("Read a bundle from a stick"), self.read_bundle)
        self.key("Ctrl+E", text("Write a bundle onto a stick"), self.write_bundle)
        self.key("Ctrl+B", text("Give the sending back to the counter at the cursor"), self.give_back)
        self.key("Ctrl+K", text("Take the sending back from another counter"), self.take_back)
        self.key("Ctrl+R", text("Look again"), self.refresh)

    def main_focus(self) -> QWidget:
        """The counters."""
        return self.table

    def refresh(self) -> None:
        """Ask what was heard of each counter."""
        workstation = self.workstation

        def read() -> Board:
            from counter_app.service.board import board

            return board(workstation)

        self.ask(read, self._show, question="board")

    # --- bundles

    def read_bundle(self) -> None:
        """Choose a bundle, read what it says of itself in a confined child process, then ask."""
        name, _ = self.choose_file(self, self.text("A bundle from another counter"))
        if not name:
            return
        workstation, path = self.workstation, Path(name)

        def look() -> Inspected:
            from counter_app.service.bundles.inspecting import inspect_bundle

            return inspect_bundle(workstation, path)

        self.messages.post("info", self.text("Reading the bundle…"))
        self.ask(look, lambda found: self._show_bundle(path, found), question="bundle")

    def _show_bundle(self, path: Path, found: Inspected) -> None:
        self.messages.clear()
        self.open(BundleSheet(self.text, path, found, take=self._take, back=self.back))

    def _take(self, sheet: BundleSheet) -> None:
        workstation, agent, path = self.workstation, self.person.id, sheet.path

        def act() -> Taken:
            from counter_app.service.bundles.taking import import_bundle

            return import_bundle(workstation, path, agent)

        sheet.wait()
        self.do(act, self._taken, sheet.failed)

    def _taken(self, taken: Taken) -> None:
        text = self.text
        count = sum(taken.taken.values())
        said = []
        if taken.already:
            said.append(text("Everything in it was known here already: reading it again changes nothing."))
        if taken.completed:
            said.append(
                text.plural("{n} entry got its names", "{n} entries got their names", taken.completed)
            )
        if taken.presumed:
            words = text.plural(
                "{n} unit is asked about first", "{n} units are asked about first", taken.presumed
            )
            said.append(words)
        for chain, held in taken.quarantined.items():
            said.append(text("{chain}: {count} kept apart, its counter is suspect", chain=chain, count=held))
        said += [text("{chain}: kept until the part before it comes", chain=one) for one in taken.parked]
        said += [text.error(error) for error in taken.refused]
        bad = bool(taken.refused or taken.quarantined or taken.parked)
        heading = text.plural("{n} entry read", "{n} entries read", count)
        after = text("What may be sent from here waits on Recovery (F5).")
        another = NextStep(text("Read another bundle"), "download", "F9", self.read_bundle)
        self.confirm(heading, "", "\n".join(said), after, steps=(another,), tone="warn" if bad else "ok")
        self.refresh()

    def write_bundle(self) -> None:
        """Ask for whom and where, and whether that counter is to send."""
        text = self.text
        others = [one.id for one in self.workstation.configuration.counters if one.id != self._counter]
        to = ComboBox(Choice(one, text("Counter {counter}", counter=one)) for one in others)
        folder = PathEdit(text, lambda: self.choose_folder(self, text("A folder on a stick")))
        custody = CheckBox(text("That counter is to send what waits here"))
        custody.setEnabled(self.person.role in ("it", "supervisor"))
        where = Field(text("Folder"), folder, text("The bundle is signed, then encrypted for that counter."))

        def record() -> None:
            if not folder.value():
                sheet.wrong(where, text("Choose a folder on a stick."))
                return
            sheet.wait()
            self._write(Path(folder.value()), to.value(), custody.isChecked(), sheet)

        sheet = FormSheet(
            text,
            text("Write a bundle"),
            text("A file of what this counter holds, for one other counter."),
            words=text("Write it"),
            icon="upload",
            record=record,
            back=self.back,
        )
        sheet.ask(
            Field(text("For"), to),
            where,
            Field(
                text("Custody"),
                custody,
                text("This counter then stops sending until it is given back. Nothing is ever sent twice."),
            ),
        )
        self.open(sheet.finish())

    def _write(self, out: Path, to: str, custody: bool, sheet: FormSheet) -> None:
        workstation, agent, text = self.workstation, self.person.id, self.text

        def act() -> Exported:
            from counter_app.service.bundles.giving import export_bundle

            return export_bundle(workstation, out, agent, to=to, custody=custody)

        def written(made: Exported) -> None:
            entries = text.plural("{n} entry", "{n} entries", made.manifest.entries)
            words = text("{entries} for counter {to}", entries=entries, to=to)
            after = text("Read it there on the page Counters.")
            if made.given:
                after = text("Counter {to} sends now what waited here. Read the bundle there.", to=to)
            self.confirm(text("Written"), "", f"{words}\n{made.path}", after)
            self.refresh()

        self.do(act, written, sheet.failed)

    # --- custody

    def give_back(self) -> None:
        """What was entrusted by the counter at the cursor goes back to it."""
        line, workstation, agent = self.table.current(), self.workstation, self.person.id
        if line is None or line.own:
            self.messages.post("info", self.text("Choose the other counter first."))
            return
        counter = line.counter

        def act() -> int:
            from counter_app.service.custody import give_back

            return give_back(workstation, counter, agent)

        def given(units: int) -> None:
            count = self.text.plural("{n} unit", "{n} units", units)
            words = self.text(
                "Counter {counter} sends its own again: {units} still open. Write it a bundle, or exchange.",
                counter=counter,
                units=count,
            )
            self.refresh()
            self.messages.post("ok", words)

        self.do(act, given)

    def take_back(self) -> None:
        """A supervisor takes the sending of this counter's units back; what was given is asked about first."""
        text, board = self.text, self._board
        holders = sorted(
            {one.holder for line in board for one in line.custody if line.own and one.holder != self._counter}
        )
        if not holders:
            self.messages.post("info", text("No other counter sends for this one."))
            return
        who = ComboBox(Choice(one, text("Counter {counter}", counter=one)) for one in holders)
        why = Words(lines=2)
        reason = Field(text("Reason"), why, text("Such as: the stick was lost. An auditor reads it."))

        def record() -> None:
            if not why.value():
                sheet.wrong(reason, text("Say why: the decision is read without you."))
                return
            sheet.wait()
            self._take_back(who.value(), why.value(), sheet)

        sheet = FormSheet(
            text,
            text("Take the sending back"),
            text("A supervisor decides this. What the other counter may have sent is asked about first."),
            words=text("Take it back"),
            icon="lock",
            record=record,
            back=self.back,
        )
        sheet.ask(Field(text("From"), who), reason)
        self.open(sheet.finish())

    def _take_back(self, holder: str, reason: str, sheet: FormSheet) -> None:
        workstation, agent, text = self.workstation, self.person.id, self.text

        def act() -> int:
            from counter_app.service.custody import take_back

            return take_back(workstation, holder, reason, agent)

        def taken(units: int) -> None:
            count = text.plural("{n} unit", "{n} units", units)
            after = text("Run the recovery (F5): the centre is asked before anything is sent twice.")
            self.confirm(text("Taken back"), "", text("{units} unknown now", units=count), after)
            self.refresh()

        self.do(act, taken, sheet.failed)

    # --- the view

    _board: tuple[CounterLine, ...] = ()

    @property
    def _counter(self) -> str:
        return self.workstation.office.counter

    def _show(self, found: Board) -> None:
        text = self.text
        self._board = found.lines
        missing = sum(line.missing for line in found.lines)
        sub = text.plural("{n} entry is missing here", "{n} entries are missing here", missing)
        self.card.retitle(text("Counters"), sub if missing else "")
        self.table.show_rows(found.lines)
        self._say_line(self.table.current())
        if found.forks:
            chains = ", ".join(sorted({str(fork.chain) for fork in found.forks}))
            words = text(
                "Two different journals of {chains} exist: call IT of the office before anything else.",
                chains=chains,
            )
            self.messages.post("bad", words)

    def _say_line(self, line: CounterLine | None) -> None:
        """What the counter at the cursor itself knew of the others, and who sends for it."""
        if line is None:
            return
        text, said = self.text, []
        for one in line.custody:
            if one.holder != line.counter and one.units:
                units = text.plural("{n} unit", "{n} units", one.units)
                said.append(text("Counter {holder} sends {units} of it.", holder=one.holder, units=units))
        for peer in line.heard:
            if peer.behind:
                entries = text.plural("{n} entry", "{n} entries", peer.behind)
                said.append(text("It has not heard {entries} of {chain}.", entries=entries, chain=peer.chain))
        self._words.setText(" ".join(said) or text("It knows what is known here."))

    def _columns(self) -> list[Column[CounterLine]]:
        text = self.text
        return [
            Column(text("Counter"), lambda line: text.counter(line.chain or line.counter), "strong"),
            Column(text("State"), self._state),
            Column(text("Last entry"), lambda line: self._when(line.last_recorded_at), "muted", drop=1),
            Column(text("Received"), self._received, "muted", stretch=1, least=90, drop=3),
            Column(text("Missing"), lambda line: text.number(line.missing), "figures", right=True, drop=2),
            Column(text("Sent from"), self._holders, drop=1),
            Column(
                text("Not settled"),
                lambda line: text.number(line.waiting + line.unknown + line.for_somebody),
                "figures",
                right=True,
            ),
            Column(
                text("Amount waiting"), lambda line: text.money(line.waiting_amount), "figures", right=True
            ),
        ]

    def _state(self, line: CounterLine) -> State:
        text = self.text
        if line.suspect:
            return State(text("Suspect"), "bad", "ban")
        if line.own:
            return State(text("Here"), "info", "device-desktop")
        if line.missing:
            return State(text("Parts missing"), "warn", "alert-triangle")
        if line.received_at is None:
            return State(text("Never heard"), "warn", "question-mark")
        return State(text("Complete"), "ok", "check")

    def _received(self, line: CounterLine) -> str:
        return "—" if line.own else self._when(line.received_at)

    def _when(self, moment: datetime | None) -> str:
        return "—" if moment is None else self.text.datetime(moment)

    def _holders(self, line: CounterLine) -> str:
        return ", ".join(dict.fromkeys(one.holder for one in line.custody)) or line.counter
