"""Makes the connector of a service over HTTP out of its settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from counter_app.connectors.kind import Setup
from counter_app.connectors.rest import RestConnector
from counter_app.connectors.rest_login import login_of
from counter_app.connectors.rest_trust import Trust
from counter_app.connectors.rest_wire import Ways, checked
from counter_app.domain.rest_way import RestWay
from counter_app.sync.port import Connector


def made(setup: Setup) -> Connector:
    """The connector; raises `service_address_malformed`, `secret_missing` and what `Trust.context` raises."""
    service = setup.service
    way = service.rest or RestWay()
    ways = _ways(setup, way)
    sandbox = None if way.sandbox is None else replace(ways, addresses=checked([way.sandbox]))
    if way.create is None:
        return RestConnector(ways, service.id, batch_max=service.batch_max, sandbox=sandbox)
    from counter_app.connectors.rest_foreign import ForeignConnector, NumberedConnector

    kind = ForeignConnector if way.ask_number is None else NumberedConnector
    return kind(
        ways,
        way,
        way.create,
        batch_max=service.batch_max,
        sandbox=sandbox,
        repeats=service.idempotent,
        aid=next(iter(setup.aids), ""),
    )


def _ways(setup: Setup, way: RestWay) -> Ways:
    service = setup.service
    trust = Trust(
        authority=_file(setup, way.authority),
        certificate=_file(setup, way.certificate),
        key=_file(setup, way.certificate_key),
        passphrase=None if way.certificate_passphrase is None else setup.secret(way.certificate_passphrase),
    )
    ways = Ways(
        addresses=checked([service.address or "", *service.standby]),
        deadline_s=service.deadline_s,
        login=login_of(way.login, setup.secret),
        pins=frozenset(way.pins),
    )
    if trust == Trust():
        return ways
    # Read at once: a file that is missing is told before anything is sent.
    context = trust.context()
    return replace(ways, tls=lambda: context)


def _file(setup: Setup, name: str | None) -> Path | None:
    return None if name is None else setup.folder / name
