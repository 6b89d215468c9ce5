"""What a restore came to, told to people: what goes on, what may be lost, and what somebody has to do first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from counter_app.domain.errors import EnvironmentFailed
from counter_app.service.restoring.epoch import Restored
from counter_app.text import Text

_NUMBERS = 40
"""Lines of the list of numbers to look for: more than a counter gives while a copy is away for an afternoon."""


def restored_words(text: Text, found: Restored, data: Path) -> list[str]:
    """Sentences in the order in which they matter, but for what was found wrong and for `earlier_words`."""
    said = [
        text(
            "{path} goes on as {chain}, with the {count} entries of the copy.",
            path=str(data),
            chain=found.chain,
            count=found.entries,
        )
    ]
    if found.aside is not None:
        said.append(text("What stood there lies in {path}.", path=str(found.aside)))
    said += _lost(text, found)
    said.append(
        text(
            "{chain} has nothing to spend yet: nothing may be granted until a supervisor carries over what is left of"
            " the slice of {before}, on the page Limits.",
            chain=found.chain,
            before=found.before,
        )
    )
    said.append(
        text(
            "To be set up again on this machine: the media for copies and the printer. What was being typed and not"
            " recorded is gone. Receipts of {before} are printed again as duplicates.",
            before=found.before,
        )
    )
    return said


def _lost(text: Text, found: Restored) -> list[str]:
    said = []
    if found.last_number:
        said.append(
            text(
                "The copy ends with receipt {last}. From {first} on receipts may be lost, how many is not known:"
                " look for receipts and stubs, and have each entered again on the page From paper (Shift+F3).",
                last=found.last_number,
                first=found.first_missing,
            )
        )
    else:
        said.append(
            text(
                "The copy holds no receipt of {before}: look for papers from {first} on, and have each entered again"
                " on the page From paper (Shift+F3).",
                before=found.before,
                first=found.first_missing,
            )
        )
    if found.known_lost:
        said.append(
            text("At least {count} entries that once existed are not in the copy.", count=found.known_lost)
        )
    if found.unknown:
        said.append(
            text.plural(
                "{n} message may have reached its centre after the copy was made: it is asked before this is sent.",
                "{n} messages may have reached their centre after the copy was made: it is asked before one is sent.",
                found.unknown,
            )
        )
    if found.unpaid:
        said.append(
            text.plural(
                "{n} grant was not paid when the copy was made: ask the citizen and the stubs before it is paid.",
                "{n} grants were not paid when the copy was made: ask the citizen and the stubs before one is paid.",
                found.unpaid,
            )
        )
    return said


def earlier_words(text: Text, found: Restored) -> str:
    """That the same copy was gone on from before; empty where it was not."""
    if not found.earlier:
        return ""
    return text(
        "Careful: {earlier} came out of the same copy before. What was recorded there since is not in {chain}. If"
        " it still works on some machine, close it there and restore from its own copy instead.",
        earlier=", ".join(found.earlier),
        chain=found.chain,
    )


def numbers_to_look_for(found: Restored) -> Sequence[str]:
    """The receipt numbers that may have been given after the copy was made, as printed: as many as a sheet holds."""
    prefix, _, first = found.first_missing.rpartition("-")
    return [f"{prefix}-{number:04d}" for number in range(int(first), int(first) + _NUMBERS)]


def write_numbers(text: Text, found: Restored, path: Path) -> None:
    """A sheet to tick off while receipts and stubs are looked through; raises `file_unwritable`."""
    title = text(
        "Numbers of {chain} to look for; strike out what was found and entered again.",
        chain=found.first_missing.rpartition("-")[0],
    )
    lines = [title, "", *(f"[ ] {number}" for number in numbers_to_look_for(found)), ""]
    try:
        path.write_text("\n".join(lines), encoding="utf-8")
    except OSError as error:
        raise EnvironmentFailed(
            "file_unwritable", path=str(path), problem=error.strerror or str(error)
        ) from error
