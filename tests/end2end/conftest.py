"""The stage of the features: sample offices, who does what at which counter, and what came of it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_bdd import given, parsers, then, when

from tests.end2end.counters import Answer, Counter, Line, in_this_process
from tests.end2end.words import AIDS, GRANT, PEOPLE, REASONS, cents, circumstances, citizen, notes

_SAMPLES = {"CCAS": "ccas", "Paris office": "paris", "comune": "comune"}
_LEFT_OF_THE_DAY = timedelta(minutes=2)


class Story:
    """One scenario: its counters, which of them we stand at, the last answer and what may be spoken of again."""

    def __init__(self, folder: Path, template: Callable[[str, str], Path]) -> None:
        self.folder = folder
        self.counters: dict[str, Counter] = {}
        self.last: Line = {}
        self.answers: list[Line] = []
        self.said: Line = {}
        self.codes: dict[str, str] = {}
        self.pairs: list[tuple[str, str]] = []
        self.tried = Answer(0, "", "")
        self.pack: list[Line | bytes] = []
        self.grants: dict[str, str] = {}
        self._template = template
        self._here = ""
        self.paper = ""

    @property
    def here(self) -> Counter:
        """The counter that was spoken of last."""
        return self.counters[self._here]

    def go_to(self, name: str) -> Counter:
        """Stand at this counter from now on."""
        self._here = name
        return self.here

    def open(self, name: str, sample: str) -> Counter:
        """A fresh counter of a sample office, which is where we stand now."""
        data = self.folder / sample / name
        shutil.copytree(self._template(sample, name), data)
        return self.add(Counter(name, data))

    def add(self, counter: Counter) -> Counter:
        """A counter that was made in another way, which is where we stand now."""
        self.counters[counter.name] = counter
        return self.go_to(counter.name)

    def record(self, who: str, what: str, **more: Any) -> Line:
        """One act of one colleague, recorded here; its answer is the last one."""
        line = {"command": what, "agent": PEOPLE[who], **more}
        (self.last,) = self.here.record({name: value for name, value in line.items() if value is not None})
        return self.last

    def grant(self, who: str, whom: dict[str, Any], amount: str, aid: str, **more: Any) -> Line:
        """A grant with all its evidence; it can be spoken of by the citizen's name."""
        code = AIDS[aid]
        facts = {"aid": code, "cents": cents(amount), "person": whom, "circumstances": circumstances(code)}
        answer = self.record(who, "grant_aid", **facts, **more)
        if answer["ok"]:
            self.grants[f"{whom['given_names'][0]} {whom['surname']}"] = answer["entry_id"]
        return answer

    @property
    def latest_grant(self) -> str:
        """The entry id of the grant that was recorded last."""
        return list(self.grants.values())[-1]


def today() -> str:
    """The business day of the French sample offices."""
    return _paris().date().isoformat()


def yesterday() -> str:
    """The business day before it."""
    return (_paris().date() - timedelta(days=1)).isoformat()


def _paris() -> datetime:
    return datetime.now(ZoneInfo("Europe/Paris"))


@pytest.fixture(autouse=True)
def _one_business_day() -> None:
    """A scenario happens within one day: just before midnight in Paris it waits for the next."""
    while (_paris() + _LEFT_OF_THE_DAY).date() != _paris().date():
        time.sleep(1)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """Each sample counter, made once by `office new`; scenarios play on copies of it."""
    made: dict[tuple[str, str], Path] = {}
    folder = tmp_path_factory.mktemp("offices")

    def make(sample: str, counter: str) -> Path:
        data = folder / sample / counter
        if (sample, counter) not in made:
            words = ("office", "new", "--sample", sample, "--counter", counter, "--data", str(data))
            answer = in_this_process(*words)
            assert answer.status == 0, answer
            Counter(counter, data).make_cheap_to_open()
            made[sample, counter] = data
        return made[sample, counter]

    return make


@pytest.fixture
def story(tmp_path: Path, template: Callable[[str, str], Path]) -> Iterator[Story]:
    """A new story in a folder of its own; who still records at its end is sent home."""
    told = Story(tmp_path, template)
    yield told
    for counter in told.counters.values():
        counter.stand_up()


@given(parsers.re(r"counter (?P<name>\w+) of the sample (?P<office>CCAS|Paris office|comune)"))
def _(story: Story, name: str, office: str) -> None:
    story.open(name, _SAMPLES[office])


@given(parsers.re(r"counter (?P<name>\w+) of the sample (?P<office>CCAS|Paris office|comune) is recording"))
def _(story: Story, name: str, office: str) -> None:
    story.open(name, _SAMPLES[office]).keeps_recording = True


@given("every command runs as a program of its own")
def _(story: Story) -> None:
    for counter in story.counters.values():
        counter.is_program = True


@given(parsers.parse("the drawer holds {amount} €"))
def _(story: Story, amount: str) -> None:
    """Opened empty, then filled by the treasury."""
    who = PEOPLE["Yann"]
    opened, filled = story.here.record(
        {"command": "open_day", "agent": who, "float_cents": 0},
        {"command": "replenish_cash", "agent": who, "cents": cents(amount), "document": "Bon 12"},
    )
    assert opened["ok"], opened
    assert filled["ok"], filled


@given(parsers.re(GRANT))
@when(parsers.re(GRANT))
def _(story: Story, who: str, name: str, amount: str, aid: str) -> None:
    story.grant(who, citizen(name), amount, aid)


@given(parsers.re(GRANT + r", paid in cash by (?P<payer>\w+)"))
@when(parsers.re(GRANT + r", paid in cash by (?P<payer>\w+)"))
def _(story: Story, who: str, name: str, amount: str, aid: str, payer: str) -> None:
    story.grant(who, citizen(name), amount, aid, payment={"means": "cash", "payer": PEOPLE[payer]})


@given(parsers.parse("{who} takes down that {name} asks for {aid}"))
@when(parsers.parse("{who} takes down that {name} asks for {aid}"))
def _(story: Story, who: str, name: str, aid: str) -> None:
    code = AIDS[aid]
    story.record(who, "record_request", person=citizen(name), aid=code, circumstances=circumstances(code))


_REFUSAL = r"(?P<who>\w+) refuses (?P<name>.+?) (?P<aid>emergency cash|vouchers), who (?P<reason>.+)"


@given(parsers.re(_REFUSAL))
@when(parsers.re(_REFUSAL))
def _(story: Story, who: str, name: str, aid: str, reason: str) -> None:
    story.record(who, "refuse_aid", person=citizen(name), aid=AIDS[aid], reason=REASONS[reason])


@given(parsers.parse("{who} closes the day with {amount} € in the drawer"))
@when(parsers.parse("{who} closes the day with {amount} € in the drawer"))
def _(story: Story, who: str, amount: str) -> None:
    story.record(who, "close_day", approver=PEOPLE[who], counted=notes(cents(amount)))


@then("it is recorded")
@when("it is recorded")
def _(story: Story) -> None:
    assert story.last["ok"], story.last


@then(parsers.re(r"it is refused: (?P<sentence>.+)"))
def _(story: Story, sentence: str) -> None:
    """The sentence as people read it; an ellipsis stands for its rest."""
    assert not story.last["ok"], story.last
    said = story.last["message"]
    assert said.startswith(sentence[:-1]) if sentence.endswith("…") else said == sentence, said


@when("the daily log is printed")
def _(story: Story) -> None:
    story.paper = story.here.paper("daily-log", "--date", today(), out=story.folder / "daily-log.pdf")


@then("it shows")
def _(story: Story, datatable: list[list[str]]) -> None:
    missing = [row[0] for row in datatable if row[0] not in story.paper]
    assert not missing, (missing, story.paper)


@then(parsers.parse('it does not show "{words}"'))
def _(story: Story, words: str) -> None:
    assert words not in story.paper, story.paper


@then("the journal is whole")
def _(story: Story) -> None:
    answer = story.here.run("journal", "verify", "--full", "--json")
    assert (answer.status, answer.row["ok"]) == (0, True), answer
