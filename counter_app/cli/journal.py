"""`journal record|schema|show|verify|rebuild|export|restore|accept-end`: the journal from the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from counter_app.cli import restoring
from counter_app.cli.console import Console
from counter_app.cli.options import opened
from counter_app.cli.teller import Teller
from counter_app.domain.errors import AppError, BadInput, EnvironmentFailed, JournalBroken, Refused
from counter_app.service.workstation import Workstation

COMMAND_LINE = "command_line"
BACK_ENTRY = "back_entry"
_NO_PLACE = 2**53
"""Behind every place of a chain: a number that nobody could mean, but that still fits the database."""


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    record = commands.add_parser(
        "record", parents=[shared], help="one JSON command a line, one answer a line"
    )
    record.add_argument("file", help="a file, or - for standard input")
    record.set_defaults(run=_record)
    commands.add_parser("schema", parents=[shared], help="JSON Schema of the commands").set_defaults(
        run=_schema
    )
    show = commands.add_parser("show", parents=[shared], help="entries in order")
    show.add_argument("--since", type=int, default=0, metavar="SEQ", help="only entries from this number on")
    show.add_argument("--chain", metavar="C", help="only this chain")
    show.set_defaults(run=_show)
    verify = commands.add_parser("verify", parents=[shared], help="prove that the journal is whole")
    verify.add_argument("--full", action="store_true", help="also that every table equals a rebuild")
    verify.set_defaults(run=_verify)
    commands.add_parser("rebuild", parents=[shared], help="make the tables again").set_defaults(run=_rebuild)
    export = commands.add_parser("export", parents=[shared], help="chains as plain files for an auditor")
    export.add_argument("out", type=Path)
    export.add_argument(
        "--with-private", action="store_true", help="also names and other personal data, in plain words"
    )
    export.set_defaults(run=_export, may_log=False)
    restoring.add(commands, shared)


def _schema(_: argparse.Namespace, console: Console) -> int:
    from counter_app.domain.commands import command_schema

    console.result(command_schema())
    return 0


def _record(arguments: argparse.Namespace, console: Console) -> int:
    recorded = refused = 0
    with _lines(arguments.file) as lines, opened(arguments, write=True) as workstation:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            answer = {"line": number, **_answer(workstation, line, console)}
            recorded += answer["ok"]
            refused += not answer["ok"]
            if console.as_json:
                console.result(answer)
            else:
                console.raw(_in_words(answer, console))
    if not console.as_json:
        console.say("{recorded} lines recorded, {refused} refused.", recorded=recorded, refused=refused)
    return 1 if refused else 0


@contextmanager
def _lines(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115  (closed below, outside the reading of its name)
    except OSError as error:
        raise BadInput("file_unreadable", path=file, problem=error.strerror or str(error)) from error
    with stream:
        yield stream


def _answer(workstation: Workstation, line: bytes, console: Console) -> dict[str, Any]:
    from counter_app.domain.commands import parse_command

    try:
        command = parse_command(line.decode("utf-8"))
        channel = BACK_ENTRY if command.already_happened or command.form else COMMAND_LINE
        outcome = workstation.record(command, channel)
    except UnicodeDecodeError as error:
        return _refusal(BadInput("command_malformed", problem=str(error)), console)
    except (Refused, BadInput) as error:
        return _refusal(error, console)
    answer: dict[str, Any] = {"ok": True, "entry_id": outcome.entry.entry_id, "seq": outcome.entry.seq}
    if outcome.number is not None:
        answer["number"] = outcome.number
    if outcome.awaits_approval:
        answer["state"] = "awaiting_approval"
    if outcome.irregular:
        answer["irregular"] = outcome.irregular
    if outcome.already:
        answer["already"] = True
    return answer


def _refusal(error: AppError, console: Console) -> dict[str, Any]:
    return {"ok": False, "error": error.code, "message": console.text.error(error)}


def _in_words(answer: dict[str, Any], console: Console) -> str:
    if not answer["ok"]:
        return f"{answer['line']:>6}  {answer['error']}: {answer['message']}"
    words = [f"{answer['line']:>6}  {answer.get('number') or answer['entry_id']}  #{answer['seq']}"]
    if answer.get("already"):
        words.append(console.text("already recorded"))
    if answer.get("state"):
        words.append(console.text("waits for a second person"))
    if answer.get("irregular"):
        words.append(console.text("irregular: {rules}", rules=answer["irregular"]))
    return "  ".join(words)


def _show(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.journal import store
    from counter_app.service.access_log import note_look
    from counter_app.service.clock_check import clock_marks

    with opened(arguments) as workstation, workstation.reading() as connection:
        chains = [chain.name for chain in store.chains(connection)]
        if arguments.chain is not None and arguments.chain not in chains:
            raise BadInput("unknown_chain", chain=arguments.chain, chains=", ".join(chains))
        if console.as_json:
            note_look(workstation, "entries_shown", f"{arguments.chain or '*'}/{arguments.since}")
        for chain in chains if arguments.chain is None else [arguments.chain]:
            marks = clock_marks(connection, chain)
            for entry in store.entries(connection, chain, after=min(max(0, arguments.since - 1), _NO_PLACE)):
                if console.as_json:
                    shown = _shown(entry.header, entry.facts, entry.private, entry.hash.hex())
                    clock = marks(entry.seq)
                    console.result(shown | ({"clock": clock} if clock else {}))
                else:
                    facts = entry.facts
                    number, aid = facts.get("number", ""), facts.get("aid", "")
                    said = "".join(f"  {name} {by_s:+d}" for name, by_s in marks(entry.seq).items())
                    console.raw(
                        f"{chain}/{entry.seq}  {entry.header['recorded_at']}  {entry.kind}  {number}  {aid}{said}"
                    )
    return 0


def _shown(
    header: dict[str, Any], facts: dict[str, Any], private: dict[str, Any] | None, hashed: str
) -> dict[str, Any]:
    shown = {**header, "facts": facts, "hash": hashed}
    if private is not None:
        shown["private"] = private
    return shown


def _verify(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.proof import prove, read_notices

    with opened(arguments) as workstation:
        report = prove(workstation, full=arguments.full, progress=Teller(console).tell)
        notices = [] if report.findings else read_notices(workstation)
    for finding in report.findings:
        console.raw(console.text.error(finding))
    for notice in notices:
        console.say(notice.sentence, **notice.where)
    if console.as_json:
        findings = [
            {"code": f.code, "message": console.text.error(f), "where": f.params} for f in report.findings
        ]
        told = [
            {"code": n.code, "message": console.text(n.sentence, **n.where), "where": n.where}
            for n in notices
        ]
        report_as_json = {"entries": report.entries, "ok": not report.findings, "findings": findings}
        console.result({**report_as_json, "notices": told})
    elif not report.findings:
        console.say(
            "{count} entries verified: nothing is missing and nothing was changed.", count=report.entries
        )
    return JournalBroken.exit_status if report.findings else 0


def _rebuild(arguments: argparse.Namespace, console: Console) -> int:
    with opened(arguments, write=True, rebuild=True, progress=Teller(console).tell):
        pass
    console.say("The tables were made again from the journal.")
    if console.as_json:
        console.result({"ok": True})
    return 0


def _export(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.export import VERIFIER, export_journal, is_suspect

    out: Path = arguments.out
    with opened(arguments, log=False) as workstation:
        suspect = is_suspect(workstation)
        try:
            files = export_journal(workstation, out, with_private=arguments.with_private)
        except OSError as error:
            raise EnvironmentFailed(
                "file_unwritable", path=str(out), problem=error.strerror or str(error)
            ) from error
    for file in files:
        console.raw(str(file))
    console.say("Exported; the workstation's own files were only read. Check with {name}.", name=VERIFIER)
    if suspect:
        console.warn("This workstation is suspect: keep this export and a copy of its folder before it goes.")
    if console.as_json:
        console.result({"files": [str(file) for file in files], "suspect": suspect})
    return 0
