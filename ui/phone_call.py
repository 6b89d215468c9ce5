"""Answering a counter that asks for an approval by phone: six items typed as heard, eight digits read back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from counter_app.domain.errors import AppError
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.fields import Field, LineEdit, SecretEdit
from ui.widgets.form_sheet import FormSheet
from ui.widgets.money_edit import MoneyEdit
from ui.widgets.words import MEANS, aid_name

if TYPE_CHECKING:
    from counter_app.service.workstation import Workstation
    from ui.stepped import SteppedPage


class PhoneCall:
    """The sheet on a supervisor's own machine; what it binds is what the supervisor typed."""

    def __init__(self, page: SteppedPage) -> None:
        self._page = page
        text, configuration = page.text, page.workstation.configuration
        here = page.workstation.office.counter
        counters = [one.id for one in configuration.counters if one.id != here]
        self.counter = ComboBox([Choice(one, one) for one in counters])
        self.number = LineEdit(most=20)
        self.aid = ComboBox(
            [
                Choice(one.code, f"{one.code} · {aid_name(text, configuration, one.code)}")
                for one in configuration.aids
            ]
        )
        self.amount = MoneyEdit(text, configuration.office.currency)
        self.means = ComboBox([Choice(code, text(words)) for code, words in MEANS.items()])
        self.nonce = LineEdit(most=16)
        self.pin = SecretEdit(text("Show the PIN"), text("Hide the PIN"), digits=True)
        self._fields = {
            "number": Field(text("Receipt"), self.number),
            "amount": Field(text("Amount"), self.amount),
            "nonce": Field(text("Number of this call"), self.nonce),
            "pin": Field(text("Your PIN"), self.pin),
        }
        self.sheet = FormSheet(
            text,
            text("A counter calls"),
            text("Type what you hear. The digits fit exactly this and nothing else."),
            words=text("Show the digits"),
            icon="phone",
            record=self._answer,
            back=page.back,
        )
        fields = self._fields
        self.sheet.ask(
            Field(text("Counter"), self.counter),
            fields["number"],
            Field(text("Aid"), self.aid),
            fields["amount"],
            Field(text("Means of payment"), self.means),
            fields["nonce"],
            fields["pin"],
        )
        self.sheet.finish()

    def _answer(self) -> None:
        page, text, cents = self._page, self._page.text, self.amount.cents
        for name, value in (
            ("number", self.number.value()),
            ("amount", cents),
            ("nonce", self.nonce.value()),
        ):
            if not value:
                self.sheet.wrong(self._fields[name], text("Type what you hear."))
                return
        if not self.pin.text():
            self.sheet.wrong(self._fields["pin"], text("Type your PIN: it says that it is you who approves."))
            return
        self.sheet.wait()
        workstation, person = page.workstation, page.person.id
        work = partial(
            _answered,
            workstation,
            person,
            self.pin.text(),
            (
                self.counter.value(),
                self.number.value(),
                self.aid.value(),
                cents or 0,
                self.means.value(),
                self.nonce.value(),
            ),
        )
        page.do(work, self._show, self._failed)

    def _show(self, digits: str) -> None:
        text = self._page.text
        self._page.confirm(
            text("Read this back"),
            f"{digits[:4]} {digits[4:]}",
            text(
                "It approves {number} at counter {counter}.",
                number=self.number.value().upper(),
                counter=self.counter.value(),
            ),
            text("It is good once, for ten minutes from the question."),
        )

    def _failed(self, error: AppError) -> None:
        self.pin.hide_again()
        self.sheet.failed(error)


def _answered(
    workstation: Workstation, person: str, pin: str, told: tuple[str, str, str, int, str, str]
) -> str:
    from counter_app.service.telephone import Question, answer

    return answer(workstation, person, pin, Question(*told))
