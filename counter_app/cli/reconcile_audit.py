"""`reconcile audit`: asks the centres whether they still hold what they acknowledged, and replays what they lost."""

from __future__ import annotations

import argparse
import time
from datetime import datetime
from typing import Any

from counter_app.cli.console import Console
from counter_app.cli.options import it_person, opened, seconds, services_of
from counter_app.clock import from_wire
from counter_app.domain.errors import BadInput
from counter_app.domain.money import Money
from counter_app.service.audit import AuditResult, Finding, Plan
from counter_app.service.unit_words import STANDING_WORDS, said_reason


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    audit = commands.add_parser(
        "audit", parents=[shared], help="ask what the centres still hold; replay losses"
    )
    audit.add_argument("--service", metavar="S", help="only this service")
    audit.add_argument(
        "--sample", type=_count, metavar="N", help="only so many units of each service, drawn at random"
    )
    audit.add_argument("--seed", type=int, metavar="N", help="the same seed draws the same sample")
    audit.add_argument(
        "--since", type=_time, metavar="TIME", help="only what was last sent at or after this time"
    )
    audit.add_argument("--no-replay", action="store_true", help="name the losses and send nothing")
    audit.add_argument(
        "--wait", type=seconds, default=10.0, metavar="S", help="how long it may wait for a centre"
    )
    audit.add_argument("--agent", metavar="ID", help="who runs it (default: the office's first IT person)")
    audit.set_defaults(run=_audit)


def _audit(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.bootstrap import audit

    seed = time.time_ns() % 2**31 if arguments.seed is None else arguments.seed
    plan = Plan(sample=arguments.sample, since=arguments.since, replay=not arguments.no_replay, seed=seed)
    watch = _Watch(console, arguments.sample)
    with opened(arguments, write=True) as workstation:
        services = services_of(workstation, arguments.service)
        agent = arguments.agent or it_person(workstation)
        results = audit(workstation, services, agent, plan, tell=watch.see, longest_wait_s=arguments.wait)
        currency = workstation.configuration.office.currency
    for result in results.values():
        _say(console, result, currency)
    clean = all(result.clean or not result.can_be_asked for result in results.values())
    if console.as_json:
        told = [_told(result, currency) for result in results.values()]
        console.result({"services": told, "clean": clean})
    return 0 if clean else 1


class _Watch:
    """Tells how far the audit is, at most every two seconds."""

    def __init__(self, console: Console, sample: int | None) -> None:
        self._console = console
        self._sample = sample
        self._said = time.monotonic()

    def see(self, service: str, result: AuditResult) -> None:
        """One question was answered."""
        if time.monotonic() - self._said < 2:
            return
        self._said = time.monotonic()
        total = result.total if self._sample is None else min(self._sample, result.total)
        self._console.warn(
            "{service}: asked about {count} of {total}.", service=service, count=result.asked, total=total
        )


def _say(console: Console, result: AuditResult, currency: str) -> None:
    if not result.can_be_asked:
        console.say(
            "{service}: this centre cannot be asked what it holds. Compare its own lists with `reconcile report`.",
            service=result.service,
        )
        return
    console.say(
        "{service}: asked about {asked} of {total}; lost {lost}, {amount}; sent again and read as held: {back}.",
        service=result.service,
        asked=result.asked,
        total=result.total,
        lost=len(result.lost),
        amount=Money(result.lost_cents, currency),
        back=len(result.back),
    )
    for finding in result.findings:
        words = console.text(STANDING_WORDS[finding.standing])
        reason = f" ({said_reason(console.text, finding.reason)})" if finding.reason else ""
        console.raw(f"  {finding.place} {finding.entry_id}/{finding.part}: {words}{reason}")
    if not result.finished:
        console.warn(
            "{service}: the centre did not answer for everything. Run `reconcile audit` again later.",
            service=result.service,
        )
    if result.still_lost:
        console.warn(
            "{service}: some losses were not sent again. Decide each with `reconcile decide … replay`, or close it.",
            service=result.service,
        )


def _told(result: AuditResult, currency: str) -> dict[str, Any]:
    return {
        "service": result.service,
        "audit": result.audit,
        "can_be_asked": result.can_be_asked,
        "total": result.total,
        "asked": result.asked,
        "standings": {standing.value: count for standing, count in sorted(result.standings.items())},
        "lost": len(result.lost),
        "lost_cents": result.lost_cents,
        "currency": currency,
        "replayed": len(result.replayed),
        "back": len(result.back),
        "finished": result.finished,
        "findings": [_finding(result, finding) for finding in result.findings],
    }


def _finding(result: AuditResult, finding: Finding) -> dict[str, Any]:
    place = (finding.entry_id, finding.part)
    return {
        "entry_id": finding.entry_id,
        "part": finding.part,
        "place": finding.place,
        "cents": finding.cents,
        "number": finding.number,
        "state_before": finding.state.value,
        "standing": finding.standing.value,
        "reason": finding.reason,
        "replayed": place in result.replayed,
        "back": place in result.back,
    }


def _count(word: str) -> int:
    if not word.isdecimal() or not 1 <= int(word) < 2**53:
        raise argparse.ArgumentTypeError(f"{word} is no number from 1 on")
    return int(word)


def _time(word: str) -> datetime:
    try:
        return from_wire(word)
    except BadInput as error:
        raise argparse.ArgumentTypeError(f"{word} is no time with its offset") from error
