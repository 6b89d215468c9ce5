"""Steps of counters that exchange facts: ceilings across counters, budget, tampering, forks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from pytest_bdd import given, parsers, scenarios, then, when

from tests.end2end.conftest import Story
from tests.end2end.counters import Counter, files_below, in_this_process
from tests.end2end.words import GRANT, PEOPLE, cents, citizen

scenarios("counters.feature")

_AT = r"at (?P<place>\w+), "


def _folder(story: Story) -> Path:
    folder = story.folder / "shared"
    folder.mkdir(exist_ok=True)
    return folder


def _exchange(story: Story, *names: str) -> None:
    for name in names:
        answer = story.go_to(name).run("exchange", "--folder", str(_folder(story)), "--json")
        story.last = {"status": answer.status, "words": answer.err, **(answer.row if answer.out else {})}


@given("the counters A1, A2 and A3 of the sample CCAS")
def _(story: Story) -> None:
    for name in ("A1", "A2", "A3"):
        story.open(name, "ccas")


@given(parsers.re(_AT + GRANT))
@when(parsers.re(_AT + GRANT))
def _(story: Story, place: str, who: str, name: str, amount: str, aid: str) -> None:
    story.go_to(place)
    story.grant(who, citizen(name), amount, aid)


@given(parsers.parse("at {place}, {who} releases {amount} € to {other}"))
def _(story: Story, place: str, who: str, amount: str, other: str) -> None:
    story.go_to(place)
    answer = story.record(who, "release_slice", approver=PEOPLE[who], to=other, cents=cents(amount))
    story.said = {"release": answer["entry_id"]}


@when(parsers.parse("at {place}, {who} takes it"))
def _(story: Story, place: str, who: str) -> None:
    story.go_to(place)
    story.record(who, "take_slice", **story.said)


@when(parsers.parse("{one}, {two} and {three} exchange through the folder"))
def _(story: Story, one: str, two: str, three: str) -> None:
    _exchange(story, one, two, three)
    assert story.last["status"] == 0, story.last


@given(parsers.parse("A1 and A2 exchange through the folder"))
def _(story: Story) -> None:
    _exchange(story, "A1", "A2")
    assert story.last["taken"]["A1"] > 0


@given(parsers.parse("{name} leaves its facts in the folder"))
@when(parsers.parse("{name} exchanges through the folder"))
def _(story: Story, name: str) -> None:
    _exchange(story, name)


@given("the stranger leaves their facts in the folder")
def _(story: Story) -> None:
    _exchange(story, "stranger")


def _tamper(story: Story, change: Callable[[bytes], bytes]) -> None:
    (path,) = (_folder(story) / "EX-CCAS" / "A1").glob("*.range")
    before = path.read_bytes()
    path.write_bytes(change(before))
    assert path.read_bytes() != before


def _less(raw: bytes) -> bytes:
    return raw.replace(rb"\"cents\":3000", rb"\"cents\":300")


@given("somebody makes 3 € out of the 30 €")
def _(story: Story) -> None:
    _tamper(story, _less)


@given("somebody makes 3 € out of it and mends every hash")
def _(story: Story) -> None:
    def mended(raw: bytes) -> bytes:
        *lines, signature = [json.loads(line) for line in _less(raw).splitlines()]
        previous = bytes(32)
        for line in lines:
            told = previous + line["content"].encode() + bytes.fromhex(line["private_hash"])
            previous = sha256(told).digest()
            line["hash"] = previous.hex()
        return b"".join(json.dumps(line).encode() + b"\n" for line in (*lines, signature))

    _tamper(story, mended)


@given("somebody cuts the file short")
def _(story: Story) -> None:
    _tamper(story, lambda raw: raw[: len(raw) // 2])


@given("somebody gives the file of A3 out as that of A1")
def _(story: Story) -> None:
    _exchange(story, "A3")
    (other,) = (_folder(story) / "EX-CCAS" / "A3").glob("*.range")
    _tamper(story, lambda _: other.read_bytes())
    shutil.rmtree(other.parent)


@given("a stranger makes a counter A3 of their own under the name of the office")
def _(story: Story) -> None:
    raw = (story.counters["A3"].data / "office.toml").read_text(encoding="utf-8")
    config = story.folder / "stranger.toml"
    config.write_text(raw.replace("sample = true", "sample = false"), encoding="utf-8")
    stranger = Counter("stranger", story.folder / "stranger")
    stranger.data.mkdir()
    stranger.passphrase_file.write_text("somebody else's words\n", encoding="utf-8")
    options = ("--data", str(stranger.data), "--passphrase-file", str(stranger.passphrase_file))
    answer = in_this_process("office", "new", "--config", str(config), "--counter", "A3", *options)
    assert answer.status == 0, answer
    story.add(stranger)


@given("A1 is copied, and both go on")
def _(story: Story) -> None:
    one = story.counters["A1"]
    copy = story.add(Counter("copy", story.folder / "copy"))
    shutil.copytree(one.data, copy.data)
    opening = {"command": "open_day", "agent": "yleroux", "float_cents": 100}
    one.record(opening)
    brought = {"command": "replenish_cash", "agent": "yleroux", "cents": 100, "document": "Bon 13"}
    copy.record({**opening, "float_cents": 900}, brought)


@when("the copy leaves its facts on a stick, and A2 reads the stick")
def _(story: Story) -> None:
    (story.folder / "shared").rename(story.folder / "put away")
    _exchange(story, "copy", "A2")


@then(parsers.re(r"A2 refuses the file: (?P<reason>\w+)"))
def _(story: Story, reason: str) -> None:
    assert story.last["status"] == 1, story.last
    (refused,) = story.last["refused"]
    assert refused["code"] == reason
    assert refused["message"] in story.last["words"]
    assert ".range" in refused["message"] or "A3" in refused["message"]


@then("A2 knows nothing of A1, and its journal is whole")
def _(story: Story) -> None:
    counter = story.counters["A2"]
    assert {entry["chain"] for entry in counter.entries()} == {"A2"}


@then("A2 stops: the chain A1 has two histories")
def _(story: Story) -> None:
    assert story.last["status"] == 4, story.last
    assert "A1" in story.last["words"]


@then("A2 still knows the first history of A1")
def _(story: Story) -> None:
    told = [entry["facts"]["float_cents"] for entry in story.here.entries(chain="A1")[2:]]
    assert told == [100]
    assert story.here.run("journal", "verify").status == 0


@then(parsers.parse("nothing in the folder names {name}"))
def _(story: Story, name: str) -> None:
    for path in files_below(_folder(story)):
        raw = path.read_bytes() + path.name.encode()
        for word in (*name.split(), "1987-03-02"):
            assert word.encode() not in raw, path


@then(parsers.parse("A1 may still grant {one} € and A2 {two} €"))
def _(story: Story, one: str, two: str) -> None:
    for name, amount in (("A1", one), ("A2", two)):
        answer = story.counters[name].run("doctor", "--json")
        (check,) = [check for check in answer.row["checks"] if check["name"] == "slice"]
        assert f"€{amount}.00" in check["message"]
