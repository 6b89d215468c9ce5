"""Every state, cause and decision has words, in French too, and the command line and the windows share them."""

from __future__ import annotations

import pytest

from counter_app.domain.decision_commands import DecideUnit
from counter_app.domain.delivery import UnitState
from counter_app.service.unit_words import (
    CAUSE_WORDS,
    DECISION_WORDS,
    DECISIONS,
    REASON_WORDS,
    STATE_WORDS,
    trouble,
)
from counter_app.sync.judge import SETTLING
from counter_app.sync.port import Cause
from counter_app.text import Text

TABLES = (STATE_WORDS, CAUSE_WORDS, DECISION_WORDS, REASON_WORDS)


def test_every_state_has_words_of_its_own() -> None:
    assert set(STATE_WORDS) == set(UnitState)
    assert len(set(STATE_WORDS.values())) == len(STATE_WORDS)


def test_every_cause_but_none_is_a_trouble_in_words() -> None:
    assert set(CAUSE_WORDS) == set(Cause) - {Cause.NONE}
    assert trouble(Cause.NONE) == ""
    assert trouble(Cause.DEADLINE) == "it does not answer in time"


def test_every_decision_that_a_command_may_carry_has_words() -> None:
    from typing import get_args, get_type_hints

    carried = set(get_args(get_type_hints(DecideUnit, include_extras=False)["decision"]))
    assert carried == set(DECISIONS) == set(DECISION_WORDS)
    assert len(set(DECISION_WORDS.values())) == len(DECISIONS)


def test_the_reasons_that_the_program_gives_itself_are_among_the_words() -> None:
    assert SETTLING in REASON_WORDS


@pytest.mark.parametrize("table", TABLES, ids=["states", "causes", "decisions", "reasons"])
def test_they_are_all_said_in_french(table: dict[str, str]) -> None:
    text = Text("fr")
    assert [words for words in table.values() if text(words) == words] == []
