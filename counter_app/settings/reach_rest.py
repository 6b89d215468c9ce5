"""Whether the table `rest` of a service makes sense: each template, expression, status and place at its own key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from counter_app.domain.catalogue import Configuration, Service
from counter_app.domain.centre_form import FIELDS, Field, FormError, field, missing_proof
from counter_app.domain.json_form import RAW, JsonForm
from counter_app.domain.rest_way import Answers, Basic, ClientCredentials, Create, Header, Request, RestWay
from counter_app.settings import forms
from counter_app.settings.problem import Path, Problem

_PIN: Final = re.compile(r"[0-9a-f]{64}")
_STATUS: Final = re.compile(r"[1-5][0-9]{2}")
_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_TOO_DEEP: Final = "nested too deeply"
_EXPRESSIONS: Final = (
    *("results", "key", "verdict", "absent", "count", "number", "reason", "words", "record"),
)


def senseless_rest(
    service: Service, way: RestWay, path: Path, configuration: Configuration
) -> Iterator[Problem]:
    """Everything that the types cannot say of a service reached over HTTP."""
    yield from _transport(service, way, path)
    yield from _login(way, path)
    if way.create is None:
        for name in ("ask", "ask_number", "record", "codes"):
            if getattr(way, name):
                yield Problem((*path, "create"), "configuration_key_missing")
                break
        return
    yield from _create(way.create, (*path, "create"))
    for name, request, marks in (("ask", way.ask, _KEYS), ("ask_number", way.ask_number, (("number",),))):
        if request is not None:
            yield from _question(request, (*path, name), marks)
    yield from _record(way, (*path, "record"))
    yield from forms.codes(service, way.codes, (*path, "codes"), configuration)


def _transport(service: Service, way: RestWay, path: Path) -> Iterator[Problem]:
    yield from forms.addresses([((*path, "sandbox"), way.sandbox)])
    yield from forms.places([((*path, "certificate_passphrase"), way.certificate_passphrase)])
    for place, pin in enumerate(way.pins):
        if not _PIN.fullmatch(pin):
            yield Problem((*path, "pins", place), "configuration_no_pin")
    if way.certificate_key is not None and way.certificate is None:
        yield Problem((*path, "certificate"), "configuration_key_missing")
    told = [service.address or "", *service.standby, *([way.sandbox] if way.sandbox else [])]
    if isinstance(way.login, ClientCredentials):
        told.append(way.login.token_address)
    for name in ("login", "certificate", "pins"):
        if getattr(way, name) and any(forms.ADDRESS.fullmatch(one) and forms.readable(one) for one in told):
            yield Problem((*path, name), "configuration_not_encrypted")


def _login(way: RestWay, path: Path) -> Iterator[Problem]:
    here = (*path, "login")
    match way.login:
        case Basic(password=password):
            yield from forms.places([((*here, "password"), password)])
        case Header(name=name, value=value):
            yield from forms.places([((*here, "value"), value)])
            if not _HEADER.fullmatch(name):
                yield Problem((*here, "name"), "configuration_no_header")
        case ClientCredentials(client_secret=secret, token_address=address):
            yield from forms.places([((*here, "client_secret"), secret)])
            yield from forms.addresses([((*here, "token_address"), address)])


def _create(create: Create, path: Path) -> Iterator[Problem]:
    yield from _answers(create.answers, (*path, "answers"), asks=False, several=create.items is not None)
    unreadable = list(_request(create, path))
    yield from unreadable
    if unreadable:
        return
    if create.once_by == "if_none_match":
        if create.method != "PUT":
            yield Problem((*path, "method"), "configuration_put_missing")
        elif create.items is not None:
            yield Problem((*path, "items"), "configuration_one_by_one")
        elif not _marked(forms.fields_of(create.path), _KEYS):
            yield Problem((*path, "path"), "configuration_mark_missing", {"field": "key"})
    elif not _marked(_told(create), _KEYS) and (create.once_by == "client_id" or create.items is not None):
        yield Problem((*path, "body"), "configuration_mark_missing", {"field": "key"})


def _question(request: Request, path: Path, marks: _Marks) -> Iterator[Problem]:
    yield from _answers(request.answers, (*path, "answers"), asks=True, several=request.items is not None)
    unreadable = list(_request(request, path))
    yield from unreadable
    if request.method == "GET" and request.body is not None:
        yield Problem((*path, "method"), "configuration_get_with_body")
    if not unreadable and not _marked(_told(request), marks):
        yield Problem((*path, "path"), "configuration_mark_missing", {"field": marks[0][0]})


def _request(request: Create | Request, path: Path) -> Iterator[Problem]:
    several = request.items is not None
    names = ("attempt",) if several else FIELDS
    yield from forms.templates([((*path, "path"), request.path)], names)
    if request.path and not request.path.startswith("/"):
        yield Problem((*path, "path"), "configuration_no_path")
    for name, text in request.headers.items():
        yield from forms.templates([((*path, "headers", name), text)], names)
        if not _HEADER.fullmatch(name):
            yield Problem((*path, "headers", name), "configuration_no_header")
    if request.body is not None:
        body = request.body
        yield from forms.tried(lambda: JsonForm(body), (*path, "body"))
    if request.items is not None:
        items = request.items
        yield from forms.tried(lambda: JsonForm(items, ("items", "attempt")), (*path, "items"))
        if request.body is None:
            yield Problem((*path, "body"), "configuration_key_missing")
        if "${items}" not in items:
            yield Problem((*path, "items"), "configuration_mark_missing", {"field": "items"})


def _answers(answers: Answers, path: Path, *, asks: bool, several: bool) -> Iterator[Problem]:
    for name in _EXPRESSIONS:
        expression = getattr(answers, name)
        if expression is not None:
            yield from _expression(expression, (*path, name))
    for status, meaning in answers.statuses.items():
        if not _STATUS.fullmatch(status):
            yield Problem((*path, "statuses", status), "configuration_no_status", {"value": status})
        elif meaning == "absent" and not asks:
            yield Problem((*path, "statuses", status), "configuration_absent_unasked")
    for word, meaning in answers.verdicts.items():
        if meaning == "absent" and not asks:
            yield Problem((*path, "verdicts", word), "configuration_absent_unasked")
    if bool(answers.verdicts) != (answers.verdict is not None):
        yield Problem((*path, "verdict"), "configuration_verdicts_unclear")
    for name in ("results", "key"):
        if several and getattr(answers, name) is None:
            yield Problem((*path, name), "configuration_key_missing")


def _expression(expression: str, path: Path) -> Iterator[Problem]:
    detail = _fault_of(expression)
    if detail is not None:
        yield Problem(path, "configuration_no_expression", {"detail": detail})


def _fault_of(expression: str) -> str | None:
    """What JMESPath says against an expression; `None` where it can be used."""
    import jmespath
    from jmespath.exceptions import ArityError, JMESPathError, UnknownFunctionError

    try:
        compiled = jmespath.compile(expression)
    except JMESPathError as error:
        return str(error).partition("\n")[0]
    except RecursionError:
        return _TOO_DEEP
    try:
        compiled.search({})
    except (ArityError, UnknownFunctionError) as error:
        return str(error)
    except RecursionError:
        return _TOO_DEEP
    except (JMESPathError, TypeError):
        # It wants something that an empty answer has not.
        return None
    return None


def _record(way: RestWay, path: Path) -> Iterator[Problem]:
    shown: list[Field] = []
    for name, expression in way.record.items():
        try:
            shown.append(field(name))
        except FormError as error:
            yield Problem((*path, name), error.code, {"value": error.value})
        yield from _expression(expression, (*path, name))
    if way.record and (missing := missing_proof(shown)):
        yield Problem(path, "configuration_proof_missing", {"missing": missing})


_Marks = tuple[tuple[str, ...], ...]
_KEYS: Final[_Marks] = (("key",), (RAW,), ("entry_id", "part"))
"""Fields that tell one unit from all others; the whole body has entry and part in it."""


def _marked(told: tuple[Field, ...], marks: _Marks) -> bool:
    names = {one.name for one in told}
    return any(names.issuperset(mark) for mark in marks)


def _told(request: Create | Request) -> tuple[Field, ...]:
    """Every field that goes out with a unit, by itself or among several."""
    told = forms.fields_of(request.body or "", (*FIELDS, RAW))
    if request.items is None:
        told += forms.fields_of(request.path)
        for text in request.headers.values():
            told += forms.fields_of(text)
    return told
