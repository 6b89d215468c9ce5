"""What is past its retention: told beforehand in counts, then erased, with the looks at records that are too old."""

from __future__ import annotations

from dataclasses import dataclass

from counter_app.service.access_log import forget_old_looks, old_looks
from counter_app.service.erasure import Erasure, retention
from counter_app.service.workstation import Workstation


@dataclass(frozen=True, slots=True)
class Due:
    """What goes, or went, and what stays and why; `looks` are those at records that are past their own time."""

    erasure: Erasure
    looks: int

    @property
    def anything(self) -> bool:
        """Whether there is something to erase."""
        return bool(self.erasure.entries or self.erasure.drafts or self.looks)


def what_is_due(workstation: Workstation, agent: str) -> Due:
    """What would go now; nothing is erased."""
    days = workstation.configuration.retention.access_log_days
    return Due(retention(workstation, agent, dry_run=True), old_looks(workstation, days))


def run_retention(workstation: Workstation, agent: str) -> Due:
    """Erase for good what is past its time, by the roles of recovery alone; raises `not_allowed`."""
    done = retention(workstation, agent)
    return Due(
        done, forget_old_looks(workstation, agent, workstation.configuration.retention.access_log_days)
    )
