"""`receipt verify`: a receipt's code checked with no network."""

from __future__ import annotations

import argparse
from pathlib import Path

from counter_app.cli.console import Console
from counter_app.cli.options import opened
from counter_app.clock import from_wire
from counter_app.domain.money import Money


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    verify = commands.add_parser("verify", parents=[shared], help="check a receipt")
    verify.add_argument(
        "code", metavar="TEXT|IMAGE", help="the text of the QR code, or a picture or PDF of it"
    )
    verify.set_defaults(run=_verify)


def _verify(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.keys.receipt_code import KINDS, read_image
    from counter_app.service.receipts import Standing, check_receipt

    code = read_image(Path(arguments.code)) if _is_file(arguments.code) else arguments.code
    with opened(arguments) as workstation:
        checked = check_receipt(workstation, code)
        zone = workstation.office.zone
    claims = checked.claims
    amount = None if claims.cents is None else Money(claims.cents, claims.currency)
    console.say("Receipt {number}: the signature is of this office.", number=claims.receipt_number)
    if amount is not None:
        console.say("{aid}, {amount}, {day}.", aid=claims.aid, amount=amount, day=claims.day)
    if checked.standing is Standing.IN_JOURNAL:
        console.say("The entry stands in the journal as printed.")
    elif checked.standing is Standing.NOT_HEARD:
        console.say(
            "The entry has not been heard of here yet: exchange with counter {chain}.", chain=claims.chain
        )
    elif checked.standing is Standing.SUSPECT and checked.suspect_since is not None:
        console.warn(
            "Counter {chain} is suspect since {since}: keep the paper, pay nothing on it and call IT.",
            chain=claims.chain,
            since=from_wire(checked.suspect_since).astimezone(zone),
        )
    else:
        console.warn("The journal holds something else at this place: keep the paper and call IT.")
    if console.as_json:
        kinds = {code: name for name, code in KINDS.items()}
        console.result(
            {
                "number": claims.receipt_number,
                "kind": kinds.get(claims.kind, str(claims.kind)),
                "aid": claims.aid,
                "cents": claims.cents,
                "currency": claims.currency,
                "day": claims.day.isoformat(),
                "seq": claims.seq,
                "standing": checked.standing.value,
            }
        )
    return {Standing.DIFFERS: 4, Standing.SUSPECT: 1}.get(checked.standing, 0)


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except OSError:
        return False
