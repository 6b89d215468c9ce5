"""The real window on a desktop of its own; where the machine lacks the tools the tests say what to install."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.counters import Templates
from tests.window.desktop import Desktop, missing
from tests.window.screen import Screen

Opener = Callable[..., Screen]


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture
def afternoon(templates: Templates, tmp_path: Path) -> Path:
    """A workstation at four in the afternoon, closed."""
    from tests.ui.afternoon import afternoon

    data = templates.copy("A1", tmp_path / "afternoon")
    afternoon(data)
    return data


@pytest.fixture(scope="session")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    if sys.platform != "linux":
        pytest.skip("Xvfb and AT-SPI are at home on Linux")
    lacking = missing()
    if lacking:
        pytest.skip(f"install {' '.join(lacking)}")
    # The path of a socket may have 107 characters, which pytest's folders nearly reach.
    with tempfile.TemporaryDirectory(prefix="counter-") as runtime:
        made = Desktop(tmp_path_factory.mktemp("home"), Path(runtime))
        try:
            made.start()
            yield made
        finally:
            made.stop()


@pytest.fixture
def open_screen(desktop: Desktop) -> Iterator[Opener]:
    """Opens the program on a workstation's folder; it is closed at the end as a user closes it."""
    opened: list[Screen] = []

    def open_one(data: Path, language: str = "en") -> Screen:
        made = Screen(desktop, data, language)
        opened.append(made)
        return made

    yield open_one
    for made in opened:
        made.close()
