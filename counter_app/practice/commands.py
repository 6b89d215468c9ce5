"""Valid commands without end: what one counter of a sample office records while its central systems are down.

    for line in commands("paris", seed=7): ...

Lines that nobody refers to carry no entry id. All are recordable in order on one workstation that was newly made
for the sample, whatever its slice: money, vouchers and budget come in before they are needed, and nobody is granted
more than the rules leave on any day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from counter_app.clock import Clock, business_day
from counter_app.practice.offers import Offers
from counter_app.practice.outages import Outages
from counter_app.practice.people import People
from counter_app.practice.script import Line, Plan, Script
from counter_app.practice.terms import terms_of
from counter_app.practice.till import Till
from counter_app.practice.visits import Visits
from counter_app.settings import read_configuration, sample_configuration

__all__ = ["CommandWriter", "Line", "Plan", "commands"]

_LINES_A_DAY = 80
_VOUCHERS_LAST = timedelta(days=31)


def commands(
    sample: str,
    seed: int,
    *,
    counter_index: int = 0,
    plan: Plan | None = None,
    clock: Clock | None = None,
) -> Iterator[Line]:
    """Lines without end, as `CommandWriter` writes them; the first are the same however many are taken."""
    writer = CommandWriter(sample, seed, counter_index=counter_index, plan=plan, clock=clock)
    while True:
        yield from writer.next_lines()


class CommandWriter:
    """Writes the lines of one counter, a few at a time.

    Counters of one office take `counter_index` 0, 1, 2… (below `people.COUNTERS`): they share no citizen, voucher
    or entry id. Where a `clock` is given, paper forms are of the two weeks before its day and vouchers of its year.
    Raises `configuration_unknown_sample`.
    """

    def __init__(
        self,
        sample: str,
        seed: int,
        *,
        counter_index: int = 0,
        plan: Plan | None = None,
        clock: Clock | None = None,
    ) -> None:
        configuration = read_configuration(
            sample_configuration(sample), f"{sample}/office.toml"
        ).configuration
        self.plan = plan or Plan()
        if clock is not None:
            self.plan = _dated(self.plan, clock, ZoneInfo(configuration.office.time_zone))
        self._script = Script(sample, seed, counter_index, configuration, self.plan)
        people = People(sample, self._script.draw, seed, counter_index)
        self._till = Till(self._script, configuration)
        offers = Offers(self._script, terms_of(configuration), self._till.face_cents)
        self._visits = Visits(self._script, people, self._till, offers)
        self._outages = Outages(self._script)
        self._takes_money = bool(offers.contributory)
        self._round: list[Callable[[], None]] = []
        self._first_round = True
        self._day_ends = 0

    @property
    def drawer_cents(self) -> int:
        """What the books say lies in the drawer once all lines were recorded."""
        return self._till.drawer_cents

    def next_lines(self) -> list[Line]:
        """The next act of somebody, with what it needs before: one line or a few."""
        script = self._script
        while not script.lines:
            if self.plan.days and script.written >= self._day_ends:
                if self._day_ends:
                    self._till.close_day()
                self._till.open_day()
                self._day_ends = script.written + _LINES_A_DAY + script.below(_LINES_A_DAY // 2)
            else:
                self._next_act()()
                script.go_on()
        lines, script.lines = script.lines, []
        return lines

    def last_lines(self) -> list[Line]:
        """What still waits for somebody: approvals, payments, cancellations, irregular facts to look at."""
        self._script.go_on(everything=True)
        lines, self._script.lines = self._script.lines, []
        return lines

    def _next_act(self) -> Callable[[], None]:
        """Acts come in rounds, each with every kind of act in any order; the first is short, to show them all."""
        if not self._round:
            visits, till = self._visits, self._till
            shares = [
                (14, visits.grant),
                (9, visits.request),
                (5, visits.back_again),
                (4, visits.refusal),
                (3, visits.paper_forms),
                (3 if self._takes_money else 1, visits.contribution),
                (2, visits.minor),
                (2, visits.approval),
                (2, visits.cancellation),
                (1, visits.repayment),
                (1, visits.same_person),
                (1, visits.homonym),
                (1, visits.correction),
                (1, till.withdraw),
            ]
            if self.plan.incidents:
                shares.append((3, self._outages.go_on))
            if self.plan.counter is not None:
                shares.append((1, till.release))
            few = self._first_round
            self._round = [act for share, act in shares for _ in range(min(share, 3) if few else share)]
            self._first_round = False
            self._script.draw.shuffle(self._round)
        return self._round.pop()


def _dated(plan: Plan, clock: Clock, zone: ZoneInfo) -> Plan:
    today = business_day(clock.now(), zone)
    monday = today - timedelta(days=today.weekday() + 14)
    return replace(plan, paper_from=monday, voucher_year=(today + _VOUCHERS_LAST).year)
