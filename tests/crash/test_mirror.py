"""A stick that is pulled out and put back while a counter records and is killed: what it acknowledged is never lost.

Each turn a process records, the stick goes away and comes back, and the process is killed at a random moment. Of
what was written behind the last acknowledged frame a random part is then cut off, as a stick does that lost power.
From the stick alone a workstation is restored: it holds every entry that the copy had acknowledged, each once, and
verifies. Recording itself never fails for the stick's sake. The short form makes a few turns, the long form as many
as `CRASH_KILLS` asks for, divided by ten.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from counter_app.exchange.mirror_folder import HEAD, LOG, copies_at, generations
from counter_app.exchange.mirroring import opened_log
from counter_app.keys.keyring import open_keys
from tests.crash.counter import ROOT, cheap_counter, feed, kills, run_here
from tests.crash.lines import command_lines, entry_id_of
from tests.crash.small_disk import fill, small_disk

_SHORT_TURNS = 3
_LINES = 250
_QUICK = """
import runpy, sys
from counter_app.service.mirror import keeper
keeper.LOOK_S = 0.05
keeper._GATHER_S = 0.02
runpy.run_module("counter_app", run_name="__main__", alter_sys=True)
"""
"""The same program, with a thread that looks and copies more often than a counter's."""


class Turns:
    """A counter, its stick and its pocket, and what was confirmed so far."""

    def __init__(self, folder: Path, seed: int, lines: int) -> None:
        self.random = Random(seed)
        self.folder = folder
        self.stick, self.pocket = folder / "stick", folder / "pocket"
        self.stick.mkdir()
        self.counter = cheap_counter(folder / "A1")
        said = self.counter.run_here("mirror", "add", str(self.stick), "--json")
        assert said.status == 0, said.err
        self.lines = command_lines(lines, seed)
        self.confirmed: dict[str, int] = {}

    def record_and_kill(self) -> None:
        """Record while the stick comes and goes, and die; every answer until then was confirmed."""
        begin = len(self.confirmed)
        arguments = self.counter.arguments("journal", "record", "-", "--json")
        pipe = subprocess.PIPE
        with subprocess.Popen(
            [sys.executable, "-c", _QUICK, *arguments], cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe
        ) as process:
            assert process.stdin
            assert process.stdout
            assert process.stderr
            feeder = feed(process.stdin, self.lines[begin : begin + _LINES])
            answers = [process.stdout.readline() for _ in range(self.random.randrange(2, 60))]
            for _ in range(self.random.randrange(4)):
                self._pull_or_plug()
                answers += [process.stdout.readline() for _ in range(self.random.randrange(1, 40))]
            time.sleep(self.random.uniform(0, 0.15))
            process.kill()
            answers += process.stdout.read().splitlines(keepends=True)
            assert process.stderr.read() == b""
            feeder.join()
        for answer in (json.loads(line) for line in answers if line.endswith(b"\n")):
            assert answer["ok"], answer
            self.confirmed[answer["entry_id"]] = answer["seq"]
        if self.pocket.exists():
            self.pocket.rename(self.stick)
        self._catch_up()

    def _pull_or_plug(self) -> None:
        if self.pocket.exists():
            self.pocket.rename(self.stick)
        else:
            self.stick.rename(self.pocket)

    def _catch_up(self) -> None:
        """What was recorded and not answered any more is recorded all the same."""
        for entry in self.counter.show():
            if entry["entry_id"] not in self.confirmed and entry["seq"] > 2:
                self.confirmed[entry["entry_id"]] = entry["seq"]

    def acknowledged(self) -> int:
        """The last place that the copy's head file stands for; 0 where there is none."""
        copies = copies_at(self.stick)
        head = generations(copies[0])[-1] / HEAD if copies else Path()
        return int(json.loads(head.read_bytes())["seq"]) if head.is_file() else 0

    def pulled(self) -> Path:
        """The stick as it may be found elsewhere: of what follows the last acknowledged frame a part is missing."""
        found = self.folder / "found"
        shutil.rmtree(found, ignore_errors=True)
        shutil.copytree(self.stick, found)
        (copy,) = copies_at(found)
        folder = generations(copy)[-1]
        head = json.loads((folder / HEAD).read_bytes())
        key = open_keys(folder, self.counter.passphrase.read_bytes().rstrip()).database
        log = opened_log(folder, key)
        assert log is not None
        frame = next(log[0].frames(head["frame"], head["begins"]))
        raw = (folder / LOG).read_bytes()
        cut = self.random.randrange(frame.ends, len(raw) + 1)
        (folder / LOG).write_bytes(raw[:cut] + self.random.randbytes(self.random.choice((0, 0, 5000))))
        return found

    def restored_from(self, stick: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """The entries that a workstation has which was made from the stick alone, and what the restore said."""
        data = self.folder / "new"
        shutil.rmtree(data, ignore_errors=True)
        new = replace(self.counter, data=data)
        said = new.run_here("journal", "restore", str(stick), "--json")
        assert said.status == 1, said.err
        verified = new.run_here("journal", "verify", "--json")
        assert verified.status == 0, verified.err
        return [row for row in new.show() if row["chain"] == "A1"], said.rows[0]


def _campaign(folder: Path, seed: int, turns: int) -> None:
    campaign = Turns(folder, seed, turns * _LINES)
    for turn in range(turns):
        campaign.record_and_kill()
        acknowledged = campaign.acknowledged()
        assert acknowledged >= 2
        entries, said = campaign.restored_from(campaign.pulled())
        original = {row["seq"]: row for row in campaign.counter.show()}
        assert [row["seq"] for row in entries] == list(range(1, len(entries) + 1))
        assert len(entries) >= acknowledged, "the copy lost what it had acknowledged"
        assert len({row["entry_id"] for row in entries}) == len(entries)
        for row in entries:
            assert row == original[row["seq"]]
        assert said["chain"] == "A1b", turn
    said = campaign.counter.run_here("mirror", "now", "--json")
    assert said.status == 0, said.err
    entries, _ = campaign.restored_from(campaign.stick)
    assert entries == campaign.counter.show()
    assert set(campaign.confirmed) <= {row["entry_id"] for row in entries}


def test_what_a_stick_acknowledged_outlives_kills_and_pulls(tmp_path: Path) -> None:
    _campaign(tmp_path, 1, _SHORT_TURNS)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 2 + max(1, kills() // 200)))
def test_what_a_stick_acknowledged_outlives_many_kills_and_pulls(tmp_path: Path, seed: int) -> None:
    _campaign(tmp_path, seed, 20)


def test_lines_fed_again_after_a_restore_are_recorded_once(tmp_path: Path) -> None:
    campaign = Turns(tmp_path, 9, 30)
    lines = campaign.lines
    said = campaign.counter.run("journal", "record", "-", "--json", stdin=b"".join(lines[:20]))
    assert said.status == 0, said.err
    assert campaign.counter.run_here("mirror", "now").status == 0
    campaign.stick.rename(campaign.pocket)
    assert campaign.counter.run("journal", "record", "-", "--json", stdin=b"".join(lines[20:])).status == 0
    new = replace(campaign.counter, data=tmp_path / "new")
    assert new.run_here("journal", "restore", str(campaign.pocket)).status == 1
    carried = b'{"command": "carry_slice", "agent": "yleroux", "approver": "hgarcia", "cents": 100000}\n'
    again = new.run("journal", "record", "-", "--json", stdin=carried + b"".join(lines))
    assert again.rows[0]["ok"], again.rows[0]
    # What was in the copy is not recorded a second time; what was lost with the machine is, as far as cash allows.
    assert [row.get("already", False) for row in again.rows[1:21]] == [True] * 20
    assert not any(row.get("already", False) for row in again.rows[21:])
    shown = new.show()
    ids = [row["entry_id"] for row in shown]
    assert len(set(ids)) == len(ids)
    assert {entry_id_of(line) for line in lines[:20]} <= set(ids)
    assert new.run_here("journal", "verify", "--full").status == 0


def test_a_killed_restore_leaves_a_workstation_or_none(tmp_path: Path) -> None:
    campaign, random = Turns(tmp_path, 11, 40), Random(11)
    assert campaign.counter.run("journal", "record", "-", stdin=b"".join(campaign.lines)).status == 0
    assert campaign.counter.run_here("mirror", "now").status == 0
    new = replace(campaign.counter, data=tmp_path / "new")
    for _ in range(4):
        with new.start("journal", "restore", str(campaign.stick), "--replace") as process:
            time.sleep(random.uniform(0.3, 1.2))
            process.kill()
        verified = new.run_here("journal", "verify", "--json")
        assert verified.status in (0, 2), verified.err
    restored = new.run_here("journal", "restore", str(campaign.stick), "--replace", "--json")
    assert restored.status == 1, restored.err
    assert [row for row in new.show() if row["chain"] == "A1"] == campaign.counter.show()
    assert new.run_here("journal", "verify", "--full").status == 0


def test_a_full_stick_is_told_and_recording_does_not_notice(tmp_path: Path) -> None:
    counter = cheap_counter(tmp_path / "A1")
    with small_disk(tmp_path / "stick", 200_000) as mounted:
        if not mounted:
            pytest.skip("no file system may be mounted here")
        assert counter.run_here("mirror", "add", str(tmp_path / "stick")).status == 0
        acknowledged = json.loads(counter.run_here("mirror", "status", "--json").out)["copies"][0]["entries"]
        fill(tmp_path / "stick")
        lines = command_lines(60, 4)
        said = counter.run("journal", "record", "-", "--json", stdin=b"".join(lines))
        assert (said.status, said.err) == (0, "")
        assert len(said.rows) == len(lines)
        status = counter.run_here("mirror", "status", "--json")
        (row,) = status.rows[0]["copies"]
        assert (status.status, row["state"], row["problem"]) == (1, "failed", "disk_full")
        assert row["lag_entries"] == len(lines)
        doctor = counter.run_here("doctor", "--json")
        mirror = next(check for check in doctor.rows[0]["checks"] if check["name"] == "mirror")
        assert mirror["state"] == "failed"
        assert "full" in mirror["message"]
        assert doctor.rows[0]["copies"] == [row]
        # What was there before is still a whole copy.
        data = tmp_path / "new"
        restored = replace(counter, data=data).run_here(
            "journal", "restore", str(tmp_path / "stick"), "--json"
        )
        assert restored.rows[0]["entries"] >= acknowledged
        (tmp_path / "stick" / "filler").unlink()
        small = b"".join(command_lines(60, 4)[:1])
        assert counter.run("journal", "record", "-", "--json", stdin=small).rows[0]["already"]
        assert counter.run_here("mirror", "now", "--json").rows[0]["copies"][0]["problem"] in (
            None,
            "disk_full",
        )


def test_a_copy_that_nobody_can_open_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    words = tmp_path / "words"
    words.write_text("some words", encoding="utf-8")
    options = ["--lang", "en", "--data", str(tmp_path / "new"), "--passphrase-file", str(words)]
    said = run_here(["journal", "restore", str(tmp_path / "stick"), *options])
    assert said.status == 2
    assert said.err.startswith("Nothing to restore from lies in")
