"""Python collects when the window says so, and gives back what it changed."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui import stage
from ui.answering import Answering


class Ring:
    """Holds itself: only a collection frees it."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def answering(application: QApplication) -> Iterator[Answering]:
    made = Answering(application)
    made.start()
    yield made
    made.stop()


def test_python_does_not_collect_by_itself_meanwhile(answering: Answering) -> None:
    assert not gc.isenabled()
    found = weakref.ref(Ring())
    assert found() is not None
    answering.tidy()
    stage.until(lambda: found() is None)


def test_young_garbage_goes_while_people_work(answering: Answering) -> None:
    found = weakref.ref(Ring())
    kept = [[] for _ in range(5000)]
    stage.until(lambda: found() is None)
    assert len(kept) == 5000


def test_afterwards_everything_is_as_before(application: QApplication) -> None:
    before = (gc.isenabled(), sys.getswitchinterval())
    made = Answering(application)
    made.start()
    assert sys.getswitchinterval() < before[1]
    made.stop()
    assert (gc.isenabled(), sys.getswitchinterval()) == before
    assert gc.get_freeze_count() == 0
