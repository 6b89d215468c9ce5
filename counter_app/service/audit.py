"""The audit of one service: which units the centre is asked about again, and what its answers are worth.

Nothing here speaks to a centre. The units are read on a connection of the auditor's own; what an answer proves is
recorded by the writing thread, and at the end one entry says how the audit went.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

from counter_app.clock import from_wire, to_wire
from counter_app.domain.catalogue import Service
from counter_app.domain.delivery import UnitFact, UnitState
from counter_app.journal.entry import Fact
from counter_app.projections import audits as books
from counter_app.projections.custody import holder_at
from counter_app.projections.delivery import UnitRow, unit_row
from counter_app.projections.family import Tables
from counter_app.service.bodies import kept
from counter_app.service.delivery import CHANNEL
from counter_app.service.lanes import Lane
from counter_app.service.messages import messages_of
from counter_app.service.session import Session
from counter_app.service.wire_form import FORM_CHANGED, WireForm
from counter_app.service.writer import Writer
from counter_app.storage.database import Connection
from counter_app.sync.audit import Look, Standing, look, look_by_number
from counter_app.sync.port import Message, Reply
from counter_app.sync.restraint import UnitId

BY_AUDIT = "audit"
"""The rule by which a lost unit may be sent again: absent under its key and its number, and never replayed before."""

_FIRST = ("", "")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked about: everything, a random `sample` of so many, or what was attempted `since` then.

    `cut` is the beginning of the outage behind which an in-flight window looks. Without `replay` losses are only named.
    """

    sample: int | None = None
    since: datetime | None = None
    cut: str | None = None
    replay: bool = True
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One unit that does not stand as the journal says; `place` is that of its act."""

    entry_id: str
    service: str
    part: str
    place: str
    cents: int
    number: str | None
    state: UnitState
    standing: Standing
    reason: str | None


@dataclass(slots=True)
class AuditResult:
    """How an audit went: how many units there were, how each that was asked about stands, and every finding.

    `back` are units that were sent again and then read as held. `finished` is false where the centre did not answer
    for all of them.
    """

    service: str
    audit: str
    total: int = 0
    asked: int = 0
    standings: Counter[Standing] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    replayed: set[UnitId] = field(default_factory=set)
    back: set[UnitId] = field(default_factory=set)
    can_be_asked: bool = True
    finished: bool = False

    @property
    def lost(self) -> list[Finding]:
        """What the centre does not hold any more."""
        return [one for one in self.findings if one.standing is Standing.LOST]

    @property
    def lost_cents(self) -> int:
        """What the acts of these come to."""
        return sum(one.cents for one in self.lost)

    @property
    def still_lost(self) -> list[Finding]:
        """The losses that were not read again after they were replayed."""
        return [one for one in self.lost if (one.entry_id, one.part) not in self.back]

    @property
    def clean(self) -> bool:
        """Whether nothing is left that a person must look at; a forgotten key is told and is no loss."""
        bad = (Standing.DISPUTED, Standing.CONTRADICTED, Standing.UNANSWERED)
        return (
            self.can_be_asked
            and self.finished
            and not self.still_lost
            and not any(self.standings[standing] for standing in bad)
        )


@dataclass(frozen=True, slots=True)
class Page:
    """Some units to ask about, with their messages in the same order."""

    units: tuple[UnitRow, ...]
    messages: tuple[Message, ...]


class AuditDesk:
    """One audit of one service; `connection` is a reader of the thread that asks."""

    def __init__(
        self, writer: Writer, connection: Connection, chain: str, service: Service, agent: str, plan: Plan
    ) -> None:
        self.service = service
        self.plan = plan
        self.result = AuditResult(service.id, str(uuid4()))
        self._writer = writer
        self._connection = connection
        self._tables = Tables(connection)
        self._chain = chain
        self._agent = agent
        self._since = None if plan.since is None else to_wire(plan.since)
        self._after = _FIRST
        self._met = 0
        self.result.total = books.auditable(self._tables, chain, service.id, self._since)
        self._drawn = self._draw()

    def _draw(self) -> Set[int] | None:
        """Which of all units are in the sample, by their place among them; the same for the same seed."""
        wanted = self.plan.sample
        if wanted is None or wanted >= self.result.total:
            return None
        return frozenset(Random(self.plan.seed).sample(range(self.result.total), wanted))

    def next_page(self, most: int) -> Page | None:
        """The next units to ask about; `None` at the end."""
        found: list[UnitRow] = []
        while len(found) < most:
            rows = books.to_audit(
                self._tables, self._chain, self.service.id, self._since, self._after, most - len(found)
            )
            if not rows:
                break
            self._after = (rows[-1].entry_id, rows[-1].part)
            for row in rows:
                if self._drawn is None or self._met in self._drawn:
                    found.append(row)
                self._met += 1
        return self._page(found) if found else None

    @property
    def awaited(self) -> set[UnitId]:
        """What this audit let be sent again and has not been read as held yet."""
        return self.result.replayed - self.result.back

    def replayed_pages(self, most: int) -> list[Page]:
        """The awaited units as they stand now, where the centre said that it took them."""
        places = sorted(self.awaited)
        rows = [unit_row(self._tables, self._chain, one, self.service.id, part) for one, part in places]
        found = [row for row in rows if row is not None and row.state in _TAKEN]
        return [self._page(found[start : start + most]) for start in range(0, len(found), most)]

    def _page(self, units: Sequence[UnitRow]) -> Page:
        return Page(tuple(units), messages_of(self._connection, self.service.id, units))

    def take(self, page: Page, reply: Reply, at: datetime) -> Page | None:
        """Judge an answer to a question that began `at`; returns the units to be asked about by their number.

        What is missing and has no number, or may still be worked on, is not lost yet.
        """
        said = {told.key: told for told in reply.units}
        looks: list[tuple[UnitRow, Look]] = []
        missing: list[int] = []
        for place, (unit, message) in enumerate(zip(page.units, page.messages, strict=True)):
            told = said.get(unit.key)
            found = Look(Standing.UNANSWERED)
            if told is not None:
                found = look(unit.state, unit.reason, message.body, told)
            if found.standing is Standing.MISSING and not self._settled(unit, at):
                found = Look(Standing.PENDING)
            if found.standing is Standing.MISSING:
                missing.append(place)
            else:
                looks.append((unit, found))
        self._note(looks, reply)
        return self._some(page, missing) if missing else None

    def take_numbers(self, page: Page, reply: Reply | None) -> None:
        """Judge the answer about the numbers of missing units; `None` where nobody can be asked by number."""
        said = {told.key: told for told in reply.units} if reply is not None else {}
        looks = []
        for unit, message in zip(page.units, page.messages, strict=True):
            told = said.get(unit.key)
            if reply is None or message.number is None:
                found = Look(Standing.LOST, UnitFact.ABSENT, "absent_by_key")
            elif told is None:
                found = Look(Standing.UNANSWERED)
            else:
                found = look_by_number(message.body, told)
            looks.append((unit, found))
        self._note(looks, reply)

    def take_again(self, page: Page, reply: Reply, at: datetime) -> None:
        """Judge what was read of units that had been sent again; one that is missing again is lost again."""
        said = {told.key: told for told in reply.units}
        missing = []
        for unit, message in zip(page.units, page.messages, strict=True):
            told = said.get(unit.key)
            if told is None:
                continue
            found = look(unit.state, unit.reason, message.body, told)
            if found.standing is Standing.AS_TOLD:
                self.result.back.add((unit.entry_id, unit.part))
            elif found.standing is Standing.MISSING and self._settled(unit, at):
                missing.append((unit, Look(Standing.LOST, UnitFact.ABSENT, "absent_again")))
        if missing:
            self._writer.do(lambda session: self._record(session, missing), Lane.MACHINES)

    def _settled(self, unit: UnitRow, at: datetime) -> bool:
        attempted = from_wire(unit.attempted_at or "")
        return at >= attempted + timedelta(seconds=self.service.settling_s)

    def _some(self, page: Page, places: Sequence[int]) -> Page:
        return Page(
            tuple([page.units[place] for place in places]), tuple([page.messages[place] for place in places])
        )

    def _note(self, looks: Sequence[tuple[UnitRow, Look]], reply: Reply | None) -> None:
        self.result.asked += len(looks)
        self.result.standings.update(found.standing for _, found in looks)
        for unit, found in looks:
            if found.standing in _TOLD:
                self.result.findings.append(_finding(unit, found))
        new = [(unit, found) for unit, found in looks if found.fact is not None]
        if new:
            ahead_s = None if reply is None else reply.centre_ahead_s
            self._writer.do(lambda session: self._record(session, new, ahead_s), Lane.MACHINES)

    def _record(
        self, session: Session, looks: Sequence[tuple[UnitRow, Look]], ahead_s: int | None = None
    ) -> None:
        """One entry for the units of each term of custody."""
        by_term: dict[int, list[dict[str, str]]] = {}
        for unit, found in looks:
            assert found.fact is not None  # the caller leaves the others out
            answer = {"entry_id": unit.entry_id, "part": unit.part, "fact": found.fact.value}
            if found.reason:
                answer["reason"] = found.reason
            term = holder_at(session.tables, unit.chain, unit.seq).term
            by_term.setdefault(term, []).append(answer)
        for term, answers in sorted(by_term.items()):
            facts = {
                "service": self.service.id,
                "attempt": self.result.audit,
                "audit": True,
                "term": term,
                "asked": True,
                "answers": answers,
                "centre_ahead_s": ahead_s,
            }
            self._append(session, "delivery_answered", facts)

    def allow_replay(self) -> int:
        """Let what is proved lost be sent again, the same bytes under the same key; returns how many units.

        Only what is absent under its number too, was never sent again before, whose bytes are still here and whose form
        is as it was. All else waits for a person.
        """
        proved = ("absent", "number_of_another")
        lost = [one for one in self.result.lost if one.reason in proved]
        if not lost or not self.plan.replay:
            return 0

        def job(session: Session) -> int:
            before = books.replayed(session.tables, self.service.id)
            rows = [
                unit_row(session.tables, self._chain, one.entry_id, self.service.id, one.part) for one in lost
            ]
            found = [
                row
                for row in rows
                if row is not None and row.state is UnitState.LOST and (row.entry_id, row.part) not in before
            ]
            otherwise = WireForm(self.service).otherwise(session.tables, found)
            self._record(
                session, [(row, _WITHHELD) for row in found if (row.entry_id, row.part) in otherwise]
            )
            here = kept(session.connection, self.service.id, found).keys() - otherwise.keys()
            chosen = [row for row in found if (row.entry_id, row.part) in here]
            self._record(session, [(row, _REPLAY) for row in chosen])
            self.result.replayed = {(row.entry_id, row.part) for row in chosen}
            return len(chosen)

        return self._writer.do(job, Lane.MACHINES)

    def finish(self, *, complete: bool) -> AuditResult:
        """Record how the audit went; `complete` where every unit of the plan was asked about."""
        result, plan = self.result, self.plan
        result.finished = complete and not result.standings[Standing.UNANSWERED]
        facts = {
            "service": self.service.id,
            "audit": result.audit,
            "total": result.total,
            "asked": result.asked,
            "sample": plan.sample,
            "seed": plan.seed if plan.sample is not None else None,
            "since": self._since,
            "cut": plan.cut if result.finished else None,
            "standings": {one.value: count for one, count in sorted(result.standings.items())},
            "lost_cents": result.lost_cents,
            "replayed": len(result.replayed),
            "back": len(result.back),
        }
        self._writer.do(lambda session: self._append(session, books.AUDITED, facts), Lane.MACHINES)
        return result

    def _append(self, session: Session, kind: str, facts: dict[str, object]) -> None:
        session.append(
            Fact(kind, facts),
            agent=self._agent,
            channel=CHANNEL,
            entry_id=session.new_entry_id(),
            command_hash="",
        )


_TOLD = (
    Standing.LOST,
    Standing.FORGOTTEN,
    Standing.DISPUTED,
    Standing.CONTRADICTED,
)
_TAKEN = (UnitState.ACCEPTED, UnitState.SETTLED)
_REPLAY = Look(Standing.LOST, UnitFact.REPLAY_ALLOWED, BY_AUDIT)
_WITHHELD = Look(Standing.LOST, UnitFact.WITHHELD, FORM_CHANGED)


def _finding(unit: UnitRow, found: Look) -> Finding:
    return Finding(
        unit.entry_id,
        unit.service,
        unit.part,
        f"{unit.chain}/{unit.seq}",
        unit.cents,
        unit.number,
        unit.state,
        found.standing,
        found.reason,
    )
