"""A round of couriers as a person sees it: how far, how long still, pause and stop, and how each service fared."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from counter_app.text import Text
from ui.reconciling import Phase, Reconciling, ServiceRun
from ui.theme.current import theme
from ui.theme.density import ROOMY
from ui.theme.tokens import GRID
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.labels import label, show_if
from ui.widgets.progress import Progress
from ui.widgets.table import Column, Rows, Table

if TYPE_CHECKING:
    from counter_app.service.recovery import Plan, ServicePlan

_MOST_ROWS = 3


class RunPanel(Card):
    """Hidden until there was a round. `pause` also goes on; `stop` ends it after the exchange under way."""

    def __init__(
        self,
        text: Text,
        name: Callable[[str], str],
        *,
        pause: Callable[[], object],
        stop: Callable[[], object],
    ) -> None:
        super().__init__(text("This run"))
        self.text, self._name = text, name
        self.progress = Progress(text)
        self.troubles = label("", "meta", wrap=True)
        self.pause_button = Button(text("Pause"), "secondary", icon="player-pause", key="Ctrl+U", press=pause)
        self.stop_button = Button(text("Stop"), "secondary", icon="player-stop", key="Ctrl+K", press=stop)
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.pause_button)
        row.addWidget(self.stop_button)
        row.addStretch(1)
        rows: Rows[ServiceRun] = Rows(self._columns(), key=lambda run: run.service)
        self.results = Table(text("Result of each service"), rows)
        self.add(self.progress, self.troubles, self._row, self.results)
        self.body.addStretch(1)
        self._phase: Phase = "idle"
        self._plans: dict[str, ServicePlan] = {}

    def show_round(self, round_: Reconciling, plan: Plan) -> None:
        """Show how it stands, with what `plan` still finds to do at each service."""
        text, phase = self.text, round_.phase
        if round_.busy and self._phase in ("idle", "paused"):
            self.progress.start(text("Sending, and asking what arrived…"), round_.total)
        self._phase = phase
        under_way = phase != "idle"
        for part in (self.progress, self._row):
            show_if(part, under_way)
        if under_way:
            still = plan.of(tuple(service.id for service in round_.services))
            self.progress.advance(max(0, min(round_.total, round_.total - still)))
            self._say_phase(phase)
        self._say_troubles(round_)
        self._plans = {one.service: one for one in plan.services}
        runs = [round_.results[service.id] for service in round_.services if service.id in round_.results]
        show_if(self.results, bool(runs) and not round_.busy)
        self.results.show_rows(runs)
        most = len(runs) if theme.density is ROOMY else _MOST_ROWS
        self.results.hold(exactly=max(1, min(len(runs), most)))

    def _say_phase(self, phase: Phase) -> None:
        text = self.text
        words = {
            "running": text("Sending, and asking what arrived…"),
            "pausing": text("Pausing after the exchange under way…"),
            "stopping": text("Stopping after the exchange under way…"),
            "paused": text("Paused. What waits stays in the journal."),
        }[phase]
        self.progress.words.setText(words)
        paused = phase == "paused"
        self.pause_button.name(text("Go on") if paused else text("Pause"))
        self.pause_button.setEnabled(phase in ("running", "paused"))
        self.stop_button.setEnabled(phase in ("running", "paused"))

    def _say_troubles(self, round_: Reconciling) -> None:
        text = self.text
        said = [
            text("{service}: {cause}; trying again.", service=self._name(service), cause=text(cause))
            for service, cause in list(round_.troubles.items())
            if cause
        ]
        self.troubles.setText("\n".join(said))
        show_if(self.troubles, bool(said) and round_.busy)

    def _columns(self) -> list[Column[ServiceRun]]:
        text = self.text
        return [
            Column(text("Service"), lambda run: self._name(run.service), "strong", stretch=1, least=100),
            Column(text("Result"), self._state),
            Column(text("Moved"), lambda run: text.number(run.moved), "figures", right=True, drop=1),
        ]

    def _state(self, run: ServiceRun) -> State:
        text = self.text
        if self.unfinished(run) and run.stopped:
            return State(text("Stopped"), "neutral", "player-stop")
        if self.unfinished(run) and run.trouble:
            return State(text("Out of reach"), "bad", "plug-connected-x")
        if self.unfinished(run):
            return State(text("Not all answered"), "warn", "hourglass")
        if self._for_somebody(run):
            return State(text("Needs a person"), "warn", "scale")
        if not run.moved:
            return State(text("Nothing to send"), "neutral", "minus")
        return State(self._arrived(run) or text("All arrived"), "ok", "check")

    def _for_somebody(self, run: ServiceRun) -> int:
        plan = self._plans.get(run.service)
        return 0 if plan is None else plan.tally.for_somebody

    def _arrived(self, run: ServiceRun) -> str:
        """How many arrived and how many were decided instead, empty where none was."""
        plan = self._plans.get(run.service)
        if plan is None or not plan.tally.decided:
            return ""
        arrived = self.text.number(plan.tally.arrived)
        return self.text("{arrived} arrived, {decided} decided", arrived=arrived, decided=plan.tally.decided)

    def unfinished(self, run: ServiceRun) -> bool:
        """Whether its courier left units behind that may still move, or was kept from asking at all.

        What is recorded after a run that finished is not that run's: only what it asked about in vain still is.
        """
        plan = self._plans.get(run.service)
        left, asked = (0, 0) if plan is None else (plan.to_do, plan.tally.to_ask)
        return asked > 0 or (not run.finished and bool(left or run.trouble))

    def wants_somebody(self, run: ServiceRun) -> bool:
        """Whether somebody has to run again or to decide."""
        return self.unfinished(run) or self._for_somebody(run) > 0

    def sentence(self, run: ServiceRun) -> str:
        """What came of one service and what to do next."""
        text, service = self.text, self._name(run.service)
        decisions = self._for_somebody(run)
        if self.unfinished(run) and run.stopped:
            return text("{service}: stopped. What waits stays in the journal: run again.", service=service)
        if self.unfinished(run) and run.trouble:
            return text(
                "{service} cannot be reached now ({cause}). Nothing is lost: run again later.",
                service=service,
                cause=text(run.trouble),
            )
        if self.unfinished(run):
            return text("{service} has not answered for everything yet: run again later.", service=service)
        if decisions:
            units = text.plural("{n} unit needs a person", "{n} units need a person", decisions)
            return text("{service}: {units}. See Differences (F11).", service=service, units=units)
        return text("{service}: everything arrived.", service=service)
