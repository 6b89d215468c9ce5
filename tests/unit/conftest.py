"""Workstations for the tests of the core."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.counters import Desk, Templates


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture
def open_desk(templates: Templates, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Opens workstations in folders of their own; each is closed at the end."""
    opened: list[Desk] = []

    def open_one(counter: str = "A1", sample: str = "ccas", folder: str = "") -> Desk:
        desk = Desk(templates.copy(counter, tmp_path / (folder or counter), sample))
        opened.append(desk)
        return desk

    yield open_one
    for desk in opened:
        desk.close()


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """Counter A1 of the sample `ccas`, open for writing."""
    return open_desk()
