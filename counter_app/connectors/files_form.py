"""What a deposited file looks like: this program's own lines, or a centre's CSV, JSONL or XML by template."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import quote
from xml.sax.saxutils import escape

import msgspec

from counter_app.domain.centre_form import Field, Template, coded, template
from counter_app.domain.files_way import Deposits
from counter_app.sync.port import Message

BATCH_FIELDS: Final = ("attempt", "service", "counter", "count", "total_cents")
"""What head, foot and name of a file may name."""

NO_CODES: Final[Mapping[str, Mapping[str, str]]] = {}

_OWN_KEY = re.compile(rb'"key"\s*:\s*"([^"\\]{1,200})"')
_KEY = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_NUMBER = re.compile(r"[-+]?[0-9]+([.,][0-9]+)?")
_FORMULA = "=+-@"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEIGHBOURS = 24


@dataclass(frozen=True, slots=True)
class Sender:
    """Who deposits."""

    service: str
    counter: str


class DepositForm(Protocol):
    """How batches become files, and where those lie."""

    folder: str
    done: tuple[str, ...]

    def name(self, attempt_id: str) -> str:
        """The name of an attempt's file."""
        ...

    def ours(self, name: str) -> bool:
        """Whether a file of that name was deposited for this service, by whichever counter."""
        ...

    def writable(self, message: Message) -> bool:
        """Whether every character of a unit can be written."""
        ...

    def written(self, attempt_id: str, load: Sequence[Message]) -> bytes:
        """The file of a batch; the same bytes for the same batch."""
        ...

    def keys(self, data: bytes) -> Iterable[str]:
        """The keys of the units in a file that was deposited."""
        ...


class OwnForm:
    """One JSON line a unit after a head with count and hash, as `FolderConnector` leaves them."""

    folder = "IN"
    done: tuple[str, ...] = ("IN/done",)

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._service = quote(sender.service, safe="")

    def name(self, attempt_id: str) -> str:
        """The same."""
        return f"{self._service}-{quote(self._sender.counter, safe='')}-{quote(attempt_id, safe='')}.jsonl"

    def ours(self, name: str) -> bool:
        """The same."""
        return name.startswith(f"{self._service}-") and name.endswith(".jsonl")

    def writable(self, message: Message) -> bool:
        """Always: what is sent is UTF-8 already."""
        return True

    def written(self, attempt_id: str, load: Sequence[Message]) -> bytes:
        """The same; `ValueError` for a body with a line break."""
        return own_lines(self._sender.service, self._sender.counter, attempt_id, load)

    def keys(self, data: bytes) -> Iterable[str]:
        """The same."""
        return (key.decode() for key in _OWN_KEY.findall(data))


def own_lines(service: str, counter: str, attempt_id: str, load: Sequence[Message]) -> bytes:
    """A file in this program's own form."""
    if any(b"\n" in message.body or b"\r" in message.body for message in load):
        raise ValueError("a body with a line break cannot stand on one line")
    lines = b"".join(
        b'{"key":%b,"body":%b}\n' % (json.dumps(message.key).encode(), message.body) for message in load
    )
    header = {
        "attempt": attempt_id,
        "service": service,
        "counter": counter,
        "count": len(load),
        "sha256": hashlib.sha256(lines).hexdigest(),
    }
    return json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" + lines


class CentreForm:
    """A file as the centre wants it, by the templates of `deposits`."""

    def __init__(
        self, deposits: Deposits, sender: Sender, codes: Mapping[str, Mapping[str, str]] = NO_CODES
    ) -> None:
        self._codes = codes
        self.folder = deposits.folder
        self.done = deposits.done
        self._deposits = deposits
        self._sender = sender
        self._ending = deposits.suffix or f".{deposits.form}"
        self._name = template(deposits.name, BATCH_FIELDS)
        self._head, self._foot = (template(text, BATCH_FIELDS) for text in (deposits.head, deposits.foot))
        self._cells = [template(cell) for cell in cells_of(deposits)]
        self._ours = self._name_pattern()

    def name(self, attempt_id: str) -> str:
        """The same."""
        values = {**self._values(()), "attempt": attempt_id}
        return self._name.filled(values, lambda text: quote(text, safe="")) + self._ending

    def ours(self, name: str) -> bool:
        """The same."""
        return self._ours.fullmatch(name) is not None

    def writable(self, message: Message) -> bool:
        """The same; in XML every character can be written by its number."""
        if self._deposits.form == "xml":
            return True
        try:
            self._line(message).encode(self._deposits.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def written(self, attempt_id: str, load: Sequence[Message]) -> bytes:
        """The same."""
        values = {**self._values(load), "attempt": attempt_id}
        escaped = _WRITTEN[self._deposits.form]
        parts = [self._line(message) for message in load]
        if self._head.parts:
            parts.insert(0, self._head.filled(values, escaped))
        if self._foot.parts:
            parts.append(self._foot.filled(values, escaped))
        end = self._deposits.end_of_line
        text = "".join(part + end for part in parts)
        errors = "xmlcharrefreplace" if self._deposits.form == "xml" else "strict"
        return text.encode(self._deposits.encoding, errors)

    def keys(self, data: bytes) -> Iterable[str]:
        """The same; a key counts only where the template has it, as bodies name other entries too."""
        text = data.decode(self._deposits.encoding, "replace")
        if self._deposits.form != "csv":
            return re.findall(self._key_pattern(), text)
        place = next(number for number, cell in enumerate(self._cells) if _is_key(cell))
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=self._deposits.delimiter)
        found = [row[place] for row in rows if len(row) > place]
        return [key for key in found if re.fullmatch(_KEY, key)]

    def _line(self, message: Message) -> str:
        values = coded({**msgspec.json.decode(message.body), "key": message.key}, self._codes)
        escaped = _WRITTEN[self._deposits.form]
        cells = (cell.filled(values, escaped) for cell in self._cells)
        if self._deposits.form != "csv":
            return "".join(cells)
        return self._deposits.delimiter.join(
            _quoted(_guarded(cell), self._deposits.delimiter) for cell in cells
        )

    def _values(self, load: Sequence[Message]) -> dict[str, Any]:
        cents = [msgspec.json.decode(message.body).get("cents") for message in load]
        return {
            "service": self._sender.service,
            "counter": self._sender.counter,
            "count": len(load),
            "total_cents": sum(one for one in cents if isinstance(one, int)),
        }

    def _name_pattern(self) -> re.Pattern[str]:
        parts = [re.escape(part) if isinstance(part, str) else ".+" for part in self._name.parts]
        return re.compile("".join(parts) + re.escape(self._ending))

    def _key_pattern(self) -> str:
        (line,) = self._cells
        place = next(
            number for number, part in enumerate(line.parts) if isinstance(part, Field) and part.name == "key"
        )
        before, after = line.parts[place - 1], line.parts[place + 1]
        return re.escape(str(before)[-_NEIGHBOURS:]) + _KEY + re.escape(str(after)[:_NEIGHBOURS])


def cells_of(deposits: Deposits) -> list[str]:
    """The cells of a CSV line, or the line of another form as one."""
    return deposits.line.split(deposits.delimiter) if deposits.form == "csv" else [deposits.line]


def without_guard(text: str) -> str:
    """A cell as it was before a spreadsheet was kept from running it."""
    return text[1:] if text[:1] == "'" and text[1:2] in tuple(_FORMULA) else text


def _is_key(cell: Template) -> bool:
    return len(cell.parts) == 1 and isinstance(cell.parts[0], Field) and cell.parts[0].name == "key"


def _in_csv(text: str) -> str:
    return " ".join(re.split(r"[\r\n\t\x00]+", text))


def _guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell[:1] in tuple(_FORMULA) and not _NUMBER.fullmatch(cell) else cell


def _quoted(cell: str, delimiter: str) -> str:
    if cell.strip() == cell and not any(sign in cell for sign in (delimiter, '"')):
        return cell
    return '"' + cell.replace('"', '""') + '"'


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _in_xml(text: str) -> str:
    text = escape(_NO_XML.sub(" ", text), {'"': "&quot;", "'": "&apos;"})
    return text.replace("\r", "&#13;").replace("\n", "&#10;").replace("\t", "&#9;")


_WRITTEN: Final[dict[str, Callable[[str], str]]] = {"csv": _in_csv, "jsonl": _in_json, "xml": _in_xml}
