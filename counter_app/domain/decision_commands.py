"""What a person decides after the outage: on units that no rule settles, and on who is who in the register."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from counter_app.domain.command_shape import Code, Command, EntryId


class DecideUnit(Command, tag="decide_unit", frozen=True, kw_only=True):
    """A person's decision on a unit that a rule cannot settle: what stands, and why.

    `take_up` sends a set-aside unit again, `replay` one that is lost or unknown, `new_key` sends under another key what
    the centre was read not to hold. `accept` closes it as held by the centre (its `number`), `link` as the centre's
    record of the same person (its `number` there), `correct` as said anew by the entry `by`, `keep_both` as another act
    than the centre's, `close` as never to be taken there; `waive` and `recover` close it too and say what becomes of
    the money that was paid.
    """

    target: EntryId
    service: Code
    part: Code = "main"
    decision: Literal[
        "take_up",
        "replay",
        "accept",
        "close",
        "waive",
        "recover",
        "link",
        "keep_both",
        "correct",
        "new_key",
    ]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
    number: Code | None = None
    by: EntryId | None = None


class UndoDecision(Command, tag="undo_decision", frozen=True, kw_only=True):
    """Take back the decision on a unit, as long as nothing was sent or told of the unit since."""

    target: EntryId
    service: Code
    part: Code = "main"
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


class HandUnit(Command, tag="hand_unit", frozen=True, kw_only=True):
    """Hand a unit that needs a person to a colleague who may decide it; it stays where it stands."""

    target: EntryId
    service: Code
    part: Code = "main"
    to: Code
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


class JudgePair(Command, tag="judge_pair", frozen=True, kw_only=True):
    """A person looked at two requests for the same aid: whether the later one is the earlier made again, and why.

    Or at two payments that settled one month of a contribution: whether it was paid twice.
    """

    first: EntryId
    second: EntryId
    verdict: Literal["same", "other"]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


class MatchPerson(Command, tag="match_person", frozen=True, kw_only=True):
    """A person looked at a pair: whether whom an entry is about is a person of the register, and why.

    `score` is what the comparison gave, in thousandths; `evidence` its codes.
    """

    target: EntryId
    register_id: Code
    verdict: Literal["same", "other"]
    score: Annotated[int, msgspec.Meta(ge=0, le=1000)]
    evidence: tuple[Code, ...] = ()
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
