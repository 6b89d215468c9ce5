"""Keeps what another package's connector does wrong from the couriers: its faults prove nothing, and stop nobody."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from counter_app.connectors.causes import Fault
from counter_app.connectors.kind import Kind, Setup
from counter_app.domain.errors import AppError, BadInput
from counter_app.logs import Plain
from counter_app.settings.plugins import package_of
from counter_app.sync.port import (
    AsksNumbers,
    Cause,
    Connector,
    Finding,
    Message,
    Outcome,
    Probe,
    Reply,
    UnitReply,
)

_LOG = logging.getLogger(__name__)
_TEXTS = ("number", "reason", "words")


def guarded(kind: Kind, setup: Setup) -> Connector:
    """The connector that a package makes, behind a guard; raises `connector_broken` where it makes none."""
    name = setup.service.connector
    try:
        made = kind.make(setup)
        traits = (made.batch_max, made.askable, made.proves_absence)
    except AppError:
        raise
    except Exception as error:
        _LOG.error("%s makes no connector", Plain(name), exc_info=error)
        raise _broken(name, type(error).__name__) from error
    if [type(one) for one in traits] != [int, bool, bool] or made.batch_max < 0:
        raise _broken(name, "batch_max")
    return GuardedNumbers(made) if isinstance(made, AsksNumbers) else Guarded(made)


def _broken(name: str, problem: str) -> BadInput:
    return BadInput("connector_broken", name=name, package=package_of(name), problem=problem)


class Guarded:
    """Another package's connector; what it raises, or answers in no form of the port, is `UNKNOWN`."""

    def __init__(self, made: Connector) -> None:
        self.made = made
        self.batch_max = made.batch_max
        self.askable = made.askable
        self.proves_absence = made.proves_absence

    def send(self, attempt_id: str, messages: Sequence[Message]) -> Reply:
        """The same; of what may have left before it failed nothing is known."""
        return _sound(lambda: self.made.send(attempt_id, messages), messages)

    def ask(self, messages: Sequence[Message]) -> Reply:
        """The same."""
        return _sound(lambda: self.made.ask(messages), messages)

    def check(self) -> Probe:
        """The same; one that fails has proved nothing."""
        try:
            probe = self.made.check()
        except Exception as error:  # noqa: BLE001  (whatever it is, it is the package's)
            _LOG.error("A connector of another package failed", exc_info=error)
            return Probe(False, False, False, (Finding("reachable", False, type(error).__name__),))
        return probe

    def close(self) -> None:
        """The same."""
        try:
            self.made.close()
        except Exception as error:  # noqa: BLE001  (whatever it is, it is the package's)
            _LOG.error("A connector of another package failed", exc_info=error)


class GuardedNumbers(Guarded):
    """The same for one that can also ask by the centre's own numbers."""

    def ask_numbers(self, messages: Sequence[Message]) -> Reply:
        """The same."""
        made = self.made
        assert isinstance(made, AsksNumbers)  # `guarded` has looked
        return _sound(lambda: made.ask_numbers(messages), messages)


def _sound(call: Callable[[], Reply], messages: Sequence[Message]) -> Reply:
    try:
        reply = call()
        problem = _problem(reply)
    except Exception as error:  # noqa: BLE001  (whatever it is, it is the package's)
        _LOG.error("A connector of another package failed", exc_info=error)
        return Fault(Outcome.UNKNOWN, Cause.UNREADABLE, type(error).__name__).reply(tuple(messages))
    if problem:
        _LOG.error("A connector of another package answers in no form of the port: %s", Plain(problem))
        return Fault(Outcome.UNKNOWN, Cause.UNREADABLE, problem).reply(tuple(messages))
    wait = reply.retry_after
    return reply if wait is None or _is_wait(wait) else replace(reply, retry_after=None)


def _problem(reply: object) -> str:
    """The name of what is no part of an answer; empty where all is sound."""
    if not isinstance(reply, Reply):
        return "Reply"
    if not isinstance(reply.cause, Cause):
        return "cause"
    for unit in reply.units:
        if not isinstance(unit, UnitReply) or not isinstance(unit.key, str):
            return "units"
        if not isinstance(unit.outcome, Outcome):
            return "outcome"
        if unit.echo is not None and not isinstance(unit.echo, dict):
            return "echo"
        for name in _TEXTS:
            if not isinstance(getattr(unit, name), str | None):
                return name
    return ""


def _is_wait(seconds: object) -> bool:
    return isinstance(seconds, int | float) and math.isfinite(seconds) and seconds >= 0
