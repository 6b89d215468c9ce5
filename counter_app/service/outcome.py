"""What a recorded command answers, once it is durable."""

from __future__ import annotations

from dataclasses import dataclass

from counter_app.journal.entry import Entry


@dataclass(frozen=True, slots=True)
class Outcome:
    """The entry that a command made; `already` where the same command had made it before."""

    entry: Entry
    already: bool = False

    @property
    def number(self) -> str | None:
        """The receipt number, where one was given."""
        return self.entry.facts.get("number")

    @property
    def irregular(self) -> list[str]:
        """The rules that the recorded fact broke."""
        return list(self.entry.facts.get("irregular") or ())

    @property
    def awaits_approval(self) -> bool:
        """Whether it is a grant that a second person must still approve, as it was recorded."""
        return self.entry.facts.get("decision") == "pending"
