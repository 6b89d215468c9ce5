"""The drill: a whole outage on a sample office, from the first dark morning to the balanced books.

Everything is the real thing: workstations made and opened as an office would, a central system in a process of its
own, commands through the one writing thread, couriers over HTTP and by folder. Only the clock is practice's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import msgspec

from counter_app.bootstrap import create_workstation, open_workstation, reconcile
from counter_app.clock import PracticeClock, business_day
from counter_app.domain import commands as say
from counter_app.domain.catalogue import Configuration, Counter
from counter_app.domain.errors import JournalBroken
from counter_app.journal import store
from counter_app.keys.passphrase import generated_passphrase
from counter_app.practice.central import CentralSystem
from counter_app.practice.commands import Plan, commands
from counter_app.practice.deciders import decide_what_waits
from counter_app.practice.offices import sample_office
from counter_app.practice.people import COUNTERS
from counter_app.practice.reckoning import Reckoning, reckon
from counter_app.projections import budget, cash
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.outcome import Outcome
from counter_app.service.papers.daily_log import daily_log_pdf
from counter_app.service.papers.receipts import PRINTED, receipt_kind, receipt_pdf
from counter_app.service.proof import prove, sign_head
from counter_app.service.reconciliation import tallies
from counter_app.service.workstation import Workstation
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
_NOTES = (50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
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


@dataclass(slots=True)
class _Desk:
    """One counter on the stage."""

    workstation: Workstation
    lines: Iterator[say.AnyCommand]
    share: int
    served: int = 0
    confirmed: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.workstation.office.counter

    def record(self, command: say.AnyCommand) -> Outcome:
        outcome = self.workstation.record(command, "command_line")
        self.confirmed.append(outcome.entry.entry_id)
        return outcome


def play(what: Play, tell: Tell) -> Played:
    """Play the outage and leave its workstations, papers and the centre's store in `what.out`."""
    started = time.monotonic()
    held, folder = what.out / "centre.db", what.out / "treasury-folder"
    with CentralSystem(held, folder, what.faults, what.seed) as centre:
        drill = _Drill(what, centre, folder, tell)
        try:
            drill.open_counters()
            drill.dark_days()
            drill.recovery()
            reckoning = drill.reckon(held)
        finally:
            drill.close()
    return Played(reckoning, drill.currency, drill.documents, round(time.monotonic() - started, 3))


class _Drill:
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
        self._days = self._working_days()
        self.clock = PracticeClock(self._at(self._days[0], _OPENING))
        self._desks: list[_Desk] = []
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

    def _at(self, day: date, hour: time_of_day) -> datetime:
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
            self._desks.append(_Desk(workstation, _parsed(lines), share))

    # --- the dark days

    def dark_days(self) -> None:
        """The outage is declared, citizens are served, every evening the day is closed and its log printed."""
        first, *_ = self._desks
        declared = say.DeclareIncident(
            agent=self._person("it"),
            services=dict.fromkeys([service.id for service in self._configuration.services], "down"),
            title=self._what.text("Every central system is down"),
        )
        self._incident = first.record(declared).entry.entry_id
        for number, day in enumerate(self._days[:-1], 1):
            self._morning(day)
            self._serve(day)
            self._evening(day)
            self._tell(
                "Day {number} of {days}: {served} citizens served at {counters} counters.",
                number=number,
                days=len(self._days) - 1,
                served=sum(desk.served for desk in self._desks),
                counters=len(self._desks),
            )
        self._receipts(first)

    def _morning(self, day: date) -> None:
        if self.clock.now() < self._at(day, _OPENING):
            self.clock.jump_to(self._at(day, _OPENING))
        for desk in self._desks:
            desk.record(say.OpenDay(agent=self._person("agent"), float_cents=self._drawer(desk)))

    def _serve(self, day: date) -> None:
        noon_done = False
        for turn in range(REQUESTS_A_DAY):
            for desk in self._desks:
                self._serve_one(desk)
            self.clock.jump(_SERVED_S)
            if not noon_done and turn >= REQUESTS_A_DAY // 2:
                noon_done = True
                self._move_budget()
            if all(desk.served >= desk.share for desk in self._desks):
                break
        if self.clock.now() < self._at(day, _CLOSING):
            self.clock.jump_to(self._at(day, _CLOSING))

    def _serve_one(self, desk: _Desk) -> None:
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
        self._exchange()
        if len(self._desks) < 2:
            return
        giver, taker = self._random.sample(self._desks, 2)
        with giver.workstation.tables() as tables:
            left = budget.slice_of(tables, giver.workstation.chain).left_cents
        if left >= _MOVED_CENTS:
            supervisor = self._person("supervisor")
            giver.record(
                say.ReleaseSlice(agent=supervisor, approver=supervisor, to=taker.name, cents=_MOVED_CENTS)
            )
            self._exchange()

    def _exchange(self) -> None:
        """Facts travel by the shared folder, twice, so that all hear what each gave; releases are applied."""
        shared = self._what.out / "exchange"
        shared.mkdir(exist_ok=True)
        for desk in [*self._desks, *self._desks]:
            exchange_by_folder(desk.workstation, shared)
        for desk in self._desks:
            with desk.workstation.tables() as tables:
                releases = budget.open_releases(tables, desk.name)
            for release, _, _ in releases:
                desk.record(say.TakeSlice(agent=self._person("supervisor"), release=release))

    def _evening(self, day: date) -> None:
        supervisor = self._person("supervisor")
        for desk in self._desks:
            counted = _denominations(self._drawer(desk))
            desk.record(say.CloseDay(agent=supervisor, approver=supervisor, counted=counted))
            sign_head(desk.workstation)
            pdf = daily_log_pdf(desk.workstation, day, self._what.text)
            self._keep(f"daily-log-{desk.name}-{day.isoformat()}.pdf", pdf)
        self._exchange()

    def _drawer(self, desk: _Desk) -> int:
        with desk.workstation.tables() as tables:
            return max(0, cash.balance(tables, desk.workstation.chain, "drawer"))

    def _receipts(self, desk: _Desk) -> None:
        """Print the first receipt of each kind."""
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
        self.clock.jump_to(self._at(self._days[-1], _OPENING))
        services = sorted(self._configuration.services, key=lambda service: (service.order, service.id))
        it_person = self._person("it")
        first = self._desks[0]
        for service in services:
            self._centre.open_services([service.id], is_open=True)
            first.record(
                say.UpdateIncident(
                    agent=it_person,
                    incident=self._incident,
                    services={service.id: "back"},
                    words=self._what.text("The service answers again."),
                )
            )
            self._reconcile([service.id])
            self._tell("{service} is back.", service=service.names.get(self._what.text.language, service.id))
        for _ in range(_ROUNDS):
            if not self._unfinished():
                break
            decided = sum(decide_what_waits(desk.workstation, it_person) for desk in self._desks)
            self._reconcile([service.id for service in services])
            self._tell("{count} decisions taken, {left} units left.", count=decided, left=self._unfinished())
        first.record(say.CloseIncident(agent=it_person, incident=self._incident))
        self._exchange()
        for desk in self._desks:
            sign_head(desk.workstation)

    def _reconcile(self, services: Sequence[str]) -> None:
        """Every counter at once, as they would all come back when the centre does."""
        chosen = [service for service in self._configuration.services if service.id in services]

        def one(desk: _Desk) -> None:
            reconcile(desk.workstation, chosen, self._person("it"), nap=self._nap, random=self._random)

        with ThreadPoolExecutor(len(self._desks)) as pool:
            list(pool.map(one, self._desks))

    def _nap(self, seconds: float) -> None:
        """Wait as an impatient clock would: the first half second really, for the centre's time is real."""
        real = min(seconds, 0.5)
        time.sleep(real)
        self.clock.jump(max(0.0, seconds - real))

    def _unfinished(self) -> int:
        return sum(tally.unexplained for desk in self._desks for tally in tallies(desk.workstation))

    # --- after the curtain

    def reckon(self, held: Path) -> Reckoning:
        """Hold the journals against the centre, and prove every journal."""
        for desk in self._desks:
            report = prove(desk.workstation, full=False)
            if report.findings:
                raise JournalBroken("practice_unproved", counter=desk.name, problem=report.findings[0])
        return reckon(
            [desk.workstation for desk in self._desks],
            {desk.workstation.chain: desk.confirmed for desk in self._desks},
            held,
        )

    def close(self) -> None:
        """Close every workstation that was opened."""
        for desk in self._desks:
            desk.workstation.close()

    def _person(self, role: str) -> str:
        return next(person.id for person in self._configuration.people if person.role == role)


def _parsed(lines: Iterator[dict[str, object]]) -> Iterator[say.AnyCommand]:
    for line in lines:
        yield msgspec.convert(line, say.AnyCommand)


def _denominations(cents: int) -> dict[str, int]:
    """The fewest notes and coins that make the amount."""
    counted = {}
    for note in _NOTES:
        pieces, cents = divmod(cents, note)
        if pieces:
            counted[str(note)] = pieces
    return counted
