"""Steps of the work-list: a treasury with screens only, and colleagues who type entries over."""

from __future__ import annotations

import re
from typing import Any

from pytest_bdd import given, parsers, scenarios, then, when

from tests.end2end.conftest import Story
from tests.end2end.words import PEOPLE, cents

scenarios("by_hand.feature")

_TREASURY = re.compile(r'connector = "files"\norder = 2\nfolder = .*\ndeadline_s = .*\nsettling_s = .*\n')


def work(story: Story, *words: str) -> dict[str, Any]:
    """What the work-list answers: its status, and what it says as JSON and to people."""
    answer = story.here.write("reconcile", "worklist", *words, "--json")
    return {"status": answer.status, "said": answer.err, "told": answer.row if answer.out else {}}


def with_entry(story: Story, verb: str, who: str, *words: str) -> dict[str, Any]:
    entry = story.latest_grant
    return work(story, verb, entry, "--service", "treasury", "--agent", PEOPLE[who], *words)


def balance(story: Story) -> tuple[int, dict[str, Any]]:
    answer = story.here.run("reconcile", "report", "--service", "treasury", "--json")
    (row,) = answer.row["services"]
    return answer.status, row


@given("the treasury has screens only")
def _(story: Story) -> None:
    mine = story.folder / "office.toml"
    raw = (story.here.data / "office.toml").read_text(encoding="utf-8")
    changed, times = _TREASURY.subn('connector = "manual"\norder = 2\nsettling_s = 0.0\n', raw)
    assert times == 1
    mine.write_text(changed, encoding="utf-8")
    assert story.here.write("office", "adopt", str(mine), "--agent", PEOPLE["Bao"]).status == 0


@when(parsers.parse("{who} takes what is most urgent"))
def _(story: Story, who: str) -> None:
    story.last = work(story, "take", "--agent", PEOPLE[who])


@when(parsers.parse("{who} finds it under {number} with {amount} €"))
def _(story: Story, who: str, number: str, amount: str) -> None:
    story.last = with_entry(story, "done", who, "--number", number, "--cents", str(cents(amount)))


@when(parsers.parse("{who} is called away"))
def _(story: Story, who: str) -> None:
    assert with_entry(story, "give-back", who)["told"]["state"] == "unknown"


@when(parsers.parse("{who} does not find it"))
def _(story: Story, who: str) -> None:
    story.last = with_entry(story, "absent", who)


@when(parsers.parse("{who} sends everything"))
def _(story: Story, who: str) -> None:
    story.here.write("reconcile", "run", "--service", "treasury", "--agent", PEOPLE[who])


@then(parsers.re(r"(?P<who>\w+) is told to (?P<what>look first|type it)"))
def _(story: Story, who: str, what: str) -> None:
    told = story.last["told"]
    assert (told["item"]["holder"], told["looking"]) == (PEOPLE[who], what == "look first")
    assert [field["text"] for field in told["fields"]][:2] == ["Lefèvre", "Zoé"]


@then(parsers.parse("{who} is given nothing"))
def _(story: Story, who: str) -> None:
    assert (story.last["status"], story.last["told"]) == (0, {"item": None})


@then(parsers.parse("{who} is asked to look again"))
def _(story: Story, who: str) -> None:
    assert story.last["status"] == 1
    assert "look again" in story.last["said"]


@then("nothing is left to be typed over")
def _(story: Story) -> None:
    assert work(story, "show") == {
        "status": 0,
        "said": "Nothing is left to be typed over.\n",
        "told": {"items": []},
    }


@then(parsers.parse("the treasury's balance is explained: {accepted:d} of {total:d}, {amount} €"))
def _(story: Story, accepted: int, total: int, amount: str) -> None:
    status, row = balance(story)
    assert (status, row["unexplained"], row["accepted"], row["entries"]) == (0, 0, accepted, total)
    assert row["accepted_cents"] == cents(amount)


@then("the treasury's balance is not explained")
def _(story: Story) -> None:
    status, row = balance(story)
    assert (status, row["unexplained"]) == (1, 1)


@then("the treasury was told nothing")
def _(story: Story) -> None:
    assert [entry for entry in story.here.entries() if entry["kind"].startswith("delivery_")] == []
