"""What a centre wants to read of a unit: templates of named fields of its body, each in the form that it asks for.

`${person.surname}` stands for a field, `${cents:amount}` for one in a form; `$$` is a dollar sign. A field that the
body has not is empty. Nothing else is understood: a template runs no code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

FIELDS: Final = (
    *("key", "entry_id", "part", "kind", "aid", "cents", "currency", "office", "counter", "place"),
    *("happened_on", "happened_at", "refers_to", "number", "quantity", "means", "decision", "approved"),
    *("reason", "asked_cents", "payment"),
    *("person.surname", "person.given_names", "person.used_name", "person.birth_date", "person.birth_place"),
    *(f"person.numbers.{scheme}" for scheme in ("file", "nir", "be_nn", "codice_fiscale", "other")),
)
"""The fields of a body that a template may name; `key` is the unit's idempotency key."""

_PROVING: Final = ("aid", "cents", "person")
_PLACE = re.compile(r"\$(?:(\$)|\{([a-z_.]+)(?::([^{}]*))?\})")
_DAY_FORM = re.compile(r"(?:%[dmY]|[-./ ])+")
_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?:T.*)?")

Written = Callable[[str], str]
"""How a value is written where the template stands: quoted for XML, for JSON, or as it is."""


@dataclass(frozen=True, slots=True)
class Field:
    """A named field and its form: empty, `amount`, `amount_comma`, `upper`, or a day such as `%d/%m/%Y`."""

    name: str
    form: str = ""

    def text(self, values: Mapping[str, Any]) -> str:
        """The field of a body as text; parts of a day that are not known are zeros."""
        value = found(values, self.name)
        if value is None:
            return ""
        if self.form in ("amount", "amount_comma"):
            return _amount(value, "," if self.form == "amount_comma" else ".")
        text = _plain(value)
        if self.form == "upper":
            return text.upper()
        return _day(text, self.form) if self.form else text


@dataclass(frozen=True, slots=True)
class Template:
    """Text with fields in it, read once."""

    parts: tuple[str | Field, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields in it, in their order."""
        return tuple(part for part in self.parts if isinstance(part, Field))

    def filled(self, values: Mapping[str, Any], written: Written = str) -> str:
        """The text with each field `written` in its place."""
        return "".join([part if isinstance(part, str) else written(part.text(values)) for part in self.parts])


class FormError(ValueError):
    """A template names a field that there is not, a form that there is not, or has a `$` too many.

    `code` is that of the sentence for whoever wrote the template, `value` what it is about.
    """

    def __init__(self, code: str, value: str) -> None:
        super().__init__(code, value)
        self.code = code
        self.value = value


def template(text: str, names: Iterable[str] = FIELDS) -> Template:
    """Read a template whose fields are among `names`; raises `FormError`."""
    parts: list[str | Field] = []
    end = 0
    for match in _PLACE.finditer(text):
        parts.append(_literal(text[end : match.start()]))
        end = match.end()
        parts.append("$" if match[1] else field(f"{match[2]}:{match[3] or ''}", names))
    parts.append(_literal(text[end:]))
    return Template(tuple(part for part in parts if part != ""))


def field(text: str, names: Iterable[str] = FIELDS) -> Field:
    """Read `name` or `name:form`; raises `FormError`."""
    name, _, form = text.partition(":")
    if name not in names:
        raise FormError("configuration_field_unknown", name)
    if form not in ("", "amount", "amount_comma", "upper") and not _DAY_FORM.fullmatch(form):
        raise FormError("configuration_form_unknown", form)
    if form in ("amount", "amount_comma") and not name.endswith("cents"):
        raise FormError("configuration_form_unknown", form)
    return Field(name, form)


def found(values: Mapping[str, Any], name: str) -> Any:
    """The value of a dotted name in a body; `None` where any part of the way is missing."""
    value: Any = values
    for part in name.split("."):
        if isinstance(value, list):
            value = next((one.get("value") for one in value if one.get("scheme") == part), None)
        elif isinstance(value, Mapping):
            value = value.get(part)
        else:
            return None
    return value


def coded(values: Mapping[str, Any], codes: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """A body with the centre's names for our codes, by field; what it has no name for keeps ours."""
    named = {
        field: names.get(values[field], values[field])
        for field, names in codes.items()
        if isinstance(values.get(field), str)
    }
    return {**values, **named}


def missing_proof(fields: Iterable[Field]) -> tuple[str, ...]:
    """Which of aid, amount and person no field of the centre's record would show: it could prove no acceptance."""
    told = {field.name.partition(".")[0] for field in fields}
    return tuple(name for name in _PROVING if name not in told)


def _literal(text: str) -> str:
    if "$" in text:
        raise FormError("configuration_template_malformed", text[text.index("$") :][:20])
    return text


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(_plain(one) for one in value)
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def _amount(value: Any, point: str) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return _plain(value)
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}{point}{abs(value) % 100:02d}"


def _day(text: str, form: str) -> str:
    match = _DAY.fullmatch(text)
    if match is None:
        return text
    year, month, day = match[1], match[2] or "00", match[3] or "00"
    return form.replace("%d", day).replace("%m", month).replace("%Y", year)
