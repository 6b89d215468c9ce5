"""Reading a register as exported: every dialect that offices write, and bad lines that cost only themselves."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.errors import BadInput
from counter_app.register.source import BadLine, Record, Source

HEADER = "id,given_name,surname,date_of_birth,postcode,national_id"


def read(content: str | bytes) -> list[Record | BadLine]:
    raw = content if isinstance(content, bytes) else content.encode()
    return list(Source(BytesIO(raw), "register.csv"))


def records(content: str | bytes) -> list[Record]:
    found = read(content)
    assert all(isinstance(one, Record) for one in found), found
    return [one for one in found if isinstance(one, Record)]


def bad(content: str | bytes) -> list[tuple[int, str]]:
    return [(one.line, one.error.code) for one in read(content) if isinstance(one, BadLine)]


def good(content: str | bytes) -> list[str]:
    return [one.id for one in read(content) if isinstance(one, Record)]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_usual_dialect_gives_the_same_people(mark: str, separator: str, end: str) -> None:
    lines = [HEADER, "P1,Zoé,Lefèvre,19800312,75012,", "P2,Luc,Ba,,,"]
    content = mark + end.join(line.replace(",", separator) for line in lines)
    first, second = records(content)
    assert first == Record(2, "P1", "Zoé", "Lefèvre", "19800312", "75012", "", {})
    assert (second.id, second.line) == ("P2", 3)


def test_excel_may_say_above_the_header_how_it_parts_columns() -> None:
    assert good("sep=;\r\n" + HEADER.replace(",", ";") + "\r\nP1;A;B;;;\r\n") == ["P1"]


def test_columns_may_stand_in_any_order_in_capitals_and_others_are_kept() -> None:
    (one,) = records("Surname,ID,GIVEN_NAME,phone,date_of_birth,note\nBa,P1, Awa ,01 23,19800312,\n")
    assert (one.surname, one.id, one.given_name, one.postcode) == ("Ba", "P1", "Awa", "")
    assert one.more == {"phone": "01 23"}


def test_quoted_values_may_hold_separators_quotes_and_line_ends() -> None:
    content = f'{HEADER},address\nP1,"Zoé, dite ""Z""",Ba,,,,"1 rue A\n75012 Paris"\nP2,A,B,,,,\n'
    first, second = records(content)
    assert first.given_name == 'Zoé, dite "Z"'
    assert first.more == {"address": "1 rue A\n75012 Paris"}
    assert (second.id, second.line) == ("P2", 4)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("P2,A,B,19800312,75012", "register_line_columns"),
        ("P2,A,B,C,19800312,75012,", "register_line_columns"),
        (",A,B,19800312,75012,", "register_line_no_id"),
        ("P2,,,19800312,75012,", "register_line_no_name"),
        ('P2,A,"B,19800312,75012,', "register_line_quotes"),
        ('P2,A,"B"x,19800312,75012,', "register_line_quotes"),
        ('P2,A "B,C,19800312,75012', "register_line_columns"),
        (f"P2,A,{'B' * 201},19800312,75012,", "register_line_too_long"),
        (f"P2,A,{'B' * 1_000_001},19800312,75012,", "register_line_too_long"),
    ],
)
def test_a_bad_line_is_told_by_its_number_and_costs_nothing_but_itself(line: str, code: str) -> None:
    content = f"{HEADER}\nP1,A,B,,,\n{line}\n\nP3,A,B,,,\nP4,A,B,,,\n"
    assert bad(content) == [(3, code)]
    assert good(content) == ["P1", "P3", "P4"]


def test_a_quote_within_a_name_is_part_of_it() -> None:
    assert [one.given_name for one in records(f'{HEADER}\nP1,A "Z,B,,,\nP2,C,D,,,\n')] == ['A "Z', "C"]


def test_a_line_in_another_encoding_is_left_out_alone() -> None:
    content = (
        f"{HEADER}\nP1,Zo\u00e9,B,,,\n".encode() + "P2,Zo\u00e9,B,,,\n".encode("cp1252") + b"P3,A,B,,,\n"
    )
    assert bad(content) == [(3, "register_line_not_utf8")]
    assert good(content) == ["P1", "P3"]


def test_two_stray_quotes_do_not_swallow_the_lines_between_them() -> None:
    lines = [HEADER, *(f"P{n},A,B,,," for n in range(1, 30))]
    lines[3] = 'P3,A,"B,,,'
    lines[9] = 'P9,A,"B,,,'
    assert [line for line, _ in bad("\n".join(lines))] == [4, 10]
    assert len(good("\n".join(lines))) == 27


def test_no_error_of_a_line_quotes_what_stands_in_it() -> None:
    for found in read(f"{HEADER}\nP2,Secret,Secret\n,Secret,Secret,,,\n"):
        assert isinstance(found, BadLine)
        assert "Secret" not in str(found.error)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "register_empty"),
        (b"\n\n", "register_empty"),
        ("id;prénom\n".encode("cp1252"), "register_not_utf8"),
        ("\ufeffid,given_name".encode("utf-16"), "register_not_utf8"),
        (b"id,surname\nP1,B\n", "register_columns_missing"),
        (f"{HEADER},surname\n".encode(), "register_columns_missing"),
    ],
)
def test_a_file_that_is_no_register_is_refused_at_once(content: bytes, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(content)
    assert caught.value.code == code


@given(st.binary(max_size=400))
def test_whatever_a_file_holds_every_line_is_a_person_or_told(content: bytes) -> None:
    raw = f"{HEADER}\n".encode() + content + b"\nP1,A,B,,,\n" + b"x\n" * 25 + b"P2,A,B,,,\n"
    found = read(raw)
    assert found[-1] == Record(raw.count(b"\n"), "P2", "A", "B", "", "", "", {})
    lines = [one.line for one in found]
    assert lines == sorted(set(lines))
