"""A window in a process of its own whose agent types half a form: `python -m tests.ui.typist DATA`, to be killed."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from pathlib import Path

from tests.ui import stage
from tests.ui.test_act import Hands, Key, new_citizen, page


def main() -> None:
    """Sign in, begin with a new citizen, type an amount, a tick and a note; say so, and wait for the end."""
    window = stage.window_on(Path(sys.argv[1]))
    stage.unlock(window)
    stage.sign_in(window)
    hands = Hands(window)
    new_citizen(hands, "Petit", "Luc", "1975")
    hands.press(Key.Key_Down)
    hands.tab()
    hands.type("33,10")
    hands.tab()
    hands.type(" ")
    act = page(window)
    assert act.form.evidence == ("interview",)
    # Of what is typed last, a draft may lack two seconds.
    stage.settle(1600)
    stage.until(lambda: not window.tasks.busy)
    sys.stdout.write("typed\n")
    sys.stdout.flush()
    stage.settle(600_000)


if __name__ == "__main__":
    main()
