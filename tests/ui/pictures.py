"""The pictures of the documentation: `python -m tests.ui.pictures docs/pictures`, or `make pictures`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

_COLOURS = 256
_MOST_BYTES = 250_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A file of the documentation, and the photograph that it is made from."""

    name: str
    scene: str
    theme: str = "light"
    language: str = "en"


PICTURES = (
    Picture("agent-search", "found-agent"),
    Picture("agent-act", "act_paid-agent"),
    Picture("agent-what-now", "what_now-agent"),
    Picture("agent-citizen-contrast", "citizen-agent", "contrast", "fr"),
    Picture("supervisor-approval", "approval-supervisor", language="fr"),
    Picture("supervisor-closing", "closing-supervisor", "dark"),
    Picture("supervisor-outage", "incident-supervisor"),
    Picture("it-recovery", "recovery_run-it"),
    Picture("it-difference", "unit_disputed-it", "dark", "fr"),
)


def main() -> int:
    """Photograph what is needed at 1366×768 and write each picture small."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for theme, language in sorted({(one.theme, one.language) for one in PICTURES}):
            command = [sys.executable, "-m", "tests.ui.photographs", scratch, "--scale", "1.0"]
            command += ["--theme", theme, "--language", language]
            for one in PICTURES:
                if (one.theme, one.language) == (theme, language):
                    command += ["--page", one.scene]
            subprocess.run(command, check=True)
        for one in PICTURES:
            taken = Path(scratch) / f"{one.scene}-{one.language}-{one.theme}-1.0.png"
            write_small(taken, folder / f"{one.name}.png")
    return 0


def write_small(taken: Path, target: Path) -> None:
    """The same picture in few colours, without dithering: letters stay sharp."""
    with Image.open(taken) as image:
        few = image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
        few.save(target, optimize=True)
    if target.stat().st_size > _MOST_BYTES:
        raise SystemExit(f"{target} is larger than {_MOST_BYTES} bytes: take a calmer scene")


if __name__ == "__main__":
    sys.exit(main())
