"""`practice`: a whole outage played through; `practice commands|register|centre`: lines, people, the centre alone."""

from __future__ import annotations

import argparse
import os
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from counter_app.cli.console import Console
from counter_app.cli.office import SAMPLES
from counter_app.domain.errors import BadInput, EnvironmentFailed
from counter_app.domain.money import Money

if TYPE_CHECKING:
    from counter_app.practice.drill import Played

_AT_ONCE = 200
_SHOWN_SAMPLE = "ccas"


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    group.add_argument("--out", type=Path, metavar="DIR", help="where it leaves its papers and workstations")
    group.add_argument("--headless", action="store_true", help="without windows, where there is a display")
    group.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed plays the same outage")
    group.add_argument(
        "--requests", type=_some, default=60, metavar="N", help="citizens, all counters together"
    )
    group.add_argument("--counters", type=_some, default=3, metavar="N", help="how many workstations")
    group.add_argument("--faults", default="all", help=_faults_help())
    group.add_argument("--sample", choices=SAMPLES, default="ccas", help="which sample office")
    group.set_defaults(run=_play)
    commands = group.add_subparsers(metavar="COMMAND")
    lines = commands.add_parser("commands", parents=[shared], help="valid command lines for `journal record`")
    lines.add_argument("--sample", choices=SAMPLES, required=True, help="the office that they are for")
    lines.add_argument("--count", type=_count, required=True, metavar="N", help="how many lines")
    lines.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed gives the same lines")
    lines.add_argument(
        "--counter", metavar="ID", help="who records them: parts of its slice are released too"
    )
    lines.set_defaults(run=_commands)
    register = commands.add_parser("register", parents=[shared], help="a made-up central register as CSV")
    register.add_argument("--count", type=_count, required=True, metavar="N", help="how many people")
    register.add_argument(
        "--seed", type=int, default=1, metavar="N", help="the same seed gives the same people"
    )
    register.add_argument("out", type=Path, metavar="OUT.csv")
    register.set_defaults(run=_register)
    centre = commands.add_parser("centre", parents=[shared], help="the practice centre alone, on loopback")
    centre.add_argument("--port", type=_port, required=True, metavar="P", help="0 takes a free one")
    centre.add_argument("--store", type=Path, required=True, metavar="FILE", help="its SQLite file")
    centre.add_argument("--faults", default="none", help=_faults_help())
    centre.add_argument(
        "--seed", type=int, default=1, metavar="N", help="the same seed draws the same faults"
    )
    centre.add_argument("--folder", type=Path, metavar="D", help="also exchange files in D/in and D/ack")
    centre.add_argument("--settling", type=float, metavar="S", help="seconds until a late unit is settled")
    # For whoever starts it with a pipe as its input; at a terminal or behind `nohup` there is nothing to wait for.
    centre.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    centre.set_defaults(run=_centre)


def _faults_help() -> str:
    from counter_app.practice.centre import faults

    return f"none, all, or names with commas: {', '.join(sorted(faults.ALL))}; besides all: " + ", ".join(
        sorted(faults.KNOWN - faults.ALL)
    )


def _play(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.practice.centre import faults
    from counter_app.practice.drill import MOST_COUNTERS, Play, play
    from counter_app.practice.stage import prepare

    if arguments.counters > MOST_COUNTERS:
        raise BadInput("practice_counters", most=MOST_COUNTERS)
    try:
        faults.parse(arguments.faults)
    except ValueError as error:
        raise _unknown_fault(arguments.faults) from error
    out = prepare(arguments.out)
    console.say("The outage is played in {path}.", path=str(out))
    if not arguments.headless and arguments.window is not None and _may_show(arguments.sample):
        return _show(arguments, console, out)
    played = play(
        Play(
            out=out,
            seed=arguments.seed,
            requests=arguments.requests,
            counters=arguments.counters,
            faults=arguments.faults,
            sample=arguments.sample,
            text=console.text,
        ),
        console.say,
    )
    _report(played, out, console)
    return 0 if played.reckoning.is_clean else 1


def _may_show(sample: str) -> bool:
    """Whether windows can play it: the people of its scenes are those of one sample."""
    if sample != _SHOWN_SAMPLE:
        return False
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _show(arguments: argparse.Namespace, console: Console, out: Path) -> int:
    """Let the window play it; the result is told when the play is over, before the window is closed."""
    from counter_app.practice.one_day import DayPlay

    clean: list[bool] = []

    def told(played: Played) -> None:
        clean.append(played.reckoning.is_clean)
        _report(played, out, console)

    what = DayPlay(
        text=console.text,
        out=out,
        seed=arguments.seed,
        requests=arguments.requests,
        counters=arguments.counters,
        faults=arguments.faults,
    )
    status: int = arguments.window(arguments, what, told)
    return status if clean and clean[-1] else 1


def _report(played: Played, out: Path, console: Console) -> None:
    from dataclasses import asdict

    figures = asdict(played.reckoning)
    if console.as_json:
        result = figures | {
            "currency": played.currency,
            "documents": [str(out / name) for name in played.documents],
        }
        console.result(result | {"seconds": played.seconds, "out": str(out)})
    else:
        _tell(played, out, console)


def _tell(played: Played, out: Path, console: Console) -> None:
    """The result in a few lines that a person can read."""
    found = played.reckoning
    console.plural(
        "{n} act was recorded while nothing worked; {amount} of aid was granted.",
        "{n} acts were recorded while nothing worked; {amount} of aid was granted.",
        found.recorded,
        amount=Money(found.granted_cents, played.currency),
    )
    console.plural(
        "The central systems answered for {n} message.",
        "The central systems answered for {n} messages.",
        found.posted,
    )
    console.say(
        "Lost: {lost}. Twice at the centre: {duplicates}. Unexplained: {unexplained}.",
        lost=found.lost,
        duplicates=found.duplicates_at_centre,
        unexplained=found.unexplained,
    )
    for name in played.documents:
        console.raw(f"  {out / name}")


def _unknown_fault(asked: str) -> BadInput:
    from counter_app.practice.centre import faults

    return BadInput("practice_fault_unknown", faults=asked, choices=sorted(faults.KNOWN))


def _commands(arguments: argparse.Namespace, _: Console) -> int:
    import msgspec

    from counter_app.practice.commands import Plan, commands

    encode = msgspec.json.Encoder().encode
    lines = commands(arguments.sample, arguments.seed, plan=Plan(counter=arguments.counter))
    left = arguments.count
    out = sys.stdout.buffer
    while left:
        some = min(left, _AT_ONCE)
        written = b"".join([encode(line) + b"\n" for line in islice(lines, some)])
        try:
            out.write(written)
            out.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            problem = error.strerror or str(error)
            raise EnvironmentFailed("disk_failed", path=sys.stdout.name, problem=problem) from error
        left -= some
    return 0


def _register(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.practice.register import write_register

    write_register(arguments.out, arguments.count, arguments.seed)
    console.say("{count} made-up people are in {path}.", count=arguments.count, path=str(arguments.out))
    if console.as_json:
        console.result({"people": arguments.count, "file": str(arguments.out)})
    return 0


def _centre(arguments: argparse.Namespace, _: Console) -> int:
    import sqlite3

    from counter_app.practice.centre import faults, server

    try:
        chosen = faults.parse(arguments.faults)
    except ValueError as error:
        raise _unknown_fault(arguments.faults) from error
    settling = server.SETTLING_SECONDS if arguments.settling is None else arguments.settling
    try:
        server.main(
            port=arguments.port,
            store=arguments.store,
            faults=chosen,
            seed=arguments.seed,
            folder=arguments.folder,
            settling=settling,
            with_parent=arguments.with_parent,
        )
    except (OSError, sqlite3.Error) as error:
        raise EnvironmentFailed("practice_centre", problem=str(error)) from error
    return 0


def _count(word: str) -> int:
    if not word.isdecimal():
        raise argparse.ArgumentTypeError(f"{word} is no number of lines")
    return int(word)


def _some(word: str) -> int:
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word} is no number from 1 on")
    return int(word)


def _port(word: str) -> int:
    if not word.isdecimal() or int(word) > 65535:
        raise argparse.ArgumentTypeError(f"{word} is no port from 0 to 65535")
    return int(word)
