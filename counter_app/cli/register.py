"""`register import|search|link`: the offline copy of the central register, and who of one list is who of another."""

from __future__ import annotations

import argparse
import gc
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counter_app.cli import register_review
from counter_app.cli.console import Console
from counter_app.cli.options import opened
from counter_app.domain.errors import BadInput

if TYPE_CHECKING:
    from counter_app.service.register import Imported, Progress, RegisterMatch

_USUAL_LIMIT = 20
_USUAL_PERCENT = 80
"""What a register keeps from one import to the next; a file with fewer of the people before is likely a part of it."""
_MOST_MATCHES = 1000
_SHOWN_BAD_LINES = 20
_TELL_EVERY_S = 2.0


def add(group: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the commands of this group."""
    commands = group.add_subparsers(metavar="COMMAND")
    importing = commands.add_parser("import", parents=[shared], help="replace the copy by a CSV file")
    importing.add_argument("file", type=Path, metavar="FILE.csv")
    importing.add_argument(
        "--dated", type=_day, metavar="DAY", help="of which day it is, if not the file's own"
    )
    importing.set_defaults(run=_import)
    search = commands.add_parser("search", parents=[shared], help="find people in the copy")
    search.add_argument("query", help="names or their beginnings, a birth date, a postcode, a number")
    search.add_argument(
        "--limit", type=_limit, default=_USUAL_LIMIT, metavar="N", help="at most so many people"
    )
    search.set_defaults(run=_search)
    linking = commands.add_parser("link", parents=[shared], help="find the same people in two lists")
    _add_lists(linking)
    linking.add_argument("out", type=Path, metavar="OUT.csv")
    linking.add_argument(
        "--raw", action="store_true", help="scores without the guards that leave doubtful pairs to a person"
    )
    linking.set_defaults(run=_link)
    register_review.add(commands, shared)
    # How `link` asks a child process for its share of the work; no help lists it.
    part = commands.add_parser("link-part", parents=[shared])
    _add_lists(part)
    part.add_argument("--part", type=int, required=True)
    part.add_argument("--parts", type=int, required=True)
    part.set_defaults(run=_link_part)


def _add_lists(command: argparse.ArgumentParser) -> None:
    command.add_argument("list_a", type=Path, metavar="A.csv")
    command.add_argument("list_b", type=Path, metavar="B.csv")


def _import(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.register import Watch, import_register

    with opened(arguments) as workstation:
        watch = Watch(progress=_Teller(console).tell)
        done = import_register(workstation, arguments.file, dated=arguments.dated, watch=watch)
    about = done.about
    console.say(
        "The copy of the register of {day} holds {count} people.", day=about.dated, count=about.people
    )
    if done.before is not None:
        console.say(
            "It took the place of the one of {day} with {count} people.",
            day=done.before.dated,
            count=done.before.people,
        )
        if about.people * 100 < done.before.people * _USUAL_PERCENT:
            console.warn(
                "The new copy holds far fewer people than before ({count} instead of {before}): import the whole"
                " register again if this was only a part of it.",
                count=about.people,
                before=done.before.people,
            )
    for bad in done.bad_lines[:_SHOWN_BAD_LINES]:
        console.raw("  " + console.text.error(bad.error))
    if about.left_out:
        console.say("{count} lines were left out: correct them where they come from.", count=about.left_out)
    if console.as_json:
        console.result(_imported(done, console))
    return 1 if about.left_out else 0


class _Teller:
    """Says now and then how far an import is."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told = time.monotonic()

    def tell(self, progress: Progress) -> None:
        """A line every two seconds, on standard error."""
        if time.monotonic() - self._told >= _TELL_EVERY_S:
            self._told = time.monotonic()
            self._console.warn(
                "{percent} %, {count} people; about {seconds} s more.",
                percent=round(progress.share * 100),
                count=progress.people,
                seconds=round(progress.seconds_left) or 1,
            )


def _imported(done: Imported, console: Console) -> dict[str, Any]:
    about = done.about
    return {
        "people": about.people,
        "left_out": about.left_out,
        "dated": about.dated.isoformat(),
        "imported_at": about.imported_at.isoformat(timespec="seconds"),
        "people_before": None if done.before is None else done.before.people,
        "seconds": round(done.seconds, 2),
        "bad_lines": [
            {"line": bad.line, "error": bad.error.code, "message": console.text.error(bad.error)}
            for bad in done.bad_lines
        ],
    }


def _search(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.service.register import search_register

    with opened(arguments) as workstation:
        found = search_register(workstation, arguments.query, arguments.limit)
    matches = [_match(match, console) for match in found.matches]
    for match in matches:
        birth, why = match["birth_date"] or "–", ", ".join(match["why"])
        console.raw(
            f"{match['score']:.2f}  {match['surname']} {match['given_name']}  {birth}  {match['id']}  ({why})"
        )
    if not matches:
        console.say(
            "Nobody in the copy of the register fits: type less, or only the beginnings of the names."
        )
    console.say("The copy is {days} days old.", days=found.age_days)
    if console.as_json:
        register = {
            "dated": found.about.dated.isoformat(),
            "age_days": found.age_days,
            "people": found.about.people,
        }
        console.result({"took_ms": round(found.took_ms, 3), "matches": matches, "register": register})
    return 0


def _match(match: RegisterMatch, console: Console) -> dict[str, Any]:
    from counter_app.service.reasons import in_words

    person = match.person
    return {
        "id": person.id,
        "score": match.likeness.score,
        "why": [console.text(word) for word in in_words(match.likeness.why)],
        "surname": person.surname,
        "given_name": person.given_name,
        "date_of_birth": person.date_of_birth,
        "birth_date": person.birth.iso,
        "postcode": person.postcode,
    }


def _link(arguments: argparse.Namespace, console: Console) -> int:
    from counter_app.domain.name_keys import VERSION
    from counter_app.register.linking.pairs import Decision
    from counter_app.register.linking.run import link_files

    done = link_files(
        arguments.list_a,
        arguments.list_b,
        arguments.out,
        raw=arguments.raw,
        tell=_LinkTeller(console).tell,
    )
    decisions = Counter(pair.decision for pair in done.pairs)
    links, review = decisions[Decision.LINK], decisions[Decision.REVIEW]
    console.say(
        "{links} pairs are the same person, {review} need a person's look: see {path}.",
        links=links,
        review=review,
        path=str(arguments.out),
    )
    for path, bad_lines in zip((arguments.list_a, arguments.list_b), done.bad_lines, strict=True):
        for bad in bad_lines[:_SHOWN_BAD_LINES]:
            console.warn("{file}: {problem}", file=path.name, problem=console.text.error(bad.error))
        if bad_lines:
            console.warn(
                "{count} lines of {file} were left out: correct them where they come from.",
                count=len(bad_lines),
                file=path.name,
            )
    if console.as_json:
        console.result(
            {
                "people": list(done.people),
                "left_out": [len(bad_lines) for bad_lines in done.bad_lines],
                "links": links,
                "review": review,
                "pairs": len(done.pairs),
                "keys_version": VERSION,
                "seconds": round(done.seconds, 2),
            }
        )
    return 0


class _LinkTeller:
    """Says now and then how far the comparing is."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told = time.monotonic()

    def tell(self, share: float, seconds_left: float) -> None:
        """A line every two seconds, on standard error."""
        if time.monotonic() - self._told >= _TELL_EVERY_S:
            self._told = time.monotonic()
            self._console.warn(
                "{percent} % compared; about {seconds} s more.",
                percent=round(share * 100),
                seconds=round(seconds_left) or 1,
            )


def _link_part(arguments: argparse.Namespace, _console: Console) -> int:
    from counter_app.register.linking.run import tell_part

    # The process ends with its work, and looking for cycles among a million small objects takes a fifth of it.
    gc.disable()
    tell_part(
        arguments.list_a,
        arguments.list_b,
        arguments.part,
        arguments.parts,
        lambda line: print(line, flush=line.startswith("{")),
    )
    return 0


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise BadInput("configuration_no_date", value=word) from error


def _limit(word: str) -> int:
    if not word.isdecimal() or not 1 <= int(word) <= _MOST_MATCHES:
        raise argparse.ArgumentTypeError(f"{word} is no number from 1 to {_MOST_MATCHES}")
    return int(word)
