"""Words, numbers and dates in the reader's language."""

from __future__ import annotations

import ast
import gettext
import io
import string
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from counter_app import documents
from counter_app.domain.errors import Refused
from counter_app.domain.money import Money
from counter_app.text import LANGUAGES, PSEUDO, Text

CATALOGUES = sorted(Path("resources/translations").glob("*/LC_MESSAGES/counter_app.po"))


@pytest.mark.parametrize(
    ("chain", "english", "french"),
    [("A3", "A3", "A3"), ("A3b", "A3 (numbers A3b-…)", "A3 (numéros A3b-…)")],
)
def test_a_counter_keeps_its_name_and_behind_a_restore_says_what_its_numbers_begin_with(
    chain: str, english: str, french: str
) -> None:
    assert (Text("en").counter(chain), Text("fr").counter(chain)) == (english, french)


@pytest.mark.parametrize(
    ("language", "money", "number", "day"),
    [
        ("fr", "1\u202f234,50\u00a0€", "12\u202f345", "05/03/2025"),
        ("en", "€1,234.50", "12,345", "05/03/2025"),
        ("nl", "€\u00a01.234,50", "12.345", "5-3-2025"),
        ("it", "1.234,50\u00a0€", "12.345", "05/03/2025"),
    ],
)
def test_amounts_numbers_and_days_follow_the_language(
    language: str, money: str, number: str, day: str
) -> None:
    text = Text(language)
    assert text.money(Money(123_450)) == money
    assert text.number(12_345) == number
    assert text.date(date(2025, 3, 5)) == day


def test_the_clock_runs_to_twenty_four_in_every_language() -> None:
    evening = datetime.fromisoformat("2025-11-22T18:07:59+01:00")
    assert {Text(language).time(evening) for language in LANGUAGES} == {"18:07"}
    assert Text("fr").datetime(evening) == "22/11/2025 18:07"


def test_days_can_be_written_out() -> None:
    assert Text("fr").date(date(2025, 11, 22), "full") == "samedi 22 novembre 2025"
    assert Text("it").date(date(2025, 11, 22), "long") == "22 novembre 2025"


def test_a_signed_amount_always_shows_its_sign_but_nothing_has_none() -> None:
    text = Text("en")
    assert text.signed(Money(200)) == "+€2.00"
    assert text.signed(Money(-200)) == "−€2.00"
    assert text.signed(Money(0)) == "€0.00"


def test_a_message_is_translated_and_its_parameters_are_formatted() -> None:
    assert Text("fr")("Page {number} of {count}", number=1, count=2025) == "Page 1 sur 2025"
    assert Text("fr")("Still missing, to bring by {day}", day=date(2025, 3, 5)).endswith("05/03/2025")


def test_the_plural_follows_the_language() -> None:
    assert [Text("fr").plural("{n} line", "{n} lines", n) for n in (0, 1, 2)] == [
        "0 ligne",
        "1 ligne",
        "2 lignes",
    ]
    assert [Text("en").plural("{n} line", "{n} lines", n) for n in (0, 1)] == ["0 lines", "1 line"]
    assert Text("en").plural("{n} line", "{n} lines", 12_000) == "12,000 lines"


def test_a_message_without_translation_and_an_unknown_language_read_in_english() -> None:
    assert Text("fr")("No such message {x}", x=1) == "No such message 1"
    assert Text("xx").language == "en"
    assert Text("xx")("Aid granted") == "Aid granted"


def test_an_error_becomes_a_sentence_with_its_amounts() -> None:
    refused = Refused("over_cash_maximum", asked=Money(35_000), limit=Money(30_000))
    assert Text("en").error(refused).startswith("€350.00 is above the €300.00")
    assert "clé 00ff" in Text("fr").error(Refused("receipt_unknown_key", key="00ff"))


def test_an_error_never_fails_for_want_of_a_parameter_or_of_a_sentence() -> None:
    assert "{asked}" in Text("en").error(Refused("over_cash_maximum", limit=Money(30_000)))
    assert Text("en").error(Refused("no_such_code", left=3)) == "no_such_code (left=3)"


def test_a_parameter_is_never_read_as_a_message() -> None:
    assert Text("en")("Counter {counter}", counter="{counter.__class__}") == "Counter {counter.__class__}"


def test_the_pseudo_language_shows_what_is_not_translated_and_keeps_parameters() -> None:
    shown = Text(PSEUDO)("Counter {counter}", counter="A3")
    assert shown.startswith("[Çôûñtér A3")
    assert shown.endswith("]")
    assert len(shown) > len("Counter A3")


def test_importing_the_words_loads_neither_cldr_nor_a_catalogue() -> None:
    code = "import sys, counter_app.text; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "counter_app.text" in loaded
    assert not {"babel", "importlib.resources", "decimal", "reportlab"} & set(loaded)


def test_importing_a_paper_loads_no_library_that_draws() -> None:
    code = "import sys, counter_app.documents.receipt, counter_app.documents.daily_log; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"babel", "reportlab", "segno", "PIL"} & set(loaded)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_translation_uses_the_parameters_of_its_message(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file)
    for message in catalogue:
        if not message.id or not message.string:
            continue
        originals = [message.id] if isinstance(message.id, str) else list(message.id)
        translated = [message.string] if isinstance(message.string, str) else list(message.string)
        for words in filter(None, translated):
            assert any(_parameters(words) == _parameters(original) for original in originals), words


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_the_compiled_catalogue_is_the_written_one(path: Path) -> None:
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    expected = gettext.GNUTranslations(compiled)
    with path.with_suffix(".mo").open("rb") as file:
        shipped = gettext.GNUTranslations(file)
    words = {key: words for key, words in vars(expected)["_catalog"].items() if key}
    assert {key: words for key, words in vars(shipped)["_catalog"].items() if key} == words


def test_every_word_on_a_paper_is_there_in_french() -> None:
    keywords = {"text": None, "N_": None, "plural": (1, 2)}
    folder = str(documents.__path__[0])
    found = {message for _, _, message, _, _ in extract_from_dir(folder, keywords=keywords) if message}
    assert len(found) > 100
    with Path("resources/translations/fr/LC_MESSAGES/counter_app.po").open("rb") as file:
        french = {message.id: message.string for message in read_po(file)}
    assert [message for message in found if not all(_flat(french.get(message)))] == []


def test_no_module_of_the_papers_writes_words_around_the_translator() -> None:
    """Words with a space between letters, outside docstrings, only ever stand in `text(…)` or `N_(…)`."""
    for path in Path(documents.__path__[0]).glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        spoken = {
            id(argument)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
            if (node.func.id if isinstance(node.func, ast.Name) else node.func.attr)
            in ("text", "N_", "plural")
            for argument in node.args
        }
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        errors = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.Raise) for part in ast.walk(node)
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in spoken | docs | errors
            ):
                assert not any(map(str.islower, node.value.split(" ")[1:])), (path.name, node.value)


def _parameters(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


def _flat(translation: object) -> tuple[object, ...]:
    return translation if isinstance(translation, tuple) else (translation,)
