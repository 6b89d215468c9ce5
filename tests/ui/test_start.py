"""What is loaded when the first page is painted, and what starting says where there is no screen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
# All of ours that the first paint has a use for. Whoever adds one here makes every start slower: import it where it is
# first needed instead.
OURS = (
    "counter_app counter_app.__main__ counter_app.cli counter_app.cli.console counter_app.cli.main"
    " counter_app.cli.options counter_app.domain counter_app.domain.errors counter_app.domain.money"
    " counter_app.service counter_app.service.presence counter_app.text resources"
    " ui ui.answering ui.app ui.bindings ui.frame ui.frame.idle ui.gate ui.main_window ui.mnemonics ui.pages"
    " ui.pages.unlock ui.preferences ui.shortcuts ui.tasks ui.theme ui.theme.current ui.theme.density ui.theme.fonts"
    " ui.theme.icons ui.theme.style ui.theme.tokens ui.widgets ui.widgets.announce ui.widgets.buttons"
    " ui.widgets.card ui.widgets.fields ui.widgets.labels ui.widgets.message_bar ui.widgets.scroll"
).split()
FOREIGN = {"PySide6", "shiboken6", "shibokensupport", "signature_bootstrap", "__feature__"}
QT = {"PySide6.QtCore", "PySide6.QtGui", "PySide6.QtSvg", "PySide6.QtWidgets"}
# Of Python itself what costs a start most.
HEAVY = set(
    "asyncio concurrent.futures csv ctypes decimal email getpass hashlib http.client importlib.metadata"
    " importlib.resources multiprocessing socket sqlite3 ssl subprocess tomllib urllib.request uuid xml"
    " zoneinfo".split()
)

WATCH = """
import sys
before = set(sys.modules)
import json, linecache
from counter_app import __main__ as entrance
from counter_app.cli.main import run
sys.argv = ["counter-app"]
seen = {}
def painted():
    seen.update(modules=sorted(set(sys.modules) - before), read=sorted(linecache.cache))
    return 1.0
entrance._running_ms = painted
status = run(["--data", DATA, "--measure-start"], entrance.window)
print(json.dumps({"status": status, **seen}))
"""


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    place = {"QT_QPA_PLATFORM": "offscreen", "PATH": os.environ["PATH"], "LANG": "en_GB.UTF-8", **environment}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=place,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def at_first_paint(busy_morning: Path) -> dict[str, Any]:
    """What had been loaded, and whose source had been read, when the first page was painted."""
    done = start("-c", WATCH.replace("DATA", repr(str(busy_morning))))
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert told["status"] == 0
    return told


def test_the_first_page_is_painted_before_any_driver_is_loaded(at_first_paint: dict[str, Any]) -> None:
    modules = set(at_first_paint["modules"])
    packages = {name.split(".")[0] for name in modules}
    ours = {"counter_app", "ui", "resources"}
    assert packages - sys.stdlib_module_names - ours == FOREIGN
    assert {name for name in modules if name.startswith("PySide6.Qt")} == QT
    assert modules & HEAVY == set()


def test_of_ours_only_what_the_first_page_shows_is_loaded(at_first_paint: dict[str, Any]) -> None:
    ours = ("counter_app", "ui", "resources")
    loaded = [name for name in at_first_paint["modules"] if name.split(".")[0] in ours]
    assert sorted(loaded) == sorted(OURS)


def test_qts_bindings_read_no_source_of_ours(at_first_paint: dict[str, Any]) -> None:
    read = [Path(name) for name in at_first_paint["read"]]
    late = [str(file) for file in read if file.is_relative_to(ROOT / "ui") and file.name != "__init__.py"]
    assert late == []


def test_measuring_the_start_tells_milliseconds_and_ends(busy_morning: Path) -> None:
    done = start("-m", "counter_app", "--data", str(busy_morning), "--measure-start")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["first_paint_ms"] > 10


def test_without_a_screen_a_sentence_says_what_to_do(busy_morning: Path) -> None:
    done = start("-m", "counter_app", "--data", str(busy_morning), QT_QPA_PLATFORM="")
    if sys.platform == "linux":
        assert done.returncode == 3
        assert "no screen" in done.stderr
        assert "Traceback" not in done.stderr
