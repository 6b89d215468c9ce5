"""The daily log of one business day: every line read from the day's entries, nothing remembered."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from counter_app.clock import from_wire, to_wire
from counter_app.documents import daily_log_rows as rows
from counter_app.documents.daily_log import render_daily_log
from counter_app.domain.cash import postings
from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.projections import cash, clock, daybook, delivery, grants, incidents, irregular, vouchers
from counter_app.projections.family import Tables
from counter_app.service.kind_words import KINDS
from counter_app.service.office_words import of_office
from counter_app.service.rule_words import broken_rules
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection, translated
from counter_app.text import Text

_TO_DECIDE = ("rejected", "disputed", "lost", "set_aside")
_WAITING = ("waiting", "received")


def daily_log_pdf(workstation: Workstation, day: date, text: Text) -> bytes:
    """The log of a day as a PDF, headed NOT CLOSED where the day is not."""
    return render_daily_log(daily_log_rows(workstation, day, text.language), text)


def daily_log_rows(workstation: Workstation, day: date, language: str) -> rows.DailyLogRows:
    """Everything that the log says, from one snapshot of the journal."""
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            return _Day(workstation, connection, day.isoformat(), language).read()
        finally:
            connection.execute("ROLLBACK")


class _Day:
    """One day being read."""

    def __init__(self, workstation: Workstation, connection: Connection, day: str, language: str) -> None:
        self._workstation = workstation
        self._connection = connection
        self._tables = Tables(connection)
        self._chain = workstation.chain
        self._day = day
        self._language = language
        self._text = Text(language)
        self._entries = [
            entry
            for seq, _ in daybook.entries_of_day(self._tables, self._chain, day)
            if (entry := store.at_place(connection, self._chain, seq)) is not None
        ]
        self._by_kind: dict[str, list[Entry]] = {}
        for entry in self._entries:
            self._by_kind.setdefault(entry.kind, []).append(entry)

    def _bounds(self) -> tuple[str, str]:
        """When the day begins and ends on the office's calendar."""
        midnight = datetime.combine(date.fromisoformat(self._day), time(), self._workstation.office.zone)
        return to_wire(midnight), to_wire(midnight + timedelta(days=1))

    def read(self) -> rows.DailyLogRows:
        configuration = self._workstation.configuration
        office, regie = configuration.office, configuration.regie
        closing = self._closing()
        head = store.head(self._connection, self._chain)
        opened = self._kind("day_opened")
        reopened = self._reopened(closing)
        incident = incidents.incident_between(self._tables, *self._bounds())
        return rows.DailyLogRows(
            office_name=office.name,
            office_address=office.address,
            office_phone=office.phone,
            day=date.fromisoformat(self._day),
            regie_act=regie.act,
            regisseur=self._name(regie.regisseur),
            mandataire=", ".join(sorted({self._name(m.person) for m in regie.mandates if self._mandated(m)})),
            incident="" if incident is None else f"{incident[1]} · {incident[2]}",
            currency=office.currency,
            opening_float=self._opening_float(opened[0]) if opened else None,
            replenishments=[self._replenishment(entry) for entry in self._kind("cash_replenished")],
            payments=[self._payment(entry) for entry in self._entries if entry.facts.get("payment")],
            money_in=[
                self._received(entry)
                for entry in self._entries
                if entry.kind in ("money_received", "money_returned")
            ],
            cancellations=[self._cancellation(entry) for entry in self._kind("grant_cancelled")],
            approvals=[self._approval(entry) for entry in self._kind("approval_decided")],
            refusals=[self._refusal(entry) for entry in self._kind("aid_refused")],
            requests=self._requests(),
            granted=self._granted(),
            unpaid=self._unpaid(),
            pending=sum(row.day <= self._day for row in grants.pending_grants(self._tables, self._chain)),
            books=self._books(),
            odd_vouchers=self._odd_vouchers(),
            book_balance=self._money(self._book_balance(closing)),
            counted=self._counted(closing),
            difference_reason="" if closing is None else str((closing.private or {}).get("note") or ""),
            irregular=self._irregular(),
            unsent=self._unsent(),
            closed_at=None if closing is None else self._time(closing),
            closed_by="" if closing is None else self._name(str(closing.facts["approver"])),
            reopened_by=reopened,
            clock_jumps=self._clock_jumps(),
            chain=self._chain,
            seq=head.seq if closing is None else closing.seq,
            hash=(head.hash if closing is None else closing.hash).hex(),
            is_specimen=office.sample,
        )

    def _closing(self) -> Entry | None:
        seqs = daybook.closings(self._tables, self._chain, self._day)
        return store.at_place(self._connection, self._chain, seqs[-1]) if seqs else None

    def _reopened(self, closing: Entry | None) -> tuple[str, ...]:
        """What was recorded on the day behind its closing; what machines deliver and hear reopens nothing."""
        if closing is None:
            return ()
        return tuple(
            str(entry.facts.get("number") or f"#{entry.seq}")
            for entry in self._entries
            if entry.seq > closing.seq and not entry.kind.startswith(("delivery_", "journal_"))
        )

    def _clock_jumps(self) -> list[rows.ClockJump]:
        """The jumps of this day's clock, corrected or not: whoever reads the times must know of them."""
        places = {entry.seq for entry in self._entries}
        return [
            rows.ClockJump(
                seq=jump.seq,
                at=from_wire(jump.at).astimezone(self._workstation.office.zone),
                minutes=round(jump.by_s / 60),
            )
            for jump in clock.jumps(self._tables, self._chain)
            if jump.seq in places
        ]

    def _book_balance(self, closing: Entry | None) -> int:
        """The balance that the count was held against: before the difference it revealed."""
        if closing is not None and not self._reopened(closing):
            return int(closing.facts["book_cents"])
        return cash.balance(self._tables, self._chain, "drawer", self._day)

    def _counted(self, closing: Entry | None) -> list[rows.Counted] | None:
        if closing is None:
            return None
        counted = sorted(closing.facts["counted"].items(), key=lambda item: -int(item[0]))
        return [rows.Counted(face=self._money(int(cents)), count=pieces) for cents, pieces in counted]

    def _opening_float(self, opened: Entry) -> Money:
        """The float that was counted, less what came into the drawer on that day before it was."""
        before = sum(
            cents
            for entry in self._entries
            if entry.seq < opened.seq
            for account, cents in postings(entry.kind, entry.facts)
            if account == "drawer"
        )
        return self._money(opened.facts["float_cents"] - before)

    def _kind(self, kind: str) -> list[Entry]:
        return self._by_kind.get(kind, [])

    def _replenishment(self, entry: Entry) -> rows.Replenishment:
        facts = entry.facts
        return rows.Replenishment(
            number=facts["number"],
            at=self._time(entry),
            amount=self._cents(entry),
            document=facts["document"],
        )

    def _payment(self, entry: Entry) -> rows.Payment:
        payment = entry.facts["payment"]
        return rows.Payment(
            number=self._number(entry),
            at=self._time(entry),
            aid=self._aid(entry.facts["aid"]),
            beneficiary=self._beneficiary(entry),
            amount=self._cents(entry),
            means=payment["means"],
            acquit=payment["acquit"],
            document=str(entry.facts.get("form") or ""),
            is_irregular=bool(entry.facts.get("irregular")),
        )

    def _requests(self) -> int:
        """Whoever asked: what was decided without a request of its own was asked for with it."""
        answers = [*self._kind("aid_granted"), *self._kind("aid_refused")]
        return len(self._kind("request_recorded")) + sum(not entry.facts.get("request") for entry in answers)

    def _granted(self) -> list[Money]:
        """What was granted on the day and stands."""
        found = [
            grants.grant_row(self._tables, entry.entry_id, self._chain) for entry in self._kind("aid_granted")
        ]
        return [self._money(row.cents) for row in found if row is not None and row.decision == "granted"]

    def _unpaid(self) -> list[rows.Unpaid]:
        """What is granted and not paid, of this day and of the days before."""
        found = []
        for row in grants.unpaid_grants(self._tables, self._chain):
            entry = store.find(self._connection, row.entry_id, self._chain)
            if entry is not None and row.day <= self._day:
                found.append(
                    rows.Unpaid(
                        number=self._number(entry),
                        at=self._time(entry),
                        aid=self._aid(row.aid),
                        beneficiary=self._beneficiary(entry),
                        amount=self._money(row.cents),
                        means=row.means or "",
                    )
                )
        return found

    def _received(self, entry: Entry) -> rows.MoneyReceived:
        return rows.MoneyReceived(
            stub=entry.facts["number"],
            at=self._time(entry),
            what=self._aid(entry.facts["aid"]),
            beneficiary=self._beneficiary(entry),
            amount=self._cents(entry),
            means=entry.facts["means"],
            is_return=entry.kind == "money_returned",
        )

    def _cancellation(self, entry: Entry) -> rows.Cancellation:
        return rows.Cancellation(
            number=f"#{entry.seq}",
            at=self._time(entry),
            cancels=self._number(entry),
            amount=self._cents(entry),
            reason=str((entry.private or {}).get("reason") or ""),
        )

    def _approval(self, entry: Entry) -> rows.Approval:
        return rows.Approval(
            number=self._number(entry),
            at=self._time(entry),
            approver=self._name(entry.facts["approver"]),
            way="desk",
            is_approved=entry.facts["approved"],
            amount=self._cents(entry),
            reason=str((entry.private or {}).get("reason") or ""),
        )

    def _refusal(self, entry: Entry) -> rows.Refusal:
        reasons = self._workstation.configuration.reasons.get(entry.facts["reason"], {})
        words = reasons.get(self._language) or entry.facts["reason"]
        return rows.Refusal(
            number=entry.facts["number"],
            at=self._time(entry),
            aid=self._aid(entry.facts["aid"]),
            reason=words,
        )

    def _irregular(self) -> list[rows.Irregular]:
        """What is not regularised, of this day and of the days before."""
        found = []
        for entry_id, rule in irregular.open_irregularities(self._tables, self._chain):
            entry = store.find(self._connection, entry_id, self._chain)
            if entry is not None and entry.header["day"] <= self._day:
                amount = self._cents(entry) if "cents" in entry.facts else None
                found.append(
                    rows.Irregular(
                        number=self._number(entry),
                        at=self._time(entry),
                        rule=self._rule(entry, rule),
                        what=self._what(entry),
                        amount=amount,
                    )
                )
        return found

    def _unsent(self) -> list[rows.Unsent]:
        found = []
        for service in self._workstation.configuration.services:
            units = delivery.units(self._tables, self._chain, service.id, (*_WAITING, "unknown", *_TO_DECIDE))
            units = [unit for unit in units if unit.seq <= self._last_seq()]
            if not units:
                continue
            oldest = store.at_place(self._connection, self._chain, units[0].seq)

            def count(states: tuple[str, ...], units: list[delivery.UnitRow] = units) -> int:
                return sum(unit.state in states for unit in units)

            found.append(
                rows.Unsent(
                    service=service.names.get(self._language) or service.id,
                    waiting=count(_WAITING),
                    unknown=count(("unknown",)),
                    to_decide=count(_TO_DECIDE),
                    oldest=None if oldest is None else self._time(oldest),
                )
            )
        return found

    def _last_seq(self) -> int:
        return self._entries[-1].seq if self._entries else 0

    def _books(self) -> list[rows.VoucherBook]:
        """The voucher stock as it stands now, a row per series; numbers in unbroken runs."""
        runs: dict[tuple[str, int], dict[str, list[tuple[int, int]]]] = {}
        for series, state, face, first, last, _ in vouchers.voucher_runs(self._tables, self._chain):
            runs.setdefault((series, face), {}).setdefault(state, []).append((first, last))
        made = []
        for (series, face), states in runs.items():
            numbers = [number for run in states.values() for pair in run for number in pair]
            made.append(
                rows.VoucherBook(
                    series=series,
                    year=vouchers.year_of(self._tables, self._chain, series),
                    face=self._money(face),
                    received=(min(numbers), max(numbers)),
                    issued=tuple(states.get("issued", ())),
                    spoiled=tuple(states.get("spoiled", ())),
                    returned=tuple(states.get("returned", ())),
                    in_hand=tuple(states.get("in_hand", ())),
                )
            )
        return made

    def _odd_vouchers(self) -> list[rows.OddVouchers]:
        """What paper said was issued, up to the end of this day, though the books knew better."""
        found = vouchers.odd_runs(self._tables, self._chain, self._last_seq())
        return [
            rows.OddVouchers(series=series, first=first, last=last, twice=what == "issued_twice")
            for what, series, first, last in found
        ]

    def _mandated(self, mandate: Any) -> bool:
        day = date.fromisoformat(self._day)
        return bool(mandate.since <= day and (mandate.until is None or day <= mandate.until))

    def _name(self, person_id: str) -> str:
        person = self._workstation.configuration.person(person_id)
        return person_id if person is None else person.name

    def _beneficiary(self, entry: Entry) -> str:
        """The beginning of the strongest keyed reference: tells payments to one person apart, names nobody."""
        references = entry.facts["person"]["references"]
        return references[0].partition(":")[2][:8] if references else "–"

    def _aid(self, code: str) -> str:
        """What the office calls an aid, for the log is read by people who never saw its codes."""
        aid = self._workstation.configuration.aid(code)
        return (
            code if aid is None else of_office(self._text, self._workstation.configuration, aid.names) or code
        )

    def _rule(self, entry: Entry, rule: str) -> str:
        aid = str(entry.facts.get("aid") or "")
        return broken_rules(self._text, self._workstation.configuration, aid, (rule,))

    def _what(self, entry: Entry) -> str:
        kind, aid = self._text(KINDS.get(entry.kind, entry.kind)), entry.facts.get("aid")
        return f"{kind} · {self._aid(aid)}" if aid else kind

    def _number(self, entry: Entry) -> str:
        return str(entry.facts.get("number") or entry.facts.get("grant_number") or f"#{entry.seq}")

    def _cents(self, entry: Entry) -> Money:
        return self._money(entry.facts["cents"])

    def _money(self, cents: int) -> Money:
        return Money(cents, self._workstation.configuration.office.currency)

    def _time(self, entry: Entry) -> datetime:
        return from_wire(entry.header["recorded_at"]).astimezone(self._workstation.office.zone)


def save_pdf(path: Path, pdf: bytes) -> None:
    """Write a finished log where a person wants it; raises `disk_full`, `disk_read_only` or `disk_failed`."""
    with translated(path):
        path.write_bytes(pdf)
