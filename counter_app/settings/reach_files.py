"""Whether the table `files` of a service makes sense: its server, its answers, its templates on a made-up unit."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape

from counter_app.domain.centre_form import FIELDS, Field, FormError, field, missing_proof, template
from counter_app.domain.files_way import Acknowledgements, Deposits, FilesWay, Sftp
from counter_app.settings import forms
from counter_app.settings.problem import Path, Problem

BATCH_FIELDS: Final = ("attempt", "service", "counter", "count", "total_cents")
_DELIMITERS: Final = ";,\t|"
_MADE_UP: Final = {**dict.fromkeys(BATCH_FIELDS, "1"), "key": "1", "cents": 1, "asked_cents": 1}


def senseless_files(way: FilesWay, path: Path) -> Iterator[Problem]:
    """Everything wrong with it, each at its own key."""
    if way.sftp is not None:
        yield from _sftp(way.sftp, (*path, "sftp"))
    if (way.deposits is None) != (way.acknowledgements is None):
        missing = "deposits" if way.deposits is None else "acknowledgements"
        yield Problem((*path, missing), "configuration_key_missing")
    if way.deposits is not None:
        yield from _deposits(way.deposits, (*path, "deposits"))
    if way.acknowledgements is not None:
        yield from _acknowledgements(way.acknowledgements, (*path, "acknowledgements"))


def _sftp(server: Sftp, path: Path) -> Iterator[Problem]:
    if not server.host_keys:
        yield Problem((*path, "host_keys"), "configuration_no_host_key")
    for place, line in enumerate(server.host_keys):
        kind, _, key = line.partition(" ")
        try:
            well = bool(key) and kind.encode() in base64.b64decode(key.split()[0], validate=True)
        except (binascii.Error, ValueError, IndexError):
            well = False
        if not well:
            yield Problem((*path, "host_keys", place), "configuration_no_host_key")
    if server.key is None and server.password is None:
        yield Problem((*path, "key"), "configuration_no_login")
    yield from forms.places(
        [((*path, "password"), server.password), ((*path, "key_passphrase"), server.key_passphrase)]
    )


def _deposits(deposits: Deposits, path: Path) -> Iterator[Problem]:
    batch = [((*path, key), getattr(deposits, key)) for key in ("head", "foot", "name")]
    problems = [
        *forms.templates(batch, BATCH_FIELDS),
        *forms.templates([((*path, "line"), deposits.line)], FIELDS),
    ]
    yield from problems
    if deposits.delimiter not in tuple(_DELIMITERS):
        yield Problem((*path, "delimiter"), "configuration_delimiter", {"value": deposits.delimiter})
        return
    if problems:
        return
    if not any(one.name == "attempt" for one in forms.fields_of(deposits.name, BATCH_FIELDS)):
        yield Problem((*path, "name"), "configuration_attempt_missing", {"field": "attempt"})
    if not _finds_its_key(deposits):
        yield Problem((*path, "line"), "configuration_key_alone", {"field": "key"})
    elif not _can_be_read(deposits):
        yield Problem((*path, "line"), "configuration_form_broken", {"form": deposits.form.upper()})


def _finds_its_key(deposits: Deposits) -> bool:
    """Whether the key can be found again: in a cell of its own, or once between two pieces of text."""
    csv_form = deposits.form == "csv"
    cells = deposits.line.split(deposits.delimiter) if csv_form else [deposits.line]
    try:
        parts = [template(cell).parts for cell in cells]
    except FormError:
        return False
    if csv_form:
        return sum(one == (Field("key"),) for one in parts) == 1
    (line,) = parts
    places = [number for number, part in enumerate(line) if isinstance(part, Field) and part.name == "key"]
    if len(places) != 1 or not 0 < places[0] < len(line) - 1:
        return False
    return all(isinstance(line[places[0] + step], str) for step in (-1, 1))


def _can_be_read(deposits: Deposits) -> bool:
    texts = [template(text, BATCH_FIELDS).filled(_MADE_UP) for text in (deposits.head, deposits.foot)]
    line = template(deposits.line).filled(_MADE_UP, escape)
    head, foot = texts
    try:
        if deposits.form == "jsonl":
            for one in filter(None, (head, line, foot)):
                json.loads(one)
        elif deposits.form == "xml":
            expat.ParserCreate().Parse(f"{head}{line}{foot}", True)
        elif head:
            widths = {
                len(row) for row in csv.reader(io.StringIO(f"{head}\n{line}\n"), delimiter=deposits.delimiter)
            }
            return len(widths) == 1
    except (ValueError, expat.ExpatError):
        return False
    return True


def _acknowledgements(told: Acknowledgements, path: Path) -> Iterator[Problem]:
    if told.form == "xml" and not told.element:
        yield Problem((*path, "element"), "configuration_no_element")
    if told.delimiter not in tuple(_DELIMITERS):
        yield Problem((*path, "delimiter"), "configuration_delimiter", {"value": told.delimiter})
    if not told.verdicts:
        yield Problem((*path, "verdicts"), "configuration_verdicts_unclear")
    unknown = list(forms.known_fields(((*path, "shown", place), text) for place, text in told.shown.items()))
    yield from unknown
    missing = () if unknown else missing_proof(field(text) for text in told.shown.values())
    if missing:
        yield Problem((*path, "shown"), "configuration_proof_missing", {"missing": ", ".join(missing)})
