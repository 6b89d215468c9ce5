"""Canonical bytes: the same as an independent RFC 8785 library makes, on composed text, or none at all."""

from __future__ import annotations

import unicodedata
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.errors import BadInput, EnvironmentFailed, JournalBroken
from counter_app.journal.codec import FORMAT, canonical, canonical_struct, check_format, read, written

SAFE = 2**53 - 1
TEXT = st.text() | st.sampled_from(
    ["a\n\u0303", "\t\u030c", "e\u0301", "\u00e9", "\u2028", "\x7f", "\x1f\u0307"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=20,
)


def composed(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {composed(name): composed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [composed(item) for item in value]
    return value


def decomposed(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFD", value)
    if isinstance(value, dict):
        return {decomposed(name): decomposed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [decomposed(item) for item in value]
    return value


@given(st.dictionaries(TEXT.map(composed), VALUES.map(composed), max_size=6))
def test_composed_json_has_the_bytes_that_an_independent_library_gives(value: dict[str, Any]) -> None:
    assert canonical(value) == rfc8785.dumps(value)
    assert read(canonical(value)) == value


@given(st.dictionaries(TEXT.map(composed), VALUES.map(composed), max_size=6))
def test_the_way_letters_are_composed_changes_no_byte(value: dict[str, Any]) -> None:
    assert canonical(decomposed(value)) == canonical(value)


def test_a_mark_behind_a_line_break_does_not_melt_into_its_escape() -> None:
    assert canonical({"note": "a\n\u0303b"}) == '{"note":"a\\n\u0303b"}'.encode()


def test_names_stand_in_the_order_of_their_utf_16_code_units() -> None:
    names = ["\U0001f600", "\ufb01", "z", "\u20ac"]
    assert list(read(canonical(dict.fromkeys(names, 1)))) == ["z", "\u20ac", "\U0001f600", "\ufb01"]


def test_a_tuple_is_a_list() -> None:
    assert canonical({"a": (1, "b", (True, None))}) == b'{"a":[1,"b",[true,null]]}'


class Told(msgspec.Struct, omit_defaults=True):
    """A typed value, as a command is."""

    words: str
    number: int = 0
    inner: dict[str, str] = {}


@given(TEXT, st.integers(-SAFE, SAFE), st.dictionaries(TEXT.map(composed), TEXT, max_size=4))
def test_a_typed_value_has_the_bytes_of_its_object(words: str, number: int, inner: dict[str, str]) -> None:
    told = Told(words, number, inner)
    assert canonical_struct(told) == canonical(msgspec.to_builtins(told))


def test_a_typed_value_with_half_a_character_has_no_bytes() -> None:
    with pytest.raises(BadInput) as caught:
        canonical_struct(Told("\ud800"))
    assert caught.value.code == "text_malformed"


@given(st.dictionaries(TEXT.map(composed), VALUES.map(composed).map(decomposed), max_size=6))
def test_what_was_written_is_what_will_be_read(value: dict[str, Any]) -> None:
    content, told = written(value)
    assert content == canonical(value)
    assert read(content) == told


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\udc00\ud800"])
def test_half_a_character_has_no_bytes(text: str) -> None:
    for value in ({"note": text}, {text: 1}, {"deep": [{"er": text}]}):
        with pytest.raises(BadInput) as caught:
            canonical(value)
        assert caught.value.code == "text_malformed"


def test_two_names_that_are_one_when_composed_are_refused() -> None:
    with pytest.raises(BadInput) as caught:
        canonical({"\u00e9": 1, "e\u0301": 2})
    assert caught.value.code == "text_malformed"


@pytest.mark.parametrize("number", [1.0, float("nan"), float("inf"), SAFE + 1, -SAFE - 1])
def test_floats_and_integers_that_a_reader_might_round_are_a_fault_of_ours(number: float) -> None:
    with pytest.raises(ValueError, match="no canonical form"):
        canonical({"a": [number]})


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff", b'"a"', b"[" * 100_000])
def test_what_is_no_object_is_named_unreadable(content: bytes) -> None:
    with pytest.raises(JournalBroken) as caught:
        read(content)
    assert caught.value.code == "content_unreadable"


@pytest.mark.parametrize("header", [{}, {"format": "1"}, {"format": FORMAT + 1}, {"format": None}])
def test_an_entry_of_a_newer_program_is_refused(header: dict[str, Any]) -> None:
    with pytest.raises(EnvironmentFailed) as caught:
        check_format(header)
    assert (caught.value.code, caught.value.exit_status) == ("journal_newer", 3)
    check_format({"format": FORMAT})
