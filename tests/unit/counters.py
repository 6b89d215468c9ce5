"""Workstations of the sample offices for tests: made once with a cheap passphrase, then copied for each test."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from counter_app.bootstrap import create_workstation, open_workstation
from counter_app.clock import PracticeClock
from counter_app.domain.commands import parse_command
from counter_app.domain.errors import Refused
from counter_app.journal import store
from counter_app.journal.entry import Entry
from counter_app.keys.keyring import new_slot, open_keys, write_keys
from counter_app.keys.wrap import PassphraseCost
from counter_app.practice.offices import sample_office
from counter_app.projections import cash, delivery, grants, vouchers
from counter_app.projections.budget import Slice, slice_of
from counter_app.projections.family import Tables
from counter_app.service.outcome import Outcome
from counter_app.service.proof import prove
from counter_app.service.workstation import Workstation
from counter_app.settings import sample_configuration, with_changes

PASSPHRASE = b"six words nobody would ever guess"
CHEAP = PassphraseCost(passes=1, memory_kib=64, lanes=1)
MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DRAWER_CENTS = 500_000

AGENT, COLLEAGUE = "yleroux", "abakari"
SUPERVISOR, REGISSEUR = "hgarcia", "jmoreau"
IT, AUDITOR = "bnguyen", "mperrin"

CASH = {"means": "cash", "payer": COLLEAGUE}


class Templates:
    """Untouched workstations, one for each sample and counter, to copy from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def copy(self, counter: str, to: Path, sample: str = "ccas", slices: Mapping[str, int] = {}) -> Path:
        """A fresh workstation in `to`; two copies of one counter are the same workstation twice."""
        template = self._folder / "-".join(
            [sample, counter, *(f"{name}{cents}" for name, cents in slices.items())]
        )
        if not template.exists():
            raw = with_changes(sample_configuration(sample), slices=slices)
            create_workstation(
                template, sample_office(sample, counter, PASSPHRASE, raw), PracticeClock(MONDAY)
            )
            keyring = open_keys(template, PASSPHRASE)
            write_keys(template, keyring, [new_slot(keyring, "first", PASSPHRASE, CHEAP)])
        shutil.copytree(template, to)
        return to


class StillClock(PracticeClock):
    """A clock that shows the same moment until it is moved: no test depends on how fast it runs."""

    def _elapsed(self) -> float:
        return self._skipped


class Desk:
    """An open workstation whose clock stands at a Monday morning, and the commands people give it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.clock = StillClock(MONDAY)
        self.workstation = open_workstation(data, PASSPHRASE, write=True, clock=self.clock)

    def close(self) -> None:
        self.workstation.close()

    def reopen(self) -> Workstation:
        """The same workstation after a restart of the program."""
        self.close()
        self.workstation = open_workstation(self.data, PASSPHRASE, write=True, clock=self.clock)
        return self.workstation

    def do(self, command: str, *, pin_of: str | None = None, **fields: Any) -> Outcome:
        """Record a command; `agent` is the first one where none is named."""
        line = json.dumps({"command": command, "agent": AGENT, **fields})
        return self.workstation.record(parse_command(line), "window", pin_of)

    def id(self, command: str, **fields: Any) -> str:
        """Record a command and return the id of its entry."""
        return self.do(command, **fields).entry.entry_id

    def refusal(self, command: str, **fields: Any) -> Refused:
        """The refusal that a command meets; it leaves no entry behind."""
        before = self.seq
        with pytest.raises(Refused) as caught:
            self.do(command, **fields)
        assert self.seq == before
        return caught.value

    def code(self, command: str, **fields: Any) -> str:
        """The code of that refusal."""
        return self.refusal(command, **fields).code

    def irregular(self, command: str, **fields: Any) -> list[str]:
        """The rules that a fact broke which already happened."""
        return self.do(command, already_happened=True, **fields).irregular

    def fill_drawer(self, cents: int = DRAWER_CENTS) -> None:
        self.do("replenish_cash", cents=cents, document="BX 12")

    def grant(self, cents: int = 4000, **fields: Any) -> str:
        """Emergency cash granted to somebody, and the id of that grant."""
        told = {"aid": "FR-SECURG", "cents": cents, "circumstances": {"evidence": ["interview"]}, **fields}
        return self.id("grant_aid", **({"person": person()} | told))

    @property
    def seq(self) -> int:
        with self.workstation.reading() as connection:
            return store.head(connection, self.workstation.chain).seq

    def entries(self, chain: str | None = None) -> list[Entry]:
        with self.workstation.reading() as connection:
            return list(store.entries(connection, chain or self.workstation.chain))

    def tables(self) -> Tables:
        with self.workstation.reading() as connection:
            return Tables(connection)

    def balance(self, account: str) -> int:
        return cash.balance(self.tables(), self.workstation.chain, account)

    def balances(self) -> dict[str, int]:
        return cash.balances(self.tables(), self.workstation.chain)

    def slice(self) -> Slice:
        return slice_of(self.tables(), self.workstation.chain)

    def grant_row(self, grant: str) -> grants.GrantRow:
        row = grants.grant_row(self.tables(), grant, self.workstation.chain)
        assert row is not None
        return row

    def units(self, entry_id: str | None = None) -> list[delivery.UnitRow]:
        """The delivery units of the own chain, or of one of its entries."""
        found = delivery.units(self.tables(), self.workstation.chain)
        return [unit for unit in found if entry_id is None or unit.entry_id == entry_id]

    def voucher(self, number: int, series: str = "K") -> str:
        states = vouchers.voucher_states(self.tables(), self.workstation.chain, series, number, number)
        return states[0][3]

    def findings(self) -> list[str]:
        """The codes of what a full verification finds."""
        return [finding.code for finding in prove(self.workstation, full=True).findings]


def person(surname: str = "Dupont", **fields: Any) -> dict[str, Any]:
    """A citizen whose identity was seen, with a birth date of their own."""
    told = {"surname": surname, "given_names": ["Zoé"], "birth_date": "1980-03-05", "identity": "document"}
    return told | fields
