"""Reading an office.toml: what comes back, and what is said about a file that is no office.toml at all."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from counter_app.domain.catalogue import Cap
from counter_app.domain.errors import AppError, BadInput, EnvironmentFailed
from counter_app.domain.money import Money
from counter_app.settings import (
    check_configuration,
    load_configuration,
    read_configuration,
    sample_configuration,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "office.toml"
    path.write_bytes(sample_configuration("ccas"))
    return path


def test_a_good_file_comes_back_typed_with_its_bytes_and_their_hash(file: Path) -> None:
    loaded = load_configuration(file)
    raw = sample_configuration("ccas")
    assert loaded.raw == raw
    assert loaded.sha256 == hashlib.sha256(raw).hexdigest()
    aid = loaded.configuration.aid("FR-SECURG")
    assert aid is not None
    assert isinstance(aid.rules[0], Cap)
    assert aid.rules[0].cents == 8000
    assert check_configuration(file) == []


@pytest.mark.parametrize("written", [b"\xef\xbb\xbf%s", b"%s"])
def test_files_of_windows_editors_are_read_alike(file: Path, written: bytes) -> None:
    raw = written % sample_configuration("ccas").replace(b"\n", b"\r\n")
    file.write_bytes(raw)
    loaded = load_configuration(file)
    assert loaded.configuration == read_configuration(sample_configuration("ccas"), "sample").configuration
    assert loaded.raw == raw


def test_lines_are_counted_alike_with_the_line_ends_of_windows(file: Path) -> None:
    raw = sample_configuration("ccas").replace(b'role = "it"', b'role = "boss"')
    file.write_bytes(raw)
    (unix,) = check_configuration(file)
    file.write_bytes(raw.replace(b"\n", b"\r\n"))
    assert check_configuration(file) == [unix]


def test_every_fault_is_told_at_once_in_the_order_of_lines(file: Path) -> None:
    text = sample_configuration("ccas").decode()
    text = text.replace('id = "A2"', 'id = "A1"').replace('"Europe/Paris"', '"Nowhere"')
    text = text.replace("cents = 33000", "cents = -1").replace('["aid-file"]', '["nowhere"]')
    file.write_text(text, encoding="utf-8")
    faults = check_configuration(file)
    assert [fault.key for fault in faults] == [
        "office.time_zone",
        "limits.person_rules[0].cents",
        "aids[0].services[0]",
        "counters[1].id",
    ]
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)
    with pytest.raises(BadInput) as raised:
        load_configuration(file)
    assert raised.value.params["key"] == "office.time_zone"


def test_every_fault_of_form_is_told_at_once(file: Path) -> None:
    text = sample_configuration("ccas").decode()
    text = text.replace('code = "EX-CCAS"\n', "").replace("months = 12", "months = 12.5")
    file.write_text(text, encoding="utf-8")
    assert [fault.key for fault in check_configuration(file)] == [
        "office.code",
        "limits.person_rules[0].months",
        "aids[0].rules[1].months",
        "aids[1].rules[1].months",
        "aids[1].rules[2].months",
    ]


def test_tables_and_arrays_in_each_others_place_are_faults_of_form(file: Path) -> None:
    file.write_text(
        'format = 1\nversion = "1"\noffice = 5\npaper = []\nregie = {}\nlimits = {}\n'
        "counters = {}\npeople = 7\naids = [{}, 8]\nservices = [[]]\nreasons = 9\n",
        encoding="utf-8",
    )
    wrong = [fault for fault in check_configuration(file) if fault.code == "configuration_wrong_type"]
    assert [(fault.line, fault.key, fault.params["expected"], fault.params["got"]) for fault in wrong] == [
        (3, "office", "table", "integer"),
        (4, "paper", "table", "array"),
        (7, "counters", "array", "table"),
        (8, "people", "array", "integer"),
        (9, "aids[1]", "table", "integer"),
        (10, "services[0]", "table", "array"),
        (11, "reasons", "table", "integer"),
    ]


def test_versions_of_a_rule_may_stand_in_any_order(file: Path) -> None:
    text = sample_configuration("comune").decode()
    one, other = (
        line for line in text.splitlines() if "until = 2025-01-01" in line or "until = 2026-01-01" in line
    )
    file.write_text(text.replace(one, "").replace(other, f"{other}\n{one}"), encoding="utf-8")
    assert check_configuration(file) == []


def test_an_envelope_that_is_passed_names_both_amounts(file: Path) -> None:
    text = sample_configuration("ccas").decode().replace("envelope_cents = 3000000", "envelope_cents = 1")
    file.write_text(text, encoding="utf-8")
    (fault,) = check_configuration(file)
    assert fault.params == {"sum": Money(2250000), "envelope": Money(1)}


def test_bytes_that_are_no_utf8_are_found_in_their_line(file: Path) -> None:
    raw = sample_configuration("ccas")
    file.write_bytes(raw.replace("Aïcha".encode(), "Aïcha".encode("latin-1")))
    (fault,) = check_configuration(file)
    line = raw[: raw.index(b"A\xc3\xafcha")].count(b"\n") + 1
    assert (fault.line, fault.key, fault.code) == (line, "people[1].name", "configuration_no_utf8")


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("", 1, "format"),
        ("\n\nfolly", 3, "folly"),
        ('"""', 1, ""),
        ('\na = "b\n', 2, "a"),
        ('\n[t]\na = """b\n\n\n', 3, "t.a"),
        ("\na = [\n  1,\n  2\n\n", 2, "a"),
        ('\n[t]\na = [\n  1,\n  "x" "y",\n]', 5, "t.a"),
        ("a = 1\n\x00", 2, "a"),
        ('"\\ud800" = 1', 1, ""),
        ("x = 1\na = " + "[" * 5000, 2, "a"),
        ("x = 1\na = " + "9" * 5000 + "\nb = 1\n", 2, "a"),
    ],
    ids=range(11),
)
def test_whatever_the_file_holds_a_line_and_a_key_are_named(
    file: Path, text: str, line: int, key: str
) -> None:
    file.write_text(text, encoding="utf-8")
    fault = check_configuration(file)[0]
    assert (fault.line, fault.key) == (line, key)


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    for missing in (tmp_path / "none.toml", tmp_path / "a" / "none.toml"):
        with pytest.raises(BadInput, match="configuration_not_found"):
            check_configuration(missing)


def test_a_file_that_cannot_be_read_is_a_fault_of_the_environment(tmp_path: Path) -> None:
    # A folder cannot be read as a file by anybody, whatever the rights.
    with pytest.raises(EnvironmentFailed, match="configuration_unreadable"):
        load_configuration(tmp_path)


def test_every_error_is_one_that_people_can_be_shown(file: Path) -> None:
    file.write_bytes(b"[")
    with pytest.raises(AppError) as raised:
        load_configuration(file)
    assert raised.value.exit_status == 2


def test_a_good_file_is_read_without_what_only_faults_need() -> None:
    program = (
        "import sys; from counter_app.settings import *;"
        "read_configuration(sample_configuration('paris'), 'x');"
        "print([name for name in ('tomlkit', 'counter_app.settings.shape', 'counter_app.settings.lines')"
        " if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert ran.stdout.strip() == "[]"
