"""A centre with screens only: no courier goes there, people carry its units from the work-list."""

from __future__ import annotations

from collections.abc import Sequence

from counter_app.connectors.answers import check_load
from counter_app.sync.port import Finding, Message, Outcome, Probe, Reply, UnitReply


class ManualConnector:
    """Takes no message, so that no unit ever leaves by itself; `ValueError` for whoever tries."""

    batch_max = 0
    askable = False
    proves_absence = False

    def send(self, attempt_id: str, messages: Sequence[Message]) -> Reply:
        """Nothing is sent."""
        return Reply(tuple(UnitReply(one.key, Outcome.NOT_SENT) for one in check_load(messages, 0)))

    def ask(self, messages: Sequence[Message]) -> Reply:
        """Nothing can be asked."""
        return Reply(tuple(UnitReply(one.key, Outcome.UNKNOWN) for one in check_load(messages, 0)))

    def check(self) -> Probe:
        """There is no machine to reach: the people who look at its screens are the proof."""
        return Probe(True, True, False, (Finding("by_hand", True),))

    def close(self) -> None:
        """Nothing is open."""
