"""The open case: who stands at the counter, and what was typed for them so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from counter_app.domain.commands import Person


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A recorded request that waits for its answer; `form` is what was told with it, by name of the field."""

    entry_id: str
    number: str
    day: date
    form: dict[str, Any]

    def to_draft(self) -> dict[str, Any]:
        """As a draft keeps it."""
        return {
            "entry_id": self.entry_id,
            "number": self.number,
            "day": self.day.isoformat(),
            "form": self.form,
        }

    @staticmethod
    def from_draft(kept: dict[str, Any]) -> AskedFor:
        """As `to_draft` wrote it."""
        return AskedFor(
            str(kept["entry_id"]),
            str(kept["number"]),
            date.fromisoformat(str(kept["day"])),
            dict(kept["form"]),
        )


@dataclass
class Case:
    """One citizen from the search to the next one.

    `draft` names what is kept of it while it is typed; `form` is the act as it stands in its fields, by name.
    `is_new` where nothing was ever recorded of this person here; `asked` is the request that the act answers. `paper`
    is what was typed from a paper, beside the act of now.
    """

    person: Person
    is_new: bool = False
    asked: AskedFor | None = None
    draft: str = field(default_factory=lambda: str(uuid4()))
    form: dict[str, Any] = field(default_factory=dict)
    paper: dict[str, Any] = field(default_factory=dict)
