"""Readers beside a writer: `journal show` and `journal verify` see whole entries, in order, and no false alarm.

Covered: readers that open, read and close the whole time while another process opens the journal, records, rebuilds,
adopts a configuration and closes it, several times over; what each of them saw is a beginning of what stands there
in the end.
"""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from tests.crash.counter import Counter, cheap_counter
from tests.crash.lines import command_lines

_PROGRESS = re.compile(rb"\d+ of \d+ entries\b.*\s*")
_RUNS = 3
_EACH = 200


def _read_while(counter: Counter, command: tuple[str, ...], random: Random) -> list[str]:
    """What readers were shown from the start of a writing process to its end."""
    shown: list[str] = []
    with counter.start(*command) as writer:
        assert writer.stderr
        while writer.poll() is None:
            if random.random() < 0.5:
                verified = counter.run_here("journal", "verify", *random.choice(((), ("--full",))), "--json")
                assert (verified.status, verified.err) == (0, "")
            else:
                said = counter.run_here("journal", "show", "--json")
                assert (said.status, said.err) == (0, "")
                shown.append(said.out)
        # A rebuild that takes a while says how far it is.
        told = [line for line in writer.stderr if not _PROGRESS.fullmatch(line)]
        assert (writer.wait(), told) == (0, [])
    return shown


def test_a_reader_beside_a_writer_sees_whole_entries_and_no_false_alarm(tmp_path: Path) -> None:
    counter, random = cheap_counter(tmp_path / "A1"), Random(30)
    lines = command_lines(_RUNS * _EACH, 31)
    shown: list[str] = []
    for turn in range(_RUNS):
        file = tmp_path / "lines.jsonl"
        file.write_bytes(b"".join(lines[turn * _EACH : (turn + 1) * _EACH]))
        shown += _read_while(counter, ("journal", "record", str(file)), random)
    shown += _read_while(counter, ("journal", "rebuild"), random)
    last = counter.run_here("journal", "show", "--json").out
    assert len(last.splitlines()) == _RUNS * _EACH + 2
    assert all(last.startswith(seen) and seen.endswith("\n") for seen in shown)
    assert len(set(map(len, shown))) > _RUNS, "no reader saw the journal grow"


def test_a_reader_beside_an_adoption_takes_the_old_configuration_or_the_new_one(tmp_path: Path) -> None:
    counter, random = cheap_counter(tmp_path / "A1"), Random(32)
    first = (counter.data / "office.toml").read_bytes()
    for turn in range(2):
        file = tmp_path / "next.toml"
        file.write_bytes(first.replace(b"+33 2 61 91 20 00", b"+33 2 61 91 20 %02d" % (turn + 1)))
        _read_while(counter, ("office", "adopt", str(file), "--agent", "bnguyen"), random)
        assert (counter.data / "office.toml").read_bytes() == file.read_bytes()
