"""A new act for the open case: request, grant or refusal in one form, judged while it is typed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from counter_app.domain.commands import AnyCommand, GrantAid
from counter_app.domain.errors import AppError
from counter_app.domain.money import Money
from ui import act_commands, shortcuts
from ui.case import Case
from ui.drafting import DraftKeeper
from ui.page import Page
from ui.receipt_desk import ReceiptDesk
from ui.session import Session
from ui.theme.tokens import Tone
from ui.widgets.act_form import ActForm
from ui.widgets.act_panel import ActPanel
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Columns
from ui.widgets.date_edit import date_shown
from ui.widgets.empty_state import EmptyState
from ui.widgets.faces import Faces
from ui.widgets.masked_name import full_name
from ui.widgets.words import MEANS, aid_name, code_name, worded

if TYPE_CHECKING:
    from counter_app.service.outcome import Outcome
    from counter_app.service.preview import Preview

_NOBODY, _TYPING, _DONE = range(3)
_CALM_MS = 100


class ActPage(Page):
    """F9 grants, or refuses once a reason is being chosen; Shift+F9 records the request alone. Esc records nothing."""

    interests = frozenset(
        {"aid_granted", "grant_paid", "grant_cancelled", "approval_decided", "cash_replenished"}
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._shown: Case | None = None
        self._recording = self._awaits = False
        self._begun: dict[str, Any] = {}
        self.desk = ReceiptDesk(self, self.next_citizen)
        self._state = Faces(self._nobody(), self._typing(), self.desk)
        self.column.addWidget(self._state, 1)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._calm.timeout.connect(self._judge)
        self.keeper = DraftKeeper(self, self._draft_body)
        self.form.changed.connect(self._typed)
        self.form.aid_changed.connect(self._offer_payers)
        self.form.payment.means.picked.connect(lambda _code: self._offer_payers())
        self.panel.reason_words.textChanged.connect(lambda _typed: self.keeper.touched())
        self._declare_keys()

    # --- what it is made of

    def _declare_keys(self) -> None:
        text = self.text
        self.shortcut("F9", text("Grant, or record the refusal"), self.press_main)
        # Only while its button is shown: an answer to a request records none.
        only, group = text("Record the request only"), text("On this page")
        shortcuts.declare(self.panel.request_only, "Shift+F9", only, self.record_request, group=group)
        self.shortcut("Ctrl+F9", text("Refuse with a reason"), self.begin_refusal)
        self.shortcut("Shift+F3", text("Enter what stands on paper already"), partial(self.navigate, "paper"))
        self.shortcut("Esc", text("Go back, nothing is recorded"), self.go_back)

    def _nobody(self) -> QWidget:
        text = self.text
        find = text("Find a person")
        way = Button(find, "primary", icon="user-search", key="F2", press=lambda: self.navigate("counter"))
        return EmptyState(
            "user-search", text("For whom?"), text("Find the person first, or begin with a new citizen."), way
        )

    def _typing(self) -> QWidget:
        text, configuration = self.text, self.workstation.configuration
        from counter_app.service.casework import today

        self.form = ActForm(text, configuration, self.person.id, today(self.workstation))
        self.left = Card(text("New act"))
        to_paper = partial(self.navigate, "paper")
        paper = Button(text("From paper"), "link", icon="file-text", key="Shift+F3", press=to_paper)
        self.left.head.addWidget(paper)
        self.left.add(self.form)
        self.left.body.addStretch(1)
        self.panel = ActPanel(
            text,
            configuration,
            grant=self.press_main,
            request=self.record_request,
            refuse=self.begin_refusal,
            keep=self.end_refusal,
            clear=self.clear,
        )
        self.panel.reason.picked.connect(lambda _code: self._say_review())
        return Columns(self.left, self.panel, stretch=(5, 4), threshold=700)

    # --- the page

    def activated(self, **_args: object) -> None:
        """Show the open case as it stands, or that there is none."""
        case = self.session.case
        if case is None:
            if self._state.place != _DONE:
                self._shown = None
                self._state.turn(_NOBODY)
            return
        if case is not self._shown:
            self._begin(case)

    def first_focus(self) -> QWidget | None:
        """The aid, or the way on after recording."""
        if self._state.place == _TYPING:
            return self.form.aid if self.form.aid.isEnabled() else self.form.amount
        return self.desk.next if self._state.place == _DONE else self._state.face

    def refresh(self) -> None:
        """Ask the rules again."""
        if self._state.place == _TYPING:
            self._offer_payers()
            self._judge()

    def may_leave(self) -> bool:
        """Always: what was typed is kept."""
        self.keeper.save()
        return True

    def _begin(self, case: Case) -> None:
        text, person = self.text, case.person
        self._shown = case
        born = text("born {day}", day=date_shown(person.birth_date, text)) if person.birth_date else ""
        asked = case.asked
        about = born or text("birth not known")
        if asked is not None:
            about = text("Answer to request {number} of {day}", number=asked.number, day=asked.day)
        self.left.retitle(full_name(person.surname, person.given_names), about)
        told = {} if asked is None else asked.form
        self.form.restore({"identity": person.identity} | told | case.form)
        self.form.bind(to_request=asked is not None)
        self.panel.request_only.setVisible(asked is None)
        self._begun = self._typed_fields()
        self.panel.forget_reason()
        self.end_refusal()
        self.panel.verdict.say("", "", [])
        self._state.turn(_TYPING, to_top=True)
        if case.is_new:
            # A person was typed before this page was reached: keep them with the first form already.
            self.keeper.touched()

    # --- what is typed

    def _typed(self) -> None:
        case = self._shown
        if case is None or self._recording:
            return
        case.form = self.form.fields()
        self.keeper.touched()
        self._say_review()
        self._calm.start()

    def _draft_body(self) -> tuple[str, dict[str, Any]] | None:
        case = self._shown
        untouched = self.form.is_untouched() or self._typed_fields() == self._begun
        if case is None or (untouched and not case.is_new):
            return None
        body = {
            "person": msgspec.to_builtins(case.person),
            "is_new": case.is_new,
            "form": self.form.fields(),
        }
        return case.draft, body if case.asked is None else body | {"asked": case.asked.to_draft()}

    def _typed_fields(self) -> dict[str, Any]:
        """What stands in the form but for the payment, whose fields are proposed as they become known."""
        return {name: value for name, value in self.form.fields().items() if name != "payment"}

    def clear(self) -> None:
        """Empty the form and throw what was kept of it away; the person stays, and a request keeps waiting."""
        case = self._shown
        if case is None:
            return
        self.keeper.forget(case.draft)
        fresh = Case(case.person, is_new=case.is_new)
        self.session.case = fresh
        self._begin(fresh)
        self.keeper.rest()
        self.messages.clear()
        self._judge()
        self.form.aid.setFocus()

    def go_back(self) -> None:
        """Out of the refusal, or back to the person; what was typed stays."""
        if self._state.place == _DONE:
            return
        if self.panel.is_refusing:
            self.end_refusal()
        elif self._shown is not None and not self._shown.is_new:
            self.navigate("citizen")
        else:
            self.navigate("counter")

    def begin_refusal(self) -> None:
        """Choose the reason."""
        if self._state.place == _TYPING:
            self.panel.turn(refusing=True)
            self._say_review()
            self.panel.reason.setFocus()

    def end_refusal(self) -> None:
        """Back to granting."""
        self.panel.turn(refusing=False)
        self._say_review()

    # --- what the rules say

    def _offer_payers(self) -> None:
        workstation, means = self.workstation, self.form.payment.means_chosen

        def read() -> list[str]:
            from counter_app.service.preview import payers

            return payers(workstation, means)

        self.ask(read, self.form.payment.offer_payers, question="payers")

    def _judge(self) -> None:
        command = self._grant_command()
        if command is None:
            return
        workstation = self.workstation

        def read() -> Preview:
            from counter_app.service.preview import preview

            return preview(workstation, command)

        self.ask(read, self._show_preview, question="preview")

    def _show_preview(self, found: Preview) -> None:
        text, configuration = self.text, self.workstation.configuration
        needs, is_typed = self.form.needs, bool(self.form.amount.value())
        may_follow = needs.may_follow if needs is not None else frozenset()
        later = [code_name(text, configuration, code) for code in found.missing if code in may_follow]
        # An amount that is still to be typed is no mistake.
        refused = [
            worded(text, configuration, error)
            for error in found.refused
            if is_typed or error.code != "amount_not_positive"
        ]
        threshold = 0 if needs is None else needs.approval_above_cents or 0
        above = Money(threshold, configuration.office.currency)
        exceeded = above if 0 < threshold < (self.form.amount.cents or 0) else None
        self.panel.verdict.show_preview(found, refused, later, is_typed=is_typed, above=exceeded)
        self._awaits = bool(found.approval)
        self.panel.show_outcome(approval=self._awaits, refused=bool(refused))
        self._say_review()
        if threshold:
            self.form.amount_field.set_help(text("Above {amount} a supervisor approves.", amount=above))
        else:
            self.form.amount_field.set_help("")
        run = found.vouchers
        self.form.payment.propose(None if run is None else (run.series, run.first, run.last))

    def _say_review(self) -> None:
        """One sentence that says what F9 will record."""
        text, case, aid = self.text, self._shown, self.form.chosen
        if case is None or aid is None:
            self.panel.review.setText("")
            return
        name = full_name(case.person.surname, case.person.given_names)
        aid_words = aid_name(text, self.workstation.configuration, aid.code)
        if self.panel.is_refusing:
            self.panel.review.setText(text("Refuse {aid} to {name}.", aid=aid_words, name=name))
            return
        cents = self.form.amount.cents
        if cents is None:
            alone = text("Type an amount to grant, or record the request alone.")
            answer = text("Type an amount to grant, or refuse the request.")
            self.panel.review.setText(alone if case.asked is None else answer)
            return
        amount = Money(cents, self.workstation.configuration.office.currency)
        said = text("Grant {amount} of {aid} to {name}.", amount=amount, aid=aid_words, name=name)
        paid = self.form.paid()
        if paid is not None and not self._awaits:
            payer = self.workstation.configuration.person(paid.payer or self.person.id)
            said += " " + text(
                "Paid now: {means}, by {payer}.",
                means=text(MEANS[paid.means]),
                payer=payer.name if payer else paid.payer or "",
            )
        self.panel.review.setText(said)

    # --- commands

    def _grant_command(self) -> GrantAid | None:
        case = self._shown
        return None if case is None else act_commands.grant(case, self.form, self.person.id)

    def press_main(self) -> None:
        """F9: the grant, or the refusal where a reason is being chosen."""
        if self._state.place != _TYPING:
            return
        if self.panel.is_refusing:
            self._refuse()
            return
        command = self._grant_command()
        if command is not None and self._amount_is_well(needed=True) and self._payment_is_well():
            self._record(command)

    def record_request(self) -> None:
        """Take the request down alone; the right counts from today."""
        case = self._shown
        if self._state.place != _TYPING or case is None:
            return
        command = act_commands.request(case, self.form, self.person.id)
        if command is not None and self._amount_is_well(needed=False):
            self._record(command)

    def _refuse(self) -> None:
        case, panel = self._shown, self.panel
        if case is None:
            return
        reason, words = panel.reason.value(), panel.reason_words.value()
        command = act_commands.refusal(case, self.form, self.person.id, reason, words)
        if command is not None and panel.has_reason():
            self._record(command)

    def _payment_is_well(self) -> bool:
        return not self.form.pay_now.isChecked() or self.form.payment.is_well()

    def _amount_is_well(self, *, needed: bool) -> bool:
        amount, text = self.form.amount, self.text
        sentence = ""
        if amount.is_wrong:
            sentence = text("This is no amount: write it like 35 or 35,50.")
        elif needed and not amount.value():
            sentence = text("Type the amount that is granted.")
        self.form.amount_field.set_error(sentence)
        if sentence:
            amount.setFocus()
        return not sentence

    def _record(self, command: AnyCommand) -> None:
        case = self._shown
        if case is None or self._recording:
            return
        self._recording = True
        self.keeper.record(command, case.draft, self._recorded, self._not_recorded)

    def _not_recorded(self, error: AppError) -> None:
        """Nothing was recorded: the form stands as it was."""
        self._recording = False
        self.messages.post("bad", worded(self.text, self.workstation.configuration, error))
        self.keeper.touched()

    def _recorded(self, outcome: Outcome) -> None:
        self._recording = False
        self.messages.clear()
        self.session.case = self._shown = None
        text, entry = self.text, outcome.entry
        facts = entry.facts
        aid = aid_name(text, self.workstation.configuration, str(facts["aid"]))
        cents = facts.get("cents", facts.get("asked_cents"))
        amount = "" if cents is None else text.money(Money(int(cents), str(facts["currency"])))
        heading, step = {
            "request_recorded": (text("The request is recorded"), text("The right counts from today.")),
            "aid_refused": (text("The refusal is recorded"), text("The receipt says how to appeal.")),
        }.get(entry.kind, (text("Granted"), text("To be paid later, from the person’s file.")))
        if facts.get("payment"):
            heading, step = text("Granted and paid"), ""
        if outcome.awaits_approval:
            heading = text("Sent to approval")
            step = text("Nothing is paid until a supervisor has approved it.")
        words = " · ".join(part for part in (aid, amount) if part)
        self._state.turn(_DONE, to_top=True)
        tone: Tone = "warn" if outcome.awaits_approval else "ok"
        self.desk.tell(heading, outcome.number or "", words, step, tone=tone)

    def next_citizen(self) -> None:
        """Forget this one and search for the next."""
        self._state.turn(_NOBODY)
        self.navigate("counter", fresh=True)
