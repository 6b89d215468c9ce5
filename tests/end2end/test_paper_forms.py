"""Steps of back-entry: numbered forms, irregular facts, the same form fed again."""

from __future__ import annotations

import uuid
from typing import Any

from pytest_bdd import parsers, scenarios, then, when

from tests.end2end.conftest import Story, today, yesterday
from tests.end2end.words import AIDS, PEOPLE, cents, circumstances, citizen

scenarios("paper_forms.feature")

_PACK = uuid.UUID("5b0c3a52-8f2e-4f63-9a36-1f0a3a1d7c55")


def _form(number: str, name: str, amount: str, aid: str, payer: str | None) -> dict[str, Any]:
    code = AIDS[aid]
    line = {
        "command": "grant_aid",
        "agent": PEOPLE["Yann"],
        "entry_id": str(uuid.uuid5(_PACK, number)),
        "happened_at": f"{yesterday()}T10:30:00+01:00",
        "already_happened": True,
        "form": number,
        "person": citizen(name),
        "aid": code,
        "cents": cents(amount),
        "circumstances": circumstances(code),
    }
    return line if payer is None else line | {"payment": {"means": "cash", "payer": PEOPLE[payer]}}


@when(
    parsers.parse(
        "Yann enters form {number}: yesterday {name} was given {amount} € of {aid}, paid by {payer}"
    )
)
def _(story: Story, number: str, name: str, amount: str, aid: str, payer: str) -> None:
    story.said = _form(number, name, amount, aid, payer)
    (story.last,) = story.here.record(story.said)
    story.grants[name] = story.last["entry_id"]


@when(parsers.parse("Yann enters form {number}: yesterday {name} was promised {amount} € of {aid}"))
def _(story: Story, number: str, name: str, amount: str, aid: str) -> None:
    (story.last,) = story.here.record(_form(number, name, amount, aid, None))


@when("the same form is fed again")
def _(story: Story) -> None:
    (again,) = story.here.record(story.said)
    assert again.pop("already") is True
    story.answers = [story.last, again]


@when(parsers.parse("form {number} comes again with {amount} €"))
def _(story: Story, number: str, amount: str) -> None:
    (story.last,) = story.here.record({**story.said, "cents": cents(amount)})


@when(
    parsers.parse("a pack of {count:d} forms is entered, of which forms {one:d} and {other:d} cannot be read")
)
def _(story: Story, count: int, one: int, other: int) -> None:
    forms = [
        _form(f"P-{number}", f"Citizen Nº{number}", "1", "emergency cash", "Aïcha") for number in range(count)
    ]
    story.pack = list(forms)
    story.pack[one - 1] = b'{"command": "grant_aid", "agent": "yleroux"\n'
    story.pack[other - 1] = b"\xff\xfe\n"
    story.answers = story.here.record(*story.pack)


@when("the same pack is entered again")
def _(story: Story) -> None:
    story.answers = story.here.record(*story.pack)


@when(parsers.parse("{who} regularises it because {reason}"))
def _(story: Story, who: str, reason: str) -> None:
    story.record(who, "settle_irregularity", approver=PEOPLE[who], target=story.latest_grant, reason=reason)


@when("the daily log of yesterday is printed")
def _(story: Story) -> None:
    story.paper = story.here.paper("daily-log", "--date", yesterday(), out=story.folder / "yesterday.pdf")


@then(parsers.parse("it is recorded although it broke the rules {first}, {second} and {third}"))
def _(story: Story, first: str, second: str, third: str) -> None:
    assert story.last["ok"], story.last
    assert set(story.last["irregular"]) == {first, second, third}


@then("its rights are of yesterday and its cash is of today")
def _(story: Story) -> None:
    entry = story.here.entries(since=story.last["seq"])[0]
    assert (entry["right_day"], entry["day"]) == (yesterday(), today())
    assert entry["channel"] == "back_entry"


@then("it is answered with the same receipt number and recorded once")
def _(story: Story) -> None:
    first, again = story.answers
    assert {**again, "line": 0} == {**first, "line": 0}
    ids = [entry["entry_id"] for entry in story.here.entries()]
    assert ids.count(first["entry_id"]) == 1


@then(
    parsers.parse(
        "{count:d} forms are recorded and the lines {one:d} and {other:d} are refused with a sentence"
    )
)
def _(story: Story, count: int, one: int, other: int) -> None:
    assert sum(answer["ok"] for answer in story.answers) == count
    refused = [index for index, answer in enumerate(story.answers, 1) if not answer["ok"]]
    assert refused == [one, other]
    for index in refused:
        answer = story.answers[index - 1]
        assert answer["error"] == "command_malformed"
        assert ": " in answer["message"], answer


@then("nothing new is recorded")
def _(story: Story) -> None:
    assert {answer.get("already") for answer in story.answers if answer["ok"]} == {True}


@then("it waits for approval")
def _(story: Story) -> None:
    assert story.last.get("state") == "awaiting_approval", story.last
