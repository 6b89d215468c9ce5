"""Readiness: what a workstation needs for a dark day, each point with its state and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from counter_app import __version__
from counter_app.clock import business_day, from_wire
from counter_app.domain.errors import EnvironmentFailed, JournalBroken
from counter_app.domain.money import Money
from counter_app.journal import store
from counter_app.journal.sidecar import read_sidecar
from counter_app.projections import budget, cash, delivery, irregular
from counter_app.projections.custody import successor_of
from counter_app.register import store as register
from counter_app.service.clock_check import behind_journal, clock_notices
from counter_app.service.disk_room import disk_room
from counter_app.service.doubles import unjudged
from counter_app.service.forks import forks_seen
from counter_app.service.from_paper import searches
from counter_app.service.key_changes import keys_of
from counter_app.service.lost_numbers import NumberSearch
from counter_app.service.mirror.status import copies_in_words
from counter_app.service.rehearsal import last_rehearsal
from counter_app.service.suspicion import list_suspects
from counter_app.service.workstation import Workstation
from counter_app.text import N_

_REGISTER_IS_OLD_DAYS = 31
_ROUNDED_MB = 10_000
"""From so much on a reader wants gigabytes."""
_REHEARSAL_IS_OLD_DAYS = 183

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
        *_doubles(workstation),
        *_lost_numbers(workstation),
        _peers(workstation),
        *_suspects(workstation),
        *_forks(workstation),
        Check("mirror", *copies_in_words(workstation)),
        recovery_check(workstation),
        Check("printer", "missing", N_("No printer is set up here yet: print the saved PDF files.")),
        _register(workstation),
    ]


def _forks(workstation: Workstation) -> list[Check]:
    """A check only where another history of a chain was met; what was heard first stays."""
    with workstation.reading() as connection:
        forks = forks_seen(connection)
    sentence = N_("{chain} has two histories from entry {seq} on, for a workstation was copied: call IT.")
    return [Check("forks", "failed", sentence, {"chain": one.chain, "seq": one.seq}) for one in forks[:1]]


def _journal(workstation: Workstation) -> Check:
    # The sidecar first: it is never ahead of the journal, but an entry recorded in between would make it look so.
    try:
        chain, seq, _ = read_sidecar(workstation.data)
    except JournalBroken:
        sentence = N_("Nobody can tell whether the journal's end was cut off: see `journal verify`.")
        return Check("journal", "failed", sentence)
    with workstation.reading() as connection:
        head = store.head(connection, workstation.chain)
    if chain != workstation.chain or seq > head.seq:
        return Check("journal", "failed", N_("The end of the journal is missing: run `journal verify`."))
    with workstation.tables() as tables:
        successor = successor_of(tables, workstation.chain)
    if successor != workstation.chain:
        sentence = N_("This counter goes on as {successor} on another machine: record nothing more here.")
        return Check("journal", "failed", sentence, {"successor": successor})
    return Check("journal", "ok", N_("The journal holds {count} entries of its own."), {"count": head.seq})


def _disk(workstation: Workstation) -> Check:
    room = disk_room(workstation.data)
    free: dict[str, object] = {"free": room.free_mb}
    if room.state == "nearly_none":
        sentence = N_(
            "Only {free} MB are free on this disk, and recording stops when it is full: make room now."
        )
        return Check("disk", "failed", sentence, free)
    if room.state == "little":
        sentence = N_("Only {free} MB are free on this disk: make room before the queue comes.")
        return Check("disk", "warning", sentence, free)
    if room.free_mb >= _ROUNDED_MB:
        return Check("disk", "ok", N_("{free} GB are free on this disk."), {"free": room.free_mb // 1000})
    return Check("disk", "ok", N_("{free} MB are free on this disk."), free)


def _clock(workstation: Workstation) -> Check:
    with workstation.reading() as connection:
        behind = behind_journal(workstation, connection)
        notices = [
            one for one in clock_notices(connection, workstation.chain) if one.code != "clock_corrected"
        ]
    if behind is not None:
        sentence = N_("The clock is behind the last entry: set it before you record.")
        return Check("clock", "failed", sentence)
    if notices:
        return Check("clock", "warning", notices[-1].sentence, notices[-1].where)
    local = workstation.clock.now().astimezone(workstation.office.zone)
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
    amount = Money(abs(drawer), workstation.configuration.office.currency)
    if drawer < 0:
        sentence = N_(
            "By the books {amount} more left the drawer than ever came in: enter the cash that was brought,"
            " or have a supervisor count the drawer."
        )
        return Check("cash", "warning", sentence, {"amount": amount})
    return Check("cash", "ok", N_("The books say that the drawer holds {amount}."), {"amount": amount})


def _unsent(workstation: Workstation) -> Check:
    with workstation.tables() as tables:
        waiting = delivery.unfinished(tables, workstation.chain)
    if waiting:
        sentence = N_("Acts that wait for a central system or a decision: {count}.")
        return Check("unsent", "ok", sentence, {"count": waiting})
    return Check("unsent", "ok", N_("Nothing waits for a central system."))


def _irregular(workstation: Workstation) -> Check:
    with workstation.tables() as tables:
        found = len({entry for entry, _ in irregular.open_irregularities(tables, workstation.chain)})
    if found:
        sentence = N_("Irregular facts not regularised: {count}. A supervisor looks at them.")
        return Check("irregular", "warning", sentence, {"count": found})
    return Check("irregular", "ok", N_("No fact is irregular."))


def _doubles(workstation: Workstation) -> list[Check]:
    """A point only where pairs wait for somebody's word."""
    with workstation.tables() as tables:
        found = unjudged(tables)
    sentence = N_(
        "Asked or paid twice, as it seems: {count}. Say which are: Differences (F11), then Asked twice."
    )
    return [Check("doubles", "warning", sentence, {"count": found})] if found else []


def _lost_numbers(workstation: Workstation) -> list[Check]:
    """A point for each time that this counter was restored: which receipts its copy lacked, and how far they are in."""
    return [_lost(search) for search in searches(workstation)]


def _lost(search: NumberSearch) -> Check:
    said: dict[str, object] = {
        "before": search.before,
        "count": len(search.missing),
        "next": search.next,
        "entered": len(search.entered),
        "given_up": len(search.given_up),
    }
    if search.missing:
        sentence = N_("Receipts of {before} still to be entered from paper: {count}, the first is {first}.")
        return Check("lost_numbers", "warning", sentence, said | {"first": search.missing[0]})
    if not search.is_ended:
        sentence = N_(
            "From {next} on receipts of {before} may be lost: have them entered from paper, then end the search."
        )
        return Check("lost_numbers", "warning", sentence, said)
    sentence = N_(
        "The search for receipts of {before} is ended: {entered} entered again, {given_up} not found."
    )
    return Check("lost_numbers", "ok", sentence, said)


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


def _suspects(workstation: Workstation) -> list[Check]:
    """A point only where IT declared somebody suspect."""
    found = list_suspects(workstation)
    if not found:
        return []
    if any(suspect.chain == workstation.chain for suspect in found):
        sentence = N_(
            "This workstation is suspect: stop using it; IT exports its journal and installs it anew."
        )
        return [Check("suspects", "failed", sentence)]
    held = sum(suspect.quarantined for suspect in found)
    said: dict[str, object] = {"chains": tuple(suspect.chain for suspect in found), "count": held}
    if held:
        sentence = N_("Suspect: {chains}. {count} entries wait in quarantine for two people: `suspect list`.")
        return [Check("suspects", "warning", sentence, said)]
    return [Check("suspects", "ok", N_("Suspect: {chains}. Nothing of theirs waits in quarantine."), said)]


def recovery_check(workstation: Workstation) -> Check:
    """Whether recovery keys are set up, and whether somebody proved of late that they work."""
    file = keys_of(workstation)
    if file.recovery is None:
        return Check("recovery_keys", "missing", N_("No recovery key held by IT is set up yet."))
    said: dict[str, object] = {"needed": file.recovery.needed, "count": len(file.recovery.recipients)}
    rehearsed = last_rehearsal(workstation, file)
    if rehearsed is None:
        sentence = N_(
            "{needed} of {count} recovery keys open this workstation; nobody ever tried: rehearse it."
        )
        return Check("recovery_keys", "warning", sentence, said)
    said["day"] = rehearsed.date()
    if (workstation.clock.now() - rehearsed).days > _REHEARSAL_IS_OLD_DAYS:
        sentence = N_(
            "Recovery with {needed} of {count} keys was last rehearsed on {day}: rehearse it again."
        )
        return Check("recovery_keys", "warning", sentence, said)
    sentence = N_("{needed} of {count} recovery keys open this workstation, rehearsed on {day}.")
    return Check("recovery_keys", "ok", sentence, said)


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
