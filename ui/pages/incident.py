"""Outages: the status board of the central services, declared, followed and closed per service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final, get_args

from PySide6.QtWidgets import QWidget

from counter_app.domain.commands import (
    AnyCommand,
    CloseIncident,
    DeclareIncident,
    ServiceState,
    UpdateIncident,
)
from counter_app.service.office_words import of_office
from counter_app.text import N_
from ui.session import Session
from ui.stepped import SteppedPage
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Columns
from ui.widgets.choice import CheckBox, Choice, ComboBox
from ui.widgets.durations import moment
from ui.widgets.empty_state import EmptyState
from ui.widgets.faces import Faces
from ui.widgets.fields import Field, LineEdit, Words
from ui.widgets.form_sheet import FormSheet
from ui.widgets.labels import label, show_if
from ui.widgets.service_words import SERVICES
from ui.widgets.table import Column, Rows, Table

if TYPE_CHECKING:
    from counter_app.service.incident_board import Board, IncidentCase, ServiceLine, TimelineLine

_STATES: Final[tuple[ServiceState, ...]] = get_args(ServiceState)
_ACTS: Final = {
    "incident_declared": N_("Declared"),
    "incident_updated": N_("Followed"),
    "incident_closed": N_("Ended"),
}


class IncidentPage(SteppedPage):
    """The board on the left; on the right the timeline of one outage, the open one first."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self._board: Board | None = None
        self._case: IncidentCase | None = None
        self._build_board()
        self._build_timeline()
        self.view.addWidget(Columns(self.board, self.timeline, stretch=(5, 6), threshold=720), 1)
        self.key("F9", text("Declare an outage"), self.declare)
        self.key("Ctrl+U", text("Add a line to the timeline"), self.update_incident)
        self.key("Ctrl+K", text("End the outage for some services or all"), self.close_incident)
        self.key("Ctrl+R", text("Read the board again"), self.refresh)

    def main_focus(self) -> QWidget:
        """The board."""
        return self.services

    def refresh(self) -> None:
        """Ask for the board."""
        workstation = self.workstation

        def read() -> Board:
            from counter_app.service.incident_board import read_board

            return read_board(workstation)

        self.ask(read, self._show, question="board")

    # --- the three acts

    def declare(self) -> None:
        """An outage begins: which services, in what state, and what is known."""
        text = self.text
        title, cause, source, since = LineEdit(), LineEdit(), LineEdit(), LineEdit()
        since_field = Field(
            text("Since when"),
            since,
            text("The time, such as 9:10, if it began before now. Empty means now."),
        )
        title_field = Field(
            text("What is the matter"), title, text("In a few words, such as “No answer since 9:10”.")
        )
        states = self._state_fields({})

        def record() -> None:
            services, began = self._chosen(states), self._moment(since.value())
            if began is None:
                sheet.wrong(since_field, text("Write the time of today like 9:10, or leave it empty."))
            elif not title.value():
                sheet.wrong(title_field, text("Say what is the matter: everybody reads it."))
            elif not services:
                field = next(iter(states.values()))
                sheet.wrong(field, text("Choose a state for at least one service."))
            else:
                self._send(
                    sheet,
                    DeclareIncident(
                        agent=self.person.id,
                        title=title.value(),
                        services=services,
                        cause=cause.value() or None,
                        source=source.value() or None,
                        happened_at=began or None,
                    ),
                    text("The outage is declared"),
                    text("Grants are provisional from now on. Add lines as news comes in."),
                )

        sheet = self._new_sheet(text("Declare an outage"), "", text("Declare it"), "flag", record)
        sheet.ask(title_field, *states.values())
        sheet.ask(
            since_field,
            Field(text("Cause, if known"), cause),
            Field(text("Source"), source, text("Who said so: a person, a status page, your own look.")),
        )
        self.open(sheet.finish())

    def update_incident(self) -> None:
        """A line of the timeline: what changed, who says so."""
        case = self._open_case()
        if case is None:
            return
        text = self.text
        words, source = Words(lines=2), LineEdit()
        words.setMaximumHeight(words.minimumHeight())
        words_field = Field(text("What changed"), words)
        before = {service: state for service, (state, _) in case.services.items()}
        states = self._state_fields(before)

        def record() -> None:
            changed = {s: state for s, state in self._chosen(states).items() if before.get(s) != state}
            if not words.value():
                sheet.wrong(words_field, text("Say what changed, as it was told."))
                return
            self._send(
                sheet,
                UpdateIncident(
                    agent=self.person.id,
                    incident=case.entry_id,
                    services=changed,
                    words=words.value(),
                    source=source.value() or None,
                ),
                text("The line is recorded"),
                text("The timeline shows it now; the banner shows the states of the services."),
            )

        sub = text("{number} · {title}", number=case.number, title=case.title)
        sheet = self._new_sheet(text("Add a line"), sub, text("Record the line"), "plus", record)
        sheet.ask(words_field, *states.values(), Field(text("Source"), source))
        self.open(sheet.finish())

    def close_incident(self) -> None:
        """End the outage for the services that stay ticked."""
        case = self._open_case()
        if case is None:
            return
        text = self.text
        ticks = {
            service: CheckBox(self._service(service), ticked=case.services[service][0] == "back")
            for service in case.open_services
        }
        if not any(tick.isChecked() for tick in ticks.values()):
            for tick in ticks.values():
                tick.setChecked(True)
        words = LineEdit()

        def record() -> None:
            chosen = tuple(service for service, tick in ticks.items() if tick.isChecked())
            if not chosen:
                sheet.messages.post("bad", text("Tick the services for which the outage ends."))
                return
            self._send(
                sheet,
                CloseIncident(
                    agent=self.person.id,
                    incident=case.entry_id,
                    services=chosen,
                    words=words.value() or None,
                ),
                text("The outage is ended"),
                text("Recovery (F5) sends what waits. Until then it stays in the journal."),
            )

        sub = text("{number} · {title}", number=case.number, title=case.title)
        sheet = self._new_sheet(
            text("End the outage for which services?"), sub, text("End it"), "check", record
        )
        sheet.add(*ticks.values())
        sheet.ask(Field(text("A last word"), words, text("Optional.")))
        self.open(sheet.finish())
        next(iter(ticks.values())).setFocus()

    def _moment(self, typed: str) -> str | None:
        """A time of today as a command carries it, empty where nothing was typed, `None` where it is no time."""
        from counter_app.service.incident_board import time_of_today

        return time_of_today(self.workstation, typed) if typed else ""

    def _send(self, sheet: FormSheet, command: AnyCommand, heading: str, next_step: str) -> None:
        sheet.wait()
        self.record(
            command, lambda outcome: self.confirm(heading, outcome.number or "", "", next_step), sheet.failed
        )

    def _new_sheet(
        self, title: str, sub: str, words: str, icon: str, record: Callable[[], object]
    ) -> FormSheet:
        return FormSheet(self.text, title, sub, words=words, icon=icon, record=record, back=self.back)

    def _state_fields(self, before: dict[str, str]) -> dict[str, Field]:
        """A choice for each service, as it stands now."""
        fields = {}
        for service in sorted(self.workstation.configuration.services, key=lambda service: service.order):
            choices = [Choice("", self.text("Not concerned"))]
            choices += [Choice(state, self.text(SERVICES[state].words)) for state in _STATES]
            box = ComboBox(choices)
            box.choose(before.get(service.id, ""))
            fields[service.id] = Field(self._service(service.id), box)
        return fields

    @staticmethod
    def _chosen(fields: dict[str, Field]) -> dict[str, ServiceState]:
        found: dict[str, ServiceState] = {}
        for service, field in fields.items():
            box = field.editor
            value = box.value() if isinstance(box, ComboBox) else ""
            state = next((one for one in _STATES if one == value), None)
            if state is not None:
                found[service] = state
        return found

    def _open_case(self) -> IncidentCase | None:
        case = self._case
        if case is None or not case.is_open:
            self.messages.post("info", self.text("No outage is open. Declare one with F9."))
            return None
        return case

    # --- the view

    def _build_board(self) -> None:
        text = self.text
        self.board = Card(text("Central services"), bare=True)
        rows: Rows[ServiceLine] = Rows(self._service_columns(), key=lambda line: line.service)
        self.services = Table(text("Central services"), rows)
        self.services.hold(least=2)
        self.services.moved.connect(self._follow_cursor)
        self.board.body.addWidget(self.services, 1)
        self.declare_button = Button(
            text("Declare an outage"), "primary", icon="flag", key="F9", press=self.declare
        )
        self.board.foot(self.declare_button)

    def _build_timeline(self) -> None:
        text = self.text
        self.timeline = Card(text("Timeline"), bare=True)
        self.update_button = Button(
            text("Add a line"), "secondary", icon="plus", key="Ctrl+U", press=self.update_incident
        )
        self.close_button = Button(
            text("End it"), "secondary", icon="check", key="Ctrl+K", press=self.close_incident
        )
        rows: Rows[TimelineLine] = Rows(self._line_columns(), key=lambda line: line.entry_id)
        self.lines = Table(text("Timeline of the outage"), rows)
        self.lines.hold(least=2)
        self.lines.moved.connect(self._say_line)
        self._full = label("", wrap=True)
        self._full.setContentsMargins(12, 0, 12, 4)
        self._either = Faces(
            EmptyState(
                "plug-connected",
                text("No outage was declared here."),
                text("Declare one as soon as a service fails: the time counts for the citizens’ rights."),
            ),
            self.lines,
        )
        self.timeline.body.addWidget(self._either, 1)
        self.timeline.add(self._full)
        self.timeline.foot(self.update_button, self.close_button, None)

    def _service_columns(self) -> list[Column[ServiceLine]]:
        text = self.text
        return [
            Column(text("Service"), lambda line: self._service(line.service), "strong", stretch=1, least=165),
            Column(text("State"), self._state),
            Column(
                text("Since"),
                lambda line: "—" if line.since is None else self._moment_of(line.since),
                "muted",
                drop=1,
            ),
        ]

    def _line_columns(self) -> list[Column[TimelineLine]]:
        text = self.text
        return [
            Column(text("Time"), lambda line: self._moment_of(line.at), "muted"),
            Column(text("What happened"), self._what, stretch=1, least=300),
            Column(text("Source"), lambda line: line.source or "—", "muted", drop=2),
            Column(text("By whom"), lambda line: self._who(line.agent), "muted", drop=1),
        ]

    def _what(self, line: TimelineLine) -> str:
        states = "; ".join(
            self.text(
                "{service}: {state}",
                service=self._service(service),
                state=self.text(SERVICES[state].words),
            )
            for service, state in line.services.items()
            if state in SERVICES
        )
        words = line.words or self.text(_ACTS.get(line.kind, line.kind))
        return f"{words} ({states})" if states else words

    def _state(self, line: ServiceLine) -> State:
        state = SERVICES.get(line.state, SERVICES["down"])
        return State(self.text(state.words), state.tone, state.icon)

    def _show(self, board: Board) -> None:
        self._board = board
        concerned = sum(1 for line in board.services if line.state)
        text = self.text
        sub = text("as of {time}", time=text.time(board.now))
        if concerned:
            count = text.plural("{n} service concerned", "{n} services concerned", concerned)
            sub = text("{count} · as of {time}", count=count, time=text.time(board.now))
        self.board.retitle(text("Central services"), sub)
        self.services.show_rows(board.services)
        self._follow_cursor(self.services.current())

    def _follow_cursor(self, line: ServiceLine | None) -> None:
        """The incident of the service at the cursor, else the first of the board."""
        if self._board is None:
            return
        cases = self._board.incidents
        case = next((one for one in cases if line is not None and one.entry_id == line.incident), None)
        self._show_case(case or (cases[0] if cases else None))

    def _show_case(self, case: IncidentCase | None) -> None:
        text = self.text
        self._case = case
        is_open = case is not None and case.is_open
        self.update_button.setEnabled(is_open)
        self.close_button.setEnabled(is_open)
        self._either.turn(0 if case is None else 1)
        show_if(self._full, case is not None)
        if case is None:
            self.timeline.retitle(text("Timeline"))
            return
        span = text("since {time}", time=case.since)
        if case.ended is not None:
            span = text("{since} to {ended}", since=case.since, ended=case.ended)
        parts = [case.number, span, case.cause]
        self.timeline.retitle(case.title, " · ".join(part for part in parts if part))
        self.lines.show_rows(case.timeline)
        self._say_line(self.lines.current())

    def _say_line(self, line: TimelineLine | None) -> None:
        self._full.setText("" if line is None else self._what(line))

    def _moment_of(self, at: datetime) -> str:
        return self.text.datetime(at) if self._board is None else moment(self.text, at, self._board.now)

    def _service(self, service_id: str) -> str:
        service = self.workstation.configuration.service(service_id)
        if service is None:
            return service_id
        return of_office(self.text, self.workstation.configuration, service.names) or service_id

    def _who(self, person_id: str) -> str:
        person = self.workstation.configuration.person(person_id)
        return person_id if person is None else person.name
