"""Connectors that other packages bring, found by their entry point and loaded only where a service names one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from counter_app.domain.catalogue import Service
from counter_app.domain.errors import BadInput

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP: Final = "counter_app.connectors"
BUILT_IN: Final = ("rest", "files", "postgres", "manual")
"""The kinds of connector that this program has itself; no package may bring another of the same name."""


def kinds() -> tuple[str, ...]:
    """The names that may stand as a service's `connector` on this machine."""
    return (*BUILT_IN, *sorted({point.name for point in _points()} - set(BUILT_IN)))


def refuse_taken(name: str) -> None:
    """Raise `connector_name_taken` where packages bring a kind that is there already, or the same one twice."""
    bringing = [point for point in _points() if point.name == name]
    if len(bringing) > (0 if name in BUILT_IN else 1):
        raise BadInput("connector_name_taken", name=name, packages=tuple(map(_package, bringing)))


def load(name: str) -> Any:
    """What a package brings under that name, its `options` checked to be the type of the service's own table.

    Raises `connector_not_installed`, `connector_name_taken` and `connector_broken`.
    """
    refuse_taken(name)
    point = next((point for point in _points() if point.name == name), None)
    if point is None:
        raise BadInput("connector_not_installed", name=name)
    try:
        kind = point.load()
    except Exception as error:
        raise BadInput(
            "connector_broken", name=name, package=_package(point), problem=type(error).__name__
        ) from error
    options = getattr(kind, "options", None)
    typed = options is None or (isinstance(options, type) and issubclass(options, msgspec.Struct))
    if not typed or not callable(getattr(kind, "make", None)):
        raise BadInput("connector_broken", name=name, package=_package(point), problem="Kind")
    return kind


def package_of(name: str) -> str:
    """The package that brings a kind of that name, the name itself where none does any more."""
    return next((_package(point) for point in _points() if point.name == name), name)


def options_of(service: Service, options: type[msgspec.Struct]) -> msgspec.Struct:
    """The service's table `options` as that type; raises `connector_options_wrong`."""
    try:
        return msgspec.convert(service.options, options)
    except msgspec.ValidationError as error:
        raise BadInput("connector_options_wrong", service=service.id, problem=str(error)) from error


def _points() -> list[EntryPoint]:
    from importlib.metadata import entry_points

    return list(entry_points(group=GROUP))


def _package(point: EntryPoint) -> str:
    return point.value if point.dist is None else point.dist.name
