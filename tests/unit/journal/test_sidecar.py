"""The sidecar remembers the head; what is not exactly as it was written is said to be damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from counter_app.domain.errors import JournalBroken
from counter_app.journal.sidecar import NAME, Sidecar, read_sidecar
from tests.unit.counters import Desk

DIGEST = bytes(range(32))


def code_of(data: Path) -> str:
    with pytest.raises(JournalBroken) as caught:
        read_sidecar(data)
    return caught.value.code


def test_it_keeps_the_last_head_alone(tmp_path: Path) -> None:
    sidecar = Sidecar(tmp_path)
    sidecar.write("A3", 99_999, DIGEST)
    sidecar.write("A3", 7, DIGEST)
    assert read_sidecar(tmp_path) == ("A3", 7, DIGEST)
    sidecar.close()
    sidecar.close()
    again = Sidecar(tmp_path)
    again.write("A3b", 8, DIGEST)
    again.close()
    assert read_sidecar(tmp_path) == ("A3b", 8, DIGEST)


def test_none_is_missing(tmp_path: Path) -> None:
    assert code_of(tmp_path) == "sidecar_missing"


def test_every_flipped_bit_is_damage(tmp_path: Path) -> None:
    sidecar = Sidecar(tmp_path)
    sidecar.write("A3", 7, DIGEST)
    sidecar.close()
    good = (tmp_path / NAME).read_bytes()
    for place in range(len(good) * 8):
        flipped = bytearray(good)
        flipped[place // 8] ^= 1 << place % 8
        (tmp_path / NAME).write_bytes(flipped)
        assert code_of(tmp_path) == "sidecar_damaged"


@pytest.mark.parametrize("length", [0, 1, 64, 127])
def test_a_cut_one_is_damage(tmp_path: Path, length: int) -> None:
    sidecar = Sidecar(tmp_path)
    sidecar.write("A3", 7, DIGEST)
    sidecar.close()
    whole = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(whole[:length])
    assert code_of(tmp_path) == "sidecar_damaged"


def test_each_recorded_entry_is_remembered_at_once_and_a_refused_one_is_not(desk: Desk) -> None:
    entry = desk.do("replenish_cash", cents=100, document="BX 1").entry
    assert read_sidecar(desk.data) == ("A1", entry.seq, entry.hash)
    desk.refusal("cancel_grant", grant=entry.entry_id, reason="none")
    assert read_sidecar(desk.data) == ("A1", entry.seq, entry.hash)
