"""The drill: a whole outage on a sample office, from the first dark morning to the balanced books.

Everything is the real thing: workstations made and opened as an office would, a central system in a process of its
own, commands through the one writing thread, couriers over HTTP and by folder. Only the clock is practice's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from counter_app.bootstrap import audit, create_workstation, open_workstation, reconcile
from counter_app.clock import PracticeClock, business_day
from counter_app.domain import commands as say
from counter_app.domain.catalogue import Configuration, Counter, Service
from counter_app.domain.denominations import fewest
from counter_app.domain.errors import JournalBroken
from counter_app.journal import store
from counter_app.keys.passphrase import generated_passphrase
from counter_app.practice.central import CentralSystem
from counter_app.practice.commands import Plan, commands
from counter_app.practice.deciders import decide_what_waits
from counter_app.practice.desk import Desk, parsed
from counter_app.practice.offices import sample_office
from counter_app.practice.people import COUNTERS
from counter_app.practice.reckoning import Reckoning, reckon
from counter_app.projections import budget, cash
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.papers.daily_log import daily_log_pdf
from counter_app.service.papers.receipts import PRINTED, receipt_kind, receipt_pdf
from counter_app.service.proof import prove, sign_head
from counter_app.service.reconciliation import tallies
from counter_app.settings import read_configuration, sample_configuration, with_changes
from counter_app.text import Text

MOST_COUNTERS = COUNTERS
"""How many counters share one sample without meeting the same citizen by accident."""
REQUESTS_A_DAY = 100
"""How many citizens one counter serves on a practice day."""

_OPENING, _CLOSING = time_of_day(8, 30), time_of_day(16, 45)
_SERVED_S = 8 * 3600 / REQUESTS_A_DAY
_TIMINGS = {"deadline_s": 1.0, "settling_s": 0.5}
_ROUNDS = 60
_MOVED_CENTS = 5000
_A_NIGHT_S = 12 * 3600.0
_CITIZENS = (say.RecordRequest, say.GrantAid, say.RefuseAid, say.ReceiveMoney)

Tell = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Play:
    """What is played: `faults` as the centre reads them, `requests` of citizens shared among the counters."""

    out: Path
    seed: int
    requests: int
    counters: int
    faults: str
    sample: str
    text: Text


@dataclass(slots=True)
class Played:
    """How it went; `documents` are the papers left in the play's folder."""

    reckoning: Reckoning
    currency: str
    documents: list[str]
    seconds: float


def play(what: Play, tell: Tell) -> Played:
    """Play the outage and leave its workstations, papers and the centre's store in `what.out`."""
    started = time.monotonic()
    held, folder = what.out / "centre.db", what.out / "treasury-folder"
    with CentralSystem(held, folder, what.faults, what.seed) as centre:
        drill = Drill(what, centre, folder, tell)
        try:
            drill.open_counters()
            drill.dark_days()
            drill.recovery()
            reckoning = drill.reckon(held)
        finally:
            drill.close()
    return Played(reckoning, drill.currency, drill.documents, round(time.monotonic() - started, 3))


class Drill:
    """The stage: its desks, its clock and what has been said so far."""

    def __init__(self, what: Play, centre: CentralSystem, folder: Path, tell: Tell) -> None:
        self._what = what
        self._centre = centre
        self._folder = folder
        self._tell = tell
        self._random = Random(what.seed)
        self._raw = self._configured()
        self._configuration: Configuration = read_configuration(self._raw, "office.toml").configuration
        self._zone = ZoneInfo(self._configuration.office.time_zone)
        self.days = self._working_days()
        self.clock = PracticeClock(self.at(self.days[0], _OPENING))
        self.desks: list[Desk] = []
        self._incident = ""
        self.documents: list[str] = []

    @property
    def currency(self) -> str:
        """The office's currency."""
        return self._configuration.office.currency

    # --- before the curtain

    def _configured(self) -> bytes:
        raw = sample_configuration(self._what.sample)
        configuration = read_configuration(raw, "office.toml").configuration
        known = {counter.id for counter in configuration.counters}
        wanted = [f"A{number}" for number in range(1, self._what.counters + 1)]
        return with_changes(
            raw,
            counters=[Counter(id=name) for name in wanted if name not in known],
            addresses={s.id: self._centre.address for s in configuration.services if s.connector == "rest"},
            folders={s.id: str(self._folder) for s in configuration.services if s.connector == "files"},
            timings=_TIMINGS,
        )

    def _working_days(self) -> list[date]:
        """As many weekdays as the play needs, the last of them before today."""
        share = -(-self._what.requests // self._what.counters)
        needed = max(1, -(-share // REQUESTS_A_DAY)) + 1
        days: list[date] = []
        day = business_day(datetime.now(UTC), self._zone)
        while len(days) < needed:
            day -= timedelta(days=1)
            if day.weekday() < 5:
                days.insert(0, day)
        return days

    def at(self, day: date, hour: time_of_day) -> datetime:
        """An hour of a day in the office's time zone."""
        return datetime.combine(day, hour, self._zone)

    def open_counters(self) -> None:
        """Make and open one workstation per counter; all services are dark from the first moment."""
        self._centre.open_services([service.id for service in self._configuration.services], is_open=False)
        for index in range(self._what.counters):
            name = f"A{index + 1}"
            data = self._what.out / name
            passphrase = generated_passphrase().encode()
            create_workstation(
                data, sample_office(self._what.sample, name, passphrase, self._raw), self.clock
            )
            (data / "passphrase").write_bytes(passphrase + b"\n")
            workstation = open_workstation(data, passphrase, write=True, program="practice", clock=self.clock)
            share = self._what.requests // self._what.counters
            share += index < self._what.requests % self._what.counters
            plan = Plan(days=False, incidents=False)
            lines = commands(
                self._what.sample, self._what.seed, counter_index=index, plan=plan, clock=self.clock
            )
            self.desks.append(Desk(workstation, parsed(lines), share))

    # --- the dark days

    def dark_days(self) -> None:
        """The outage is declared, citizens are served, every evening the day is closed and its log printed."""
        first, *_ = self.desks
        declared = say.DeclareIncident(
            agent=self.person("it"),
            services=dict.fromkeys([service.id for service in self._configuration.services], "down"),
            title=self._what.text("Every central system is down"),
        )
        self._incident = first.record(declared).entry.entry_id
        for number, day in enumerate(self.days[:-1], 1):
            self._morning(day)
            self._serve(day)
            self._evening(day)
            self._tell(
                "Day {number} of {days}: {served} citizens served at {counters} counters.",
                number=number,
                days=len(self.days) - 1,
                served=sum(desk.served for desk in self.desks),
                counters=len(self.desks),
            )
        self.keep_receipts(first)

    def _morning(self, day: date) -> None:
        if self.clock.now() < self.at(day, _OPENING):
            self.clock.jump_to(self.at(day, _OPENING))
        for desk in self.desks:
            self.open_day(desk)

    def open_day(self, desk: Desk) -> None:
        """Record the float that the books say."""
        desk.record(say.OpenDay(agent=self.person("agent"), float_cents=self.drawer(desk)))

    def _serve(self, day: date) -> None:
        noon_done = False
        for turn in range(REQUESTS_A_DAY):
            for desk in self.desks:
                self.serve_one(desk)
            self.clock.jump(_SERVED_S)
            if not noon_done and turn >= REQUESTS_A_DAY // 2:
                noon_done = True
                self._move_budget()
            if all(desk.served >= desk.share for desk in self.desks):
                break
        if self.clock.now() < self.at(day, _CLOSING):
            self.clock.jump_to(self.at(day, _CLOSING))

    def serve_one(self, desk: Desk) -> None:
        """Record the generator's lines up to and with the next citizen."""
        if desk.served >= desk.share:
            return
        for command in desk.lines:
            desk.record(command)
            if isinstance(command, _CITIZENS) and getattr(command, "request", None) is None:
                desk.served += 1
                return

    def _move_budget(self) -> None:
        """One counter gives another some of its slice; the other applies it once it has heard."""
        self.exchange()
        if len(self.desks) < 2:
            return
        giver, taker = self._random.sample(self.desks, 2)
        with giver.workstation.tables() as tables:
            left = budget.slice_of(tables, giver.workstation.chain).left_cents
        if left >= _MOVED_CENTS:
            supervisor = self.person("supervisor")
            giver.record(
                say.ReleaseSlice(agent=supervisor, approver=supervisor, to=taker.name, cents=_MOVED_CENTS)
            )
            self.exchange()

    def exchange(self) -> None:
        """Facts travel by the shared folder, twice, so that all hear what each gave; releases are applied."""
        shared = self._what.out / "exchange"
        shared.mkdir(exist_ok=True)
        for desk in [*self.desks, *self.desks]:
            exchange_by_folder(desk.workstation, shared)
        for desk in self.desks:
            with desk.workstation.tables() as tables:
                releases = budget.open_releases(tables, desk.name)
            for release, _, _ in releases:
                desk.record(say.TakeSlice(agent=self.person("supervisor"), release=release))

    def _evening(self, day: date) -> None:
        for desk in self.desks:
            self.close_day(desk, day)
        self.exchange()

    def close_day(self, desk: Desk, day: date) -> None:
        """Count what the books say, close and keep the day's log."""
        supervisor = self.person("supervisor")
        counted = fewest(self.drawer(desk), self.currency)
        desk.record(say.CloseDay(agent=supervisor, approver=supervisor, counted=counted))
        self.keep_log(desk, day)

    def keep_log(self, desk: Desk, day: date) -> None:
        """Leave the daily log of a counter in the play's folder."""
        pdf = daily_log_pdf(desk.workstation, day, self._what.text)
        self._keep(f"daily-log-{desk.name}-{day.isoformat()}.pdf", pdf)

    def drawer(self, desk: Desk) -> int:
        """What the books say lies in the drawer, in cents."""
        with desk.workstation.tables() as tables:
            return max(0, cash.balance(tables, desk.workstation.chain, "drawer"))

    def keep_receipts(self, desk: Desk) -> None:
        """Leave the first receipt of each kind in the play's folder."""
        seen = set()
        with desk.workstation.reading() as connection:
            for entry in store.entries(connection, desk.workstation.chain):
                if entry.kind in PRINTED and (kind := receipt_kind(entry)) not in seen:
                    seen.add(kind)
                    number = str(entry.facts["number"])
                    pdf = receipt_pdf(desk.workstation, number, self._what.text)
                    self._keep(f"receipt-{number}-{kind.value}.pdf", pdf)

    def _keep(self, name: str, pdf: bytes) -> None:
        (self._what.out / name).write_bytes(pdf)
        self.documents.append(name)

    # --- the recovery

    def recovery(self) -> None:
        """The services come back one by one; couriers and people work until nothing is unexplained."""
        self.clock.jump_to(self.at(self.days[-1], _OPENING))
        it_person = self.person("it")
        first = self.desks[0]
        for service in self.services:
            self.come_back(service)
            first.record(
                say.UpdateIncident(
                    agent=it_person,
                    incident=self._incident,
                    services={service.id: "back"},
                    words=self._what.text("The service answers again."),
                )
            )
            self.reconcile_all([service.id])
            self._tell("{service} is back.", service=service.names.get(self._what.text.language, service.id))
        self.settle()
        first.record(say.CloseIncident(agent=it_person, incident=self._incident))
        self.exchange()
        for desk in self.desks:
            sign_head(desk.workstation)

    @property
    def services(self) -> list[Service]:
        """The central systems, in the order in which they come back."""
        return sorted(self._configuration.services, key=lambda service: (service.order, service.id))

    def come_back(self, service: Service) -> None:
        """The centre's own people switch a service on again."""
        self._centre.open_services([service.id], is_open=True)

    def settle(self) -> None:
        """Couriers and people of all counters work until nothing is unexplained, and then ask what was lost."""
        self._settle_once()
        if "lost-accepted" in self._what.faults:
            self.audit_all()
            self._settle_once()

    def _settle_once(self) -> None:
        for _ in range(_ROUNDS):
            if not self.unfinished():
                break
            decided = sum(decide_what_waits(desk.workstation, self.person("it")) for desk in self.desks)
            self.reconcile_all([service.id for service in self.services])
            self._tell("Decisions taken: {count}. Units left: {left}.", count=decided, left=self.unfinished())

    def reconcile_all(self, services: Sequence[str]) -> None:
        """Every counter at once, as they would all come back when the centre does."""
        chosen = [service for service in self._configuration.services if service.id in services]

        def one(desk: Desk) -> None:
            reconcile(desk.workstation, chosen, self.person("it"), random=self._random)

        with ThreadPoolExecutor(len(self.desks)) as pool:
            list(pool.map(one, self.desks))

    def audit_all(self) -> None:
        """The day after, the online services are put back from an old copy; every counter asks what they still hold."""
        online = [service for service in self.services if service.connector == "rest"]
        self._centre.put_back_an_old_copy([service.id for service in online])
        self.clock.jump(_A_NIGHT_S)
        for desk in self.desks:
            results = audit(desk.workstation, online, self.person("it"), random=self._random)
            self._tell(
                "{counter}: {lost} messages had been lost by the centre, {back} are there again.",
                counter=desk.name,
                lost=sum(len(result.lost) for result in results.values()),
                back=sum(len(result.back) for result in results.values()),
            )

    def unfinished(self) -> int:
        """Units of all counters that are not explained yet."""
        return sum(tally.unexplained for desk in self.desks for tally in tallies(desk.workstation))

    # --- after the curtain

    def reckon(self, held: Path) -> Reckoning:
        """Hold the journals against the centre, and prove every journal."""
        for desk in self.desks:
            report = prove(desk.workstation, full=False)
            if report.findings:
                raise JournalBroken("practice_unproved", counter=desk.name, problem=report.findings[0])
        return reckon(
            [desk.workstation for desk in self.desks],
            {desk.workstation.chain: desk.confirmed for desk in self.desks},
            held,
        )

    def close(self) -> None:
        """Close every workstation that was opened."""
        for desk in self.desks:
            desk.workstation.close()

    def person(self, role: str) -> str:
        """The first colleague of a role."""
        return next(person.id for person in self._configuration.people if person.role == role)
