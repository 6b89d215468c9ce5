"""What another package's connector does wrong proves nothing, and is never an error of this program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from counter_app.connectors.guarded import Guarded, GuardedNumbers, guarded
from counter_app.connectors.kind import Kind, Setup
from counter_app.domain.errors import BadInput
from counter_app.settings import read_configuration, sample_configuration
from counter_app.sync.port import Cause, Message, Outcome, Reply, UnitReply

MESSAGES = (Message("k1", b"{}"), Message("k2", b"{}"))


class Odd:
    """A connector that answers with whatever it is given."""

    batch_max, askable, proves_absence = 10, True, True

    def __init__(self, answer: Callable[[], Any]) -> None:
        self._answer = answer

    def send(self, _attempt: str, _messages: object) -> Any:
        return self._answer()

    def ask(self, _messages: object) -> Any:
        return self._answer()

    def check(self) -> Any:
        return self._answer()

    def close(self) -> None:
        self._answer()


class OddNumbers(Odd):
    """The same with the question about numbers."""

    def ask_numbers(self, _messages: object) -> Any:
        return self._answer()


def failing() -> Any:
    raise KeyError("Quatremère")


def setup() -> Setup:
    services = read_configuration(sample_configuration("ccas"), "office.toml").configuration.services
    service = structs.replace(services[0], connector="pigeon")
    return Setup(service=service, folder=Path(), counter="A1", aids=(), secret=str, options=None)


@pytest.mark.parametrize(
    "answer",
    [
        failing,
        lambda: None,
        lambda: Reply((None,)),  # type: ignore[arg-type]
        lambda: Reply((UnitReply("k1", "accepted"),)),  # type: ignore[arg-type]
        lambda: Reply((UnitReply("k1", Outcome.ACCEPTED, number=5),)),  # type: ignore[arg-type]
        lambda: Reply((UnitReply("k1", Outcome.ACCEPTED, echo=[]),)),  # type: ignore[arg-type]
        lambda: Reply(7),  # type: ignore[arg-type]
    ],
)
def test_whatever_is_no_answer_leaves_every_unit_unknown(answer: Callable[[], Any]) -> None:
    connector = guarded(Kind(lambda _: OddNumbers(answer)), setup())
    assert isinstance(connector, GuardedNumbers)
    for reply in (connector.send("a", MESSAGES), connector.ask(MESSAGES), connector.ask_numbers(MESSAGES)):
        assert {unit.key: unit.outcome for unit in reply.units} == {
            "k1": Outcome.UNKNOWN,
            "k2": Outcome.UNKNOWN,
        }
        assert reply.cause is Cause.UNREADABLE


def test_a_probe_or_an_end_that_fails_proves_nothing_and_harms_nobody() -> None:
    connector = guarded(Kind(lambda _: Odd(failing)), setup())
    probe = connector.check()
    assert (probe.reachable, probe.idempotent, probe.findings[0].detail) == (False, False, "KeyError")
    connector.close()


def test_a_sound_answer_passes_but_for_a_wish_that_is_no_time() -> None:
    sound = Reply((UnitReply("k1", Outcome.RECEIVED),), retry_after=float("nan"))
    connector = guarded(Kind(lambda _: Odd(lambda: sound)), setup())
    assert type(connector) is Guarded
    reply = connector.send("a", MESSAGES[:1])
    assert (reply.units, reply.retry_after) == (sound.units, None)


class Boundless(Odd):
    """Says how much it carries in a word."""

    batch_max = "many"  # type: ignore[assignment]


@pytest.mark.parametrize("make", [lambda _: failing(), lambda _: None, lambda _: Boundless(failing)])
def test_a_package_that_makes_no_connector_is_named(make: Callable[[Setup], Any]) -> None:
    with pytest.raises(BadInput, match="connector_broken") as caught:
        guarded(Kind(make), setup())
    assert caught.value.params["name"] == "pigeon"
