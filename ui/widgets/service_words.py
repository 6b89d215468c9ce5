"""What the states of central services are called on a supervisor's screen."""

from __future__ import annotations

from typing import Final

from counter_app.text import N_
from ui.widgets.badge import State

SERVICES: Final = {
    "down": State(N_("Down"), "bad", "plug-connected-x"),
    "unstable": State(N_("Unstable"), "warn", "activity"),
    "back": State(N_("Working again"), "ok", "plug-connected"),
    "closed": State(N_("Ended"), "neutral", "check"),
    "": State(N_("No outage"), "neutral", "circle-check"),
}
