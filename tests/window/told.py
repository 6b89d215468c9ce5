"""What the window left behind, read by the command line after it was closed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.end2end.counters import in_this_process
from tests.unit.counters import PASSPHRASE


def journal(data: Path, tmp_path: Path) -> list[dict[str, Any]]:
    """Every entry of a closed workstation, as `journal show` tells them."""
    words = tmp_path / "passphrase"
    words.write_bytes(PASSPHRASE)
    shown = in_this_process("journal", "show", "--json", "--data", str(data), "--passphrase-file", str(words))
    assert shown.status == 0, shown
    return [json.loads(line) for line in shown.out.splitlines()]


def recorded(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What people did, in order: of each entry all that was typed, and who typed it."""
    found = []
    for entry in entries:
        if entry["kind"] not in ("request_recorded", "aid_granted", "aid_refused"):
            continue
        facts = {
            name: entry["facts"][name]
            for name in ("aid", "cents", "asked_cents", "reason", "circumstances")
            if name in entry["facts"]
        }
        person = entry["private"]["person"]
        found.append(
            {"kind": entry["kind"], "agent": entry["agent"], "channel": entry["channel"], "person": person}
            | facts
        )
    return found
