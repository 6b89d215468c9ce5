"""The balance that both sides sign: counts, euros and hash of each service, and every difference with its reason."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from counter_app.clock import from_wire
from counter_app.documents import balance_rows as rows
from counter_app.documents.balance import render_balance
from counter_app.documents.balance_sheets import write_csv, xlsx_of
from counter_app.domain.delivery import UnitFact, UnitState
from counter_app.domain.errors import BadInput, EnvironmentFailed
from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.keys.sign import BALANCE, key_print, openssh_public_key, sign
from counter_app.projections import decisions
from counter_app.projections import delivery as books
from counter_app.projections.decisions import DecisionRow
from counter_app.projections.delivery import UnitRow
from counter_app.projections.delivery_told import CentreSaid, centre_said
from counter_app.projections.family import Tables
from counter_app.service.balance_statement import statement
from counter_app.service.kind_words import KINDS
from counter_app.service.standing import now_at
from counter_app.service.unit_words import DONE_WORDS, EXPLAINING, STATE_WORDS, said_reason
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection
from counter_app.text import Text

STATEMENT = "balance.txt"
_TAKEN = (UnitState.ACCEPTED, UnitState.SETTLED)
_README = """The balance of counter {counter}, office {office}

  balance.pdf                 both sides, every difference, room for two signatures
  balance.xlsx                the same, and every entry with its key and its cents
  balance*.csv                the same three sheets as text
  balance.txt                 the statement: so many entries, so many euros, this hash
  *.sig                       the signature of the file of that name
  allowed_signers             the public key of this counter

To check a signature:

    ssh-keygen -Y verify -f allowed_signers -I {chain} -n {namespace} -s balance.txt.sig < balance.txt

To sign for the other side, with the OpenSSH key whose public half this office knows (Ed25519, ECDSA or RSA):

    ssh-keygen -Y sign -f KEY -n {namespace} < balance.txt > balance.txt.centre.sig

The counter takes it in with `counter-app reconcile countersign FOLDER --signature balance.txt.centre.sig`. From then on
it is checked as ours is, with -I centre and -s balance.txt.centre.sig.

A hash is SHA-256 over one line `key cents` for each unit, sorted, each ended by a line feed. The keys and cents stand
in balance-entries.csv. Nobody is named, but where somebody who decided wrote a name into a reason.
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A balance as read, and the units behind it in the order of services and acts."""

    rows: rows.BalanceRows
    units: tuple[UnitRow, ...]


def read_balance(workstation: Workstation, text: Text, service: str | None = None) -> Sheet:
    """The balance as it stands now, in the reader's words; it reads every unit of every service, or of one."""
    with _reading(workstation, text, service) as reading:
        return reading.read()


def read_services(workstation: Workstation) -> tuple[rows.ServiceRow, ...]:
    """The services of the balance as it stands now, without the differences."""
    with _reading(workstation, Text("en"), None) as reading:
        return reading.services()


@contextmanager
def _reading(workstation: Workstation, text: Text, service: str | None) -> Iterator[_Reading]:
    with workstation.reading() as connection:
        connection.execute("BEGIN")
        try:
            yield _Reading(workstation, connection, text, service)
        finally:
            connection.execute("ROLLBACK")


def save_balance(workstation: Workstation, sheet: Sheet, text: Text, out: Path) -> list[Path]:
    """Write the balance as PDF, XLSX, CSV and statement into a folder, each file signed; returns the files.

    The folder is made where it is missing; what stands in it under the same names is replaced. Raises
    `file_unwritable`, and `balance_signed_there` where both sides have signed what stands there.
    """
    beside = out / f".balance-{secrets.token_hex(4)}.part"
    try:
        if any(out.glob(f"{STATEMENT}.centre*.sig")):
            raise BadInput("balance_signed_there", path=str(out))
        # Whole first: a full disk must leave no half balance, nor one of two days.
        return [path.replace(out / path.name) for path in _save(workstation, sheet, text, beside)]
    except OSError as error:
        raise EnvironmentFailed(
            "file_unwritable", path=str(out), problem=error.strerror or str(error)
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _save(workstation: Workstation, sheet: Sheet, text: Text, out: Path) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    chain = workstation.chain
    public = workstation.keyring.signing.public_key().public_bytes_raw()
    made = {
        STATEMENT: statement(sheet.rows),
        "balance.pdf": render_balance(sheet.rows, text),
        "balance.xlsx": xlsx_of(sheet.rows, _entries(sheet.units, text), text),
    }
    written = write_csv(out, sheet.rows, _entries(sheet.units, text), text)
    for name, content in made.items():
        (out / name).write_bytes(content)
        written.append(out / name)
    for path in tuple(written):
        written.append(own_signature(workstation, path, path.read_bytes()))
    office = workstation.configuration.office
    told = _README.format(
        counter=workstation.office.counter, office=office.name, chain=chain, namespace=BALANCE
    )
    signers = f'{chain} namespaces="{BALANCE}" {openssh_public_key(public, chain)}\n'
    for name, words in (("README.txt", told), ("allowed_signers", signers)):
        (out / name).write_text(words, encoding="utf-8", newline="\n")
        written.append(out / name)
    return written


def own_signature(workstation: Workstation, path: Path, content: bytes) -> Path:
    """Write the workstation's signature of a file beside it."""
    beside = path.with_name(f"{path.name}.sig")
    signature = sign(workstation.keyring.signing, BALANCE, content)
    beside.write_text(signature, encoding="ascii", newline="\n")
    return beside


class _Reading:
    """One balance being read, from one snapshot of the journal."""

    def __init__(
        self, workstation: Workstation, connection: Connection, text: Text, service: str | None
    ) -> None:
        self._workstation, self._connection, self._text = workstation, connection, text
        self._tables = Tables(connection)
        self._service = service
        self._decided = decisions.standing(self._tables, service)
        self._said: dict[decisions.Place, CentreSaid] = {}
        self._answers: dict[tuple[str, int], dict[str, str]] = {}
        self._currency = workstation.configuration.office.currency

    def read(self) -> Sheet:
        """The whole."""
        workstation = self._workstation
        configuration = workstation.configuration
        units = self._units()
        head = store.head(self._connection, workstation.chain)
        public = workstation.keyring.signing.public_key().public_bytes_raw()
        balance = rows.BalanceRows(
            office=configuration.office.name,
            address=configuration.office.address,
            counter=workstation.office.counter,
            chains=tuple(sorted({unit.chain for unit in units} | {workstation.chain})),
            head=f"{head.chain}/{head.seq} {head.hash.hex()}",
            made_at=now_at(workstation),
            currency=self._currency,
            services=tuple(self._services(units)),
            differences=tuple(self._differences(units)),
            key_print=key_print(public),
            is_specimen=configuration.office.sample,
        )
        digest = sha256(statement(balance)).hexdigest()
        return Sheet(replace(balance, statement_sha256=digest), tuple(units))

    def services(self) -> tuple[rows.ServiceRow, ...]:
        """Each service alone."""
        return tuple(self._services(self._units()))

    def _units(self) -> list[UnitRow]:
        """Every unit, service by service in the recovery order; what the centre said of some is noted with it."""
        order = {one.id: (one.order, one.id) for one in self._workstation.configuration.services}
        found = books.units(self._tables, self._workstation.chain, self._service)
        apart = (UnitState.CLOSED, UnitState.DISPUTED)
        self._said = centre_said(self._tables, (unit.entry_id for unit in found if unit.state in apart))
        return sorted(
            found, key=lambda unit: (order.get(unit.service, (10**6, unit.service)), unit.chain, unit.seq)
        )

    def _services(self, units: list[UnitRow]) -> Iterator[rows.ServiceRow]:
        known = [
            one.id
            for one in sorted(self._workstation.configuration.services, key=lambda one: (one.order, one.id))
            if self._service in (None, one.id)
        ]
        for service in dict.fromkeys([*known, *(unit.service for unit in units)]):
            here = [unit for unit in units if unit.service == service]
            parts: dict[str, list[UnitRow]] = {"explained": [], "decided": [], "open": []}
            for unit in here:
                if unit.state not in _TAKEN:
                    parts[self._standing(unit)].append(unit)
            yield rows.ServiceRow(
                service,
                self._name(service),
                self._share(here),
                self._share(unit for unit in here if unit.state in _TAKEN),
                self._sum(parts["explained"]),
                self._sum(parts["decided"]),
                self._sum(parts["open"]),
                self._held(parts["explained"]),
            )

    def _held(self, explained: list[UnitRow]) -> rows.Held | None:
        told = [(unit.cents, shown.cents) for unit in explained if (shown := self._shown(unit)) is not None]
        if not told:
            return None
        sent, shown = (Money(sum(side), self._currency) for side in zip(*told, strict=True))
        return rows.Held(len(told), sent, shown)

    def _shown(self, unit: UnitRow) -> Money | None:
        """The amount with which the centre last showed to hold a unit."""
        said = self._said.get((unit.entry_id, unit.service, unit.part))
        if said is None:
            return None
        if said.fact in (UnitFact.ACCEPTED, UnitFact.SETTLED):
            return Money(unit.cents, self._currency)
        if said.fact is not UnitFact.DISPUTED:
            return None
        place = (said.chain, said.seq)
        if place not in self._answers:
            answer = store.at_place(self._connection, *place)
            private = {} if answer is None else answer.private or {}
            self._answers[place] = dict(private.get("shown", {}))
        record = json.loads(self._answers[place].get(f"{unit.entry_id}/{unit.part}") or "{}")
        cents = record.get("cents") if isinstance(record, dict) else None
        return Money(cents, self._currency) if type(cents) is int else None

    def _standing(self, unit: UnitRow) -> rows.Standing:
        if unit.state is not UnitState.CLOSED:
            return "open"
        return "explained" if self._word(unit) in EXPLAINING else "decided"

    def _word(self, unit: UnitRow) -> str:
        """The decision that closed a unit; the journal that took it over from another may know the word alone."""
        found = self._decided.get((unit.entry_id, unit.service, unit.part))
        return unit.reason or "" if found is None else found.decision

    def _share(self, units: Iterable[UnitRow]) -> rows.Share:
        count, cents, lines = 0, 0, []
        for unit in units:
            count, cents = count + 1, cents + unit.cents
            lines.append(f"{unit.key} {unit.cents}\n")
        hashed = sha256("".join(sorted(lines)).encode()).hexdigest()
        return rows.Share(count, Money(cents, self._currency), hashed)

    def _sum(self, units: list[UnitRow]) -> tuple[int, Money]:
        return len(units), Money(sum(unit.cents for unit in units), self._currency)

    def _differences(self, units: list[UnitRow]) -> Iterator[rows.DifferenceRow]:
        for unit in units:
            if unit.state in _TAKEN:
                continue
            decision = self._decided.get((unit.entry_id, unit.service, unit.part))
            entry = store.at_place(self._connection, unit.chain, unit.seq)
            yield self._difference(unit, entry, decision if unit.state is UnitState.CLOSED else None)

    def _difference(
        self, unit: UnitRow, entry: Entry | None, decision: DecisionRow | None
    ) -> rows.DifferenceRow:
        text = self._text
        what, why, by, at = text(STATE_WORDS[unit.state]), said_reason(text, unit.reason or ""), "", None
        said_there = ""
        if unit.state is UnitState.CLOSED:
            word = self._word(unit)
            what = text(DONE_WORDS[word]) if word in DONE_WORDS else what
            why, told = "", self._said.get((unit.entry_id, unit.service, unit.part))
            said_there = said_reason(text, told.reason) if told is not None and told.reason else ""
        if decision is not None:
            said = store.at_place(self._connection, decision.chain, decision.seq)
            why = str((said.private or {}).get("reason", "")) if said is not None else ""
            by = self._person(decision.agent)
            at = from_wire(decision.at).astimezone(self._workstation.office.zone)
        facts: dict[str, Any] = {} if entry is None else entry.facts
        return rows.DifferenceRow(
            service=unit.service,
            standing=self._standing(unit),
            entry_id=unit.entry_id,
            part=unit.part,
            place=f"{unit.chain}/{unit.seq}",
            receipt=str(facts.get("number") or ""),
            kind=text(KINDS.get(unit.kind, unit.kind)),
            aid=self._aid(unit.aid),
            amount=Money(unit.cents, self._currency),
            what=what,
            why=why,
            number=unit.number or "",
            by=by,
            at=at,
            said=said_there,
            shown=self._shown(unit),
        )

    def _person(self, person_id: str) -> str:
        person = self._workstation.configuration.person(person_id)
        return person_id if person is None else person.name

    def _aid(self, code: str | None) -> str:
        aid = None if code is None else self._workstation.configuration.aid(code)
        return code or "" if aid is None else self._named(aid.names) or aid.code

    def _name(self, service_id: str) -> str:
        service = self._workstation.configuration.service(service_id)
        return service_id if service is None else self._named(service.names) or service_id

    def _named(self, names: dict[str, str]) -> str:
        first = self._workstation.configuration.office.languages[0]
        return names.get(self._text.language) or names.get(first) or next(iter(names.values()), "")


def _entries(units: Iterable[UnitRow], text: Text) -> Iterator[rows.EntryRow]:
    for unit in units:
        yield rows.EntryRow(
            service=unit.service,
            key=unit.key,
            entry_id=unit.entry_id,
            part=unit.part,
            place=f"{unit.chain}/{unit.seq}",
            aid=unit.aid or "",
            cents=unit.cents,
            state=text(STATE_WORDS[unit.state]),
            number=unit.number or "",
        )
