"""Alt letters: given to labels, buttons and ticks when a page is shown, each letter once, in any language."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QWidget

Named = QLabel | QPushButton | QCheckBox


def assign(page: QWidget) -> None:
    """Underline a letter in everything on `page` that has a name and something to reach; what has one keeps it."""
    bare, taken = [], set[str]()
    for widget in page.findChildren(QWidget):
        if not isinstance(widget, Named) or not widget.text():
            continue
        if isinstance(widget, QLabel) and widget.buddy() is None:
            continue
        letter = mnemonic(widget.text())
        if letter and letter not in taken:
            taken.add(letter)
        else:
            widget.setText(widget.text().replace("&", ""))
            bare.append(widget)
    for widget in bare:
        words = widget.text()
        place = _free(words, taken)
        if place is not None:
            taken.add(words[place].casefold())
            widget.setText(f"{words[:place]}&{words[place:]}")


def mnemonic(words: str) -> str:
    """The letter behind the mark, empty where there is none."""
    at = words.find("&")
    return words[at + 1].casefold() if 0 <= at < len(words) - 1 else ""


def _free(words: str, taken: set[str]) -> int | None:
    """The first letter of a word that is free, else any letter that is."""
    starts = [i for i in range(len(words)) if i == 0 or not words[i - 1].isalnum()]
    places: list[int] = [*starts, *range(len(words))]
    for place in places:
        letter: str = words[place].casefold()
        # Accented letters need a dead key on many keyboards.
        if letter.isascii() and letter.isalnum() and letter not in taken:
            return place
    return None
