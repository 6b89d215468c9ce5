"""One service's auditor: asks the centre what it still holds, and reads again what was replayed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, tzinfo

from counter_app.courier.courier import LONGEST_WAIT_S, Nap
from counter_app.service.audit import AuditDesk, AuditResult, Page
from counter_app.sync.port import AsksNumbers, Cause, Connector, Outcome, Reply
from counter_app.sync.restraint import Held, Restraint

Told = Callable[[str, AuditResult], None]
_LONGEST_NAP_S = 5.0


class Auditor:
    """Carries the questions of one audit, at the pace and outside the pauses of the service.

    It gives up after `patience` questions in a row that were not answered, or where it would have to wait for longer
    than `longest_wait_s`; `cause` and `held` then say why. `tell` hears of each answer.
    """

    def __init__(
        self,
        desk: AuditDesk,
        connector: Connector,
        restraint: Restraint,
        now: Callable[[], datetime],
        zone: tzinfo,
        *,
        patience: int = 4,
        stop: threading.Event | None = None,
        nap: Nap | None = None,
        tell: Told | None = None,
        longest_wait_s: float = LONGEST_WAIT_S,
    ) -> None:
        self._desk = desk
        self._connector = connector
        self._restraint = restraint
        self._now = now
        self._zone = zone
        self._patience = patience
        self._stop = stop or threading.Event()
        self._nap = nap or self._stop.wait
        self._tell = tell
        self._longest_wait_s = longest_wait_s
        self.cause = Cause.NONE
        self.held: Held | None = None

    def ask_all(self) -> bool:
        """Ask about every unit of the plan; false where the centre stopped answering, and the rest was not asked."""
        if not (self._connector.askable and self._connector.proves_absence):
            self._desk.result.can_be_asked = False
            return False
        most = min(self._connector.batch_max, self._desk.service.batch_max)
        while (page := self._desk.next_page(most)) is not None:
            at = self._now()
            reply = self._answer(page, self._connector.ask)
            if reply is None:
                return False
            missing = self._desk.take(page, reply, at)
            if missing is not None and not self._ask_numbers(missing):
                return False
            if self._tell is not None:
                self._tell(self._desk.service.id, self._desk.result)
        return True

    def _ask_numbers(self, page: Page) -> bool:
        if not isinstance(self._connector, AsksNumbers):
            self._desk.take_numbers(page, None)
            return True
        numbered = [place for place, message in enumerate(page.messages) if message.number is not None]
        reply: Reply | None = Reply(())
        if numbered:
            asked = Page(page.units, tuple([page.messages[place] for place in numbered]))
            reply = self._answer(asked, self._connector.ask_numbers)
        if reply is None:
            return False
        self._desk.take_numbers(page, reply)
        return True

    def read_again(self) -> None:
        """Read what was replayed; what is missing is read once more after the centre had the time to settle."""
        for last in (False, True):
            pages = self._desk.replayed_pages(self._connector.batch_max)
            for page in pages:
                at = self._now()
                reply = self._answer(page, self._connector.ask)
                if reply is None:
                    return
                self._desk.take_again(page, reply, at)
            wait_s = self._desk.service.settling_s
            if last or not self._desk.awaited or wait_s > self._longest_wait_s:
                return
            self._nap(wait_s)

    def _answer(self, page: Page, ask: Callable[..., Reply]) -> Reply | None:
        """The answer to a question, asked again while the centre says nothing; `None` where that was too often."""
        for _ in range(self._patience):
            if not self._may_go():
                return None
            reply = ask(page.messages)
            self.cause = reply.cause
            self._restraint.learn(
                self._now(), {}, (), asked=True, cause=reply.cause, retry_after=reply.retry_after, seconds=0.0
            )
            if reply.cause is Cause.NONE or any(one.outcome is not Outcome.UNKNOWN for one in reply.units):
                return reply
        return None

    def _may_go(self) -> bool:
        """Wait out a pause and the centre's wish; false where that is too long, or somebody stops the audit."""
        while not self._stop.is_set():
            held = self._restraint.held(self._now(), self._zone)
            self.held = held
            if held is None or held.until is None:
                return True
            wait_s = (held.until - self._now()).total_seconds()
            if wait_s > self._longest_wait_s:
                return False
            self._nap(min(max(wait_s, 0.0), _LONGEST_NAP_S))
        return False
