"""Which form a service is sent its messages in: one digest of everything in its table that shapes their bytes."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

import msgspec

from counter_app.domain.catalogue import Service

_OWN: Final = ""
_LENGTH: Final = 16


def form_of(service: Service) -> str:
    """The digest of a service's form, in 16 hex digits; empty for this program's own form.

    Where it changes, the same key would stand for other bytes. What says how to reach the centre, or how to read its
    answers, is no part of it. Of a kind of connector that another package brings all options are.
    """
    shape = _shape(service)
    if not shape:
        return _OWN
    return sha256(msgspec.json.encode([service.connector, shape], order="sorted")).hexdigest()[:_LENGTH]


_CREATE: Final = ("once_by", "method", "path", "headers", "body", "items")
_DEPOSITS: Final = ("form", "line", "head", "foot", "delimiter", "encoding", "end_of_line")
_ROWS: Final = ("table", "key", "columns", "body", "codes")


def _shape(service: Service) -> dict[str, Any]:
    """Whatever shapes what is sent; nothing where that is our own form."""
    rest, files, postgres = service.rest, service.files, service.postgres
    if service.connector == "rest" and rest is not None and rest.create is not None:
        return {name: getattr(rest.create, name) for name in _CREATE} | {"codes": rest.codes}
    if service.connector == "files" and files is not None and files.deposits is not None:
        return {name: getattr(files.deposits, name) for name in _DEPOSITS} | {"codes": files.codes}
    if service.connector == "postgres" and postgres is not None:
        return {name: getattr(postgres, name) for name in _ROWS}
    return service.options
