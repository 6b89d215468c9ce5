"""An audit of the centres behind the windows: it goes on while people change pages, and ends with the workstation."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from counter_app.domain.errors import AppError

if TYPE_CHECKING:
    from counter_app.domain.catalogue import Service
    from counter_app.service.audit import AuditResult
    from counter_app.service.workstation import Workstation
    from ui.bridge import Bridge


@dataclass(frozen=True, slots=True)
class Reached:
    """How far the audit of one service is."""

    asked: int
    total: int


class Auditing(QObject):
    """The one audit of this window; `changed` comes on the main thread when it begins and ends.

    Stopping lets the exchange under way end: what it proved is recorded.
    """

    changed = Signal()
    _ended = Signal(object, object)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self.busy = False
        self.results: dict[str, AuditResult] = {}
        self.reached: dict[str, Reached] = {}
        self.error: AppError | None = None
        self._stop = threading.Event()
        self._closed = False
        self._ended.connect(self._end, Qt.ConnectionType.QueuedConnection)
        bridge.closed.connect(self._stop_now)

    @staticmethod
    def of(bridge: Bridge) -> Auditing:
        """The audit of a window, made with the first question for it."""
        found = bridge.findChild(Auditing)
        return found if isinstance(found, Auditing) else Auditing(bridge)

    def start(
        self, workstation: Workstation, services: Sequence[Service], agent: str, sample: int | None
    ) -> None:
        """Ask the centres what they hold of everything, or of a sample of each; nothing where one is under way."""
        if self.busy:
            return
        self.results, self.reached, self.error = {}, {}, None
        self._stop = threading.Event()
        self._set(busy=True)
        work = (workstation, tuple(services), agent, sample, self._stop)
        threading.Thread(target=self._work, args=work, name="auditing", daemon=True).start()

    def stop(self) -> None:
        """End after the exchange under way."""
        self._stop.set()

    def _work(
        self,
        workstation: Workstation,
        services: tuple[Service, ...],
        agent: str,
        sample: int | None,
        stop: threading.Event,
    ) -> None:
        results: dict[str, AuditResult] = {}
        fault: BaseException | None = None
        try:
            from counter_app.bootstrap import audit
            from counter_app.service.audit import Plan

            def tell(service: str, result: Any) -> None:
                self.reached[service] = Reached(result.asked, min(result.total, sample or result.total))

            results = audit(workstation, services, agent, Plan(sample=sample), tell=tell, stop=stop)
        except BaseException as error:  # noqa: BLE001  (carried to the main thread)
            fault = error
        if isValid(self):
            self._ended.emit(results, fault)

    def _end(self, results: dict[str, AuditResult], fault: BaseException | None) -> None:
        if self._closed:
            return
        self.results = results
        self.error = fault if isinstance(fault, AppError) else None
        self._set(busy=False)
        if fault is not None and self.error is None:
            raise fault

    def _stop_now(self) -> None:
        """The workstation closes: whatever the centres still say is told to nobody."""
        self._closed = True
        self._stop.set()

    def _set(self, *, busy: bool) -> None:
        self.busy = busy
        self.changed.emit()
