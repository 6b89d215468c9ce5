"""What stands at the head of a paper: what it is, its number, when it happened, who did it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from counter_app.domain.command_shape import NOT_ON_PAPER
from counter_app.domain.errors import AppError
from counter_app.text import N_
from ui.page import Page
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.date_edit import DateEdit
from ui.widgets.fields import Field, LineEdit
from ui.widgets.form_sheet import FormSheet
from ui.widgets.masked_name import full_name
from ui.widgets.time_edit import TimeEdit
from ui.widgets.words import aid_name

if TYPE_CHECKING:
    from counter_app.domain.commands import Person
    from counter_app.service.from_paper import UnpaidGrant

KINDS: Final = {
    "grant": N_("Aid was granted"),
    "request": N_("Aid was asked for"),
    "refusal": N_("Aid was refused"),
    "payment": N_("A grant of before was paid"),
}
COUNTER_ROLES: Final = ("agent", "supervisor")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a paper as it was read: `at` with its offset where the paper says a time, `day` in any case.

    `number` is empty where the paper has none; `by` is the id of a colleague, or `?`. `grant` is what was paid.
    """

    kind: str
    number: str
    day: date
    at: datetime | None
    by: str
    grant: UnpaidGrant | None

    def told(self) -> dict[str, Any]:
        """The fields of a command that say so."""
        when = (
            {"happened_on": self.day.isoformat()} if self.at is None else {"happened_at": self.at.isoformat()}
        )
        return {
            **when,
            "already_happened": True,
            "form": self.number or None,
            "done_by": self.by,
        }


class HeadSheet(FormSheet):
    """The fields of the head; `go_on` is given what was read once all of it can be."""

    def __init__(
        self,
        page: Page,
        person: Person,
        grants: Sequence[UnpaidGrant],
        go_on: Callable[[Head], object],
        back: Callable[[], object],
    ) -> None:
        text = page.text
        super().__init__(
            text,
            full_name(person.surname, person.given_names),
            text(
                "Type what stands on the paper. Leave empty what it does not say: nothing is made up for it."
            ),
            words=text("Go on"),
            icon="arrow-right",
            record=self._read,
            back=back,
        )
        self._page, self._go_on = page, go_on
        self._grants = {grant.entry_id: grant for grant in grants}
        self.kind = ComboBox(
            [Choice(code, text(words)) for code, words in KINDS.items() if code != "payment" or grants]
        )
        self.number = LineEdit(most=64)
        self.day, self.time = DateEdit(text), TimeEdit(text)
        self.day.setPlaceholderText(text("dd/mm/yyyy"))
        people = [person for person in page.workstation.configuration.people if person.role in COUNTER_ROLES]
        self.by = ComboBox(
            [
                Choice(NOT_ON_PAPER, text("Not on the paper")),
                *(Choice(person.id, person.name) for person in people),
            ]
        )
        self.grant = ComboBox([Choice(grant.entry_id, self._grant_words(grant)) for grant in grants])
        self._lay_out()

    def _lay_out(self) -> None:
        text = self.text
        zone = str(self._page.workstation.office.zone)
        self._number_field = Field(
            text("Number of the paper"), self.number, text("Of the receipt, such as A1-0132, or of the form.")
        )
        self._day_field = Field(text("Day"), self.day)
        self._time_field = Field(
            text("Time"), self.time, text("Time of {zone}. Empty where the paper has none.", zone=zone)
        )
        self._grant_field = Field(text("Which grant"), self.grant)
        self.ask(
            Field(text("What is on the paper"), self.kind),
            self._number_field,
            self._day_field,
            self._time_field,
            Field(text("Who did it"), self.by),
        )
        if self._grants:
            self.ask(self._grant_field)
        for combo in (self.kind, self.by, self.grant):
            combo.setMinimumContentsLength(8)
        self.finish()
        self.kind.picked.connect(lambda _code: self._adapt())
        self._adapt()

    def _adapt(self) -> None:
        if self._grants:
            self._grant_field.setVisible(self.kind.value() == "payment")

    def _grant_words(self, grant: UnpaidGrant) -> str:
        configuration = self._page.workstation.configuration
        aid = aid_name(self.text, configuration, grant.aid)
        return " · ".join([grant.number, aid, self.text.money(grant.amount)])

    # --- what stands in it

    def fields(self) -> dict[str, str]:
        """What stands here, for a draft."""
        return {
            "kind": self.kind.value(),
            "number": self.number.value(),
            "day": self.day.text(),
            "time": self.time.text(),
            "by": self.by.value(),
            "grant": self.grant.value(),
        }

    def restore(self, fields: dict[str, Any]) -> None:
        """Put back what was kept; what is not told stays as it is."""
        for name, combo in (("kind", self.kind), ("by", self.by), ("grant", self.grant)):
            combo.choose(str(fields.get(name, "")))
        for name, line in (("number", self.number), ("day", self.day), ("time", self.time)):
            line.setText(str(fields.get(name, "")))

    def _read(self) -> None:
        """Say what is wrong, or hand over what was read."""
        from counter_app.service.casework import today

        text, iso, at = self.text, self.day.iso, self.time.time
        if iso is None or len(iso) != 10:
            self.wrong(
                self._day_field,
                text("Write the whole day. A paper that has none: ask the citizen, and say so in the note."),
            )
            return
        day = date.fromisoformat(iso)
        if day > today(self._page.workstation):
            self.wrong(self._day_field, text("This day is still to come: read it again."))
            return
        if self.time.is_wrong:
            self.wrong(self._time_field, text("Write the time like 14:30, or leave it empty."))
            return
        moment = None
        if at is not None:
            try:
                moment = self._moment(day, at)
            except AppError as error:
                self.wrong(self._time_field, text.error(error))
                return
        grant = self._grants.get(self.grant.value()) if self.kind.value() == "payment" else None
        self._go_on(Head(self.kind.value(), self.number.value(), day, moment, self.by.value(), grant))

    def _moment(self, day: date, at: time) -> datetime:
        from counter_app.service.from_paper import moment_on_paper

        return moment_on_paper(self._page.workstation, day, at)
