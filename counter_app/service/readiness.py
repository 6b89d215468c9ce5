"""Readiness: what a workstation needs for a dark day, each point with its state and what to do."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from counter_app import __version__
from counter_app.clock import business_day, from_wire
from counter_app.domain.errors import EnvironmentFailed
from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.journal.sidecar import read_sidecar
from counter_app.projections import budget, cash, delivery, irregular
from counter_app.register import store as register
from counter_app.service.workstation import Workstation
from counter_app.text import N_

_LEAST_FREE_MB = 500
_CLOCK_MAY_DIFFER_S = 300
_REGISTER_IS_OLD_DAYS = 31

State = Literal["ok", "warning", "missing", "failed"]


@dataclass(frozen=True, slots=True)
class Check:
    """One point: its name for machines, its state, and a sentence with parameters for people.

    `missing` is what is not set up yet; `warning` and `failed` want somebody now.
    """

    name: str
    state: State
    sentence: str
    params: dict[str, object] = field(default_factory=dict)


def examine(workstation: Workstation) -> list[Check]:
    """Every point of readiness that can be examined here, and by name those that are not set up yet."""
    return [
        Check("version", "ok", N_("Program {version}, journal format 1."), {"version": __version__}),
        Check("keys", "ok", N_("The passphrase opens the workstation; its keys are whole.")),
        _journal(workstation),
        _disk(workstation),
        _clock(workstation),
        _directive(workstation),
        _slice(workstation),
        _cash(workstation),
        _unsent(workstation),
        _irregular(workstation),
        _peers(workstation),
        Check("mirror", "missing", N_("No second copy of the journal is set up yet.")),
        Check("recovery_keys", "missing", N_("No recovery key held by IT is set up yet.")),
        Check("printer", "missing", N_("No printer is set up here yet: print the saved PDF files.")),
        _register(workstation),
    ]


def _journal(workstation: Workstation) -> Check:
    # The sidecar first: it is never ahead of the journal, but an entry recorded in between would make it look so.
    chain, seq, _ = read_sidecar(workstation.data)
    with workstation.reading() as connection:
        head = store.head(connection, workstation.chain)
    if chain != workstation.chain or seq > head.seq:
        return Check("journal", "failed", N_("The end of the journal is missing: run `journal verify`."))
    return Check("journal", "ok", N_("The journal holds {count} entries of its own."), {"count": head.seq})


def _disk(workstation: Workstation) -> Check:
    free = shutil.disk_usage(workstation.data).free // 1_000_000
    if free < _LEAST_FREE_MB:
        sentence = N_("Only {free} MB are free on this disk: make room before the queue comes.")
        return Check("disk", "warning", sentence, {"free": free})
    return Check("disk", "ok", N_("{free} MB are free on this disk."), {"free": free})


def _clock(workstation: Workstation) -> Check:
    with workstation.reading() as connection:
        head = store.head(connection, workstation.chain)
        last = store.at_place(connection, workstation.chain, head.seq)
    now = datetime.now(UTC)
    if (
        last is not None
        and (from_wire(last.header["recorded_at"]) - now).total_seconds() > _CLOCK_MAY_DIFFER_S
    ):
        sentence = N_("The clock is behind the last entry: set it before you record.")
        return Check("clock", "failed", sentence)
    local = now.astimezone(workstation.office.zone)
    return Check("clock", "ok", N_("The clock says {time}: compare it with a watch."), {"time": local})


def _directive(workstation: Workstation) -> Check:
    directive = workstation.configuration.limits.directive
    if not directive:
        sentence = N_("No directive says that agents are covered: ask the direction for a dated one.")
        return Check("directive", "warning", sentence)
    return Check(
        "directive", "ok", N_("Agents are covered by: {directive}."), {"directive": directive.rstrip(".")}
    )


def _slice(workstation: Workstation) -> Check:
    with workstation.tables() as tables:
        own = budget.slice_of(tables, workstation.chain)
    currency = workstation.configuration.office.currency
    left = Money(own.left_cents, currency)
    if own.left_cents <= 0:
        sentence = N_(
            "Nothing may be granted here ({left} left): ask a supervisor for a slice of the envelope."
        )
        return Check("slice", "warning", sentence, {"left": left})
    return Check("slice", "ok", N_("{left} may still be granted here."), {"left": left})


def _cash(workstation: Workstation) -> Check:
    with workstation.tables() as tables:
        drawer = cash.balance(tables, workstation.chain, "drawer")
    amount = Money(drawer, workstation.configuration.office.currency)
    return Check("cash", "ok", N_("The books say that the drawer holds {amount}."), {"amount": amount})


def _unsent(workstation: Workstation) -> Check:
    with workstation.tables() as tables:
        waiting = delivery.unfinished(tables, workstation.chain)
    if waiting:
        sentence = N_("{count} acts wait for a central system or a decision.")
        return Check("unsent", "ok", sentence, {"count": waiting})
    return Check("unsent", "ok", N_("Nothing waits for a central system."))


def _irregular(workstation: Workstation) -> Check:
    with workstation.tables() as tables:
        found = len({entry for entry, _ in irregular.open_irregularities(tables, workstation.chain)})
    if found:
        sentence = N_("{count} irregular facts are not regularised: a supervisor looks at them.")
        return Check("irregular", "warning", sentence, {"count": found})
    return Check("irregular", "ok", N_("No fact is irregular."))


def _peers(workstation: Workstation) -> Check:
    with workstation.reading() as connection:
        others = [chain for chain in store.chains(connection) if not chain.own]
    if not others:
        return Check("peers", "missing", N_("No other counter was heard of yet."))
    heard = ", ".join(
        f"{chain.name} {from_wire(chain.heard_at).astimezone(workstation.office.zone):%d/%m %H:%M}"
        for chain in others
    )
    return Check("peers", "ok", N_("Last heard of: {heard}."), {"heard": heard})


def _register(workstation: Workstation) -> Check:
    try:
        about = register.about(workstation.data, workstation.keyring)
    except EnvironmentFailed:
        sentence = N_("The copy of the central register cannot be opened: import the register again.")
        return Check("register", "failed", sentence)
    if about is None:
        return Check("register", "missing", N_("No copy of the central register is set up yet."))
    age = about.age_days(business_day(workstation.clock.now(), workstation.office.zone))
    said = {"count": about.people, "day": about.dated, "days": age}
    if age > _REGISTER_IS_OLD_DAYS:
        sentence = N_("The copy of the register is {days} days old, of {day}: import a newer one.")
        return Check("register", "warning", sentence, said)
    sentence = N_("The copy of the register of {day} holds {count} people; it is {days} days old.")
    return Check("register", "ok", sentence, said)
