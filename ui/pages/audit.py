"""The audit: each centre is asked whether it still holds what it answered for; losses are named and sent again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from counter_app.domain.money import Money
from counter_app.text import N_
from ui.auditing import Auditing
from ui.page import Page
from ui.reconciling import Reconciling
from ui.session import Session
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.faces import Faces
from ui.widgets.labels import label, show_if
from ui.widgets.progress import Progress
from ui.widgets.table import Column, Rows, Table
from ui.widgets.unit_words import reason_words
from ui.widgets.words import service_name

if TYPE_CHECKING:
    from counter_app.service.audit import AuditResult, Finding

_LOOK_MS = 500
_ALL, _SAMPLE = "all", "200"
_SERVICES: Final = 3
_DONE: Final = State(N_("All held"), "ok", "check")


class AuditPage(Page):
    """F9 asks every service, Ctrl+G the one at the cursor. An audit outlives the page."""

    interests: ClassVar[frozenset[str] | None] = frozenset({"delivery_audited"})

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self.audit = Auditing.of(session.bridge)
        self.audit.changed.connect(self._changed)
        self._was_busy = self.audit.busy
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._advance)
        self._last: dict[str, datetime] = {}
        self._build_services()
        self._build_findings()
        self.column.addWidget(self.card, 0)
        self.column.addWidget(self.found, 1)
        self.shortcut("F9", text("Ask every service"), self.ask_all)
        self.shortcut("Ctrl+G", text("Ask the service at the cursor"), self.ask_one)
        self.shortcut("Ctrl+K", text("Stop the audit"), self.audit.stop)

    def first_focus(self) -> QWidget:
        """The services."""
        return self.services

    def refresh(self) -> None:
        """Read when each service was asked last."""
        workstation = self.workstation

        def read() -> dict[str, datetime]:
            from counter_app.service.reconciliation import last_audits

            return last_audits(workstation)

        self.ask(read, self._show_last, question="audits")

    def ask_all(self) -> None:
        """Every service that can be asked."""
        self._start([service.id for service in self.workstation.configuration.services])

    def ask_one(self) -> None:
        """The service at the cursor alone."""
        line = self.services.current()
        if line is not None:
            self._start([line])

    def _start(self, ids: list[str]) -> None:
        text = self.text
        if self.audit.busy:
            return
        if Reconciling.of(self.session.bridge).busy:
            self.messages.post("info", text("A run is under way: wait for its end, then ask."))
            return
        self.messages.clear()
        services = [one for one in self.workstation.configuration.services if one.id in ids]
        sample = None if self.extent.value() == _ALL else int(self.extent.value())
        self.audit.start(self.workstation, services, self.person.id, sample)

    def _changed(self) -> None:
        busy, text = self.audit.busy, self.text
        for button in (self.all_button, self.one_button):
            button.setEnabled(not busy)
        show_if(self.progress, busy)
        show_if(self.stop_button, busy)
        if busy:
            self.progress.start(text("Asking what the centres still hold…"))
            self._look.start()
        else:
            self._look.stop()
            self._show_results()
            if self._was_busy:
                self._say_end()
                self.refresh()
        self._was_busy = busy

    def _advance(self) -> None:
        reached = list(self.audit.reached.values())
        total = sum(one.total for one in reached)
        if total:
            self.progress.bar.setRange(0, total)
            self.progress.advance(min(total, sum(one.asked for one in reached)))

    def _say_end(self) -> None:
        text, results = self.text, self.audit.results
        if self.audit.error is not None:
            self.show_error(self.audit.error)
            return
        lost = sum(len(one.lost) for one in results.values())
        still = sum(len(one.still_lost) for one in results.values())
        open_ones = [one for one in results.values() if one.can_be_asked and not one.clean]
        if still:
            units = text.plural("{n} unit is still lost", "{n} units are still lost", still)
            self.messages.post("warn", text("{units}: decide in Differences (F11).", units=units))
        elif open_ones:
            words = text("Not everything could be read as told: see the list, then Differences (F11).")
            self.messages.post("warn", words)
        elif lost:
            units = text.plural("{n} lost unit was", "{n} lost units were", lost)
            self.messages.post("ok", text("{units} sent again and read as held.", units=units))
        else:
            self.messages.post("ok", text("The centres hold everything that they answered for."))

    # --- the view

    def _build_services(self) -> None:
        text = self.text
        self.card = Card(text("What the centres still hold"), bare=True)
        rows: Rows[str] = Rows(self._service_columns(), key=lambda service: service)
        self.services = Table(text("Services and what the audit found"), rows)
        self.progress = Progress(text)
        self.progress.setContentsMargins(12, 0, 12, 0)
        self.progress.hide()
        self.card.body.addWidget(self.services)
        self.card.add(self.progress)
        self.extent = ComboBox(
            (Choice(_ALL, text("All units")), Choice(_SAMPLE, text("A sample of {count}", count=_SAMPLE)))
        )
        self.extent.setAccessibleName(text("How many units"))
        # On Linux a screen reader calls a box by its label, seen or not.
        unseen = label(text("How many units"), parent=self.card)
        unseen.setBuddy(self.extent)
        unseen.hide()
        self.all_button = Button(text("Ask all"), "primary", icon="search", key="F9", press=self.ask_all)
        self.one_button = Button(
            text("Only this service"), "secondary", icon="player-play", key="Ctrl+G", press=self.ask_one
        )
        self.stop_button = Button(
            text("Stop"), "secondary", icon="player-stop", key="Ctrl+K", press=self.audit.stop
        )
        self.card.foot(self.all_button, self.one_button, self.extent, None, self.stop_button)

    def _build_findings(self) -> None:
        text = self.text
        self.found = Card(text("What does not stand as told"), bare=True)
        rows: Rows[Finding] = Rows(self._finding_columns(), key=self._key)
        self.findings = Table(text("Units that do not stand as told"), rows)
        told = text("Each centre is asked for the record of every unit. What is gone is sent again.")
        nothing = label(told, "meta", wrap=True)
        nothing.setContentsMargins(12, 0, 12, 0)
        nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.findings.hold(least=2)
        self.faces = Faces(nothing, self.findings)
        self.found.body.addWidget(self.faces, 1)
        self.differences = Button(
            text("Differences"), "link", icon="scale", key="F11", press=lambda: self.navigate("differences")
        )
        self.found.foot(None, self.differences)

    def _show_last(self, last: dict[str, datetime]) -> None:
        self._last = last
        self._show_services()

    def _show_services(self) -> None:
        services = sorted(self.workstation.configuration.services, key=lambda one: (one.order, one.id))
        self.services.show_rows([one.id for one in services])
        self.services.hold(exactly=max(1, min(len(services), _SERVICES)))

    def _show_results(self) -> None:
        found = [finding for result in self.audit.results.values() for finding in result.findings]
        self.findings.show_rows(found)
        self.faces.turn(1 if found else 0)
        self._show_services()

    @staticmethod
    def _key(finding: Finding) -> str:
        return f"{finding.entry_id}/{finding.service}/{finding.part}"

    def _service_columns(self) -> list[Column[str]]:
        text, configuration = self.text, self.workstation.configuration
        return [
            Column(
                text("Service"),
                lambda one: service_name(text, configuration, one),
                "strong",
                stretch=1,
                least=100,
            ),
            Column(text("Last asked"), self._last_asked, "muted", drop=1),
            Column(text("Asked"), lambda one: self._figure(one, "asked"), "figures", right=True, drop=2),
            Column(text("Lost"), self._lost, "figures", right=True),
            Column(text("Sent again"), lambda one: self._figure(one, "back"), "figures", right=True, drop=3),
            Column(text("Result"), self._state),
        ]

    def _last_asked(self, service: str) -> str:
        at = self._last.get(service)
        return self.text("never") if at is None else self.text.datetime(at)

    def _figure(self, service: str, what: str) -> str:
        result = self.audit.results.get(service)
        if result is None:
            return "—"
        return self.text.number(result.asked if what == "asked" else len(result.back))

    def _lost(self, service: str) -> str:
        result = self.audit.results.get(service)
        if result is None:
            return "—"
        currency = self.workstation.configuration.office.currency
        amount = self.text.money(Money(result.lost_cents, currency))
        return f"{self.text.number(len(result.lost))} · {amount}"

    def _state(self, service: str) -> State:
        text, result = self.text, self.audit.results.get(service)
        if result is None:
            return State("—", "neutral", "minus")
        if not result.can_be_asked:
            return State(text("Cannot be asked"), "neutral", "ban")
        if not result.finished:
            return State(text("Not all answered"), "warn", "hourglass")
        if result.still_lost:
            return State(text("Lost"), "bad", "alert-circle")
        if not result.clean:
            return State(text("Needs a person"), "warn", "scale")
        return State(text(_DONE.words), _DONE.tone, _DONE.icon)

    def _finding_columns(self) -> list[Column[Finding]]:
        text, configuration = self.text, self.workstation.configuration
        currency = configuration.office.currency
        return [
            Column(text("Place"), lambda one: one.place, "muted"),
            Column(
                text("Service"),
                lambda one: service_name(text, configuration, one.service),
                stretch=1,
                least=90,
                drop=2,
            ),
            Column(text("Found"), self._standing, "strong", stretch=2, least=120),
            Column(text("Why"), self._why, "muted", stretch=2, least=80, drop=1),
            Column(text("Number there"), lambda one: one.number or "—", "muted", drop=3),
            Column(text("Amount"), lambda one: text.money(Money(one.cents, currency)), "figures", right=True),
        ]

    def _standing(self, finding: Finding) -> str:
        from counter_app.service.unit_words import STANDING_WORDS

        result: AuditResult | None = self.audit.results.get(finding.service)
        if result is not None and (finding.entry_id, finding.part) in result.back:
            return self.text("lost, sent again and held now")
        return self.text(STANDING_WORDS[finding.standing])

    def _why(self, finding: Finding) -> str:
        return reason_words(self.text, finding.reason) if finding.reason else "—"
