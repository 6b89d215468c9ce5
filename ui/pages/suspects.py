"""Suspects: workstations that nobody should believe, what arrived of them since, and the evidence to keep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from counter_app.domain.errors import EnvironmentFailed
from ui.session import Session
from ui.stepped import SteppedPage
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.date_edit import DateEdit
from ui.widgets.empty_state import EmptyState
from ui.widgets.faces import Faces
from ui.widgets.fields import Field, LineEdit
from ui.widgets.form_sheet import FormSheet
from ui.widgets.labels import label, show_if
from ui.widgets.path_edit import PathEdit
from ui.widgets.table import Column, Rows, Table

if TYPE_CHECKING:
    from counter_app.service.suspicion import Suspect

_EVIDENCE = "evidence-{counter}"


class SuspectsPage(SteppedPage):
    """Each suspect chain in a row. IT declares; IT and supervisors release, two of them; both keep evidence.

    `choose_file` and `choose_folder` ask as `QFileDialog` does.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self.choose_file: Callable[[QWidget, str], tuple[str, str]] = QFileDialog.getOpenFileName
        self.choose_folder: Callable[[QWidget, str], str] = QFileDialog.getExistingDirectory
        self._chains: list[str] = []
        rows: Rows[Suspect] = Rows(self._columns(), key=lambda suspect: suspect.chain)
        self.table = Table(text("Suspect workstations"), rows)
        self.table.moved.connect(self._say_whole)
        self._either = Faces(
            EmptyState(
                "shield-check",
                text("No workstation is suspect."),
                text(
                    "One that was stolen or lent is declared suspect here, from the time on when it was lost."
                ),
            ),
            self.table,
        )
        self._whole = label("", wrap=True)
        self._whole.setContentsMargins(12, 0, 12, 0)
        self.card = Card(text("Suspect workstations"), bare=True)
        self.card.body.addWidget(self._either, 1)
        self.card.add(self._whole)
        self._is_it = session.person.role == "it"
        declare = Button(text("Declare suspect"), "primary", icon="ban", key="F9", press=self.declare)
        self.release_button = Button(
            text("Release"), "secondary", icon="check", key="Ctrl+U", press=self.release
        )
        evidence = Button(
            text("Keep evidence"), "secondary", icon="download", key="Ctrl+S", press=self.export
        )
        home = text("Doctor") if self._is_it else text("Access log")
        back = Button(home, "link", icon="arrow-left", key="Esc", press=self.leave)
        self.card.foot(*([declare] if self._is_it else []), self.release_button, evidence, None, back)
        self.view.addWidget(self.card, 1)
        if self._is_it:
            self.key("F9", text("Declare a workstation suspect"), self.declare)
        self.key("Ctrl+U", text("Release what was kept apart of the workstation at the cursor"), self.release)
        self.key("Ctrl+S", text("Export this journal as evidence"), self.export)
        self.key("Ctrl+R", text("Look again"), self.refresh)
        self.key("Esc", home, self.leave)

    def main_focus(self) -> QWidget:
        """The suspects."""
        return self.table

    def leave(self) -> None:
        """Back to where this page was opened from."""
        self.navigate("doctor" if self._is_it else "looks")

    def refresh(self) -> None:
        """Ask who is suspect, and what is kept apart."""
        workstation = self.workstation

        def read() -> tuple[list[Suspect], list[str]]:
            from counter_app.service.suspicion import list_suspects, other_chains

            return list_suspects(workstation), other_chains(workstation)

        self.ask(read, self._show, question="suspects")

    # --- the three acts

    def declare(self) -> None:
        """Sign that a workstation is suspect since a time."""
        from counter_app.service.standing import now_at

        text = self.text
        if not self._chains:
            self.messages.post(
                "info", text("No other counter was heard of here: exchange with the others first.")
            )
            return
        chain = ComboBox(
            [Choice(name, text("Counter {counter}", counter=text.counter(name))) for name in self._chains]
        )
        today = now_at(self.workstation).date()
        day, hour, reason = DateEdit(text, today.isoformat(), today=today), LineEdit(), LineEdit()
        day_field = Field(text("Since which day"), day)
        hour_field = Field(
            text("Since what time"), hour, text("Such as 18:00: rather too early than too late.")
        )
        reason_field = Field(text("Why"), reason, text("In a few words, without naming a citizen."))
        key = PathEdit(text, lambda: self.choose_file(self, text("The file of the office’s private key"))[0])
        key_field = Field(text("The office’s private key"), key, self._key_help())

        def record() -> None:
            since = self._moment(day.iso, hour.value())
            if day.iso is None or len(day.iso) != 10:
                sheet.wrong(day_field, text("Write the whole day, such as 2/3/2026."))
            elif since is None:
                sheet.wrong(hour_field, text("Write the time like 18:00."))
            elif not reason.value():
                sheet.wrong(reason_field, text("Say why: every counter reads it."))
            elif not key.value() and not self.workstation.configuration.office.sample:
                sheet.wrong(key_field, text("Choose the file of the office’s private key."))
            else:
                sheet.wait()
                self._declare(chain.value(), since, reason.value(), key.value(), sheet)

        sheet = FormSheet(
            text,
            text("Declare a workstation suspect"),
            text("What arrives of it from now on is kept apart and counts nowhere, whatever time it claims."),
            words=text("Sign and declare"),
            icon="ban",
            kind="danger",
            record=record,
            back=self.back,
        )
        sheet.ask(Field(text("Workstation"), chain), day_field, hour_field, reason_field, key_field)
        self.open(sheet.finish())

    def _key_help(self) -> str:
        text = self.text
        if self.workstation.configuration.office.sample:
            return text("A sample office’s key is published: leave this empty.")
        return text("A file that is kept away from the counters: put it away again afterwards.")

    def _moment(self, day: str | None, hour: str) -> str | None:
        from counter_app.service.incident_board import time_of_day

        if day is None or len(day) != 10:
            return None
        return time_of_day(self.workstation, date.fromisoformat(day), hour)

    def _declare(self, chain: str, since: str, reason: str, key_file: str, sheet: FormSheet) -> None:
        workstation, agent = self.workstation, self.person.id

        def declare() -> None:
            from counter_app.practice.offices import published_keys
            from counter_app.service.suspicion import declare_suspect, read_office_key

            key = read_office_key(Path(key_file)) if key_file else published_keys()["office_private_key"]
            declare_suspect(workstation, chain, since, reason, agent, key, "window")

        text = self.text
        self.do(
            declare,
            lambda _done: self.confirm(
                text("Counter {counter} is suspect", counter=text.counter(chain)),
                words=text("Exchange with every counter: each checks the office’s signature for itself."),
                next_step=text("At that workstation: keep evidence, copy its folder, then install it anew."),
            ),
            sheet.failed,
        )

    def release(self) -> None:
        """This person's word that what was kept apart may be believed."""
        suspect = self.table.current() if self._either.place else None
        text = self.text
        if suspect is None or not suspect.quarantined:
            self.messages.post("info", text("Nothing is kept apart of the workstation at the cursor."))
            return
        if self.person.id in suspect.asked:
            self.messages.post(
                "info", text("You have given your word: a second person signs in and gives theirs.")
            )
            return
        reason = LineEdit()
        reason_field = Field(text("Why they may be believed"), reason)

        def record() -> None:
            if not reason.value():
                sheet.wrong(reason_field, text("Say why: it stays on record with your name."))
                return
            sheet.wait()
            self._release(suspect, reason.value(), sheet)

        sheet = FormSheet(
            text,
            text("Release the entries of counter {counter}?", counter=text.counter(suspect.chain)),
            text("Two different people must say so. Then they count as if they had arrived in time."),
            words=text("I believe them"),
            icon="check",
            record=record,
            back=self.back,
        )
        count = text.plural("{n} entry", "{n} entries", suspect.quarantined)
        sheet.fact(
            text("Kept apart"), text("{count}, up to {seq}", count=count, seq=suspect.last_seq), strong=True
        )
        if suspect.claim_before:
            before = text.plural("{n} entry", "{n} entries", suspect.claim_before)
            sheet.fact(
                text("Look at"), text("{count} claim an earlier time than the declaration", count=before)
            )
        for person in suspect.asked:
            sheet.fact(text("First word"), self._name(person))
        sheet.ask(reason_field)
        self.open(sheet.finish())

    def _release(self, suspect: Suspect, reason: str, sheet: FormSheet) -> None:
        workstation, agent = self.workstation, self.person.id

        def release() -> int | None:
            from counter_app.service import suspicion

            return suspicion.release(workstation, suspect.chain, suspect.last_seq, agent, reason, "window")

        self.do(release, lambda freed: self._released(suspect, freed), sheet.failed)

    def _released(self, suspect: Suspect, freed: int | None) -> None:
        text = self.text
        self.back()
        if freed is None:
            self.messages.post("ok", text("Your word is noted. A second person signs in and gives theirs."))
            return
        self.messages.post(
            "ok",
            text.plural(
                "{n} entry of counter {counter} counts now.",
                "{n} entries of counter {counter} count now.",
                freed,
                counter=text.counter(suspect.chain),
            ),
        )

    def export(self) -> None:
        """This journal as plain files with signatures, for an auditor or a court."""
        chosen = self.choose_folder(self, self.text("Where the evidence is kept"))
        if not chosen:
            return
        workstation = self.workstation
        out = Path(chosen) / _EVIDENCE.format(counter=workstation.office.counter)

        def export() -> int:
            from counter_app.service.export import export_journal

            try:
                return len(export_journal(workstation, out))
            except OSError as error:
                problem = error.strerror or str(error)
                raise EnvironmentFailed("file_unwritable", path=str(out), problem=problem) from error

        self.ask(export, lambda files: self._exported(out, files), question="export")

    def _exported(self, out: Path, files: int) -> None:
        text = self.text
        said = text(
            "{path} holds {count} files, without names: chains, signatures and the verifier.",
            path=str(out),
            count=files,
        )
        self.messages.post("ok", said, title=text("The evidence is kept"))

    # --- what is shown

    def _show(self, answer: tuple[list[Suspect], list[str]]) -> None:
        found, self._chains = answer
        text = self.text
        waiting = sum(suspect.quarantined for suspect in found)
        sub = ""
        if waiting:
            count = text.plural("{n} entry is kept apart", "{n} entries are kept apart", waiting)
            sub = text("{count} until two people release them.", count=count)
        self.card.retitle(text("Suspect workstations"), sub)
        self.table.show_rows(found)
        self._either.turn(1 if found else 0)
        show_if(self.release_button, bool(found))
        self._say_whole(self.table.current() if found else None)

    def _say_whole(self, suspect: Suspect | None) -> None:
        """Why, by whom, and who gave a first word already."""
        parts = []
        if suspect is not None:
            text = self.text
            parts.append(
                text(
                    "Declared by {person}: {reason}",
                    person=self._name(suspect.declared_by),
                    reason=suspect.reason,
                )
            )
            parts += [
                text("{person} would release them: a second person decides.", person=self._name(person))
                for person in suspect.asked
            ]
        self._whole.setText(" · ".join(parts))
        show_if(self._whole, bool(parts))

    def _columns(self) -> list[Column[Suspect]]:
        text = self.text
        return [
            Column(text("Workstation"), lambda suspect: suspect.chain, "strong", stretch=1, least=90),
            Column(text("Since"), self._since),
            Column(text("State"), self._state),
            Column(text("Kept apart"), lambda suspect: str(suspect.quarantined), "figures", right=True),
            Column(
                text("Claim to be older"), lambda s: str(s.claim_before or "—"), "muted", right=True, drop=1
            ),
        ]

    def _since(self, suspect: Suspect) -> str:
        return self.text.datetime(
            datetime.fromisoformat(suspect.since).astimezone(self.workstation.office.zone)
        )

    def _state(self, suspect: Suspect) -> State:
        text = self.text
        if suspect.quarantined and suspect.asked:
            return State(text("A second person decides"), "warn", "users")
        if suspect.quarantined:
            return State(text("Two people decide"), "warn", "clock")
        return State(text("Nothing waits"), "neutral", "check")

    def _name(self, person_id: str) -> str:
        person = self.workstation.configuration.person(person_id)
        return person.name if person is not None else person_id or "—"
