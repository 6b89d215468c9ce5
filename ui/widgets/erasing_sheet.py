"""The sheet that asks once more before names and words are erased for good."""

from __future__ import annotations

from collections.abc import Callable

from counter_app.text import Text
from ui.widgets.form_sheet import FormSheet


def erasing_sheet(text: Text, *, record: Callable[[], object], back: Callable[[], object]) -> FormSheet:
    """What stays and what is lost; facts and fields are the page's to add, and `finish` to call."""
    return FormSheet(
        text,
        text("Erase names and words for good?"),
        text(
            "Numbers, amounts and hashes stay, so that the books stay whole. What is erased cannot be sent again."
        ),
        words=text("Erase for good"),
        icon="trash",
        kind="danger",
        record=record,
        back=back,
    )
