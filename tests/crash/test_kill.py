"""What is confirmed outlives SIGKILL: `journal record -` is killed at random moments while it is fed from a pipe.

Covered: kills while the journal is opened, between answers, in the middle of a commit, while it closes, and in
`journal rebuild` and `office new`. After every kill each answer is held against `journal show`; the same lines
are fed again and record nothing twice; `journal verify` runs every few kills. The short form kills 25 times, the
long form (`make crash`) `CRASH_KILLS` times, on a new workstation after every 50.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.crash.counter import Counter, Said, cheap_counter, feed, kills, run_here, start
from tests.crash.lines import command_lines, entry_id_of

_SHORT, _EACH = 25, 50
_OPENING_S = 0.8
"""About as long as a workstation takes to open; a kill before the first answer falls somewhere within."""


class Campaign:
    """A workstation that is killed again and again, and what must be in its journal by now."""

    def __init__(self, counter: Counter, random: Random) -> None:
        self.counter = counter
        self.random = random
        self.lines = command_lines(_EACH * 60, random.randrange(2**32))
        self.ids = [entry_id_of(line) for line in self.lines]
        self.seqs: dict[str, int] = {}
        self.head = len(counter.show())

    def kill_once(self) -> None:
        """Feed lines, some of them again, kill, and hold every answer against the journal."""
        begin = max(0, len(self.seqs) - self.random.randrange(40))
        before = set(self.seqs)
        answers = self._killed(begin)
        self._look()
        for answer in answers:
            entry_id = self.ids[begin + answer["line"] - 1]
            assert answer["ok"], answer
            assert answer["entry_id"] == entry_id
            assert self.seqs.get(entry_id) == answer["seq"], "an entry that was confirmed is gone"
            assert answer.get("already", False) == (entry_id in before)

    def _killed(self, begin: int) -> list[dict[str, Any]]:
        """The answers that were given in full before a kill while opening, recording or closing."""
        kind = self.random.choices(("opening", "recording", "closing"), (15, 70, 15))[0]
        count = self.random.randrange(1, 8) if kind == "closing" else 500
        lines = self.lines[begin : begin + count]
        with self.counter.start("journal", "record", "-", "--json") as process:
            assert process.stdin
            assert process.stdout
            assert process.stderr
            feeder = feed(process.stdin, lines)
            wanted = {"opening": 0, "recording": self.random.randrange(1, 60), "closing": len(lines)}[kind]
            answers = [process.stdout.readline() for _ in range(wanted)]
            time.sleep(self.random.uniform(0, _OPENING_S if kind == "opening" else 0.05))
            process.kill()
            answers += process.stdout.read().splitlines(keepends=True)
            assert process.stderr.read() == b""
            feeder.join()
        return [json.loads(line) for line in answers if line.endswith(b"\n")]

    def _look(self) -> None:
        """Read what came to the journal since the last look: the next lines in order, each of them once."""
        for entry in self.counter.show(self.head + 1):
            assert entry["seq"] == self.head + 1
            assert entry["entry_id"] == self.ids[len(self.seqs)], "a line was skipped or recorded twice"
            self.head = self.seqs[entry["entry_id"]] = entry["seq"]

    def feed_again(self) -> None:
        """Every line so far, and some after them, in one run that nobody kills."""
        recorded = len(self.seqs)
        said = self.counter.run(
            "journal", "record", "-", "--json", stdin=b"".join(self.lines[: recorded + 5])
        )
        assert said.status == 0, said.err
        assert [row["entry_id"] for row in said.rows] == self.ids[: recorded + 5]
        assert [row.get("already", False) for row in said.rows] == [True] * recorded + [False] * 5
        self._look()
        ids = [entry["entry_id"] for entry in self.counter.show()]
        assert len(set(ids)) == len(ids)
        assert ids[2:] == self.ids[: recorded + 5]


def _campaign(folder: Path, seed: int, kills: int) -> None:
    campaign = Campaign(cheap_counter(folder / "A1"), Random(seed))
    for turn in range(1, kills + 1):
        campaign.kill_once()
        if turn % 10 == 0:
            _verify(campaign.counter)
    campaign.feed_again()
    _verify(campaign.counter, "--full")


def _verify(counter: Counter, *options: str) -> None:
    said = counter.run("journal", "verify", "--json", *options)
    assert said.status == 0, said.err
    assert said.rows[0]["ok"]
    assert said.rows[0]["entries"] == len(counter.show())


def test_what_was_confirmed_outlives_a_kill_and_nothing_is_recorded_twice(tmp_path: Path) -> None:
    _campaign(tmp_path, 1, _SHORT)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 2 + max(1, kills() // _EACH)))
def test_what_was_confirmed_outlives_many_kills(tmp_path: Path, seed: int) -> None:
    _campaign(tmp_path, seed, _EACH)


def test_a_killed_rebuild_leaves_tables_that_can_be_read_and_built_again(tmp_path: Path) -> None:
    counter, random = cheap_counter(tmp_path / "A1"), Random(3)
    said = counter.run("journal", "record", "-", "--json", stdin=b"".join(command_lines(60, 3)))
    assert said.status == 0, said.err
    shown = counter.show()
    for _ in range(4):
        with counter.start("journal", "rebuild") as process:
            time.sleep(random.uniform(0.3, _OPENING_S))
            process.kill()
        assert counter.show() == shown
        verified = counter.run_here("journal", "verify", "--full", "--json")
        assert verified.status == 0, verified.err
    assert counter.run_here("journal", "rebuild").status == 0


def test_a_killed_office_new_leaves_a_workstation_or_none(tmp_path: Path) -> None:
    random = Random(4)
    words = tmp_path / "words"
    words.write_text("six words that open this counter", encoding="utf-8")
    ended: list[Said] = []
    for turn in range(5):
        data = ["--data", str(tmp_path / str(turn)), "--passphrase-file", str(words), "--lang", "en"]
        with start(["office", "new", "--sample", "ccas", "--counter", "A1", *data]) as process:
            time.sleep(random.uniform(0.3, _OPENING_S))
            process.kill()
        ended.append(run_here(["journal", "verify", "--json", *data]))
    for said in ended:
        assert said.status in (0, 2), said.err
        assert "Traceback" not in said.err
