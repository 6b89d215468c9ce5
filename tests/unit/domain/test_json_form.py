"""JSON by template: whatever fills it, it is JSON of the same shape."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.centre_form import FormError
from counter_app.domain.json_form import JsonForm

VALUES: dict[str, Any] = {
    "key": 'k"1',
    "cents": -5,
    "person": {"surname": "Le\\fèvre", "given_names": ["Zoé", "Anne"], "birth_date": "1980-03"},
}


@pytest.mark.parametrize(
    ("template", "made"),
    [
        ('{"a": ${key}, "b": "n-${key}"}', {"a": 'k"1', "b": 'n-k"1'}),
        ('[${cents}, "${cents}", ${cents:amount}, "${cents:amount_comma}"]', [-5, "-5", -0.05, "-0,05"]),
        ('[${person.given_names}, "${person.given_names}"]', [["Zoé", "Anne"], "Zoé Anne"]),
        ('[${means}, "${means}"]', [None, ""]),
        ('[${person.birth_date:%d/%m/%Y}, "\\"${person.surname:upper}\\""]', ["00/03/1980", '"LE\\FÈVRE"']),
        ('{"whole": ${body}, "price": "$$ 1"}', {"whole": {"x": [1]}, "price": "$ 1"}),
        ("[${items}]", [1, 2]),
    ],
)
def test_a_field_within_quotes_is_text_and_elsewhere_a_value(template: str, made: object) -> None:
    raw = {"body": '{"x": [1]}', "items": "1, 2"}
    assert json.loads(JsonForm(template, ("items",)).filled(VALUES, raw)) == made


@given(st.text(), st.text())
def test_no_text_breaks_out_of_its_place(surname: str, key: str) -> None:
    values = {"key": key, "person": {"surname": surname}}
    form = JsonForm('{"a": {"n": "x${person.surname}y"}, "k": ${key}, "s": ${person.surname}}')
    assert json.loads(form.filled(values, {})) == {"a": {"n": f"x{surname}y"}, "k": key, "s": surname}


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ('{"a": ${key}', "form_no_json"),
        ('{"a": NaN}', "form_no_json"),
        ('{"a": ${key}${key}}', "form_no_json"),
        ('{"a": "${body}"}', "form_no_text"),
        ('{"a": "${items}"}', "form_no_text"),
        ('{"a": ${colour}}', "field_unknown"),
        ('{"a": ${key:hex}}', "form_unknown"),
        ('{"a": $key}', "template_malformed"),
    ],
)
def test_what_cannot_be_meant_is_told_at_once(template: str, code: str) -> None:
    with pytest.raises(FormError) as caught:
        JsonForm(template, ("items",))
    assert caught.value.code == f"configuration_{code}"
