"""Logs promises IT what happened, and promises the people of the counter that it names none of them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from counter_app.domain.errors import EnvironmentFailed, Refused
from counter_app.domain.money import Money
from counter_app.logs import Plain, start_logging, stop_logging

LOG = logging.getLogger("counter_app.tests")
ENTRY = UUID("0b7e0f0a-53a9-4c1e-9d0e-2f8a3f5b7c11")


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    yield start_logging(tmp_path / "logs")
    stop_logging()


def written(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def test_numbers_times_identifiers_and_vouched_words_are_written(log_file: Path) -> None:
    LOG.info(
        "service %s: unit %s of %d, %s", Plain("aid-file"), ENTRY, 12, datetime(2026, 3, 2, 8, tzinfo=UTC)
    )
    expected = f"service aid-file: unit {ENTRY} of 12, 2026-03-02 08:00:00+00:00\n"
    line = written(log_file)
    assert line.endswith(expected)
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO counter_app\.tests ", line)


def test_text_amounts_and_paths_are_hidden(log_file: Path) -> None:
    LOG.warning("granted %s to %s, see %s", Money(4_200), "Zoé Dupré", Path("/srv/dupre.pdf"))
    LOG.warning("granted %(amount)s to %(person)s", {"amount": Money(4_200), "person": "Zoé Dupré"})
    LOG.warning(["Zoé Dupré", 4_200])
    text = written(log_file)
    messages = [line.split(" counter_app.tests ", 1)[1] for line in text.splitlines()]
    assert messages == ["granted … to …, see …", "granted … to …", "…"]


def test_an_exception_shows_where_it_passed_and_never_what_it_says(log_file: Path) -> None:
    try:
        try:
            {"": 0}["Zoé Dupré"]
        except KeyError as error:
            raise Refused("over_ceiling", left=Money(4_200), person="Zoé Dupré") from error
    except Refused as refusal:
        LOG.exception("grant failed: %s", refusal)
    text = written(log_file)
    assert "grant failed: Refused over_ceiling\n" in text
    assert "KeyError\n" in text
    assert "test_an_exception_shows_where_it_passed_and_never_what_it_says" in text
    assert "Dupr" not in text
    assert "4200" not in text


def test_the_systems_own_error_numbers_stay(log_file: Path) -> None:
    try:
        Path("/no/such/Dupré").read_bytes()
    except OSError as error:
        LOG.error("cannot read: %s, %s", error, EnvironmentFailed("disk_full", file="Dupré"))
    assert written(log_file).endswith("cannot read: FileNotFoundError errno 2, EnvironmentFailed disk_full\n")


def test_a_message_that_cannot_show_what_is_hidden_stays_bare(log_file: Path) -> None:
    LOG.error("left: %d cents", Decimal(4_200))
    assert written(log_file).endswith("left: %d cents\n")


def test_other_readers_of_the_record_see_it_whole(log_file: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="counter_app"):
        LOG.info("asked for %s", "page 3")
    assert caplog.messages == ["asked for page 3"]
    assert "page 3" not in written(log_file)


def test_the_log_stays_within_five_files(log_file: Path) -> None:
    for _ in range(700):
        LOG.info("%s", Plain("x" * 10_000))
    files = sorted(log_file.parent.iterdir())
    assert [file.name for file in files] == [log_file.name, *(f"{log_file.name}.{n}" for n in range(1, 5))]
    assert all(file.stat().st_size <= 1_000_000 for file in files)


def test_starting_again_moves_the_log_and_writes_each_line_once(log_file: Path, tmp_path: Path) -> None:
    second = start_logging(tmp_path / "second")
    LOG.info("here")
    assert written(second).count("here") == 1
    assert not log_file.exists()


def test_a_folder_that_cannot_be_made_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_bytes(b"")
    file = start_logging(tmp_path / "taken")
    LOG.error("still here")
    stop_logging()
    assert not file.exists()
    assert capsys.readouterr().err == ""


def test_a_file_that_cannot_be_rotated_goes_on_growing(log_file: Path) -> None:
    in_the_way = log_file.with_name(log_file.name + ".1")
    LOG.info("%s", Plain("x" * 900_000))
    in_the_way.mkdir()
    (in_the_way / "held").write_bytes(b"")
    log_file.with_name(log_file.name + ".2").mkdir()
    (log_file.with_name(log_file.name + ".2") / "held").write_bytes(b"")
    LOG.info("%s", Plain("y" * 200_000))
    LOG.info("the last line")
    assert "the last line" in written(log_file)
