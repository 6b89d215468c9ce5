"""Steps of mistakes: refused lines, wrong command lines, broken configurations, JSON alone."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from pytest_bdd import given, parsers, scenarios, then, when

from tests.end2end import mistakes
from tests.end2end.attempts import ATTEMPTS
from tests.end2end.conftest import Story, today
from tests.end2end.counters import Answer, Counter, Line, as_program, in_this_process
from tests.end2end.words import citizen

scenarios("bad_input.feature")


def _try(story: Story, words: tuple[str, ...], language: str = "en") -> Answer:
    start = as_program if story.here.is_program else in_this_process
    answer = start(*words, "--lang", language)
    assert "Traceback" not in answer.said, answer.said
    return answer


def _as_read(sentence: str, said: str) -> bool:
    """Whether somebody said this sentence; an ellipsis stands for what changes."""
    return re.fullmatch(".*".join(map(re.escape, sentence.split("…"))), said) is not None


def _good(number: int, agent: str, aid: str) -> Line:
    fields = {"aid": aid, "person": citizen(f"Good Nº{number}"), "entry_id": mistakes.known(f"good {number}")}
    return {"command": "record_request", "agent": agent, **fields}


_OF_OFFICE = {
    "EX-CCAS": ("ccas", "yleroux", "FR-SECURG"),
    "EX-PARIS": ("paris", "nbenali", "FR75-ALLEX"),
    "EX-COMUNE": ("comune", "gferrari", "IT-BUONO"),
}


def _office(counter: Counter) -> tuple[str, str, str]:
    raw = (counter.data / "office.toml").read_text(encoding="utf-8")
    return next(told for code, told in _OF_OFFICE.items() if f'code = "{code}"' in raw)


@when("all of these mistakes are fed in one go, with good lines between them")
def _(story: Story, datatable: list[list[str]]) -> None:
    sample, agent, aid = _office(story.here)
    year = int(today()[:4])
    told = {"ccas": mistakes.ccas(year), "paris": mistakes.paris(), "comune": mistakes.comune()}[sample]
    _, *rows = datatable
    assert [name for name, _ in rows] == list(told)
    earlier = story.here.record(*mistakes.before(sample, year))
    assert all(answer["ok"] for answer in earlier), earlier
    story.pack = []
    for number, (name, _) in enumerate(rows):
        story.pack += [_good(number, agent, aid), told[name]]
    story.codes = dict(rows)
    story.answers = story.here.record(*story.pack)


@then("each is refused with its code and a sentence that says what to do")
def _(story: Story) -> None:
    for (name, code), answer in zip(story.codes.items(), story.answers[1::2], strict=True):
        assert not answer["ok"], name
        assert answer["error"] == code, (name, answer)
        said = answer["message"]
        assert said.endswith("."), (name, said)
        assert ": " in said or ". " in said or "? " in said, (name, said)
        assert not re.search(r"\{\w+\}|Money\(|datetime|Traceback", said), (name, said)
        assert code not in said, (name, said)


@when("a French reader makes every mistake at the CCAS, the Paris office and the comune")
def _(story: Story) -> None:
    year = int(today()[:4])
    story.pairs = []
    told = {"ccas": mistakes.ccas(year), "paris": mistakes.paris(), "comune": mistakes.comune()}
    for sample, lines in told.items():
        counter = story.open("A1", sample)
        counter.record(*mistakes.before(sample, year))
        english, french = (counter.record(*lines.values(), language=language) for language in ("en", "fr"))
        assert [answer["error"] for answer in english] == [answer["error"] for answer in french]
        story.pairs += [(one["message"], two["message"]) for one, two in zip(english, french, strict=True)]


@when("everything that can go wrong is tried by a French reader")
def _(story: Story) -> None:
    story.pairs = []
    before = story.here.data
    for number, (name, attempt) in enumerate(ATTEMPTS.items()):
        counter = story.add(Counter(f"A1 {number}", story.folder / str(number) / "A1"))
        shutil.copytree(before, counter.data)
        words = attempt(counter)
        english, french = _try(story, words), _try(story, words, "fr")
        assert english.status == french.status, (name, english, french)
        story.pairs.append((english.said, french.said))


@then("each is told in French")
def _(story: Story) -> None:
    not_french = sorted({english for english, french in story.pairs if english == french})
    assert not not_french, not_french


@then("every good line is recorded")
def _(story: Story) -> None:
    assert all(answer["ok"] for answer in story.answers[::2])


@when(parsers.parse("{what} is tried"))
def _(story: Story, what: str) -> None:
    story.tried = _try(story, ATTEMPTS[what](story.here))


@then(parsers.parse("it ends with status {status:d} and says: {sentence}"))
def _(story: Story, status: int, sentence: str) -> None:
    assert story.tried.status == status, story.tried
    (said,) = story.tried.said.splitlines()
    assert _as_read(sentence, said), said


@given("the configuration of the sample CCAS with these mistakes")
def _(story: Story, datatable: list[list[str]]) -> None:
    sample = story.open("A1", "ccas").data / "office.toml"
    lines = sample.read_text(encoding="utf-8").splitlines()
    story.codes = {}
    for beginning, written in datatable[1:]:
        place = next(index for index, line in enumerate(lines) if line.startswith(f"{beginning} = "))
        lines[place] = written
        story.codes[written.partition(" = ")[0]] = str(place + 1)
    (story.folder / "office.toml").write_text("\n".join(lines), encoding="utf-8")


@when("IT checks it")
def _(story: Story) -> None:
    story.tried = _try(story, ("office", "check", str(story.folder / "office.toml"), "--json"))


@then("each mistake is told with its file, its line and its key, as IT reads it")
def _(story: Story) -> None:
    assert story.tried.status == 2
    errors = story.tried.row["errors"]
    assert {error["key"].rpartition(".")[2]: str(error["line"]) for error in errors} == story.codes
    for error in errors:
        begins = f"{story.folder / 'office.toml'}, line {error['line']}, {error['key']}: "
        assert error["message"].startswith(begins)
        assert error["message"] in story.tried.err.splitlines()


@then("no counter can be made from it")
def _(story: Story) -> None:
    new, config = story.folder / "new", story.folder / "office.toml"
    words = ("--counter", "A1", "--data", str(new), "--passphrase-file", str(story.here.passphrase_file))
    answer = _try(story, ("office", "new", "--config", str(config), *words))
    assert answer.status == 2, answer
    assert str(config) in answer.err
    assert not new.exists() or not list(new.iterdir())


@then("the journal can be read meanwhile")
def _(story: Story) -> None:
    assert len(story.here.entries()) >= 4


@then("a second recorder is told which process writes")
def _(story: Story) -> None:
    answer = _try(story, (*story.here.options, "journal", "record", "-"))
    assert answer.status == 3
    assert story.here.desk is not None
    assert f"(process {story.here.desk.process_id})" in answer.err


@then("each of these prints JSON alone, with the options before the command and after it")
def _(story: Story, datatable: list[list[str]]) -> None:
    story.here.paper("receipt", "A1-0001", out=story.folder / "receipt.pdf")
    (story.folder / "shared").mkdir()
    more = {
        "journal export": [str(story.folder / "export")],
        "document receipt": ["A1-0001", "--out", str(story.folder / "again.pdf")],
        "receipt verify": [str(story.folder / "receipt.pdf")],
        "exchange": ["--folder", str(story.folder / "shared")],
    }
    for (name,) in datatable:
        words = [*name.split(), *more.get(name, [])]
        first = in_this_process(*story.here.options, "--json", *words)
        after = in_this_process(*words, *story.here.options, "--json")
        assert first.status == after.status in (0, 1), (name, first, after)
        for answer in (first, after):
            rows = [json.loads(line) for line in answer.out.splitlines()]
            assert rows, name
            assert all(isinstance(row, dict) for row in rows), name
    assert not Path("never-written.pdf").exists()
