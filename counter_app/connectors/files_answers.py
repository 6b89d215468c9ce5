"""Reads acknowledgement files of a centre, line by line, without trusting them: our own lines, CSV, JSONL or XML."""

from __future__ import annotations

import csv
import fnmatch
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from xml.parsers import expat

import msgspec

from counter_app.connectors.answers import VERDICTS, UnreadableError, read_object, unit_reply
from counter_app.connectors.files_form import NO_CODES, without_guard
from counter_app.domain.centre_form import Field, coded, field
from counter_app.domain.files_way import Acknowledgements
from counter_app.sync.port import Message, Outcome, UnitReply
from counter_app.sync.shown import agrees, record_as_shown

_DEEPEST: Final = 40


@dataclass(frozen=True, slots=True)
class Said:
    """What one line says: of which key, in what words, and the centre's record where it shows one."""

    key: str
    told: Any


class AnswerForm(Protocol):
    """How acknowledgement files are read, and where they lie."""

    folder: str

    def theirs(self, name: str) -> bool:
        """Whether a file of that name answers this service."""
        ...

    def read(self, data: bytes) -> Iterator[Said]:
        """The lines of a file; half ones and unreadable ones are passed over."""
        ...

    def reply(self, message: Message, said: Said) -> UnitReply | None:
        """What a line says of a message, `None` where nothing can be relied on."""
        ...


class OwnAnswers:
    """One JSON line a unit, with the whole record, as the practice centre writes them."""

    folder = "ACK"

    def __init__(self, service: str) -> None:
        self._service = service

    def theirs(self, name: str) -> bool:
        """The same."""
        return name.startswith(f"{self._service}-") and name.endswith(".ack.jsonl")

    def read(self, data: bytes) -> Iterator[Said]:
        """The same."""
        for line in _json_lines(data):
            if isinstance(line.get("key"), str):
                yield Said(str(line["key"]), line)

    def reply(self, message: Message, said: Said) -> UnitReply | None:
        """The same."""
        return unit_reply(message.key, said.told, VERDICTS)


class CentreAnswers:
    """The centre's own form; its record is what `shown` names of it."""

    def __init__(self, settings: Acknowledgements, codes: Mapping[str, Mapping[str, str]] = NO_CODES) -> None:
        self._codes = codes
        self.folder = settings.folder
        self._settings = settings
        self._shown: list[tuple[str, Field]] = [
            (place, field(name)) for place, name in settings.shown.items()
        ]

    def theirs(self, name: str) -> bool:
        """The same."""
        return not name.startswith(".") and fnmatch.fnmatchcase(name, self._settings.names)

    def read(self, data: bytes) -> Iterator[Said]:
        """The same."""
        settings = self._settings
        wanted = (settings.verdict, settings.number, settings.reason, settings.words)
        places = (*wanted, *(place for place, _ in self._shown))
        for line in self._lines(data):
            key = line(settings.key)
            if key:
                yield Said(key.strip(), tuple(None if one is None else line(one) for one in places))

    def reply(self, message: Message, said: Said) -> UnitReply | None:
        """The same."""
        verdict, number, reason, words, *texts = said.told
        meaning = self._settings.verdicts.get((verdict or "").strip())
        if meaning is None:
            return None
        sent = msgspec.json.decode(message.body)
        theirs = coded(sent, self._codes)
        shown = [
            (one, text or "", agrees(one, theirs, message.key, text or ""))
            for (_, one), text in zip(self._shown, texts, strict=True)
        ]
        outcome, echo = Outcome(meaning), None
        if outcome is Outcome.ACCEPTED:
            echo = record_as_shown(message.key, sent, shown)
            if not all(agreed for *_, agreed in shown):
                outcome = Outcome.CONFLICT
        return UnitReply(message.key, outcome, number or None, echo, reason or None, words or None)

    def _lines(self, data: bytes) -> Iterator[_Line]:
        settings = self._settings
        if settings.form == "jsonl":
            for line in _json_lines(data):
                yield _JsonLine(line)
        elif settings.form == "xml":
            for element in xml_elements(data, settings.element):
                yield element.get
        else:
            yield from _csv_lines(data.decode(settings.encoding, "replace"), settings)


class _Line(Protocol):
    def __call__(self, place: str, /) -> str | None: ...


class _JsonLine:
    def __init__(self, line: Mapping[str, Any]) -> None:
        self._line = line

    def __call__(self, place: str, /) -> str | None:
        value: Any = self._line
        for part in place.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if isinstance(value, list):
            return " ".join(str(one) for one in value)
        return None if value is None or isinstance(value, Mapping) else str(value)


def _json_lines(data: bytes) -> Iterator[dict[str, Any]]:
    for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        try:
            yield read_object(line)
        except UnreadableError:
            continue


def _csv_lines(text: str, settings: Acknowledgements) -> Iterator[_Line]:
    # A last line without its end is still being written, whatever it seems to say.
    whole = text[: text.rfind("\n") + 1]
    rows = csv.reader(io.StringIO(whole, newline=""), delimiter=settings.delimiter)
    try:
        names = [name.strip() for name in next(rows, [])] if settings.header else None
        for row in rows:
            columns = names if names is not None else [str(number) for number in range(1, len(row) + 1)]
            if len(row) == len(columns):
                yield {name: without_guard(cell) for name, cell in zip(columns, row, strict=True)}.get
    except csv.Error:
        return


def xml_elements(data: bytes, element: str) -> Iterable[dict[str, str]]:
    """The text below each `element` by path, attributes with `@`; none where it is not well-formed to its end.

    A document type is refused, and with it every entity of its own: nothing is expanded, and nothing fetched.
    """
    reader = _XmlReader(element)
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, UnreadableError, ValueError):
        return []
    return reader.found


class _XmlReader:
    def __init__(self, element: str) -> None:
        self._element = element
        self._path: list[str] | None = None
        self._current: dict[str, str] = {}
        self.found: list[dict[str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if self._path is None:
            if name != self._element:
                return
            self._path, self._current = [], {}
        else:
            self._path.append(name)
            if len(self._path) > _DEEPEST:
                raise UnreadableError("nested beyond reason")
        for attribute, value in attributes.items():
            self._current["/".join([*self._path, f"@{attribute.rpartition(':')[2]}"])] = value

    def end(self, name: str) -> None:
        if self._path is None:
            return
        if self._path:
            self._path.pop()
            return
        self.found.append(self._current)
        self._path = None

    def text(self, data: str) -> None:
        if self._path:
            place = "/".join(self._path)
            self._current[place] = self._current.get(place, "") + data


def _refuse(*_: object) -> None:
    raise UnreadableError("a document type")
