"""How the balance stands with the signatures of the centres, in words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Final

from counter_app.text import N_, Text

if TYPE_CHECKING:
    from counter_app.service.countersigning import Signing

_WORDS: Final = {
    "both": N_("Signed by both sides: {services}."),
    "changed": N_("To be signed anew: {services}."),
    "waiting": N_("To be signed by the centre: {services}."),
}


def signing_words(
    text: Text, name: Callable[[str], str], signings: Collection[Signing], open_still: Collection[str]
) -> str:
    """A line for each way in which balances stand; empty where nobody was named who signs.

    A service of those that are `open_still` is not yet to be signed: its balance will say something else.
    """
    lines = []
    for state, words in _WORDS.items():
        services = [
            name(one.service)
            for one in signings
            if one.state == state and not (state == "waiting" and one.service in open_still)
        ]
        if services:
            lines.append(text(words, services=services))
    return "\n".join(lines)
