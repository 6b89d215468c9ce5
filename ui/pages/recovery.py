"""Recovery: what waits for each central service, the run that sends it, and the balance."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QWidget

from counter_app.domain.errors import BadInput
from counter_app.domain.money import Money
from ui.page import Page
from ui.reconciling import Reconciling
from ui.session import Session
from ui.theme.current import theme
from ui.theme.density import ROOMY
from ui.widgets.badge import State
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Columns
from ui.widgets.labels import label, show_if
from ui.widgets.run_panel import RunPanel
from ui.widgets.service_words import SERVICES
from ui.widgets.signing import signing_words
from ui.widgets.table import Column, Rows, Table
from ui.widgets.words import service_name

if TYPE_CHECKING:
    from counter_app.domain.catalogue import Service
    from counter_app.service.changes import Change
    from counter_app.service.countersigning import Countersigned, Signing
    from counter_app.service.reconciliation import Balance
    from counter_app.service.recovery import Plan, ServicePlan

_LOOK_MS = 500
_MOST_ROWS = 3
_TITLE = 200
_BALANCE_TITLE = 130


class RecoveryPage(Page):
    """Services with what waits; F9 sends everything, Ctrl+G only the service at the cursor. A run outlives the page."""

    interests: ClassVar[frozenset[str] | None] = None

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        text = self.text
        self.choose: Callable[[QWidget, str], str] = QFileDialog.getExistingDirectory
        self.choose_file: Callable[[QWidget, str], tuple[str, str]] = QFileDialog.getOpenFileName
        self._plan: Plan | None = None
        self.round = Reconciling.of(session.bridge)
        self.round.changed.connect(self._phase_changed)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._ask_plan)
        self._was_busy = self.round.busy
        self._build_services()
        self.panel = RunPanel(text, self._name, pause=self.pause, stop=self.stop)
        self._build_balance()
        self.column.addWidget(self.card, 0)
        self.column.addWidget(Columns(self.panel, self.balance, stretch=(1, 1), threshold=900), 1)
        show_if(self.panel, False)
        self.shortcut("F9", text("Run all services"), self.run_all)
        self.shortcut("Ctrl+G", text("Run the service at the cursor"), self.run_one)
        self.shortcut("Ctrl+U", text("Pause the run, or go on"), self.pause)
        self.shortcut("Ctrl+K", text("Stop the run"), self.stop)
        self.shortcut("Ctrl+E", text("Save the balance as signed papers"), self.save_balance)
        self.shortcut("Ctrl+B", text("Take in the centre’s signature of a balance"), self.countersign)
        self.shortcut("Ctrl+R", text("Count again"), self.refresh)

    def first_focus(self) -> QWidget:
        """The services."""
        return self.services

    def refresh(self) -> None:
        """Count what waits; the balance only while nothing runs, for it reads every unit."""
        self._ask_plan()
        if not self.round.busy:
            workstation = self.workstation

            def read() -> tuple[tuple[Balance, ...], dict[str, Signing]]:
                from counter_app.service.countersigning import signings
                from counter_app.service.recovery import read_balances

                return read_balances(workstation), signings(workstation)

            self.ask(read, self._show_balance, question="balance")

    def heard(self, change: Change) -> None:
        """While couriers run, the clock of this page asks, not every commit."""
        if not self.round.busy:
            super().heard(change)

    # --- the run

    def run_all(self) -> None:
        """Every service, in the order of recovery."""
        self._run(self._services())

    def run_one(self) -> None:
        """The service at the cursor alone."""
        line = self.services.current()
        if line is not None:
            self._run([service for service in self._services() if service.id == line.service])

    def pause(self) -> None:
        """Hold the run after the exchange under way, or go on with it."""
        if self.round.phase == "paused":
            self._run(list(self.round.services))
        else:
            self.round.pause()

    def stop(self) -> None:
        """End the run after the exchange under way."""
        self.round.stop()

    def save_balance(self) -> None:
        """Write the balance as PDF, sheets and statement, each signed, into a folder that is chosen."""
        text, workstation = self.text, self.workstation
        folder = self.choose(self, text("A folder for the balance"))
        if not folder:
            return

        def write() -> Path:
            from counter_app.service.balance import read_balance, save_balance

            sheet = read_balance(workstation, text)
            name = f"balance-{workstation.office.counter}-{sheet.rows.made_at:%Y%m%d-%H%M%S}"
            out = Path(folder) / name
            save_balance(workstation, sheet, text, out)
            return out

        def saved(out: Path) -> None:
            words = text(
                "The balance stands in {path}: papers, sheets, and a signature beside each.", path=out
            )
            self.messages.post("ok", words)

        self.do(write, saved)

    def countersign(self) -> None:
        """Take in what the centre signed: the file, then the folder of its balance where it lies elsewhere."""
        from counter_app.service.countersigning import countersign, has_signers

        text, workstation, agent = self.text, self.workstation, self.person.id
        if not has_signers(workstation.configuration):
            self.show_error(BadInput("countersign_no_signer"))
            return
        file, _ = self.choose_file(self, text("The centre’s signature"))
        if not file:
            return
        folder = str(Path(file).parent)
        if not (Path(folder) / "balance.txt").is_file():
            folder = self.choose(self, text("The folder of the balance that was signed"))
        if not folder:
            return

        def taken_in(done: Countersigned) -> None:
            words = text(
                "Signed by both sides: {signer} ({key}) signed the balance of {made} for {services}, as {namespace}.",
                signer=done.signer,
                key=done.key_print,
                made=done.made_at,
                services=[self._name(service) for service in done.services],
                namespace=done.namespace,
            )
            self.messages.post("ok", words)

        self.do(lambda: countersign(workstation, Path(folder), Path(file), agent), taken_in)

    def _run(self, services: list[Service]) -> None:
        if self.round.busy or self._plan is None:
            return
        self.messages.clear()
        total = self._plan.of(tuple(service.id for service in services))
        if total == 0:
            self.messages.post("info", self.text("Nothing waits to be sent or asked about."))
            return
        self.round.start(self.workstation, services, self.person.id, total)

    def _phase_changed(self) -> None:
        if self.round.busy:
            self._look.start()
        else:
            self._look.stop()
        ended = self._was_busy and not self.round.busy
        self._was_busy = self.round.busy
        self._ask_plan(ended=ended)
        if ended:
            self.refresh()

    # --- the view

    def _build_services(self) -> None:
        text = self.text
        self.card = Card(text("Central services"), bare=True)
        self.card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        rows: Rows[ServicePlan] = Rows(self._service_columns(), key=lambda plan: plan.service)
        self.services = Table(text("Central services and what waits for them"), rows)
        self.card.body.addWidget(self.services)
        self.run_button = Button(text("Run all"), "primary", icon="send", key="F9", press=self.run_all)
        self.one_button = Button(
            text("Only this service"), "secondary", icon="player-play", key="Ctrl+G", press=self.run_one
        )
        self.save_button = Button(
            text("Balance"), "link", icon="download", key="Ctrl+E", press=self.save_balance
        )
        # The buttons give way before these words do.
        self.card.title.setMinimumWidth(_TITLE)
        for button in (self.save_button, self.one_button, self.run_button):
            self.card.head.addWidget(button)

    def _build_balance(self) -> None:
        text = self.text
        self.balance = Card(text("Balance"), bare=True)
        rows: Rows[Balance] = Rows(self._balance_columns(), key=lambda balance: balance.tally.service)
        self.balances = Table(text("Balance of each service"), rows)
        self.balance.body.addWidget(self.balances)
        self.signed = label("", "meta", wrap=True)
        self.signed.setContentsMargins(12, 0, 12, 0)
        self.signed.setToolTip(text("Save the balance, send balance.txt there, and take in what comes back."))
        self.balance.body.addWidget(self.signed)
        show_if(self.signed, False)
        self.sign_button = Button(
            text("Signature"), "link", icon="shield-check", key="Ctrl+B", press=self.countersign
        )
        self.sign_button.setToolTip(text("Take in the centre’s signature of a balance"))
        self.balance.title.setMinimumWidth(_BALANCE_TITLE)
        self.balance.head.addWidget(self.sign_button)
        self.balance.body.addStretch(1)

    def _service_columns(self) -> list[Column[ServicePlan]]:
        text = self.text
        return [
            Column(text("Service"), lambda plan: self._name(plan.service), "strong", stretch=1, least=110),
            Column(text("State"), self._state),
            Column(text("To send"), lambda plan: text.number(plan.tally.to_send), "figures", right=True),
            Column(text("Amount"), lambda plan: text.money(plan.waits), "figures", right=True),
            Column(
                text("To ask about"),
                lambda plan: text.number(plan.tally.to_ask),
                "figures",
                right=True,
                drop=1,
            ),
            Column(text("Next"), self._next, drop=2),
        ]

    def _balance_columns(self) -> list[Column[Balance]]:
        text, currency = self.text, self.workstation.configuration.office.currency

        def both(count: int, cents: int) -> str:
            return f"{text.number(count)} · {text.money(Money(cents, currency))}"

        return [
            Column(
                text("Service"), lambda line: self._name(line.tally.service), "strong", stretch=1, least=140
            ),
            Column(
                text("Journal"),
                lambda line: both(line.tally.total, line.tally.total_cents),
                "figures",
                right=True,
                drop=3,
            ),
            Column(
                text("Accepted"),
                lambda line: both(line.accepted, line.accepted_cents),
                "figures",
                right=True,
                drop=2,
            ),
            Column(text("Decided"), lambda line: text.number(line.decided), "figures", right=True, drop=1),
            Column(text("Unexplained"), self._unexplained),
        ]

    def _state(self, plan: ServicePlan) -> State:
        state = SERVICES.get(plan.state, SERVICES["down"])
        return State(self.text(state.words), state.tone, state.icon)

    def _next(self, plan: ServicePlan) -> State:
        text = self.text
        if plan.tally.for_somebody:
            words = text.plural("{n} to decide", "{n} to decide", plan.tally.for_somebody)
            return State(words, "warn", "scale")
        if plan.to_do:
            return State(text("Run"), "info", "send")
        return State(text("Nothing to do"), "ok", "check")

    def _unexplained(self, line: Balance) -> State:
        count = line.tally.unexplained - line.tally.to_send
        if count:
            return State(self.text.number(count), "warn", "alert-triangle")
        if line.tally.to_send:
            return State(self.text("Not sent yet"), "info", "send")
        return State(self.text("None"), "ok", "circle-check")

    def _ask_plan(self, *, ended: bool = False) -> None:
        workstation = self.workstation

        def read() -> Plan:
            from counter_app.service.recovery import read_plan

            return read_plan(workstation)

        if ended:
            self.ask(read, self._show_end, question="end")
        else:
            self.ask(read, self._show_plan, question="plan")

    def _show_plan(self, plan: Plan) -> None:
        text = self.text
        self._plan = plan
        send = sum(one.tally.to_send for one in plan.services)
        ask = sum(one.tally.to_ask for one in plan.services)
        if send or ask:
            units = text.plural("{n} unit to send", "{n} units to send", send)
            sub = text("{units} ({amount})", units=units, amount=plan.waits)
            if ask:
                asked = text.plural("{n} to ask about first", "{n} to ask about first", ask)
                sub = text("{units} ({amount}), {asked}", units=units, amount=plan.waits, asked=asked)
        else:
            sub = text("Nothing waits to be sent or asked about.")
        self.card.retitle(text("Central services"), sub)
        self._show_rows(self.services, plan.services)
        idle = not self.round.busy
        self.run_button.setEnabled(idle)
        self.one_button.setEnabled(idle)
        self._show_round(plan)

    def _show_round(self, plan: Plan) -> None:
        known = self.round.phase != "idle" or bool(self.round.results)
        show_if(self.panel, known)
        if known:
            self.panel.show_round(self.round, plan)

    def _show_end(self, plan: Plan) -> None:
        """Say what came of the run, once."""
        self._show_plan(plan)
        if self.round.error is not None:
            self.show_error(self.round.error)
            return
        if self.round.phase == "paused":
            return
        wanting = [run for run in self.round.results.values() if self.panel.wants_somebody(run)]
        words = "\n".join(self.panel.sentence(run) for run in wanting)
        decided = any(one.tally.decided for one in plan.services)
        if not wanting and decided:
            words = self.text("The run has ended: everything arrived or was decided.")
        elif not wanting:
            words = self.text("The run has ended: everything arrived.")
        self.messages.post("warn" if wanting else "ok", words)

    def _show_balance(self, read: tuple[tuple[Balance, ...], dict[str, Signing]]) -> None:
        text, (found, signings) = self.text, read
        unsent = sum(line.tally.to_send for line in found)
        count = sum(line.tally.unexplained for line in found) - unsent
        said = []
        if unsent:
            said.append(text.plural("{n} not sent yet", "{n} not sent yet", unsent))
        if count:
            said.append(text.plural("{n} unit is unexplained", "{n} units are unexplained", count))
        still = {line.tally.service for line in found if line.tally.unexplained}
        words = signing_words(text, self._name, signings.values(), still)
        # Where nobody's key is named there is nothing to take in; the key of this page says so all the same.
        show_if(self.sign_button, any(one.state != "no_key" for one in signings.values()))
        self.signed.setText(words)
        show_if(self.signed, bool(words))
        # Where there is little room it stands in the place of what the column of the unexplained says as well.
        explained = "" if words and theme.density is not ROOMY else text("Everything is explained.")
        self.balance.retitle(text("Balance"), ", ".join(said) or explained)
        self._show_rows(self.balances, found)

    @staticmethod
    def _show_rows(table: Table[ServicePlan] | Table[Balance], rows: tuple[object, ...]) -> None:
        """As high as its rows: a handful of services scrolls in its own table only where the window is low."""
        table.show_rows(rows)  # type: ignore[arg-type]
        most = len(rows) if theme.density is ROOMY else _MOST_ROWS
        table.hold(exactly=max(1, min(len(rows), most)))

    def _services(self) -> list[Service]:
        return sorted(self.workstation.configuration.services, key=lambda one: (one.order, one.id))

    def _name(self, service_id: str) -> str:
        return service_name(self.text, self.workstation.configuration, service_id)
