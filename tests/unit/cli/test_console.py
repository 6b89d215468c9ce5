"""What is printed: words for people never steer their terminal, and JSON stays JSON."""

from __future__ import annotations

import errno
import io
import json

import pytest

from counter_app.cli.console import Console
from counter_app.domain.errors import BadInput
from counter_app.storage.database import translated
from counter_app.text import Text

STEERING = "\x00\x07\x1b[2J\x7f\x9b\r\u202e\u2066\u200f"


@pytest.mark.parametrize("as_json", [False, True])
def test_no_line_for_people_moves_the_cursor_or_turns_round(
    capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    console = Console(Text("en"), as_json=as_json)
    console.raw(f"Zoé{STEERING}\u202f12\tDupont")
    console.say("Counter {counter}", counter=STEERING)
    console.warn("{file} does not join what is known and waits: fetch the files before it.", file=STEERING)
    console.error(BadInput("unknown_counter", counter=STEERING))
    said = "".join(capsys.readouterr())
    assert not set(said) & set(STEERING) - set("[2J")
    assert "Zoé" in said
    assert "\u202f12\tDupont\n" in said


def test_a_quantity_is_said_in_its_own_form(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(Text("en"), as_json=False)
    for count in (0, 1, 2):
        console.plural("{n} entry", "{n} entries", count)
    assert capsys.readouterr().out.splitlines() == ["0 entries", "1 entry", "2 entries"]


@pytest.mark.parametrize("number", [errno.EPIPE, errno.EINVAL])
def test_a_reader_who_has_gone_is_no_fault_of_a_disk(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(number, "nobody reads")

    monkeypatch.setattr("sys.stdout", Gone())
    console = Console(Text("en"), as_json=False)
    for speak in (lambda: console.raw("a line"), lambda: console.result({"a": 1})):
        with pytest.raises(BrokenPipeError), translated():
            speak()


def test_json_says_what_it_was_given(capsys: pytest.CaptureFixture[str]) -> None:
    Console(Text("en"), as_json=True).result({"name": STEERING})
    out = capsys.readouterr().out
    assert json.loads(out) == {"name": STEERING}
    assert "\x1b" not in out
