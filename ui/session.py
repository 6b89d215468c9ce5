"""What a page works with: who is signed in, the open workstation, words, threads, and the way to other pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from counter_app.text import Text
from ui.tasks import Tasks

if TYPE_CHECKING:
    from counter_app.domain.catalogue import Person
    from counter_app.service.key_changes import KeyChange
    from counter_app.service.workstation import Workstation
    from ui.bridge import Bridge
    from ui.case import Case


class Navigator(Protocol):
    """Whoever shows pages."""

    def navigate(self, page_id: str, **args: object) -> None:
        """Show a page; what is given reaches its `activated`."""
        ...

    def change_agent(self) -> None:
        """Hide everything and ask who is there."""
        ...

    def change_keys(self, change: KeyChange, done: str) -> None:
        """Close the workstation for a change of its keys, and open it again under them; then ask who is there."""
        ...


@dataclass
class Session:
    """One colleague at one open workstation. `at_close` are called before it closes, `at_copy` when a copy was made.

    `case` is the citizen at the counter: the one whose name is shown whole.
    """

    workstation: Workstation
    person: Person
    text: Text
    tasks: Tasks
    bridge: Bridge
    navigator: Navigator
    at_close: list[Callable[[], object]] = field(default_factory=list)
    at_copy: list[Callable[[], object]] = field(default_factory=list)
    case: Case | None = None

    def tell_of_copy(self) -> None:
        """Let whoever shows how the copies stand ask again."""
        for ask in self.at_copy:
            ask()

    def close(self) -> None:
        """End what pages have started."""
        while self.at_close:
            self.at_close.pop()()
