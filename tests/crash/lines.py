"""Lines for `journal record`: what `practice commands` gives for the sample “ccas”, each with an id of its own."""

from __future__ import annotations

import json
from random import Random
from uuid import UUID

from tests.crash.counter import run_here


def command_lines(count: int, seed: int) -> list[bytes]:
    """Every kind of command, recordable in order on a new workstation; fewer lines are the first of more."""
    said = run_here(["practice", "commands", "--sample", "ccas", "--count", str(count), "--seed", str(seed)])
    assert said.status == 0, said.err
    random = Random(seed)
    ids = [str(UUID(int=random.getrandbits(128), version=4)) for _ in range(count)]
    rows = [{"entry_id": entry_id, **row} for entry_id, row in zip(ids, said.rows, strict=True)]
    return [json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows]


def entry_id_of(line: bytes) -> str:
    """The id that a line brings."""
    return str(json.loads(line)["entry_id"])
