"""Rules that say no: a refusal while nothing has moved, an irregularity once it has.

A fact that already happened (paper form, cash paid) is never refused for breaking a rule; it is recorded with
the rules it broke and waits to be regularised.
"""

from __future__ import annotations

from counter_app.domain.errors import Refused
from counter_app.domain.findings import Decision
from counter_app.service.context import Context


class Breaches:
    """Collects the broken rules of one command."""

    def __init__(self, context: Context) -> None:
        self._happened = context.command.already_happened
        self.rules: list[str] = []

    def add(self, rule: str, code: str, /, **params: object) -> None:
        """Refuse with `code`, or note the `rule` where the fact already happened."""
        if not self._happened:
            raise Refused(code, **params)
        if rule not in self.rules:
            self.rules.append(rule)

    def take(self, decision: Decision) -> None:
        """All refusals of the aid's rules."""
        for finding in decision.refused:
            self.add(finding.rule, finding.code or "refused", **finding.params)
