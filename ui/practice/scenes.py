"""The day of an outage as scenes: what happens and why in a caption, and the keys with which people do it.

Each scene is a script of its own. They are written for the CCAS sample: the order of its aids and its threshold of
approval are in the keys.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from counter_app.text import Text
from ui.practice.beats import Beat, Press, Say, Script, Type, Wait, Work

if TYPE_CHECKING:
    from counter_app.practice.one_day import Heard, OneDay, Visitor
    from ui.main_window import MainWindow

Part = Generator[Beat, Any, None]
_BROUGHT: Final = "500"
_SMALL, _LARGE = "42,50", "75"


@dataclass(slots=True)
class Cast:
    """What a scene works with: the window on the stage, what goes on behind it, and what its journal took."""

    main: MainWindow
    day: OneDay
    heard: Heard
    text: Text


Scene = Callable[[Cast], Script]


def at(cast: Cast, hour: int, minute: int, words: str, *, next_day: bool = False) -> Part:
    """A caption with its time of day, to which the clock moves on."""
    moment = cast.day.go_to(hour, minute, next_day=next_day)
    yield Say(f"{cast.text.time(moment)} — {words}")


def keys(*sequences: str) -> Part:
    """One key after the other."""
    for sequence in sequences:
        yield Press(sequence)


def recorded(cast: Cast, kind: str) -> Part:
    """Wait for an entry, and note that it was confirmed."""
    yield Wait(lambda: cast.heard.took(kind))
    yield Work(cast.day.confirm)


def sign_in(cast: Cast, role: str) -> Part:
    """Change agent, walk to the name with the arrows, type the PIN."""
    from ui.pages.sign_in import SignIn

    person, pin = cast.day.person(role)
    if cast.main.gate is None:
        yield Press("Ctrl+L")
    yield Wait(lambda: isinstance(cast.main.gate, SignIn))
    gate = cast.main.gate
    if isinstance(gate, SignIn):
        names = [each.id for each in cast.day.colleagues]
        steps = names.index(person) - names.index(gate.people.value())
        yield from keys(*["Down" if steps > 0 else "Up"] * abs(steps))
    yield Type(pin)
    yield Press("Return")
    yield Wait(lambda: cast.main.gate is None)


def morning(cast: Cast) -> Script:
    """The drawer is filled and the day opened."""
    text = cast.text
    yield from at(
        cast,
        8,
        30,
        text(
            "The supervisor signs in with a PIN. The passphrase has opened the journal for the day already."
        ),
    )
    yield from sign_in(cast, "supervisor")
    yield Say(
        text(
            "The treasury has brought the float. It is recorded with its paper, then counted: the day is open."
        )
    )
    yield from keys("F7", "Ctrl+B")
    yield Type(_BROUGHT)
    yield Press("Return")
    yield Type("BX 12")
    yield Press("Return")
    yield from recorded(cast, "cash_replenished")
    yield from keys("Esc", "Ctrl+O")
    yield Type(_BROUGHT)
    yield Press("Return")
    yield from recorded(cast, "day_opened")
    yield Press("Esc")


def outage(cast: Cast) -> Script:
    """Nothing answers any more; it is declared for every service."""
    text = cast.text
    yield from at(
        cast,
        8,
        40,
        text(
            "The file of aids no longer answers, nor does the treasury. The supervisor declares it: from now on"
            " citizens’ rights count from the day they came, whatever the centre knows."
        ),
    )
    yield from keys("F10", "F9")
    yield Type(text("No answer since 8:40"))
    yield Press("Return")
    for place, _service in enumerate(cast.day.services):
        yield from keys(*(["Tab"] if place else []), "Down")
    yield Press("F9")
    yield from recorded(cast, "incident_declared")
    yield Press("Esc")


def first_citizen(cast: Cast) -> Script:
    """Somebody new is found nowhere, recorded, granted and paid."""
    text = cast.text
    visitor, *_ = cast.day.visitors(1)
    yield from at(
        cast,
        9,
        5,
        text(
            "The agent takes over. The first citizen is typed into the search; nobody of that name is known here,"
            " so Ctrl+N carries the name over to a new person."
        ),
    )
    yield from sign_in(cast, "agent")
    yield from _introduce(cast, visitor)
    yield Say(
        text(
            "The form asks only for what the rule of this aid looks at, and says while it is typed what may still"
            " be granted. Paid in cash by a colleague: who grants does not pay."
        )
    )
    yield Press("Down")
    yield Press("Tab")
    yield Type(_SMALL)
    yield from keys("Tab", "Space", "Tab", "Space")
    # Past the means and the colleague who pays, to how the citizen acknowledges the money: signed.
    yield from keys("Tab", "Tab", "Tab", "Down", "F9")
    yield from recorded(cast, "aid_granted")
    yield Say(
        text(
            "Granted, and on the disk before the number was shown. The receipt proves it without any centre;"
            " practice keeps it as a PDF and leaves your printer alone."
        )
    )
    yield Press("Return")


def second_citizen(cast: Cast) -> Script:
    """An amount above the threshold waits for a second person."""
    text = cast.text
    visitor = cast.day.visitors(2)[1]
    yield from at(
        cast,
        10,
        20,
        text(
            "The next citizen needs more than an agent may grant alone. It is recorded all the same, and goes to the"
            " supervisor by itself."
        ),
    )
    yield from _introduce(cast, visitor)
    yield from keys("Down", "Tab")
    yield Type(_LARGE)
    yield from keys("Tab", "Space", "F9")
    yield from recorded(cast, "aid_granted")
    yield Press("Return")


def third_citizen(cast: Cast) -> Script:
    """A refusal has a reason, and a receipt too."""
    text = cast.text
    visitor = cast.day.visitors(3)[2]
    yield from at(
        cast,
        11,
        10,
        text("A refusal is an act too: its reason is chosen, and the receipt says how to appeal against it."),
    )
    yield from _introduce(cast, visitor)
    yield from keys("Ctrl+F9", "Down", "F9")
    yield from recorded(cast, "aid_refused")
    yield Press("Return")


def many_citizens(cast: Cast) -> Script:
    """The rest of the day goes by unseen."""
    text = cast.text
    yield from at(
        cast,
        12,
        0,
        text("The hours go by: the other citizens are served in the same way, and we look at today’s list."),
    )
    yield Press("F6")
    served = yield Work(cast.day.serve)
    yield Work(cast.day.confirm)
    yield Say(
        text.plural(
            "One more citizen was served. No central system has answered all day, and nobody was sent away.",
            "{n} more citizens were served. No central system has answered all day, and nobody was sent away.",
            served,
        )
    )


def approval(cast: Cast) -> Script:
    """The second person decides with an own PIN."""
    text = cast.text
    yield from at(
        cast,
        16,
        0,
        text(
            "The supervisor looks at what waits: why it needs a second person, and what the limits leave. Approving"
            " takes the supervisor’s own PIN."
        ),
    )
    yield from sign_in(cast, "supervisor")
    yield from keys("F4", "F9")
    yield Type(cast.day.person("supervisor")[1])
    yield Press("F9")
    yield from recorded(cast, "approval_decided")
    yield Press("Esc")


def evening(cast: Cast) -> Script:
    """The drawer is counted, the day closed, its log kept."""
    text = cast.text
    yield from at(
        cast,
        16,
        45,
        text(
            "The day is closed: the drawer is counted note by note against what the books say. What is still unsent"
            " or irregular is listed, never hidden."
        ),
    )
    yield from keys("F7", "F9")
    cents: int = yield Work(cast.day.drawer_cents)
    for piece in cast.day.pieces:
        count, cents = divmod(cents, piece)
        if count:
            yield Type(str(count))
        if not cents:
            break
        yield Press("Return")
    yield from keys("F9", "F9")
    yield from recorded(cast, "day_closed")
    yield Say(
        text(
            "Closed and signed. The daily log says on paper what was done today; we keep it beside the receipts."
        )
    )
    yield Work(cast.day.evening)
    yield Press("Esc")


def _introduce(cast: Cast, visitor: Visitor) -> Part:
    """From the search to the act: the surname is carried over, given names and birth are added."""
    yield Press("F2")
    yield Type(visitor.surname)
    yield Press("Ctrl+N")
    yield Type(visitor.given_names)
    yield Press("Tab")
    yield Type(visitor.born)
    yield from keys("Tab", "Down", "Ctrl+Return")
    yield Wait(lambda: cast.main.shell is not None and cast.main.shell.here == "act")
