"""Steps of a day without the central systems: the outage, approvals, the evening."""

from __future__ import annotations

from pytest_bdd import parsers, scenarios, then, when

from tests.end2end.conftest import Story, today
from tests.end2end.words import PEOPLE, SERVICES, cents, citizen

scenarios("outage_day.feature")

_SEVERAL = r"the (?P<first>[\w ]+) and the (?P<second>[\w ]+)"


@when(parsers.re(r"(?P<who>\w+) declares that " + _SEVERAL + " are down"))
def _(story: Story, who: str, first: str, second: str) -> None:
    services = [f"--service={SERVICES[name]}" for name in (first, second)]
    words = ("--agent", PEOPLE[who], "--title", "Every system is down", *services)
    answer = story.here.write("incident", "declare", *words, "--json")
    assert answer.status == 0, answer
    assert answer.row["number"] == "A1-0001"


@when(
    parsers.parse("{who} opens the day with an empty drawer, and the treasury brings {amount} €"),
)
def _(story: Story, who: str, amount: str) -> None:
    assert story.record(who, "open_day", float_cents=0)["ok"]
    assert story.record(who, "replenish_cash", cents=cents(amount), document="Bon 12")["ok"]


@when(parsers.parse("{who} grants another {name}, who shows no paper, {amount} € of {aid}"))
def _(story: Story, who: str, name: str, amount: str, aid: str) -> None:
    # The voucher asks for an identity paper: what was seen is another matter than who it proves.
    story.grant(who, citizen(name, is_confirmed=False), amount, aid)


@when(parsers.parse("{who} approves it"))
def _(story: Story, who: str) -> None:
    story.record(who, "decide_approval", approver=PEOPLE[who], grant=story.latest_grant, approved=True)


@when(parsers.parse("{who} declines it because {reason}"))
def _(story: Story, who: str, reason: str) -> None:
    story.record(
        who,
        "decide_approval",
        approver=PEOPLE[who],
        grant=story.latest_grant,
        approved=False,
        reason=reason,
    )


@when(parsers.parse("{who} pays it in cash"))
def _(story: Story, who: str) -> None:
    payment = {"means": "cash", "payer": PEOPLE[who]}
    story.record(who, "pay_grant", grant=story.latest_grant, payment=payment)


@then(parsers.re("the board says that " + _SEVERAL + " are down"))
def _(story: Story, first: str, second: str) -> None:
    (incident,) = story.here.run("incident", "status", "--json").row["incidents"]
    states = {name: service["state"] for name, service in incident["services"].items()}
    assert states == {SERVICES[first]: "down", SERVICES[second]: "down"}


@then(parsers.parse("it waits for a second person and has the receipt number {number}"))
def _(story: Story, number: str) -> None:
    assert story.last.get("state") == "awaiting_approval", story.last
    assert story.last["number"] == number


@then(parsers.parse('the daily log in French is headed "{words}"'))
def _(story: Story, words: str) -> None:
    out = story.folder / "journal-du-jour.pdf"
    shown = story.here.paper("daily-log", "--date", today(), out=out, language="fr")
    assert words in shown, shown
