"""Names that a passer-by should not read: initials until the case is open."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QWidget

from ui.widgets.labels import Role, label


def full_name(surname: str, given_names: Sequence[str] = ()) -> str:
    """Surname first, as files are sorted: `Benali, Samira`."""
    given = " ".join(given_names)
    return f"{surname}, {given}" if given else surname


def masked_name(surname: str, given_names: Sequence[str] = ()) -> str:
    """Initials alone: `B. S.`; nothing where there is no name."""
    words = [surname, *given_names[:1]]
    return " ".join(f"{word.strip()[0].upper()}." for word in words if word.strip())


class NameLabel(QLabel):
    """A name that is masked until it belongs to the open case."""

    def __init__(self, role: Role = "strong", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        made = label("", role)
        self.setTextFormat(made.textFormat())
        self.setProperty("role", role)
        self._surname, self._given = "", tuple[str, ...]()

    def show_name(self, surname: str, given_names: Sequence[str] = (), *, is_open: bool = False) -> None:
        """Show a name, whole where the case is open."""
        self._surname, self._given = surname, tuple(given_names)
        shown = full_name if is_open else masked_name
        self.setText(shown(self._surname, self._given))
        self.setAccessibleName(self.text())
