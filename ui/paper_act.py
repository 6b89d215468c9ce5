"""What a paper tells behind its head: the act, filled in beside what recording it will say."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from counter_app.domain.command_shape import NOT_ON_PAPER
from counter_app.domain.commands import AnyCommand
from counter_app.domain.errors import AppError
from counter_app.domain.money import Money
from counter_app.domain.needs import needs_of
from counter_app.service.office_words import of_office
from counter_app.service.rule_words import broken_rules
from ui import paper_commands, shortcuts
from ui.case import Case
from ui.paper_head import COUNTER_ROLES, KINDS, Head
from ui.stepped import SteppedPage
from ui.theme.current import theme
from ui.theme.density import COMPACT
from ui.theme.tokens import Tone
from ui.widgets.act_form import ActForm
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Columns
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.fields import Field, LineEdit
from ui.widgets.labels import label, rule
from ui.widgets.masked_name import full_name
from ui.widgets.payment import PaymentFields
from ui.widgets.verdict import Verdict
from ui.widgets.words import aid_name, worded

if TYPE_CHECKING:
    from counter_app.service.from_paper import Foretold

_CALM_MS = 100


class PaperAct(Columns):
    """The act of a paper. F9 gives the command to `record`, Esc goes `back` to the head; nothing is recorded before.

    `touched` hears of every change.
    """

    def __init__(
        self,
        page: SteppedPage,
        case: Case,
        head: Head,
        *,
        record: Callable[[AnyCommand], object],
        back: Callable[[], object],
        touched: Callable[[], object],
    ) -> None:
        self.page, self.case, self.head = page, case, head
        self._record, self._touched = record, touched
        text = page.text
        self.left = Card(text(KINDS[head.kind]))
        away = Button(text("Back"), "link", icon="arrow-left", key="Esc", press=back)
        self.left.head.addWidget(away)
        self.form: ActForm | None = None
        self.payment: PaymentFields | None = None
        self.note = LineEdit(most=2000)
        self.aid, self.reason, self.words = self._aids(), self._reasons(), LineEdit(most=2000)
        self._reason_field = Field(text("Reason of the refusal"), self.reason)
        {"refusal": self._ask_refusal, "payment": self._ask_payment}.get(head.kind, self._ask_act)()
        self.left.body.addStretch(1)
        self.right = self._panel()
        super().__init__(self.left, self.right, stretch=(5, 4), threshold=700)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._calm.timeout.connect(self._foretell)
        self._listen()
        group = text("On this page")
        shortcuts.declare(self, "F9", text("Enter this paper"), self.press, group=group)
        shortcuts.declare(self, "Esc", text("Back to the head of the paper"), back, group=group)
        self._changed()

    # --- what it is made of

    def _about(self) -> str:
        text, head = self.page.text, self.head
        when = text.date(head.day) if head.at is None else text("{day} at {time}", **self._moment())
        paper = text("paper {number}", number=head.number) if head.number else text("no number")
        return f"{paper} · {when}"

    def _moment(self) -> dict[str, str]:
        text, at = self.page.text, self.head.at
        assert at is not None  # asked for only where the paper says a time
        offset = f"{at:%z}"
        return {"day": text.date(self.head.day), "time": f"{at:%H:%M} (UTC{offset[:3]}:{offset[3:]})"}

    def _aids(self) -> ComboBox:
        text, configuration = self.page.text, self.page.workstation.configuration
        aids = [aid.code for aid in configuration.aids if aid.direction == "out"]
        return ComboBox([Choice(code, aid_name(text, configuration, code)) for code in aids])

    def _reasons(self) -> ComboBox:
        text, configuration = self.page.text, self.page.workstation.configuration
        named = configuration.reasons.items()
        return ComboBox(
            [
                Choice("", text("Please choose")),
                *(Choice(code, of_office(text, configuration, words)) for code, words in named),
            ]
        )

    def _ask_act(self) -> None:
        page, head, asked = self.page, self.head, self.case.asked
        text = page.text
        form = ActForm(text, page.workstation.configuration, head.by, head.day)
        told = {} if asked is None or head.kind == "request" else asked.form
        kept = self.case.paper.get("act") or {}
        paid = {"pay_now": head.kind == "grant"}
        form.restore({"identity": self.case.person.identity} | told | paid | kept)
        form.bind(to_request=asked is not None and head.kind == "grant")
        paid_words = text("Paid, as the paper says")
        # For whom an aid is was settled when the paper was written.
        form.aid_field.fold_help(True)
        form.pay_now.setText(paid_words)
        form.pay_now.setAccessibleName(paid_words)
        if head.kind == "request":
            form.pay_now.setChecked(False)
            form.pay_now.hide()
        self._offer_payers(form.payment)
        self.form = form
        self.left.add(form)

    def _ask_payment(self) -> None:
        page, grant = self.page, self.head.grant
        assert grant is not None  # the head names it
        configuration = page.workstation.configuration
        fields = PaymentFields(page.text, configuration, self.head.by)
        aid = configuration.aid(grant.aid)
        if aid is not None:
            fields.offer_means(needs_of(aid, configuration, grant.day).means)
        fields.means.choose(grant.means)
        self._offer_payers(fields)
        if kept := self.case.paper.get("payment"):
            fields.restore(kept)
        self.payment = fields
        self.left.add(fields, Field(page.text("Note"), self.note))

    def _ask_refusal(self) -> None:
        text, asked = self.page.text, self.case.asked
        kept = self.case.paper.get("refusal") or {}
        self.aid.choose(str(asked.form.get("aid", "") if asked is not None else kept.get("aid", "")))
        self.aid.setEnabled(asked is None)
        self.reason.choose(str(kept.get("reason", "")))
        self.words.setText(str(kept.get("words", "")))
        words = Field(text("In your own words"), self.words, text("Kept in this file only."))
        self.left.add(Field(text("Aid"), self.aid), self._reason_field, words, Field(text("Note"), self.note))

    def _offer_payers(self, fields: PaymentFields) -> None:
        people = self.page.workstation.configuration.people
        fields.granted_by(self.head.by)
        fields.offer_payers([NOT_ON_PAPER, *(person.id for person in people if person.role in COUNTER_ROLES)])
        fields.payer.choose(NOT_ON_PAPER)

    def _panel(self) -> Card:
        text = self.page.text
        card = Card()
        card.setAccessibleName(text("Before you record"))
        self.verdict = Verdict(text)
        self.review = label("", "strong", wrap=True)
        card.add(self.verdict)
        card.body.addStretch(1)
        self.button = Button(
            text("Enter this paper"), "primary", icon="file-text", key="F9", press=self.press
        )
        card.add(rule(), self.review, self.button)
        return card

    def _listen(self) -> None:
        if self.form is not None:
            self.form.changed.connect(self._changed)
            self.form.payment.means.picked.connect(lambda _code: self._changed())
        if self.payment is not None:
            self.payment.changed.connect(self._changed)
        for combo in (self.aid, self.reason):
            combo.picked.connect(lambda _code: self._changed())
        for line in (self.words, self.note):
            line.textChanged.connect(lambda _typed: self._changed())

    def first_focus(self) -> QWidget:
        """Where the act begins."""
        if self.form is not None:
            return self.form.aid if self.form.aid.isEnabled() else self.form.amount
        if self.payment is not None:
            return self.payment.means
        return self.aid if self.aid.isEnabled() else self.reason

    # --- what stands in it

    def fields(self) -> dict[str, Any]:
        """What stands here, for a draft."""
        if self.form is not None:
            return {"act": self.form.fields()}
        if self.payment is not None:
            return {"payment": self.payment.fields()}
        refusal = {"aid": self.aid.value(), "reason": self.reason.value(), "words": self.words.value()}
        return {"refusal": refusal}

    def command(self) -> AnyCommand | None:
        """The command as it stands, `None` where it lacks what it is about."""
        case, head, agent, note = self.case, self.head, self.page.person.id, self.note.value()
        if self.form is not None:
            return paper_commands.act(case, head, self.form, agent)
        if self.payment is not None:
            return paper_commands.payment(head, self.payment, agent, note)
        if not self.reason.value():
            return None
        told = (self.aid.value(), self.reason.value(), self.words.value(), note)
        return paper_commands.refusal(case, head, agent, *told)

    # --- before and while recording

    def press(self) -> None:
        """Enter it, unless something is still to be typed."""
        command = self.command()
        if command is not None and self._is_well() and self.button.isEnabled():
            self.button.setEnabled(False)
            self._record(command)
        elif command is None and self.head.kind == "refusal":
            self._reason_field.set_error(self.page.text("Choose the reason of the refusal."))
            self.reason.setFocus()

    def may_press_again(self) -> None:
        """Nothing was recorded: it stands as it was."""
        self.button.setEnabled(True)

    def _is_well(self) -> bool:
        if self.payment is not None:
            return self.payment.is_well()
        form = self.form
        if form is None:
            return True
        text, sentence = self.page.text, ""
        if form.amount.is_wrong:
            sentence = text("This is no amount: write it like 35 or 35,50.")
        elif self.head.kind == "grant" and not form.amount.value():
            sentence = text("Type the amount that is granted.")
        form.amount_field.set_error(sentence)
        if sentence:
            form.amount.setFocus()
            return False
        return not form.pay_now.isChecked() or form.payment.is_well()

    def _changed(self) -> None:
        if self.reason.value():
            self._reason_field.set_error("")
        self._touched()
        self._say_review()
        self._calm.start()

    def _foretell(self) -> None:
        command, page = self.command(), self.page
        lacks_amount = self.form is not None and self.head.kind == "grant" and not self.form.amount.cents
        if command is None or lacks_amount:
            self.verdict.say(page.text("What already happened is never refused"), "", [])
            return
        workstation = page.workstation

        def read() -> Foretold:
            from counter_app.service.from_paper import foretell

            return foretell(workstation, command)

        # This form's own question: it is gone with its page where the answer comes late.
        page.session.tasks.run(read, self._show, self._cannot, owner=self, question="foretell")

    def _show(self, found: Foretold) -> None:
        if self.page.step is not self:
            # Left before the answer came.
            return
        text = self.page.text
        lines: list[tuple[Tone, str]] = [("warn", words) for words in self._rules(found.rules)]
        if found.awaits_approval:
            waits = text("It was not paid: a supervisor has to approve it first, as any other grant.")
            lines.append(("warn", waits))
        if found.rules:
            heading = text("It will be entered as irregular")
            if theme.density is not COMPACT:
                lines.append(("info", text("It counts all the same. The closing lists it for a supervisor.")))
        else:
            heading = text("It breaks no rule")
        self.verdict.say(heading, "", lines)

    def _cannot(self, error: AppError) -> None:
        if self.page.step is not self:
            return
        text, configuration = self.page.text, self.page.workstation.configuration
        self.verdict.say(text("It cannot be entered so"), "", [("bad", worded(text, configuration, error))])

    def _rules(self, rules: tuple[str, ...]) -> list[str]:
        text, configuration = self.page.text, self.page.workstation.configuration
        aid = self._aid()
        if theme.density is COMPACT:
            # Where every line counts, in one paragraph.
            return [broken_rules(text, configuration, aid, rules)] if rules else []
        return [broken_rules(text, configuration, aid, (rule,)) for rule in rules]

    def _aid(self) -> str:
        if self.form is not None:
            return self.form.aid.value()
        return self.head.grant.aid if self.head.grant is not None else self.aid.value()

    def _say_review(self) -> None:
        """One sentence that says what F9 will enter."""
        text, person = self.page.text, self.case.person
        told = {
            "aid": aid_name(text, self.page.workstation.configuration, self._aid()),
            "name": full_name(person.surname, person.given_names),
            "about": self._about(),
        }
        if self.head.kind == "refusal":
            said = text("{aid} was refused to {name}: {about}.", **told)
        elif self.head.kind == "request":
            said = text("{name} asked for {aid}: {about}.", **told)
        else:
            amount = self._amount()
            said = text("{name} was given {amount} of {aid}: {about}.", amount=amount, **told)
        self.review.setText(said)

    def _amount(self) -> str | Money:
        if self.head.grant is not None:
            return self.head.grant.amount
        cents = None if self.form is None else self.form.amount.cents
        return "…" if cents is None else Money(cents, self.page.workstation.configuration.office.currency)
