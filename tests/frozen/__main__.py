"""Makes the journal that the tests of later programs must still open: run once for each release, with its program.

`python -m tests.frozen` writes `tests/frozen/VERSION/`: a workstation in the middle of its recovery, the central
system's store as it stood then, and what `journal show` said of every entry.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from counter_app import __version__
from counter_app.settings import with_changes
from tests.crash.counter import Counter, cheap_counter
from tests.crash.lines import command_lines
from tests.end2end.centre import Centre

HERE = Path(__file__).parent
REST = ("aid-file",)
IT = "bnguyen"
_LINES, _LATER, _SEED = 70, 20, 90


def adopt(counter: Counter, centre: Centre) -> None:
    """Adopt a configuration under which the services are where this central system answers."""
    raw = (counter.data / "office.toml").read_bytes()
    file = counter.data.parent / "changed.toml"
    file.write_bytes(
        with_changes(
            raw,
            addresses=dict.fromkeys(REST, centre.address),
            timings={"settling_s": 0.1, "deadline_s": 5.0},
        )
    )
    said = counter.run_here("office", "adopt", str(file), "--agent", IT)
    assert said.status == 0, said.err


def main() -> None:
    """Record, reconcile a part with a central system that fails at times, record some more, and keep it all."""
    to = HERE / __version__
    to.mkdir()
    with tempfile.TemporaryDirectory() as folder:
        counter = cheap_counter(Path(folder) / "A1")
        centre = Centre(Path(folder))
        centre.files = counter.data / "exchange" / "treasury"
        centre.files.mkdir(parents=True)
        lines = command_lines(_LINES + _LATER, _SEED)
        _record(counter, lines[:_LINES])
        centre.start("lost-answer,rejection,wrong-echo")
        adopt(counter, centre)
        counter.run_here("reconcile", "run", "--agent", IT)
        centre.end()
        _record(counter, lines[_LINES:])
        said = counter.run_here("reconcile", "run", "--agent", IT)
        assert said.status == 1, said.out
        (to / "entries.jsonl").write_text(counter.run_here("journal", "show", "--json").out, encoding="utf-8")
        unwanted = shutil.ignore_patterns("logs", "lines.jsonl", "journal.holder", "journal.lock")
        shutil.copytree(counter.data, to / "A1", ignore=unwanted)
        with closing(sqlite3.connect(centre.store)) as store:
            store.execute("VACUUM INTO ?", (str(to / "centre.db"),))


def _record(counter: Counter, lines: list[bytes]) -> None:
    file = counter.data / "lines.jsonl"
    file.write_bytes(b"".join(lines))
    said = counter.run_here("journal", "record", str(file))
    assert said.status == 0, said.err


if __name__ == "__main__":
    main()
