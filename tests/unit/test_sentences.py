"""Every failure that is raised anywhere has an English sentence with the parameters given where it is raised."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from counter_app.domain.errors import AppError, BadInput, EnvironmentFailed, JournalBroken, Refused
from counter_app.domain.findings import Finding
from counter_app.domain.money import Money
from counter_app.domain.sentences import SENTENCES
from counter_app.text import Text

ROOT = Path(__file__).parents[2]
FILES = sorted(
    file
    for folder in ("counter_app", "ui")
    for file in (ROOT / folder).rglob("*.py")
    if file.name != "sentences.py" and "centre" not in file.parts
)
ERRORS = {kind.__name__ for kind in (Refused, BadInput, EnvironmentFailed, JournalBroken)}
# Codes that stand in a value of their own: the field or parameter of a finding, a fault or a problem.
CARRIERS = {"found": (), "ceiling": (3,), "_built_in": (4,), "Problem": (0, 1), "ConfigurationError": (3,)}


@dataclass(frozen=True)
class Raised:
    """One place where a code is given, with the names of its parameters; `None` where they are passed on."""

    place: str
    code: str
    params: frozenset[str] | None


def constants(node: ast.expr) -> Iterator[str]:
    """The codes that an expression may be: a string, or one of several."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from constants(value)


def code_of(call: ast.Call) -> ast.expr | None:
    """The argument of a raise, of `report.find` or of `breaches.add` that is the code."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in ERRORS and call.args:
            return call.args[0]
        case ast.Attribute(value=ast.Name(id="report"), attr="find"):
            return call.args[0]
        case ast.Attribute(value=ast.Name(id="breaches" | "self"), attr="add") if len(call.args) == 2:
            return call.args[1]
    return None


def raised() -> Iterator[Raised]:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Call) and (code := code_of(node)) is not None:
                names = [keyword.arg for keyword in node.keywords]
                params = None if None in names else frozenset(name for name in names if name)
                for constant in constants(code):
                    yield Raised(f"{file.relative_to(ROOT)}:{node.lineno}", constant, params)


def carried() -> Iterator[tuple[str, str]]:
    """Place and code of what a rule finds or a configuration lacks, before anything is raised."""
    for file in FILES:
        if not {"domain", "settings"} & set(file.parts):
            continue
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                told = [node.args[place] for place in CARRIERS.get(name, ()) if place < len(node.args)]
                told += [keyword.value for keyword in node.keywords if keyword.arg == "code"]
            elif isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [
                "code"
            ]:
                told = [node.value]
            else:
                continue
            for expression in told:
                for code in constants(expression):
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", code


def strings() -> set[str]:
    return {
        node.value
        for file in FILES
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


RAISED = list(raised())


def test_the_walk_finds_what_is_raised() -> None:
    codes = {one.code for one in RAISED}
    assert {
        "over_slice",
        "chain_broken",
        "not_enough_cash",
        "wrong_passphrase",
        "disk_full",
        "pin_locked",
    } <= codes
    assert len(codes) > 100


def test_every_code_that_is_raised_has_a_sentence() -> None:
    assert sorted({f"{one.code} ({one.place})" for one in RAISED if one.code not in SENTENCES}) == []


def test_every_parameter_of_a_sentence_is_given_where_it_is_raised() -> None:
    lacking = [
        f"{one.place} {one.code} lacks {', '.join(sorted(missing))}"
        for one in RAISED
        if one.code in SENTENCES
        and one.params is not None
        and (missing := placeholders(SENTENCES[one.code]) - one.params)
    ]
    assert lacking == []


def test_every_finding_of_a_rule_has_a_sentence_out_of_its_own_parameters() -> None:
    params = set(Finding(rule="r", kind="k", figure=0, asked=0, currency="EUR").params)
    found = [(place, code) for place, code in carried() if "domain" in place]
    assert {code for _, code in found} >= {"over_ceiling", "too_soon", "not_a_regie_means"}
    for place, code in found:
        assert code in SENTENCES, place
        assert placeholders(SENTENCES[code]) <= params, place


def test_every_fault_of_a_configuration_has_a_sentence() -> None:
    found = {code for place, code in carried() if "settings" in place and code.startswith("configuration_")}
    assert found
    assert sorted(found - set(SENTENCES)) == []


def test_no_sentence_is_left_over() -> None:
    assert sorted(set(SENTENCES) - strings()) == []


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_says_what_happened_and_what_to_do_next(code: str) -> None:
    sentence = SENTENCES[code]
    assert sentence[0].isupper() or sentence[0] in "“`{", "it begins as a sentence"
    # Some end with another failure, which is a sentence itself and says what to do.
    framing = re.search(r"\{(problem|first)\}$", sentence)
    assert sentence.endswith(".") or framing, "it ends as one"
    assert not re.search(r"\b(error|invalid|failed to|please|oops|traceback)\b", sentence, re.IGNORECASE)
    assert framing or re.search(r"[:.?] ", sentence), "what happened, then what to do"


@pytest.mark.parametrize("language", ["en", "fr", "nl", "it"])
def test_every_sentence_can_be_said_in_every_language(language: str) -> None:
    text = Text(language)
    values: list[object] = ["x", 7, Money(100), date(2026, 3, 2), ("a", "b")]
    for code, sentence in SENTENCES.items():
        for value in values:
            said = text.error(AppError(code, **dict.fromkeys(placeholders(sentence), value)))
            assert said
            assert "{" not in said
            assert said != code
