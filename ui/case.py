"""The open case: who stands at the counter, and what was typed for them so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from counter_app.domain.commands import Person


@dataclass
class Case:
    """One citizen from the search to the next one.

    `draft` names what is kept of it while it is typed; `form` is the act as it stands in its fields, by name.
    `is_new` where nothing was ever recorded of this person here.
    """

    person: Person
    is_new: bool = False
    draft: str = field(default_factory=lambda: str(uuid4()))
    form: dict[str, Any] = field(default_factory=dict)
