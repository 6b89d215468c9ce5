"""The tree of errors that a person can see; every leaf is a code with a sentence in `sentences.py`.

    AppError                    code, parameters; exit status of the command line
    ├── Refused                 a rule of the office says no; nothing moved               (line refused)
    ├── BadInput                wrong use, broken configuration, wrong passphrase         (exit 2)
    ├── EnvironmentFailed       disk, network, another writer, a newer journal            (exit 3)
    └── JournalBroken           the journal does not verify or cannot be decrypted        (exit 4)

Our own bugs are no part of this tree: they are ordinary Python exceptions and are never caught on the way. Only the
command line's edge ends one with a sentence.
"""

from __future__ import annotations

from typing import ClassVar


class AppError(Exception):
    """A failure with a stable `code`; the sentence is looked up and translated by `counter_app.text`.

    Parameters are plain values (`str`, `int`) or `Money`; amounts are formatted for the reader's language
    where the sentence is made, never here.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        if not self.params:
            return self.code
        return f"{self.code} ({', '.join(f'{k}={v}' for k, v in self.params.items())})"


class Refused(AppError):
    """A rule refuses the command before anything is recorded."""

    exit_status = 1


class BadInput(AppError):
    """The caller has to change something in what was typed or configured."""

    exit_status = 2


class EnvironmentFailed(AppError):
    """The machine, its disk or its network could not do it; the command itself may be right."""

    exit_status = 3


class JournalBroken(AppError):
    """The journal does not verify, or its bytes cannot be decrypted."""

    exit_status = 4
