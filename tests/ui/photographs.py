"""Photographs of the pages: `python -m tests.ui.photographs build/photographs [--scale 1.25] [--language fr]`.

One process photographs one scale, since Qt fixes it at the start; without `--scale` there is one for each.
"""

from __future__ import annotations

import argparse
import os
import shutil
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
    from tests.ui import office_day, scenes, stage
    from ui.main_window import MainWindow

    scale = float(chosen.scale[0])
    size = (int(SCREEN[0] / scale), int(SCREEN[1] / scale))

    def shot(window: MainWindow, name: str) -> None:
        if chosen.page and not any(name.startswith(page) for page in chosen.page):
            return
        stage.until(lambda: not window.tasks.busy)
        stage.settle(30)
        window.grab().save(str(chosen.folder / f"{name}-{language}-{theme}-{chosen.scale[0]}.png"))

    with (
        tempfile.TemporaryDirectory() as folder,
        office_day.centre(Path(folder)) as address,
        office_day.clock_of_the_office(office_day.at("08:25", 16)) as clock,
    ):
        scratch = Path(folder)
        office_day.make_office(scratch / "noon", address, clock)
        for theme in chosen.theme or THEMES:
            for language in chosen.language or LANGUAGES:
                window = stage.window_on(scratch / "empty", language, theme, size)
                shot(window, "first_run")
                stage.close(window)
                data = scratch / f"{theme}-{language}"
                shutil.copytree(scratch / "noon", data)
                window = stage.window_on(data, language, theme, size)
                for name in scenes.scenes(window):
                    shot(window, name)
                stage.close(window)


if __name__ == "__main__":
    sys.exit(main())
