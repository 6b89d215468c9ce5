"""Six new words on the command line: in a file that only its owner reads, or on a terminal."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from counter_app.bootstrap import new_passphrase
from counter_app.cli.console import Console
from counter_app.domain.errors import BadInput
from counter_app.storage.private_file import write_new_private


def new_words(arguments: argparse.Namespace, console: Console) -> bytes:
    """Six new words: in the file that was named, or shown where somebody sits; never in a pipe or a log."""

    words = new_passphrase()
    path: Path | None = arguments.words_file
    if path is None:
        if console.as_json or not sys.stdout.isatty():
            raise BadInput("words_need_file")
        console.raw(words)
        return words.encode()
    write_new_private(path, words.encode() + b"\n")
    return words.encode()


def say_words(arguments: argparse.Namespace, console: Console) -> None:
    """Say where the new words are, or that they are shown only now."""
    if arguments.words_file is not None:
        console.say(
            "The new words are in {path}: hand them over and destroy the file.",
            path=str(arguments.words_file),
        )
    else:
        console.say("These are the new words: write them down, they are shown only now.")
