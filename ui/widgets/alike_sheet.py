"""Many units decided in one go: how many and how much is told, then one decision and one reason for all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from counter_app.text import Text
from ui.theme.current import theme
from ui.theme.density import ROOMY
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.fields import Field, Words
from ui.widgets.form_sheet import FormSheet
from ui.widgets.unit_words import reason_words, unit_state

if TYPE_CHECKING:
    from counter_app.service.deciding import Alike


_REASON = 104


class AlikeSheet(FormSheet):
    """`decide` is called with this sheet when it is complete; `decision` and `reason` say what."""

    def __init__(
        self,
        text: Text,
        found: Alike,
        service: str,
        kind: str,
        *,
        decide: Callable[[AlikeSheet], object],
        back: Callable[[], object],
    ) -> None:
        count = text.plural("{n} unit", "{n} units", len(found.units))
        super().__init__(
            text,
            text("Decide all alike"),
            text("Each is recorded with your name, and undone by itself."),
            words=text("Decide {count}", count=count),
            icon="gavel",
            record=self._check,
            back=back,
            narrow=True,
        )
        from counter_app.service.unit_words import DECISION_WORDS

        self.found, self._decide = found, decide
        one = found.units[0]
        self.fact(text("Units"), text("{units}, {amount}", units=count, amount=found.amount), strong=True)
        self.fact(text("Service"), service)
        self.fact(text("Act"), kind)
        why = reason_words(text, one.reason) if one.reason else ""
        state = unit_state(text, one.state).words
        self.fact(text("State"), " · ".join(part for part in (state, why) if part))
        self._decision = ComboBox(Choice(word, text(DECISION_WORDS[word])) for word in found.decisions)
        self._words = Words(lines=2)
        self._words.setMaximumHeight(_REASON if theme.density is ROOMY else self._words.minimumHeight())
        self._reason_field = Field(
            text("Reason"), self._words, text("Who checked what, where: an auditor reads it.")
        )
        self._reason_field.fold_help(theme.density is not ROOMY)
        self.ask(Field(text("Decision"), self._decision), self._reason_field)
        self.finish()

    @property
    def decision(self) -> str:
        """What was chosen."""
        return self._decision.value()

    @property
    def reason(self) -> str:
        """Why, in the person's words."""
        return self._words.value()

    def _check(self) -> None:
        if not self.reason:
            self.wrong(self._reason_field, self.text("Say why: the decision is read without you."))
            return
        self._decide(self)
