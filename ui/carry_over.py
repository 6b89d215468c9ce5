"""After a restore: what the epoch before had left is given to this one, as a supervisor decides."""

from __future__ import annotations

from counter_app.domain.commands import CarrySlice
from counter_app.domain.money import Money
from ui.stepped import SteppedPage
from ui.widgets.fields import Field
from ui.widgets.form_sheet import FormSheet
from ui.widgets.money_edit import MoneyEdit


def carry_sheet(page: SteppedPage, most: Money) -> FormSheet:
    """The sheet on which an amount up to `most` is carried over; recorded in the name of who is signed in."""
    text = page.text
    amount = MoneyEdit(text, most.currency)
    field = Field(text("Amount"), amount, text("At most {left} is left as far as is known.", left=most))

    def record() -> None:
        cents = amount.cents
        if not cents:
            sheet.wrong(field, text("Type the amount to carry over, such as 500."))
            return
        sheet.wait()
        page.record(
            CarrySlice(agent=page.person.id, approver=page.person.id, cents=cents),
            lambda _outcome: page.confirm(
                text("Carried over"),
                text.money(Money(cents, most.currency)),
                next_step=text("It may be granted here from now on."),
            ),
            sheet.failed,
        )

    sheet = FormSheet(
        text,
        text("Carry over what was left"),
        text(
            "Look through receipts and stubs first: what was granted after the copy was made has used a part of it."
        ),
        words=text("Carry it over"),
        icon="history",
        record=record,
        back=page.back,
    )
    sheet.ask(field)
    return sheet.finish()
