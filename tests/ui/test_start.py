"""What is loaded when the first page is painted, and what starting says where there is no screen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = (
    "sqlcipher3 sqlite_utils reportlab httpx2 httpcore2 cryptography argon2 babel starlette uvicorn pypdfium2 pydantic"
    " msgspec PIL tomlkit concurrent.futures importlib.metadata importlib.resources ui.practice"
    " counter_app.bootstrap counter_app.domain.commands"
).split()

WATCH = """
import json, sys
from pathlib import Path
sys.argv = ["counter-app"]
from counter_app.cli.main import run
from counter_app.__main__ import window
seen = []
import ui.app
told = ui.app._told
def tell(milliseconds, application):
    seen.append(sorted(sys.modules))
    application.quit()
ui.app._told = tell
status = run(["--data", DATA, "--measure-start"], window)
print(json.dumps({"status": status, "modules": seen[0]}))
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


def test_the_first_page_is_painted_before_any_driver_is_loaded(busy_morning: Path) -> None:
    done = start("-c", WATCH.replace("DATA", repr(str(busy_morning))))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["status"] == 0
    assert "PySide6" in told["modules"]
    assert [name for name in HEAVY if name in told["modules"]] == []


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
