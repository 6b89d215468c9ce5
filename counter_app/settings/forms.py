"""Judges what the settings of several kinds of connector have in common: templates, fields, places, addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Final

from counter_app.domain.catalogue import Configuration, Service
from counter_app.domain.centre_form import FIELDS, Field, FormError, field, template
from counter_app.settings.problem import Path, Problem

ADDRESS: Final = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")
_PLACE: Final = re.compile(r"(kept|file):.+|env:[A-Za-z_][A-Za-z0-9_]*")
_LOOPBACK: Final = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])([:/].*)?")


def addresses(named: Iterable[tuple[Path, str | None]]) -> Iterator[Problem]:
    """Each that is given and no address of a central system."""
    for path, address in named:
        if address is not None and not ADDRESS.fullmatch(address):
            yield Problem(path, "service_address_malformed", {"address": address})


def places(named: Iterable[tuple[Path, str | None]]) -> Iterator[Problem]:
    """Each that is given and is no place of a secret: the secret itself, most likely."""
    for path, place in named:
        if place is not None and not _PLACE.fullmatch(place):
            yield Problem(path, "configuration_no_place")


def readable(address: str) -> bool:
    """Whether what is sent there could be read on its way."""
    return not address.startswith("https:") and not _LOOPBACK.fullmatch(address)


def templates(named: Iterable[tuple[Path, str]], names: Iterable[str] = FIELDS) -> Iterator[Problem]:
    """Each template that cannot be read."""
    for path, text in named:
        yield from tried(partial(template, text, names), path)


def fields_of(text: str, names: Iterable[str] = FIELDS) -> tuple[Field, ...]:
    """The fields of a template, none where it cannot be read."""
    try:
        return template(text, names).fields
    except FormError:
        return ()


def known_fields(named: Iterable[tuple[Path, str]]) -> Iterator[Problem]:
    """Each that is no field of ours in a form that there is."""
    for path, text in named:
        yield from tried(partial(field, text), path)


def tried(read: Callable[[], object], path: Path) -> Iterator[Problem]:
    """The problem that reading raises, at its key."""
    try:
        read()
    except FormError as error:
        yield Problem(path, error.code, {"value": error.value})


def codes(
    service: Service, named: Mapping[str, Mapping[str, str]], path: Path, configuration: Configuration
) -> Iterator[Problem]:
    """What a centre calls our codes: each field there is, and where aids are named, every one that goes there."""
    for name, ours in named.items():
        if name not in FIELDS or "." in name:
            yield Problem((*path, name), "configuration_field_unknown", {"value": name})
        elif name == "aid":
            yield from _every_aid(service, ours, (*path, name), configuration)


def _every_aid(
    service: Service, ours: Mapping[str, str], path: Path, configuration: Configuration
) -> Iterator[Problem]:
    for aid in configuration.aids:
        if service.id in aid.services and aid.code not in ours:
            yield Problem(path, "configuration_code_missing", {"value": aid.code})
    for code in ours:
        if configuration.aid(code) is None:
            yield Problem((*path, code), "configuration_unknown_aid", {"value": code})
