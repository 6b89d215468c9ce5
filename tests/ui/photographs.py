"""Photographs of the pages: `python -m tests.ui.photographs out/photographs [--scale 1.25] [--language fr]`.

One process photographs one scale, since Qt fixes it at the start; without `--scale` there is one for each.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SCALES = ("1.0", "1.25", "1.5", "2.0")
THEMES = ("light", "dark", "contrast")
LANGUAGES = ("fr", "qps")
SCREEN = (1366, 768)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", choices=SCALES, action="append")
    parser.add_argument("--theme", choices=THEMES, action="append")
    parser.add_argument("--language", action="append")
    parser.add_argument(
        "--page", action="append", help="only these: first_run, unlock, sign_in, or a page's id"
    )
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    if chosen.scale and len(chosen.scale) == 1:
        photograph(chosen)
        return 0
    for scale in chosen.scale or SCALES:
        again = [sys.executable, "-m", "tests.ui.photographs", str(chosen.folder), "--scale", scale]
        for name in ("theme", "language", "page"):
            for value in getattr(chosen, name) or ():
                again += [f"--{name}", value]
        place = {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale}
        subprocess.run(again, check=True, env=os.environ | place)
    return 0


def photograph(chosen: argparse.Namespace) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = chosen.scale[0]
    from tests.ui import stage
    from tests.unit.counters import Templates
    from ui.main_window import MainWindow

    scale = float(chosen.scale[0])
    size = (int(SCREEN[0] / scale), int(SCREEN[1] / scale))

    def shot(window: MainWindow, name: str) -> None:
        if chosen.page and not any(name.startswith(page) for page in chosen.page):
            return
        stage.until(lambda: not window.tasks.busy)
        stage.settle(30)
        window.grab().save(str(chosen.folder / f"{name}-{language}-{theme}-{chosen.scale[0]}.png"))

    with tempfile.TemporaryDirectory() as scratch:
        templates = Templates(Path(scratch) / "templates")
        data = stage.fresh(templates, Path(scratch) / "data", with_morning=True)
        for theme in chosen.theme or THEMES:
            for language in chosen.language or LANGUAGES:
                window = stage.window_on(Path(scratch) / "empty", language, theme, size)
                shot(window, "first_run")
                stage.close(window)
                window = stage.window_on(data, language, theme, size)
                shot(window, "unlock")
                stage.unlock(window)
                shot(window, "sign_in")
                for person in (stage.AGENT, stage.SUPERVISOR, stage.IT):
                    pages(window, person, shot)
                    window.change_agent()
                    stage.settle()
                stage.close(window)


def pages(window: object, person: str, shot: object) -> None:
    from tests.ui import stage
    from ui.main_window import MainWindow
    from ui.pages import pages_for

    assert isinstance(window, MainWindow)
    assert callable(shot)
    stage.sign_in(window, person)
    assert window.shell is not None
    role = window.shell.session.person.role
    for spec in pages_for(role):
        if spec.in_navigation:
            window.navigate(spec.id)
            shot(window, f"{spec.id}-{role}")
    window.shell.show_keys()
    shot(window, f"keys-{role}")
    window.shell.show_keys()


if __name__ == "__main__":
    sys.exit(main())
