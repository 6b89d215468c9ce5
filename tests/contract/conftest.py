"""Each way of reaching a centre in turn, beside the server behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counter_app.sync.port import Connector
from tests.contract.servers import FaultFree, Served, Servers
from tests.contract.targets import TARGETS, Target


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Starts servers, and ends them after the run."""
    running = Servers(tmp_path_factory.mktemp)
    yield running
    running.close()


@pytest.fixture(params=TARGETS, ids=lambda target: target.name)
def target(request: pytest.FixtureRequest) -> Target:
    """Each way of reaching a centre in turn."""
    chosen: Target = request.param
    return chosen


@pytest.fixture
def centre(target: Target, servers: Servers) -> Served:
    """The target's centre without faults."""
    served: Served = target.serve(servers, FaultFree)
    return served


@pytest.fixture
def connector(target: Target, centre: Served) -> Iterator[Connector]:
    """A connector to the centre without faults."""
    made = target.connect(centre)
    yield made
    made.close()


@pytest.fixture
def nowhere(target: Target, tmp_path: Path) -> Iterator[Connector]:
    """A connector to a centre that isn't there."""
    made = target.connect_nowhere(tmp_path)
    yield made
    made.close()
