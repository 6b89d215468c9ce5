"""How a centre that takes files is told and answers: the table `files` of a service in `office.toml`."""

from __future__ import annotations

from typing import Literal

from counter_app.domain.row import Row

Form = Literal["csv", "jsonl", "xml"]
Encoding = Literal["utf-8", "utf-8-sig", "cp1252", "iso-8859-15"]


class Sftp(Row, frozen=True, kw_only=True):
    """An SFTP server. `host_keys` are its public keys as `ssh-keyscan` prints them, type and base64; no other is taken.

    `key` is a private key, a file told from the workstation's folder; `key_passphrase` and `password` are places.
    """

    host: str
    user: str
    host_keys: tuple[str, ...]
    port: int = 22
    key: str | None = None
    key_passphrase: str | None = None
    password: str | None = None


class Deposits(Row, frozen=True, kw_only=True):
    """What a file of ours looks like: `line` for each unit, between `head` and `foot`, ended by `end_of_line`.

    In CSV a `line` is split at the `delimiter` and each cell quoted as it needs to be. `name` holds `${attempt}`, which
    is never the same twice. `done` are the folders into which the centre moves what it has read.
    """

    form: Form
    line: str
    head: str = ""
    foot: str = ""
    name: str = "${service}-${counter}-${attempt}"
    suffix: str = ""
    folder: str = "IN"
    done: tuple[str, ...] = ("IN/done",)
    delimiter: str = ";"
    encoding: Encoding = "utf-8"
    end_of_line: Literal["\n", "\r\n"] = "\n"


class Acknowledgements(Row, frozen=True, kw_only=True):
    """What the centre's files look like, and where in a line stands what.

    Places are columns of CSV (by the words of its first line, or by number where there is no `header`), dotted names of
    a JSON line, or paths below each `element` of XML (`montant`, `personne/nom`, `@cle`). `shown` names for each place
    that shows the centre's own record the field of ours.
    """

    form: Form
    key: str
    verdict: str
    verdicts: dict[str, Literal["received", "accepted", "rejected"]]
    shown: dict[str, str]
    folder: str = "ACK"
    names: str = "*"
    element: str = ""
    header: bool = True
    delimiter: str = ";"
    encoding: Encoding = "utf-8-sig"
    number: str | None = None
    reason: str | None = None
    words: str | None = None


class FilesWay(Row, frozen=True, kw_only=True):
    """A centre's own files, in the service's `folder` or below it on an SFTP server.

    Without `deposits` and `acknowledgements` they are in this program's own form. `codes` are what the centre calls our
    codes, by field.
    """

    sftp: Sftp | None = None
    deposits: Deposits | None = None
    acknowledgements: Acknowledgements | None = None
    codes: dict[str, dict[str, str]] = {}
