"""`approve challenge|answer|enter|enrol`: a supervisor far away approves a grant over the telephone."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from counter_app.cli.console import Console
from counter_app.cli.options import opened, read_passphrase_file
from counter_app.domain.errors import BadInput


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    challenge = commands.add_parser("challenge", parents=[shared], help="what to read to the supervisor")
    challenge.add_argument("grant", help="number or entry id of the grant that waits")
    challenge.set_defaults(run=_challenge)
    answer = commands.add_parser("answer", parents=[shared], help="on the supervisor's machine: the digits")
    answer.add_argument("--person", required=True, metavar="ID", help="the supervisor")
    answer.add_argument("--pin-file", type=Path, metavar="FILE", help="the supervisor's PIN (else asked for)")
    for name in ("counter", "number", "aid", "means", "nonce"):
        answer.add_argument(f"--{name}", required=True, help="as read aloud")
    answer.add_argument("--cents", required=True, type=int, help="as read aloud")
    answer.set_defaults(run=_answer)
    enter = commands.add_parser("enter", parents=[shared], help="the digits that came back")
    enter.add_argument("grant", help="number or entry id of the grant that waits")
    enter.add_argument("--code", required=True, metavar="DIGITS", help="the eight digits")
    enter.add_argument("--person", required=True, metavar="ID", help="the supervisor who answered")
    enter.add_argument("--agent", required=True, metavar="ID", help="who enters it")
    enter.set_defaults(run=_enter)
    enrol = commands.add_parser("enrol", parents=[shared], help="let a supervisor answer for a counter")
    enrol.add_argument("--person", metavar="ID", help="the supervisor, on whose machine this is")
    enrol.add_argument("--counter", metavar="ID", help="the counter that will ask")
    enrol.add_argument(
        "--out", type=Path, metavar="FILE", help="the shared key, to be carried to that counter"
    )
    enrol.add_argument("--from", dest="file", type=Path, metavar="FILE", help="at the counter: take it in")
    enrol.add_argument("--agent", required=True, metavar="ID", help="who does it")
    enrol.set_defaults(run=_enrol)


def _challenge(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.telephone import ask

    with opened(arguments, write=True) as workstation:
        asked = ask(workstation, arguments.grant)
    question, nonce = asked.question, f"{asked.question.nonce[:4]} {asked.question.nonce[4:]}"
    console.say("Read aloud to the supervisor:")
    for line in (
        console.text("counter: {value}", value=question.counter),
        console.text("number: {value}", value=question.number),
        console.text("aid: {value}", value=question.aid),
        console.text("amount: {amount} ({cents} cents)", amount=asked.amount, cents=question.cents),
        console.text("means: {value}", value=question.means),
        console.text("nonce: {value}", value=nonce),
    ):
        console.raw(f"  {line}")
    console.say("Good until {time}, for three tries; then `approve enter`.", time=asked.until)
    if console.as_json:
        console.result(
            {
                "grant": asked.grant,
                "counter": question.counter,
                "number": question.number,
                "aid": question.aid,
                "cents": question.cents,
                "means": question.means,
                "nonce": question.nonce,
                "until": asked.until.isoformat(),
            }
        )
    return 0


def _answer(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.telephone import Question, answer

    question = Question(
        arguments.counter,
        arguments.number,
        arguments.aid,
        arguments.cents,
        arguments.means,
        arguments.nonce,
    )
    with opened(arguments, write=True) as workstation:
        digits = answer(workstation, arguments.person, asked_pin(arguments.pin_file), question)
    console.say("Read back: {digits}", digits=f"{digits[:4]} {digits[4:]}")
    if console.as_json:
        console.result({"code": digits})
    return 0


def _enter(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.domain.commands import DecideApproval
    from counter_app.service.telephone import approve_by_phone

    command = DecideApproval(
        agent=arguments.agent, approver=arguments.person, grant=arguments.grant, approved=True
    )
    with opened(arguments, write=True) as workstation:
        outcome = approve_by_phone(workstation, command, arguments.code)
    facts = outcome.entry.facts
    console.say(
        "{number} is approved by {person}, over the telephone.",
        number=facts["grant_number"],
        person=arguments.person,
    )
    if console.as_json:
        entry = outcome.entry
        console.result({"ok": True, "entry_id": entry.entry_id, "seq": entry.seq, "proof": facts["proof"]})
    return 0


def _enrol(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.phone_keys import enrol, take_in

    file: Path | None = arguments.file
    if file is not None:
        with opened(arguments, write=True) as workstation:
            person = take_in(workstation, file, arguments.agent)
        console.say(
            "{person} may now answer for this counter. Destroy {path}.", person=person, path=str(file)
        )
    else:
        missing = [f"--{name}" for name in ("person", "counter", "out") if getattr(arguments, name) is None]
        if missing:
            raise BadInput("arguments_missing", names=", ".join(missing), command="counter-app approve enrol")
        with opened(arguments, write=True) as workstation:
            enrol(workstation, arguments.person, arguments.counter, arguments.out, arguments.agent)
        console.say(
            "Carry {path} to counter {counter}: `approve enrol --from`, then destroy it.",
            path=str(arguments.out),
            counter=arguments.counter,
        )
    if console.as_json:
        console.result({"ok": True})
    return 0


def asked_pin(file: Path | None) -> str:
    """A PIN from a file, else typed at the terminal; raises `no_pin_given` where nobody can be asked."""
    if file is not None:
        try:
            return read_passphrase_file(file).decode()
        except UnicodeDecodeError as error:
            raise BadInput("file_unreadable", path=str(file), problem="UTF-8") from error
    if not sys.stdin.isatty():
        raise BadInput("no_pin_given")
    return getpass.getpass("PIN: ")
