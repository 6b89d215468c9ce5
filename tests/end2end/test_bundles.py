"""Steps of the bundles: written, looked at, taken in, lost, forged."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pytest_bdd import given, parsers, scenarios, then, when

from counter_app.keys.sign import BUNDLE, sign
from tests.end2end.conftest import Story
from tests.end2end.counters import Answer
from tests.end2end.words import PEOPLE, SERVICES, cents
from tests.unit.service.bundles.opened import closed, members

scenarios("bundles.feature")


@pytest.fixture
def stick(story: Story) -> Path:
    """The stick between the counters."""
    folder = story.folder / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def bundle(stick: Path) -> Path:
    """The bundle on it."""
    return stick / "counter-app.bundle"


def _run(story: Story, place: str, *words: str) -> Answer:
    story.tried = story.go_to(place).run(*words)
    return story.tried


_EXPORT = r"(?P<place>\w+) writes a bundle for (?P<to>\w+)(?P<custody> with custody)?"


@given(parsers.re(_EXPORT))
@when(parsers.re(_EXPORT))
def _(story: Story, stick: Path, place: str, to: str, custody: str | None) -> None:
    _run(story, place, "bundle", "export", str(stick), "--to", to, *(["--custody"] if custody else []))


@given(parsers.parse("{place} takes the bundle in"))
@when(parsers.parse("{place} takes the bundle in"))
def _(story: Story, stick: Path, place: str) -> None:
    _run(story, place, "bundle", "import", str(stick))


@when(parsers.parse("{place} looks at the bundle"))
def _(story: Story, stick: Path, place: str) -> None:
    _run(story, place, "bundle", "inspect", str(stick))


@when(parsers.parse("at {place}, {who} takes back what {holder} was given, for the stick was lost"))
def _(story: Story, place: str, who: str, holder: str) -> None:
    words = ("--reason", "The stick was lost.", "--agent", PEOPLE[who])
    assert _run(story, place, "bundle", "take-back", holder, *words).status == 0


@when(parsers.parse("{place} gives back what {other} entrusted"))
def _(story: Story, place: str, other: str) -> None:
    answer = _run(story, place, "bundle", "give-back", other, "--json")
    assert answer.row == {"to": other, "units": 1}


@then(parsers.parse("it says: {words}"))
def _(story: Story, words: str) -> None:
    assert words in story.tried.said, story.tried


@then(parsers.parse("it holds {count:d} act for the aid file, of {amount} €"))
def _(story: Story, count: int, amount: str) -> None:
    unit = "unit" if count == 1 else "units"
    assert f"aid-file: {count} {unit}, €{cents(amount) / 100:.2f}." in story.tried.said, story.tried


@then(parsers.parse("{place} reads in it the time of the office"))
def _(story: Story, stick: Path, place: str) -> None:
    answer = _run(story, place, "bundle", "inspect", str(stick), "--json")
    made = datetime.fromisoformat(answer.row["made_at"]).astimezone(ZoneInfo("Europe/Paris"))
    assert f"made {made:%d/%m/%Y %H:%M}:" in answer.err, answer


@then(parsers.parse("{place} knows what {other} recorded, and nobody's name"))
def _(story: Story, place: str, other: str) -> None:
    theirs = story.counters[other].entries()
    known = story.go_to(place).entries(chain=other)
    assert [entry["hash"] for entry in known] == [entry["hash"] for entry in theirs]
    assert [entry for entry in known if entry.get("private")] == []


@then(parsers.parse("{place} knows nothing of {other}"))
def _(story: Story, place: str, other: str) -> None:
    assert {entry["chain"] for entry in story.go_to(place).entries()} == {place}
    assert other != place


@then(parsers.re(r"(?P<place>\w+) has (?P<count>\d+) acts? to send to the aid file"))
def _(story: Story, place: str, count: str) -> None:
    assert _plan(story, place)["send"] == int(count)


@then(parsers.parse("{place} asks about {count:d} act before it sends it"))
def _(story: Story, place: str, count: int) -> None:
    assert _plan(story, place)["ask"] == count


def _plan(story: Story, place: str) -> dict[str, int]:
    answer = _run(story, place, "reconcile", "plan", "--service", SERVICES["aid file"], "--json")
    (row,) = answer.row["services"]
    found: dict[str, int] = row
    return found


@then(parsers.parse("the board of {place} says that {holder} sends what it recorded"))
def _(story: Story, place: str, holder: str) -> None:
    row = _run(story, place, "exchange", "status", "--json").row
    (line,) = [line for line in row["counters"] if line["own"]]
    assert [(part["holder"], part["units"]) for part in line["custody"]] == [(holder, 1), (place, 0)]


@then(parsers.parse("it is not believed: {words}"))
def _(story: Story, words: str) -> None:
    assert story.tried.status == 2, story.tried
    assert words in story.tried.err, story.tried


# --- what befalls a stick


@given("the end of the bundle is cut off")
def _(bundle: Path) -> None:
    raw = bundle.read_bytes()
    bundle.write_bytes(raw[: len(raw) * 3 // 4])


@given("the bundle is closed anew with another amount in it")
def _(bundle: Path) -> None:
    content = members(bundle)
    before = content["entries.jsonl"]
    content["entries.jsonl"] = before.replace(rb"\"cents\":4000", rb"\"cents\":9000")
    assert content["entries.jsonl"] != before
    closed(bundle, content)


@given("the bundle is signed by somebody else")
def _(bundle: Path) -> None:
    content = members(bundle)
    signature = sign(Ed25519PrivateKey.generate(), BUNDLE, content["manifest.json"])
    content["manifest.json.sig"] = signature.encode()
    closed(bundle, content)


@given("a link lies where the bundle should")
def _(bundle: Path) -> None:
    bundle.rename(bundle.with_name("elsewhere"))
    bundle.symlink_to(bundle.with_name("elsewhere"))


@given("a byte in the head of the bundle is changed")
def _(bundle: Path) -> None:
    raw = bytearray(bundle.read_bytes())
    place = raw.index(b"\n-> X25519 ") + 60
    raw[place] = ord("A") if raw[place] != ord("A") else ord("B")
    bundle.write_bytes(raw)


@given("no bundle lies on the stick")
def _(bundle: Path) -> None:
    bundle.unlink()


@given("the bundle is of another office")
def _(story: Story, stick: Path) -> None:
    story.open("A2", "paris")
    assert _run(story, "A2", "bundle", "export", str(stick)).status == 0
