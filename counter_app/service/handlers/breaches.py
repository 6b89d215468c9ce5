"""Rules that say no: a refusal while nothing has moved, an irregularity once it has.

A fact that already happened (paper form, cash paid) is never refused for breaking a rule; it is recorded with
the rules it broke and waits to be regularised.
"""

from __future__ import annotations

from counter_app.domain.errors import Refused
from counter_app.domain.findings import Decision
from counter_app.journal.numbered import entry_of_number
from counter_app.projections.irregular import was_entered
from counter_app.service.context import Context


class Breaches:
    """Collects the broken rules of one command."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._happened = context.command.already_happened
        self.rules: list[str] = []

    def add(self, rule: str, code: str, /, **params: object) -> None:
        """Refuse with `code`, or note the `rule` where the fact already happened."""
        if not self._happened:
            raise Refused(code, **params)
        if rule not in self.rules:
            self.rules.append(rule)

    def take_form(self, form: str | None, kind: str) -> None:
        """That a paper form is entered once: under its own number, or as the receipt that a copy still had."""
        if form is None:
            return
        receipt = entry_of_number(self._context.connection, form)
        if was_entered(self._context.tables, form, kind) or (receipt is not None and receipt.kind == kind):
            self.add("form", "form_again", form=form)

    def take(self, decision: Decision) -> None:
        """All refusals of the aid's rules."""
        for finding in decision.refused:
            self.add(finding.rule, finding.code or "refused", **finding.params)
