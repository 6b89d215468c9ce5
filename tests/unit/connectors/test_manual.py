"""No message ever leaves for a centre that people tell by hand."""

from __future__ import annotations

import pytest

from counter_app.connectors.manual import ManualConnector
from counter_app.connectors.words import WORDS
from counter_app.sync.port import Message, Reply


def test_nothing_can_be_sent_or_asked() -> None:
    connector = ManualConnector()
    for _ in range(2):
        assert connector.send("a", []) == connector.ask([]) == Reply(())
        for exchange in (lambda: connector.send("a", [_UNIT]), lambda: connector.ask([_UNIT])):
            with pytest.raises(ValueError, match="at most 0"):
                exchange()
        connector.close()


def test_its_probe_says_that_people_do_it() -> None:
    probe = ManualConnector().check()
    assert (probe.reachable, probe.idempotent, probe.askable) == (True, True, False)
    assert {(finding.code, finding.ok) for finding in probe.findings} <= WORDS.keys()


_UNIT = Message("k", b"{}")
