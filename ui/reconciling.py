"""A round of couriers behind the windows: it goes on while people change, and ends with the workstation."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from counter_app.domain.errors import AppError

if TYPE_CHECKING:
    from counter_app.domain.catalogue import Service
    from counter_app.service.workstation import Workstation
    from ui.bridge import Bridge

Phase = Literal["idle", "running", "pausing", "stopping", "paused"]


@dataclass(frozen=True, slots=True)
class ServiceRun:
    """How one service's courier fared; `trouble` is a message id, empty where nothing stood in the way."""

    service: str
    moved: int
    finished: bool
    trouble: str
    stopped: bool


class Reconciling(QObject):
    """The one round of this window; `changed` comes on the main thread when its phase does.

    Pausing and stopping let the exchange under way end: what it proved is recorded, the rest waits.
    """

    changed = Signal()
    _ended = Signal(object, object)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self.phase: Phase = "idle"
        self.services: tuple[Service, ...] = ()
        self.results: dict[str, ServiceRun] = {}
        self.troubles: dict[str, str] = {}
        self.error: AppError | None = None
        self.total = 0
        self._stop = threading.Event()
        self._closed = False
        self._ended.connect(self._end, Qt.ConnectionType.QueuedConnection)
        bridge.closed.connect(self._stop_now)

    @staticmethod
    def of(bridge: Bridge) -> Reconciling:
        """The round of a window, made with the first question for it."""
        found = bridge.findChild(Reconciling)
        return found if isinstance(found, Reconciling) else Reconciling(bridge)

    @property
    def busy(self) -> bool:
        """Whether couriers are under way."""
        return self.phase in ("running", "pausing", "stopping")

    def start(self, workstation: Workstation, services: Sequence[Service], agent: str, total: int) -> None:
        """Send couriers to `services`; `total` units are expected to move. Nothing where a round is under way."""
        if self.busy:
            return
        self.services, self.total = tuple(services), total
        self.results, self.troubles, self.error = {}, {}, None
        self._stop = threading.Event()
        self._set("running")
        work = (workstation, self.services, agent, self._stop)
        threading.Thread(target=self._work, args=work, name="reconciling", daemon=True).start()

    def pause(self) -> None:
        """End after the exchange under way, to go on later."""
        if self.phase == "running":
            self._stop.set()
            self._set("pausing")

    def stop(self) -> None:
        """End after the exchange under way."""
        if self.phase == "paused":
            self._set("idle")
        elif self.busy:
            self._stop.set()
            self._set("stopping")

    def _work(
        self,
        workstation: Workstation,
        services: tuple[Service, ...],
        agent: str,
        stop: threading.Event,
    ) -> None:
        results: dict[str, ServiceRun] = {}
        fault: BaseException | None = None
        try:
            from counter_app.bootstrap import reconcile
            from counter_app.service.unit_words import trouble

            def watch(service: str, trip: Any) -> None:
                self.troubles[service] = trouble(trip.cause)

            trips = reconcile(workstation, services, agent, watch=watch, stop=stop)
            for name, trip in trips.items():
                results[name] = ServiceRun(
                    name, trip.moved, trip.finished, trouble(trip.cause), stop.is_set()
                )
        except BaseException as error:  # noqa: BLE001  (carried to the main thread)
            fault = error
        if isValid(self):
            self._ended.emit(results, fault)

    def _end(self, results: dict[str, ServiceRun], fault: BaseException | None) -> None:
        if self._closed:
            return
        self.results = results
        self.error = fault if isinstance(fault, AppError) else None
        paused = self.phase == "pausing" and any(not run.finished for run in results.values())
        self._set("paused" if paused else "idle")
        if fault is not None and self.error is None:
            raise fault

    def _stop_now(self) -> None:
        """The workstation closes: whatever the couriers still meet there is told to nobody."""
        self._closed = True
        self._stop.set()

    def _set(self, phase: Phase) -> None:
        self.phase = phase
        self.changed.emit()
