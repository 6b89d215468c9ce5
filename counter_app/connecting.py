"""Ways to the centres: which connector a service gets, and what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from counter_app.connectors.guarded import guarded
from counter_app.connectors.kind import Kind, Setup
from counter_app.domain.catalogue import Service
from counter_app.service.centre_secrets import secret_at
from counter_app.service.workstation import Workstation
from counter_app.settings import plugins
from counter_app.sync.port import Connector


def kind_of(name: str) -> Kind:
    """The kind of connector of that name, built in or brought by another package.

    Raises `connector_not_installed`, `connector_name_taken` and `connector_broken`.
    """
    built_in = _BUILT_IN.get(name)
    if built_in is None:
        found: Kind = plugins.load(name)
        return found
    plugins.refuse_taken(name)
    return built_in


def connect(service: Service, workstation: Workstation) -> Connector:
    """The connector of a service, as the office configured it; relative paths are told from the workstation's own."""
    kind = kind_of(service.connector)
    options = None if kind.options is None else plugins.options_of(service, kind.options)
    setup = Setup(
        service=service,
        folder=workstation.data,
        counter=workstation.office.counter,
        aids=tuple(aid.code for aid in workstation.configuration.aids if service.id in aid.services),
        secret=lambda place: secret_at(place, workstation),
        options=options,
    )
    return kind.make(setup) if service.connector in _BUILT_IN else guarded(kind, setup)


def _rest(setup: Setup) -> Connector:
    from counter_app.connectors.rest_made import made

    return made(setup)


def _files(setup: Setup) -> Connector:
    from counter_app.connectors.files_made import made

    return made(setup)


def _postgres(setup: Setup) -> Connector:
    from counter_app.connectors.postgres import connected

    return connected(setup)


def _manual(setup: Setup) -> Connector:
    from counter_app.connectors.manual import ManualConnector

    return ManualConnector()


_BUILT_IN: Final[Mapping[str, Kind]] = {
    "rest": Kind(_rest),
    "files": Kind(_files),
    "postgres": Kind(_postgres),
    "manual": Kind(_manual),
}
