"""Steps of receipts: printed, photographed, checked with no network, tampered with."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import PIL.Image
import pypdf
import pypdfium2
import pytest
import zxingcpp
from pytest_bdd import given, parsers, scenarios, then, when

from tests.end2end.conftest import Story
from tests.end2end.counters import pdf_text
from tests.end2end.words import GRANT, citizen

scenarios("receipts.feature")


def _exchange(story: Story) -> None:
    folder = story.folder / "shared"
    folder.mkdir(exist_ok=True)
    for name in ("A1", "A2"):
        assert story.counters[name].run("exchange", "--folder", str(folder)).status == 0


def _print(story: Story, *words: str, language: str = "en") -> Path:
    out = story.folder / "receipt.pdf"
    story.paper = story.here.paper("receipt", "A1-0001", *words, out=out, language=language)
    return out


def _check(story: Story, code: str, name: str) -> None:
    answer = story.counters[name].run("receipt", "verify", code)
    story.last = {"status": answer.status, "out": answer.out, "err": answer.err}


def _photograph(pdf: Path) -> PIL.Image.Image:
    """The paper as a camera sees it: not quite straight."""
    with pypdfium2.PdfDocument(pdf) as pages:
        picture = pages[0].render(scale=3).to_pil()
    return picture.rotate(4, expand=True, fillcolor="white")


def _code(pdf: Path) -> str:
    (found,) = zxingcpp.read_barcodes(_photograph(pdf))
    return str(found.text)


@given("the counters A1 and A2 of the sample CCAS, which exchanged facts this morning")
def _(story: Story) -> None:
    for name in ("A2", "A1"):
        story.open(name, "ccas")
    _exchange(story)


@given("the network cable is pulled")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def pulled(*_: Any) -> None:
        raise AssertionError("somebody wanted the network")

    monkeypatch.setattr(socket.socket, "connect", pulled)
    monkeypatch.setattr(socket, "getaddrinfo", pulled)


@given(parsers.re(r"at A1, " + GRANT))
def _(story: Story, who: str, name: str, amount: str, aid: str) -> None:
    assert story.grant(who, citizen(name), amount, aid)["number"] == "A1-0001"


@given("the receipt is printed")
def _(story: Story) -> None:
    _print(story)


@given("the receipt is printed and photographed")
def _(story: Story) -> None:
    _photograph(_print(story)).convert("L").save(story.folder / "photograph.jpg", quality=80)


@given("the receipt is printed again in French")
def _(story: Story) -> None:
    _print(story, "--duplicate", language="fr")


@when(parsers.parse("it is checked at {name}"))
def _(story: Story, name: str) -> None:
    _check(story, str(story.folder / "receipt.pdf"), name)


@when(parsers.parse("the photograph is checked at {name}"))
def _(story: Story, name: str) -> None:
    _check(story, str(story.folder / "photograph.jpg"), name)


@when(parsers.parse("a picture of a cat is checked at {name}"))
def _(story: Story, name: str) -> None:
    PIL.Image.effect_noise((300, 300), 40).save(story.folder / "cat.png")
    _check(story, str(story.folder / "cat.png"), name)


@when(parsers.parse('the text "{text}" is checked at {name}'))
def _(story: Story, text: str, name: str) -> None:
    _check(story, text, name)


@when(parsers.parse("a receipt of the Paris office is checked at {name}"))
def _(story: Story, name: str) -> None:
    paris = story.open("A3", "paris")
    person = {"surname": "Petit"}
    line = {"command": "record_request", "agent": "nbenali", "person": person, "aid": "FR75-ALLEX"}
    (answer,) = paris.record(line)
    paris.paper("receipt", answer["number"], out=story.folder / "paris.pdf")
    _check(story, str(story.folder / "paris.pdf"), name)


@when("A1 and A2 exchange facts again")
def _(story: Story) -> None:
    _exchange(story)


@when("any one character of its code is changed")
def _(story: Story) -> None:
    code = _code(story.folder / "receipt.pdf")
    story.answers = []
    for place in (0, len(code) // 3, len(code) // 2, len(code) - 1):
        other = "A" if code[place] != "A" else "B"
        _check(story, code[:place] + other + code[place + 1 :], "A2")
        story.answers.append(story.last)
    _check(story, code, "A2")
    assert story.last["status"] == 0, story.last


@then(parsers.parse("it is good: {sentence}"))
def _(story: Story, sentence: str) -> None:
    assert story.last["status"] == 0, story.last
    said = story.last["out"].splitlines()
    assert said[0] == "Receipt A1-0001: the signature is of this office."
    assert said[1].startswith("FR-SECURG, €40.00, ")
    assert said[2:] == [sentence]


@then("the counter refuses it and says what to do")
def _(story: Story) -> None:
    for answer in story.answers:
        assert (answer["status"], answer["out"]) == (1, "")
        assert ": " in answer["err"], answer


@then(parsers.parse("it is refused with status {status:d}: {sentence}"))
def _(story: Story, status: int, sentence: str) -> None:
    assert (story.last["status"], story.last["out"]) == (status, "")
    said = story.last["err"].strip()
    assert said.startswith(sentence[:-1]) if sentence.endswith("…") else said == sentence, said


@then("the receipt says")
def _(story: Story, datatable: list[list[str]]) -> None:
    missing = [row[0] for row in datatable if row[0] not in story.paper]
    assert not missing, (missing, story.paper)


@then(parsers.parse("neither its words nor its code nor the bytes of its file name {name}"))
def _(story: Story, name: str) -> None:
    pdf = story.folder / "receipt.pdf"
    with pypdf.PdfReader(pdf) as reader:
        described = str(reader.metadata)
    for word in (*name.split(), "1987"):
        assert word not in pdf_text(pdf)
        assert word not in described
        assert word not in _code(pdf)
        assert word.encode() not in pdf.read_bytes()


@then(parsers.parse("the receipt that nobody gave is not printed: {sentence}"))
def _(story: Story, sentence: str) -> None:
    out = story.folder / "none.pdf"
    answer = story.here.run("document", "receipt", "A1-0999", "--out", str(out))
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.strip() == sentence
    assert not out.exists()
