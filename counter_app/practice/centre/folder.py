"""The folder side of the centre: imports deposited files, moves them away and writes acknowledgements."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .desk import Desk
from .store import Outcome
from .units import MalformedError, Unit, read_json, read_name, read_unit

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deposit:
    """One deposited file, checked against its first line."""

    service: str
    units: list[Unit]


def read_deposit(path: Path) -> Deposit:
    """The deposit in PATH; MalformedError where count, hash or a line is wrong, OSError as they come."""
    head_line, _, rest = path.read_bytes().partition(b"\n")
    head = read_json(head_line)
    if not isinstance(head, dict):
        raise MalformedError("the first line is no JSON object")
    service = read_name(head.get("service"), "service")
    if hashlib.sha256(rest).hexdigest() != head.get("sha256"):
        raise MalformedError("the lines do not have the hash of the first line")
    lines = [read_json(line) for line in rest.split(b"\n") if line.strip()]
    if len(lines) != head.get("count"):
        raise MalformedError(f"{len(lines)} lines, not the {head.get('count')} of the first line")
    if not all(isinstance(line, dict) for line in lines):
        raise MalformedError("a line has a key and a body")
    return Deposit(service, [read_unit(line.get("key"), line.get("body")) for line in lines])


class Folder:
    """Watches ROOT/in. A file goes to ROOT/in/done once ROOT/ack holds its acknowledgement.

    An acknowledgement with units that are only received is replaced, whole, once they are all accepted.
    A file that can't be read goes to ROOT/in/refused; that of a closed service waits.
    """

    def __init__(self, root: Path, desk: Desk) -> None:
        self._desk = desk
        self._inbox, self._acks = root / "in", root / "ack"
        self._done, self._refused = self._inbox / "done", self._inbox / "refused"
        self._put_off: set[str] = set()
        for folder in (self._done, self._refused, self._acks):
            folder.mkdir(parents=True, exist_ok=True)

    async def poll(self) -> None:
        """Takes in what lies there now and completes older acknowledgements.

        A file that is still open elsewhere is put off to the next round.
        """
        for path in await asyncio.to_thread(self._deposited):
            await self._or_put_off(path.name, self._take_in(path))
        for stem in self._desk.store.unsettled_deposits():
            await self._or_put_off(stem, self._complete(stem))

    async def _or_put_off(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except OSError as error:
            if name not in self._put_off:
                _log.warning("%s is put off: %s", name, error)
            self._put_off.add(name)
        else:
            self._put_off.discard(name)

    def _deposited(self) -> list[Path]:
        return sorted(path for path in self._inbox.glob("*.jsonl") if not path.name.startswith("."))

    async def _take_in(self, path: Path) -> None:
        try:
            deposit = await asyncio.to_thread(read_deposit, path)
        except MalformedError as error:
            _log.warning("%s is refused: %s", path.name, error)
            await asyncio.to_thread(path.replace, self._refused / path.name)
            return
        if not self._desk.store.is_open(deposit.service):
            return
        if self._desk.store.deposit_state(path.stem) == "imported":
            # Committed, then stopped before it was moved: it must not come in twice.
            outcomes = self._desk.repeat(deposit.service, deposit.units)
        else:
            outcomes = self._desk.take(deposit.service, deposit.units, deposit=path.stem)
        await asyncio.to_thread(self._acknowledge, path.stem, outcomes)
        await asyncio.to_thread(path.replace, self._done / path.name)
        self._desk.store.set_deposit(path.stem, _state(outcomes))

    async def _complete(self, stem: str) -> None:
        deposit = await asyncio.to_thread(read_deposit, self._done / f"{stem}.jsonl")
        outcomes = self._desk.repeat(deposit.service, deposit.units)
        if _state(outcomes) == "settled":
            await asyncio.to_thread(self._acknowledge, stem, outcomes)
            self._desk.store.set_deposit(stem, "settled")

    def _acknowledge(self, stem: str, outcomes: Sequence[Outcome]) -> None:
        final = self._acks / f"{stem}.ack.jsonl"
        part = self._acks / f".{final.name}.part"
        with part.open("wb") as file:
            for outcome in outcomes:
                file.write(_line(outcome.as_json()))
            file.flush()
            os.fsync(file.fileno())
        part.replace(final)


def _state(outcomes: Sequence[Outcome]) -> str:
    return "received" if any(outcome.status == "received" for outcome in outcomes) else "settled"


def _line(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
