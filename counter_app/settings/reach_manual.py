"""Whether the work-list of a service makes sense: templates that can be read, and a lease that lasts."""

from __future__ import annotations

from collections.abc import Iterator

from counter_app.domain.manual_way import ManualWay
from counter_app.settings import forms
from counter_app.settings.problem import Path, Problem


def senseless_manual(way: ManualWay, path: Path) -> Iterator[Problem]:
    """Everything wrong with it, each at its own key."""
    yield from forms.templates(
        ((*path, "fields", place, "text"), copied.text) for place, copied in enumerate(way.fields)
    )
    if way.lease_min <= 0:
        yield Problem((*path, "lease_min"), "configuration_number_positive")
