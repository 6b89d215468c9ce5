"""What a kind of connector is to the rest of the program: how one is made of a service's settings, and its words.

Another package offers one under an entry point of the group `counter_app.connectors`; its name is what stands as a
service's `connector` in `office.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from counter_app.domain.catalogue import Service
from counter_app.sync.port import Connector


@dataclass(frozen=True, slots=True)
class Setup:
    """What a connector is made of.

    `aids` are the codes of those that go to the service. `folder` is the workstation's own, from which relative paths
    are read; `secret` fetches what `office.toml` only names (`kept:…`, `file:…`, `env:…`) and raises `secret_missing`.
    `options` is the service's table of that name, as the `options` type of the kind.
    """

    service: Service
    folder: Path
    counter: str
    aids: tuple[str, ...]
    secret: Callable[[str], str]
    options: Any = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One way of reaching a central system.

    `make` raises an error of `counter_app.domain.errors` where the settings cannot work; `options` is the type of
    the service's table `options`, for kinds that other packages bring. `words` are sentences for the findings of
    `Connector.check`, by code and by whether all is well.
    """

    make: Callable[[Setup], Connector]
    options: type[msgspec.Struct] | None = None
    words: Mapping[tuple[str, bool], str] = field(default_factory=dict)
