"""Speaks to a centre that takes files in its own form, or over SFTP: a file out, acknowledgements back.

A file appears under its final name at once, whole, and only where that name is free. What a centre answers is matched
by the key on each line.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from counter_app.connectors.answers import check_load
from counter_app.connectors.causes import Fault
from counter_app.connectors.files_answers import AnswerForm, Said
from counter_app.connectors.files_form import DepositForm
from counter_app.connectors.files_place import FAILURES, Place, Stamp
from counter_app.connectors.files_probe import probed
from counter_app.connectors.line_index import FILE_MAX
from counter_app.connectors.turns import Threshold, Turns
from counter_app.sync.port import Cause, Finding, Message, Outcome, Probe, Reply, UnitReply

T = TypeVar("T")

_READING_SHARE = 0.7
"""The part of a call's time that may go into reading new files; the rest answers from what was read."""
_STILL_S = 3.0
"""How long a file must have looked the same before it is not read again: SFTP tells times in whole seconds."""
_CANNOT_WRITE = "not_in_encoding"


@dataclass(slots=True)
class _Known:
    """A file as it was read: how it looked, since when, when it was read last (monotonic), and the keys in it."""

    stamp: Stamp
    since: float
    read_at: float
    keys: frozenset[str]

    def is_still(self, stamp: Stamp) -> bool:
        return self.stamp == stamp and self.read_at - self.since >= _STILL_S


class DropConnector:
    """One service; `place` is where the files lie, `deposits` and `answers` what they look like.

    A deposit is `RECEIVED` once its file stands under its final name. `ask` finds the centre's answers; it never says
    `ABSENT`, as files cannot prove absence. Calls end within `deadline_s` seconds.
    """

    askable = True
    proves_absence = False

    def __init__(
        self,
        place: Place,
        deposits: DepositForm,
        answers: AnswerForm,
        *,
        batch_max: int = 1000,
        deadline_s: float = 20.0,
    ) -> None:
        self.batch_max = batch_max
        self._place = place
        self._deposits = deposits
        self._answers = answers
        self._deadline_s = deadline_s
        self._turns = Turns(
            deadline_s, Fault(Outcome.NOT_SENT, Cause.DEADLINE, "the call before still hangs")
        )
        self._read: dict[str, _Known] = {}
        self._said: dict[str, dict[str, Said]] = {}
        """What each file of theirs says, by key, then by file."""
        self._seen: set[str] = set()
        self._deposited: set[str] = set()

    def send(self, attempt_id: str, messages: Sequence[Message]) -> Reply:
        """Deposit the messages as one file; the same attempt with the same bytes is deposited once.

        `NOT_SENT` where nothing came to stand under the final name, and for a unit whose characters the centre's
        encoding has not; `UNKNOWN` where that can't be told or where other bytes stand there.
        """
        load = check_load(messages, self.batch_max)
        fit = tuple(message for message in load if self._deposits.writable(message))
        if not load:
            return Reply(())
        threshold = Threshold()
        units: tuple[UnitReply, ...] = ()
        reply = Reply(())
        if fit:
            name, data = self._deposits.name(attempt_id), self._deposits.written(attempt_id, fit)
            fault = self._bounded(lambda: self._deposit(name, data, threshold), threshold)
            reply = fault.reply(fit) if fault is not None else reply
            units = reply.units or tuple(UnitReply(message.key, Outcome.RECEIVED) for message in fit)
            if fault is None:
                self._note_deposit(name, [message.key for message in fit])
        units += tuple(
            UnitReply(message.key, Outcome.NOT_SENT, reason=_CANNOT_WRITE)
            for message in load
            if message not in fit
        )
        return Reply(units, reply.cause, detail=reply.detail)

    def ask(self, messages: Sequence[Message]) -> Reply:
        """What the acknowledgement files say; `RECEIVED` while a deposit has no answer, else `UNKNOWN`."""
        load = check_load(messages, self.batch_max)
        if not load:
            return Reply(())
        threshold = Threshold()
        threshold.cross()
        found = self._bounded(lambda: self._look_up(load), threshold)
        if isinstance(found, Fault):
            return Fault(Outcome.UNKNOWN, found.cause, found.detail).reply(load)
        units = tuple(found.get(message.key) or UnitReply(message.key, Outcome.UNKNOWN) for message in load)
        return Reply(units)

    def check(self) -> Probe:
        """Probe both folders, and with files of a random name that nothing is ever replaced; they are removed again."""
        threshold = Threshold()
        found = self._bounded(
            lambda: probed(self._place, self._deposits.folder, self._answers.folder), threshold
        )
        if isinstance(found, Fault):
            return Probe(False, False, False, (Finding("reachable", False, f"{found.cause} {found.detail}"),))
        return found

    def close(self) -> None:
        """Close the connection there is; later calls are refused as `NOT_SENT`."""
        self._turns.closed = True
        self._place.abort()

    def _bounded(self, work: Callable[[], T], threshold: Threshold) -> T | Fault:
        def classified() -> T | Fault:
            try:
                return work()
            except FAILURES as error:
                return self._place.fault(error, threshold.give_up())

        try:
            return self._turns.run(classified)
        except TimeoutError:
            outcome = threshold.give_up()
            self._place.abort()
            return Fault(outcome, Cause.DEADLINE)

    def _deposit(self, name: str, data: bytes, threshold: Threshold) -> Fault | None:
        """None once the file stands there, by this call or by an earlier one of the same attempt."""
        folder = self._deposits.folder
        part, final = f"{folder}/.{name}.part", f"{folder}/{name}"
        present = self._place.listing(folder)
        standing = self._standing(name, present)
        if f".{name}.part" in present:
            # An attempt of ours that died: it has one sender, who holds the workstation's lock.
            self._place.remove(part)
        if standing is not None:
            return _verdict(standing == data)
        self._place.create(part, data)
        threshold.cross()
        try:
            self._place.publish(part, final)
        except OSError:
            return self._unpublished(name, data)
        return None

    def _unpublished(self, name: str, data: bytes) -> Fault | None:
        """A rename can be carried out and its answer lost: what stands there tells. Raises where nobody can say."""
        folder = self._deposits.folder
        present = self._place.listing(folder)
        left = f".{name}.part" in present
        standing = self._standing(name, present)
        if left:
            self._place.remove(f"{folder}/.{name}.part")
        if standing is not None:
            return _verdict(standing == data)
        # Without the part no rename can come later: only then an empty place proves that nothing was sent.
        return Fault(Outcome.NOT_SENT if left else Outcome.UNKNOWN, Cause.FOLDER, "no name was given")

    def _standing(self, name: str, present: Mapping[str, Stamp]) -> bytes | None:
        """The bytes under the name of an attempt, waiting or done."""
        if name in present:
            return self._place.read(f"{self._deposits.folder}/{name}")
        for folder in self._deposits.done:
            try:
                if name in self._place.listing(folder):
                    return self._place.read(f"{folder}/{name}")
            except FileNotFoundError:
                continue
        return None

    def _look_up(self, load: Sequence[Message]) -> dict[str, UnitReply]:
        until = time.monotonic() + self._deadline_s * _READING_SHARE
        self._refresh_answers(until)
        found: dict[str, UnitReply] = {}
        for message in load:
            lines = self._said.get(message.key, {})
            newest_last = [lines[name] for name in sorted(lines, key=lambda one: self._read[one].stamp[1])]
            replies = [self._answers.reply(message, line) for line in newest_last]
            clear = [reply for reply in replies if reply is not None]
            if clear:
                found[message.key] = _together(message.key, clear)
        if len(found) < len(load):
            self._refresh_deposits(until)
            for message in load:
                if message.key in self._deposited:
                    found.setdefault(message.key, UnitReply(message.key, Outcome.RECEIVED))
        return found

    def _refresh_answers(self, until: float) -> None:
        listing = self._place.listing(self._answers.folder)
        stamps = {name: stamp for name, stamp in listing.items() if self._answers.theirs(name)}
        for name in self._read.keys() - stamps.keys():
            self._forget(name)
        for name, stamp in sorted(stamps.items(), key=lambda one: one[1][1], reverse=True):
            known = self._read.get(name)
            if stamp[0] > FILE_MAX or (known is not None and known.is_still(stamp)):
                continue
            now = time.monotonic()
            if now >= until:
                break
            data = self._place.read(f"{self._answers.folder}/{name}")
            since = known.since if known is not None and known.stamp == stamp else now
            self._forget(name)
            keys = set()
            for said in self._answers.read(data):
                self._said.setdefault(said.key, {})[name] = said
                keys.add(said.key)
            self._read[name] = _Known(stamp, since, now, frozenset(keys))

    def _forget(self, name: str) -> None:
        known = self._read.pop(name, None)
        for key in known.keys if known is not None else ():
            del self._said[key][name]
            if not self._said[key]:
                del self._said[key]

    def _refresh_deposits(self, until: float) -> None:
        """The keys of every deposit of this service, of other counters too: custody of theirs may have come here."""
        for folder in (self._deposits.folder, *self._deposits.done):
            try:
                listing = self._place.listing(folder)
            except FileNotFoundError:
                continue
            for name, stamp in listing.items():
                if name in self._seen or stamp[0] > FILE_MAX or not self._deposits.ours(name):
                    continue
                if time.monotonic() >= until:
                    return
                try:
                    data = self._place.read(f"{folder}/{name}")
                except FileNotFoundError:
                    # Moved meanwhile: the next folder, or the next call, has it.
                    continue
                self._note_deposit(name, self._deposits.keys(data))

    def _note_deposit(self, name: str, keys: Iterable[str]) -> None:
        self._seen.add(name)
        self._deposited.update(keys)


def _together(key: str, replies: Sequence[UnitReply]) -> UnitReply:
    """What all lines about a key say: a business answer wins over a technical one, then the newer.

    Accepted in one and rejected in another is a conflict: a person must see it.
    """
    if {Outcome.ACCEPTED, Outcome.REJECTED} <= {reply.outcome for reply in replies}:
        return UnitReply(key, Outcome.CONFLICT)
    return max(enumerate(replies), key=lambda told: (told[1].outcome is not Outcome.RECEIVED, told[0]))[1]


def _verdict(same: bool) -> Fault | None:
    if same:
        return None
    return Fault(Outcome.UNKNOWN, Cause.FOLDER, "other bytes stand under the name of this attempt")
