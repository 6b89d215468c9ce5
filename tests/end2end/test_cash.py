"""Steps of the drawer and the voucher stock: what comes in, what goes out, what is counted."""

from __future__ import annotations

from pytest_bdd import given, parsers, scenarios, then, when

from tests.end2end.conftest import Story, today
from tests.end2end.words import AIDS, GRANT, PEOPLE, cents, circumstances, citizen, run_of

scenarios("cash.feature")

_BOOK = "a book of vouchers {numbers} at {face} €, good {year} year"


def _book(story: Story, numbers: str, face: str, year: str) -> None:
    first, last = run_of(numbers)
    good = int(today()[:4]) - (year == "last")
    story.record(
        "Yann", "receive_vouchers", series="CAP", first=first, last=last, face_cents=cents(face), year=good
    )


@given(parsers.parse(_BOOK))
def _(story: Story, numbers: str, face: str, year: str) -> None:
    _book(story, numbers, face, year)
    assert story.last["ok"], story.last


@when(parsers.parse("Yann takes in the vouchers {numbers} at {face} €, good {year} year"))
def _(story: Story, numbers: str, face: str, year: str) -> None:
    _book(story, numbers, face, year)


@when(parsers.parse("the treasury brings {amount} €"))
def _(story: Story, amount: str) -> None:
    story.record("Yann", "replenish_cash", cents=cents(amount), document="Bon 13")


@when(parsers.parse("Yann opens the next drawer with {amount} € in it"))
def _(story: Story, amount: str) -> None:
    story.record("Yann", "open_day", float_cents=cents(amount))


@when(parsers.parse("{name} gives {amount} € back to {who}"))
def _(story: Story, name: str, amount: str, who: str) -> None:
    story.record(who, "return_money", grant=story.grants[name], cents=cents(amount))


@when(parsers.parse("{who} cancels it because {reason}"))
def _(story: Story, who: str, reason: str) -> None:
    story.record(who, "cancel_grant", grant=story.latest_grant, reason=reason)


@when(parsers.re(GRANT + r", paid in cash by (?P<payer>\w+) because (?P<waiver>.+)"))
def _(story: Story, who: str, name: str, amount: str, aid: str, payer: str, waiver: str) -> None:
    payment = {"means": "cash", "payer": PEOPLE[payer], "waiver": waiver}
    story.grant(who, citizen(name), amount, aid, payment=payment)


@when(parsers.re(GRANT + r", paid in cash by (?P<payer>\w+) without a signature"))
def _(story: Story, who: str, name: str, amount: str, aid: str, payer: str) -> None:
    payment = {"means": "cash", "payer": PEOPLE[payer], "acquit": "cannot_sign"}
    story.grant(who, citizen(name), amount, aid, payment=payment)


@when(parsers.re(GRANT + r", paid in cash by (?P<payer>\w+) before the witness (?P<witness>.+)"))
def _(story: Story, who: str, name: str, amount: str, aid: str, payer: str, witness: str) -> None:
    payment = {"means": "cash", "payer": PEOPLE[payer], "acquit": "cannot_sign", "witnesses": [witness]}
    story.grant(who, citizen(name), amount, aid, payment=payment)


@when(parsers.re(GRANT + r", handed over by (?P<payer>\w+) as numbers (?P<numbers>\d+ to \d+)"))
def _(story: Story, who: str, name: str, amount: str, aid: str, payer: str, numbers: str) -> None:
    first, last = run_of(numbers)
    payment = {"means": "voucher", "payer": PEOPLE[payer], "series": "CAP", "first": first, "last": last}
    story.grant(who, citizen(name), amount, aid, payment=payment)


@when(parsers.re(GRANT + r", handed over by (?P<payer>\w+) without numbers"))
def _(story: Story, who: str, name: str, amount: str, aid: str, payer: str) -> None:
    story.grant(who, citizen(name), amount, aid, payment={"means": "voucher", "payer": PEOPLE[payer]})


@when(parsers.parse("{who} reports voucher {number:d} spoiled"))
def _(story: Story, who: str, number: int) -> None:
    story.record(
        who,
        "withdraw_vouchers",
        series="CAP",
        first=number,
        last=number,
        why="spoiled",
        reason="Coffee",
    )


@when(parsers.parse("{who} receives {amount} € from {name} for {aid}"))
def _(story: Story, who: str, amount: str, name: str, aid: str) -> None:
    code = AIDS[aid]
    facts = {"person": citizen(name), "aid": code, "circumstances": circumstances(code)}
    story.record(who, "receive_money", cents=cents(amount), **facts)


@then(parsers.parse("the books say that the drawer holds {amount} €"))
def _(story: Story, amount: str) -> None:
    answer = story.here.run("doctor", "--json")
    (cash,) = [check for check in answer.row["checks"] if check["name"] == "cash"]
    assert f"€{amount}.00" in cash["message"]


@then("its receipt says")
def _(story: Story, datatable: list[list[str]]) -> None:
    number = story.last["number"]
    said = story.here.paper("receipt", number, out=story.folder / f"{number}.pdf")
    missing = [row[0] for row in datatable if row[0] not in said]
    assert not missing, (missing, said)
