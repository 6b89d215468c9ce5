"""The morning after as scenes: the centre answers again, what waited is sent, and what differs is decided."""

from __future__ import annotations

from ui.pages.differences import DifferencesPage
from ui.practice.beats import Press, Say, Script, Type, Wait, Work
from ui.practice.scenes import (
    Cast,
    Part,
    Scene,
    approval,
    at,
    evening,
    first_citizen,
    keys,
    many_citizens,
    morning,
    outage,
    recorded,
    second_citizen,
    sign_in,
    third_citizen,
)
from ui.reconciling import Reconciling


def centre_back(cast: Cast) -> Script:
    """IT sends what waits, one key for all of it."""
    text = cast.text
    yield Work(cast.day.come_back)
    yield from at(
        cast,
        8,
        30,
        text(
            "The next morning every central system answers again. IT reads what waits, in counts and in euros, and"
            " sends it with one key."
        ),
        next_day=True,
    )
    yield from sign_in(cast, "it")
    yield Say(
        text(
            "This centre was told to behave badly: it loses answers, answers late, twice, or for somebody else."
            " What has no proof is asked about before anything is sent again."
        )
    )
    yield from _send(cast)


def differences(cast: Cast) -> Script:
    """What no rule may settle is decided by a person, with a reason."""
    text = cast.text
    yield Say(
        text(
            "What the centre rejects or shows otherwise than it was sent waits for a person, with both sides beside"
            " one another."
        )
    )
    yield Press("F11")
    yield Wait(lambda: not cast.main.tasks.busy)
    if _something_waits(cast):
        yield Press("F9")
        yield Say(
            text("IT decides and says why: whoever audits this reads the reason, not the machine’s guess.")
        )
        yield Press("Tab")
        yield Type(text("Rang the centre; the paper receipt was read out to them."))
        yield Press("F9")
        yield from recorded(cast, "unit_decided")
        yield Press("Esc")
    else:
        yield Say(text("This time there is nothing to decide."))
    yield Say(
        text("The rest is decided in the same way, at every counter, until nothing is left unexplained.")
    )
    yield Work(cast.day.settle)
    yield Work(cast.day.confirm)


def over(cast: Cast) -> Script:
    """The outage is closed, and the books are held against the centre's own."""
    text = cast.text
    yield from at(
        cast,
        9,
        30,
        text("Everything is explained: the outage is over for every service, and the timeline says so."),
        next_day=True,
    )
    yield from keys("F10", "Ctrl+K", "F9")
    yield from recorded(cast, "incident_closed")
    yield Press("Esc")
    yield Press("F5")
    yield Say(
        text(
            "Now every journal is proved, and held entry by entry against what the centre has in its own books."
        )
    )


def _send(cast: Cast) -> Part:
    yield from keys("F5", "F9")
    yield Wait(lambda: _has_run(cast))
    yield Work(cast.day.confirm)


def _something_waits(cast: Cast) -> bool:
    page = None if cast.main.shell is None else cast.main.shell.page
    return isinstance(page, DifferencesPage) and page.table.model().rowCount() > 0


def _has_run(cast: Cast) -> bool:
    shell = cast.main.shell
    if shell is None:
        return False
    found = Reconciling.of(shell.session.bridge)
    return bool(found.results) and not found.busy


SCENES: tuple[Scene, ...] = (
    morning,
    outage,
    first_citizen,
    second_citizen,
    third_citizen,
    many_citizens,
    approval,
    evening,
    centre_back,
    differences,
    over,
)
"""The whole play, in its order."""
