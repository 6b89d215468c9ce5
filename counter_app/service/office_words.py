"""The office's own words in the language of whoever reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from counter_app.domain.catalogue import Configuration
    from counter_app.text import Text


def of_office(text: Text, configuration: Configuration, texts: dict[str, str]) -> str:
    """A text of the office in the reader's language, else in the office's first."""
    first = configuration.office.languages[0]
    return texts.get(text.language) or texts.get(first) or next(iter(texts.values()), "")
