"""`register review|match`: who of the journal is who in the register, decided by a person with the evidence."""

from __future__ import annotations

import argparse
import gc
import json
import sys
from typing import Any

from counter_app.cli.console import Console
from counter_app.cli.options import data_folder, opened
from counter_app.domain.errors import BadInput


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the two commands, and the child process's own."""
    review = commands.add_parser(
        "review", parents=[shared], help="people of the journal who may be people of the register"
    )
    review.set_defaults(run=_review)
    match = commands.add_parser("match", parents=[shared], help="say whether such a pair is one person")
    match.add_argument("entry_id")
    match.add_argument("register_id")
    match.add_argument("verdict", choices=("same", "other"))
    match.add_argument("--agent", required=True, metavar="ID")
    match.add_argument("--reason", required=True)
    match.set_defaults(run=_match)
    part = commands.add_parser("review-part", parents=[shared])
    part.set_defaults(run=_review_part)


def _review(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.people_review import pairs_to_review

    with opened(arguments) as workstation:
        pairs = pairs_to_review(workstation)
    console.say("{count} pairs wait for a person.", count=len(pairs))
    for pair in pairs:
        why = " ".join((*pair.evidence, *(f"held:{guard}" for guard in pair.held)))
        sure = "=" if pair.sure else "?"
        console.raw(f"  {sure} {pair.target} {pair.register_id} {pair.score:.4f} {why}")
    if console.as_json:
        rows = [
            {
                "entry_id": pair.target,
                "register_id": pair.register_id,
                "score": pair.score,
                "sure": pair.sure,
                "evidence": pair.evidence,
                "held": pair.held,
                "number": pair.receipt,
            }
            for pair in pairs
        ]
        console.result({"pairs": rows})
    return 1 if pairs else 0


def _match(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.people_review import match, pairs_to_review

    with opened(arguments, write=True) as workstation:
        named = (arguments.entry_id, arguments.register_id)
        pair = next(
            (one for one in pairs_to_review(workstation) if (one.target, one.register_id) == named), None
        )
        if pair is None:
            raise BadInput("no_such_pair")
        match(workstation, pair, arguments.verdict, arguments.agent, arguments.reason, "command_line")
    console.say("It is recorded.")
    if console.as_json:
        console.result({"entry_id": pair.target, "register_id": pair.register_id})
    return 0


def _review_part(arguments: argparse.Namespace, _console: Console) -> int:
    """The key comes over standard input; ids and scores alone leave over standard output."""
    from counter_app.bootstrap import open_with_keys
    from counter_app.service.papers.aside import handed_keys
    from counter_app.service.people_review import compare_people

    # The process ends with its work, and looking for cycles among many small objects takes a fifth of it.
    gc.disable()
    workstation = open_with_keys(data_folder(arguments), handed_keys(sys.stdin.buffer.read()))
    try:
        for line in compare_people(workstation):
            print(json.dumps(line))
    finally:
        workstation.close()
    return 0
