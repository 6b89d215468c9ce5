"""Practice with a centre that loses what it accepted: its people audit, and nothing is missing in the end."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from counter_app.practice.drill import Play, play
from counter_app.text import Text


def test_what_the_centre_lost_is_there_again_at_the_end_of_a_play(tmp_path: Path) -> None:
    told: list[dict[str, Any]] = []

    def tell(words: str, **params: Any) -> None:
        told.append(params)

    what = Play(
        tmp_path, seed=3, requests=40, counters=1, faults="lost-accepted", sample="ccas", text=Text("en")
    )
    played = play(what, tell)
    assert played.reckoning.is_clean
    (audited,) = [params for params in told if "back" in params]
    assert audited["lost"] == audited["back"]
    with closing(sqlite3.connect(tmp_path / "centre.db")) as centre:
        asked = centre.execute("SELECT count(*) FROM visit WHERE what = 'POST queries'").fetchone()
    assert asked[0] > 0
