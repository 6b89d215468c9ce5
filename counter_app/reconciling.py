"""Reconciliation with the centres: couriers sent out in the recovery order, and audits of what the centres hold."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from random import Random

from counter_app.access.roles import RECOVERY, colleague
from counter_app.clock import PracticeClock, from_wire
from counter_app.connecting import connect
from counter_app.courier.auditor import Auditor, Told
from counter_app.courier.courier import LONGEST_WAIT_S, Courier, Nap, Trip, Watch
from counter_app.courier.round import run_round
from counter_app.domain.catalogue import Service
from counter_app.domain.errors import AppError
from counter_app.projections.audits import cut_to_look_behind
from counter_app.projections.family import Tables
from counter_app.service.audit import AuditDesk, AuditResult, Plan
from counter_app.service.batches import Traits
from counter_app.service.delivery import Delivery
from counter_app.service.workstation import Workstation
from counter_app.sync.port import Connector
from counter_app.sync.restraint import Restraint


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a run is made: by whom, how patiently, and who watches."""

    workstation: Workstation
    agent: str
    patience: int
    nap: Nap | None
    random: Random
    longest_wait_s: float
    watch: Watch | None = None
    tell: Told | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    def delivery(self, service: Service, connector: Connector) -> Delivery:
        """The desk of one service for this run."""
        traits = Traits(connector.batch_max, connector.askable, connector.proves_absence)
        return Delivery(self.workstation.writer, service, traits, self.agent, self.random)

    def courier(self, service: Service, connector: Connector) -> Courier:
        """A courier for one service, for whom everything that was put off is due."""
        delivery = self.delivery(service, connector)
        delivery.due_now()
        return Courier(
            delivery,
            connector,
            patience=self.patience,
            stop=self.stop,
            watch=self.watch,
            nap=self.nap,
            longest_wait_s=self.longest_wait_s,
        )

    @contextmanager
    def auditing(
        self, service: Service, connector: Connector, plan: Plan
    ) -> Iterator[tuple[AuditDesk, Auditor]]:
        """An auditor of one service with a reading connection of this thread's own."""
        workstation = self.workstation
        with closing(workstation.connect_reader()) as connection:
            desk = AuditDesk(workstation.writer, connection, workstation.chain, service, self.agent, plan)
            auditor = Auditor(
                desk,
                connector,
                Restraint(service, service.batch_max, self.random, canary=False),
                workstation.clock.now,
                workstation.office.zone,
                patience=self.patience,
                stop=self.stop,
                nap=self.nap,
                tell=self.tell,
                longest_wait_s=self.longest_wait_s,
            )
            yield desk, auditor


class _Errand:
    """What is done at one service: what was on its way before the last cut is asked about, then the courier goes."""

    def __init__(self, manner: _Manner, service: Service, connector: Connector) -> None:
        self._manner = manner
        self._service = service
        self._connector = connector

    def run(self) -> Trip:
        """The courier's trip; one that never began where the centre does not even answer about the window."""
        return self._kept_behind_the_cut() or self._manner.courier(self._service, self._connector).run()

    def _kept_behind_the_cut(self) -> Trip | None:
        """Acknowledged just before a centre went down is what it is likeliest to have lost; asked once for each cut.

        Returns what kept it from being asked; `None` where nothing did.
        """
        if not (self._connector.askable and self._connector.proves_absence):
            return None
        workstation, service = self._manner.workstation, self._service
        with closing(workstation.connect_reader()) as connection:
            cut = cut_to_look_behind(Tables(connection), workstation.chain, service.id)
        if cut is None:
            return None
        since = from_wire(cut) - timedelta(seconds=service.window_s)
        plan = Plan(since=since, cut=cut)
        with self._manner.auditing(service, self._connector, plan) as (desk, auditor):
            if not desk.result.total:
                return None
            complete = auditor.ask_all()
            desk.allow_replay()
            desk.finish(complete=complete)
        return None if complete else Trip(cause=auditor.cause, held=auditor.held)


def reconcile(
    workstation: Workstation,
    services: Sequence[Service],
    agent: str,
    *,
    watch: Watch | None = None,
    patience: int = 4,
    nap: Nap | None = None,
    random: Random | None = None,
    stop: threading.Event | None = None,
    longest_wait_s: float = LONGEST_WAIT_S,
) -> dict[str, Trip]:
    """Send couriers to the services until each has done what it can by itself; returns their trips.

    One rank of the recovery order follows the other. Setting `stop` ends them after the exchange under way; what waits
    then waits for the next call. `watch` is called on the couriers' threads.
    """
    manner = _manner(workstation, agent, patience, nap, random, stop, longest_wait_s, watch=watch)
    with _connected(services, workstation) as connectors:
        # What people type over by hand takes no message.
        carried = [one for one in services if one.id in connectors and connectors[one.id].batch_max]
        ordered = sorted(carried, key=lambda one: (one.order, one.id))
        ranks = [
            [(one.id, _Errand(manner, one, connectors[one.id]).run) for one in rank]
            for _, rank in groupby(ordered, key=lambda one: one.order)
        ]
        return run_round(ranks, manner.stop)


def audit(
    workstation: Workstation,
    services: Sequence[Service],
    agent: str,
    plan: Plan | None = None,
    *,
    watch: Watch | None = None,
    tell: Told | None = None,
    patience: int = 4,
    nap: Nap | None = None,
    random: Random | None = None,
    stop: threading.Event | None = None,
    longest_wait_s: float = LONGEST_WAIT_S,
) -> dict[str, AuditResult]:
    """Ask each service whether it still holds what it answered for; returns what was found, by service.

    What is proved lost is sent again by a courier, with whatever waits, and read again, unless the plan says not to.
    `tell` hears of each answer and `watch` of each exchange of the courier, both on the calling thread or a courier's.
    """
    plan = plan or Plan()
    manner = _manner(workstation, agent, patience, nap, random, stop, longest_wait_s, watch=watch, tell=tell)
    results: dict[str, AuditResult] = {}
    with _connected(services, workstation) as connectors:
        reached = [one for one in services if one.id in connectors]
        for service in sorted(reached, key=lambda one: (one.order, one.id)):
            connector = connectors[service.id]
            with manner.auditing(service, connector, plan) as (desk, auditor):
                complete = auditor.ask_all()
                if desk.allow_replay():
                    manner.courier(service, connector).run()
                    auditor.read_again()
                results[service.id] = desk.finish(complete=complete)
    return results


def _manner(
    workstation: Workstation,
    agent: str,
    patience: int,
    nap: Nap | None,
    random: Random | None,
    stop: threading.Event | None,
    longest_wait_s: float,
    *,
    watch: Watch | None = None,
    tell: Told | None = None,
) -> _Manner:
    colleague(workstation.configuration, agent, RECOVERY)
    if nap is None and isinstance(workstation.clock, PracticeClock):
        nap = workstation.clock.nap
    return _Manner(
        workstation,
        agent,
        patience,
        nap,
        random or Random(),
        longest_wait_s,
        watch,
        tell,
        stop or threading.Event(),
    )


@contextmanager
def _connected(services: Sequence[Service], workstation: Workstation) -> Iterator[dict[str, Connector]]:
    """A connector for each service that has one, closed at the end.

    What is wrong with the settings of one keeps nobody from the others, and is raised once they are done.
    """
    connectors: dict[str, Connector] = {}
    faults: list[AppError] = []
    try:
        for service in services:
            try:
                connectors[service.id] = connect(service, workstation)
            except AppError as fault:
                faults.append(fault)
        yield connectors
    finally:
        for connector in connectors.values():
            connector.close()
    if faults:
        raise faults[0]
