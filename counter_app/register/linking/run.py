"""A run over two lists: the work in child processes, so that both processors and no window are busy with it.

    own command  register link-part A.csv B.csv --part 1 --parts 2   →   lines of JSON

Each child holds the whole of list A and looks up its share of list B. A line is `{"share": 0.4}` on the way, and at
last one array for each pair.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from counter_app.domain.errors import BadInput, EnvironmentFailed
from counter_app.paths import own_command
from counter_app.register.linking.evidence import person
from counter_app.register.linking.guards import Guard
from counter_app.register.linking.names import NameBook
from counter_app.register.linking.pairs import Finder, Judged, Pair, judged
from counter_app.register.linking.table import open_list, rows_of, write_pairs
from counter_app.register.source import BadLine

Tell = Callable[[float, float], None]
"""Told the share that is done, between 0 and 1, and the seconds that may still be needed."""

_SMALL_BYTES = 400_000
"""Below this a child process takes longer to begin than the work to end."""
_MOST_CHILDREN = 2
"""Each holds the whole of the longer list: memory is bounded before processors are."""
_PREPARING_SHARE = 0.4
_TELL_EVERY = 500


@dataclass(frozen=True, slots=True)
class Linked:
    """What a run did: the pairs, how many records each list holds, and the lines of both that are none."""

    pairs: tuple[Judged, ...]
    people: tuple[int, int]
    bad_lines: tuple[tuple[BadLine, ...], tuple[BadLine, ...]]
    seconds: float


def link_files(list_a: Path, list_b: Path, out: Path, *, raw: bool, tell: Tell | None = None) -> Linked:
    """Write to `out` which records of two CSV files may be the same people; the same file twice is searched in itself.

    Raises what `open_list` and `write_pairs` raise, `register_link_out` where `out` is one of the lists, and
    `register_link_failed` where a child process did not end well; then `out` stays as it was.
    """
    begun = time.monotonic()
    if any(_is_same(out, given) for given in (list_a, list_b)):
        raise BadInput("register_link_out", path=str(out))
    read_a, bad_a = rows_of(open_list(list_a))
    read_b, bad_b = rows_of(open_list(list_b))
    people = (len(read_a), len(read_b))
    del read_a, read_b
    watch = _Watch(tell, begun)
    if list_a.stat().st_size + list_b.stat().st_size < _SMALL_BYTES:
        found = list(part_of_pairs(list_a, list_b, 0, 1, lambda share: watch.reached(0, share)))
    else:
        found = _by_children(list_a, list_b, watch)
    pairs = judged(found, raw=raw)
    write_pairs(out, pairs)
    return Linked(tuple(pairs), people, (tuple(bad_a), tuple(bad_b)), time.monotonic() - begun)


def part_of_pairs(
    list_a: Path, list_b: Path, part: int, parts: int, tell: Callable[[float], None]
) -> Iterator[Pair]:
    """The pairs of every `parts`-th record of list B, from the `part`-th on, in one process."""
    book = NameBook()
    people_a = [person(book, row) for row in rows_of(open_list(list_a))[0]]
    within = _is_same(list_a, list_b)
    people_b = people_a if within else [person(book, row) for row in rows_of(open_list(list_b))[0]]
    tell(_PREPARING_SHARE / 2)
    finder = Finder(people_a, people_b, within=within)
    for place in range(part, len(people_b), parts):
        if place // parts % _TELL_EVERY == 0:
            tell(_PREPARING_SHARE + (1 - _PREPARING_SHARE) * place / len(people_b))
        yield from finder.pairs(people_b[place], place)


def tell_part(list_a: Path, list_b: Path, part: int, parts: int, say: Callable[[str], None]) -> None:
    """What a child prints, line by line."""
    for pair in part_of_pairs(list_a, list_b, part, parts, lambda share: say(json.dumps({"share": share}))):
        say(json.dumps([pair.id_a, pair.id_b, pair.odds_bits, pair.why, pair.held]))


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


@dataclass(slots=True)
class _Watch:
    """Adds up how far the parts are; several threads tell it."""

    tell: Tell | None
    begun: float
    parts: int = 1
    shares: dict[int, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reached(self, part: int, share: float) -> None:
        """A part has come so far."""
        with self.lock:
            self.shares[part] = share
            done = sum(self.shares.values()) / self.parts
            if self.tell is not None and done > 0:
                self.tell(done, (time.monotonic() - self.begun) * (1 - done) / done)


def _by_children(list_a: Path, list_b: Path, watch: _Watch) -> list[Pair]:
    watch.parts = min(_MOST_CHILDREN, os.cpu_count() or 1)
    children = [_Child(list_a, list_b, part, watch) for part in range(watch.parts)]
    try:
        for child in children:
            child.start()
        for child in children:
            child.wait()
    finally:
        for child in children:
            child.stop()
    return [pair for child in children for pair in child.pairs]


class _Child:
    """One child process, and the thread that reads what it prints."""

    def __init__(self, list_a: Path, list_b: Path, part: int, watch: _Watch) -> None:
        self.pairs: list[Pair] = []
        self._part, self._watch = part, watch
        asked = ["register", "link-part", str(list_a.absolute()), str(list_b.absolute())]
        self._command = [*own_command(), *asked, "--part", str(part), "--parts", str(watch.parts)]
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._read, name=f"link-{part}", daemon=True)
        self._problem = ""

    def start(self) -> None:
        """Begin; raises `register_link_failed` where no process can be started."""
        # On Windows no black window may flash up behind ours.
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        try:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, creationflags=flags
            )
        except OSError as error:
            raise EnvironmentFailed("register_link_failed", problem=str(error)) from error
        self._thread.start()

    def wait(self) -> None:
        """Until it has told everything; raises `register_link_failed` where it did not end well."""
        assert self._process is not None
        self._thread.join()
        status = self._process.wait()
        if status or self._problem:
            raise EnvironmentFailed("register_link_failed", problem=self._problem or str(status))

    def stop(self) -> None:
        """End it, whatever it does."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._thread.is_alive():
            self._thread.join()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            for line in self._process.stdout:
                told = json.loads(line)
                if isinstance(told, dict):
                    self._watch.reached(self._part, told["share"])
                    continue
                id_a, id_b, odds_bits, why, held = told
                self.pairs.append(Pair(id_a, id_b, odds_bits, tuple(why), tuple(Guard(one) for one in held)))
        except (ValueError, KeyError) as error:
            self._problem = str(error)
