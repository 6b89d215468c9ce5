"""The receipts that a restored journal lacks, in a table: which are missing, and what became of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counter_app.service.kind_words import KINDS
from counter_app.text import N_, Text
from ui.widgets.badge import State
from ui.widgets.table import Column, Rows, Table

if TYPE_CHECKING:
    from counter_app.service.lost_numbers import NumberSearch

_STATES: Final = {
    "missing": State(N_("To be entered"), "warn", "file-text"),
    "unknown": State(N_("Perhaps given"), "neutral", "question-mark"),
    "entered": State(N_("Entered again"), "ok", "check"),
    "twice": State(N_("In the journal twice"), "bad", "alert-triangle"),
    "given_up": State(N_("Not found"), "neutral", "minus"),
}


@dataclass(frozen=True, slots=True)
class NumberLine:
    """One number: its state, and where it was entered the number and kind of the entry that it became."""

    number: str
    state: str
    entry_number: str = ""
    kind: str = ""

    @property
    def may_be_entered(self) -> bool:
        """Whether a paper of this number is still waited for."""
        return self.state not in ("entered", "twice")


def lines_of(searches: Sequence[NumberSearch]) -> list[NumberLine]:
    """Every number of the searches: first what is missing, then the next that may have been given, then the rest."""
    missing = [NumberLine(number, "missing") for one in searches for number in one.missing]
    unknown = [NumberLine(one.next, "unknown") for one in searches if not one.is_ended]
    entered = [
        NumberLine(found.number, "twice" if found.is_twice else "entered", found.entry_number, found.kind)
        for one in searches
        for found in reversed(one.entered)
    ]
    given_up = [NumberLine(number, "given_up") for one in searches for number in one.given_up]
    return [*missing, *unknown, *given_up, *entered]


def left_words(text: Text, searches: Sequence[NumberSearch]) -> str:
    """How many receipts are still to be entered again, and from where on nobody knows; empty where none is."""
    said = []
    for one in searches:
        count = len(one.missing)
        if count:
            said.append(
                text.plural(
                    "{n} receipt of {before} is still to be entered again.",
                    "{n} receipts of {before} are still to be entered again.",
                    count,
                    before=one.before,
                )
            )
        if not one.is_ended:
            words = text(
                "From {next} on receipts may be missing: nobody knows how many were given.", next=one.next
            )
            said.append(words)
    return " ".join(said)


class NumberTable(Table[NumberLine]):
    """The table; Enter on a number that is still waited for begins its paper."""

    def __init__(self, text: Text) -> None:
        self._text = text
        columns: list[Column[NumberLine]] = [
            Column(text("Receipt"), lambda line: line.number, "strong"),
            Column(text("State"), self._state),
            Column(text("Now"), lambda line: line.entry_number or "—", "muted"),
            Column(text("Act"), self._kind, "muted", stretch=1, least=90, drop=1),
        ]
        super().__init__(text("Receipts to enter again"), Rows(columns, key=lambda line: line.number))

    def _state(self, line: NumberLine) -> State:
        state = _STATES[line.state]
        return State(self._text(state.words), state.tone, state.icon)

    def _kind(self, line: NumberLine) -> str:
        return self._text(KINDS[line.kind]) if line.kind in KINDS else "—"
