"""Ways to a service for tests: one address, fixed headers, an authority of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from counter_app.connectors.rest_trust import Trust
from counter_app.connectors.rest_wire import Login, Ways, checked


def ways(
    *addresses: str,
    deadline_s: float = 10.0,
    headers: Mapping[str, str] | None = None,
    authority: Path | None = None,
    certificate: Path | None = None,
    pins: frozenset[str] = frozenset(),
) -> Ways:
    """The addresses in this order."""
    trust = Trust(authority=authority, certificate=certificate)
    return Ways(checked(addresses), deadline_s, Login(headers), trust.context, pins)
