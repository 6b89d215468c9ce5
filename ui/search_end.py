"""After a restore: a supervisor says up to which number receipts were given, and ends the search for them."""

from __future__ import annotations

from counter_app.domain.commands import SettleNumbers
from counter_app.service.lost_numbers import NumberSearch
from counter_app.text import Text
from ui.stepped import SteppedPage
from ui.widgets.fields import Field, LineEdit
from ui.widgets.form_sheet import FormSheet


def end_sheet(page: SteppedPage, search: NumberSearch) -> FormSheet:
    """The sheet; recorded in the name of who is signed in."""
    text = page.text
    last, reason = LineEdit(_last_known(search), most=64), LineEdit(most=2000)
    last_field = Field(
        text("Last receipt that was given"),
        last,
        text("From stubs, the printer, colleagues. Empty where none was given after the copy."),
    )
    reason_field = Field(text("How that is known"), reason)

    def record() -> None:
        if not reason.value():
            sheet.wrong(reason_field, text("Say in a few words why."))
            return
        sheet.wait()
        who = page.person.id
        command = SettleNumbers(
            agent=who, approver=who, before=search.before, last=last.value() or None, reason=reason.value()
        )
        page.record(
            command,
            lambda outcome: page.confirm(
                text("The search is ended"),
                next_step=_not_found(text, len(outcome.entry.facts["given_up"])),
            ),
            sheet.failed,
        )

    sheet = FormSheet(
        text,
        text("End the search for receipts of {before}", before=search.before),
        text("Have every paper at hand entered first: what is not found until now is given up."),
        words=text("End the search"),
        icon="check",
        record=record,
        back=page.back,
    )
    sheet.ask(last_field, reason_field)
    return sheet.finish()


def _not_found(text: Text, count: int) -> str:
    later = text("A paper that turns up later is entered all the same.")
    if not count:
        return text("Every receipt was found.") + " " + later
    return text.plural("{n} receipt was not found.", "{n} receipts were not found.", count) + " " + later


def _last_known(search: NumberSearch) -> str:
    known = [*search.missing, *(one.number for one in search.entered), *search.given_up]
    return max(known, default="", key=lambda number: int(number.rpartition("-")[2]))
