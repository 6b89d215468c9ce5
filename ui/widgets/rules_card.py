"""What one grant may have: a line for each aid, and all that bounds the one at the cursor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from counter_app.domain.catalogue import AnyRule, Approval, Configuration
from counter_app.service.office_words import of_office
from counter_app.service.rule_words import approval_words, rule_words
from counter_app.text import Text
from ui.widgets.card import Card
from ui.widgets.labels import label
from ui.widgets.table import Column, Rows, Table

if TYPE_CHECKING:
    from counter_app.service.budget import AidLimits, Budget


class RulesCard(Card):
    """The ceilings of every aid; the columns have room for the first of each, the line below for all of one."""

    def __init__(self, text: Text, configuration: Configuration) -> None:
        super().__init__(text("What one grant may have"), bare=True)
        self._text, self._configuration = text, configuration
        rows: Rows[AidLimits] = Rows(self._columns(), key=lambda limits: limits.aid.code)
        self.table = Table(text("Ceilings of each aid"), rows)
        self.table.hold(least=2)
        self.body.addWidget(self.table, 1)
        self._full = label("", wrap=True)
        self._full.setContentsMargins(12, 0, 12, 12)
        self.add(self._full)
        self.table.moved.connect(self._say_aid)
        self.table.fitted.connect(self._hold_full)

    def show_rules(self, budget: Budget) -> None:
        """The aids, what one person may have of all together, and since when that holds."""
        text = self._text
        rules = [rule_words(text, self._configuration, rule) for rule in budget.person_rules]
        across = text("One person, all aids together: {rules}", rules="; ".join(rules)) if rules else ""
        version = text("Rules of {version}", version=self._dated(budget.version))
        self.retitle(text("What one grant may have"), " · ".join(part for part in (across, version) if part))
        self.table.show_rows(budget.aids)

    def _dated(self, version: str) -> str:
        """A version that is a day as the other days are written, any other as it stands."""
        try:
            return self._text.date(date.fromisoformat(version))
        except ValueError:
            return version

    def _columns(self) -> list[Column[AidLimits]]:
        text = self._text
        return [
            Column(
                text("Aid"),
                lambda limits: of_office(text, self._configuration, limits.aid.names),
                "strong",
                stretch=1,
                least=130,
            ),
            Column(text("At most"), self._first_ceiling),
            Column(text("Second person"), self._approval, drop=1),
        ]

    def _say_aid(self, limits: AidLimits | None) -> None:
        if limits is None:
            self._full.setText("")
            return
        name = of_office(self._text, self._configuration, limits.aid.names)
        words = self._text("{aid}: {ceilings}.", aid=name, ceilings=self._ceilings(limits))
        if any(isinstance(rule, Approval) for rule in limits.rules):
            approval = self._text("Second person {approval}.", approval=self._approval(limits))
            words = f"{words} {approval}"
        self._full.setText(words)
        self._hold_full()

    def _hold_full(self) -> None:
        """All its lines, where a page that scrolls would leave it fewer."""
        self._full.setMinimumHeight(max(0, self._full.heightForWidth(self._full.width())))

    def _first_ceiling(self, limits: AidLimits) -> str:
        return self._ceilings(limits).partition(" · ")[0]

    def _ceilings(self, limits: AidLimits) -> str:
        return self._said(rule for rule in limits.rules if not isinstance(rule, Approval))

    def _approval(self, limits: AidLimits) -> str:
        rules = [rule for rule in limits.rules if isinstance(rule, Approval)]
        return " · ".join(approval_words(self._text, self._configuration, rule) for rule in rules) or "—"

    def _said(self, rules: Iterable[AnyRule]) -> str:
        said = [rule_words(self._text, self._configuration, rule) for rule in rules]
        return " · ".join(words for words in said if words) or "—"
