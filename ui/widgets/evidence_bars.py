"""What speaks for two records being one person: a bar for each field, and the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from counter_app.text import N_, Text
from ui.theme.current import theme
from ui.theme.tokens import Tone
from ui.widgets.date_edit import date_shown
from ui.widgets.labels import label

if TYPE_CHECKING:
    from counter_app.service.people_review import FieldFit

FIELDS: Final = {
    "surname": N_("Surname"),
    "given_name": N_("Given names"),
    "birth": N_("Date of birth"),
    "postcode": N_("Postcode"),
    "national_id": N_("Identity number"),
}
FITS: Final = {
    "same": N_("the same"),
    "sounds_alike": N_("sounds the same"),
    "part": N_("one part is the same"),
    "close": N_("one or two letters differ"),
    "begins": N_("begins the same"),
    "like": N_("alike"),
    "form_of_other_sex": N_("the form for the other sex"),
    "other_first_name": N_("the first name is another one"),
    "common_first_name": N_("only a common first name is the same"),
    "missing": N_("missing on one side"),
    "other": N_("another one"),
    "day_and_month_swapped": N_("day and month exchanged"),
    "one_figure": N_("one figure differs"),
    "same_month": N_("the same year and month"),
    "same_year_rest_unknown": N_("the same year, the rest is not known"),
    "year_slip": N_("the year by one or ten"),
    "same_year": N_("only the same year"),
    "generation_apart": N_("a generation apart"),
}
GUARDS: Final = {
    "may_be_twins": N_("They may be twins or siblings."),
    "may_be_namesakes": N_("They may be two people of one name."),
    "may_be_parent_and_child": N_("They may be parent and child."),
    "no_birth_date": N_("A date of birth is missing."),
    "name_missing": N_("A name is missing."),
    "other_surname": N_("The surnames differ."),
    "other_number": N_("The identity numbers differ."),
    "several_fit": N_("Somebody else of the register fits as well."),
}
_WIDE, _HIGH = 120, 12
_FOR, _HALF = 0.7, 0.3


class _Bar(QWidget):
    """How far a field speaks for one person; a dashed empty one where nothing is known."""

    def __init__(self, share: float, *, known: bool, words: str) -> None:
        super().__init__()
        self._share, self._known = share, known
        self.setFixedHeight(_HIGH)
        self.setMinimumWidth(_WIDE // 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """As wide as there is room for."""
        return QSize(_WIDE, _HIGH)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """The whole, and how much of it speaks for one person."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        style = Qt.PenStyle.SolidLine if self._known else Qt.PenStyle.DashLine
        painter.setPen(QPen(theme.colour("field_border"), 1, style))
        painter.setBrush(theme.colour("neutral_bg"))
        whole = QRectF(0.5, 0.5, self.width() - 1, self.height() - 1)
        painter.drawRoundedRect(whole, 6, 6)
        if self._known and self._share > 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(_tone(self._share)))
            used = QRectF(whole.left(), whole.top(), max(12.0, whole.width() * self._share), whole.height())
            painter.drawRoundedRect(used, 6, 6)


def _tone(share: float) -> Tone:
    return "ok" if share >= _FOR else "warn" if share >= _HALF else "bad"


def _shown(text: Text, name: str, told: str) -> str:
    if not told:
        return "—"
    return date_shown(told, text) if name == "birth" else told


class EvidenceBars(QWidget):
    """A row for each field: its name, ours and theirs, the bar and its words."""

    def __init__(self, text: Text, fields: Sequence[FieldFit]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(theme.density.field)
        for column, words in enumerate((text("Field"), text("Journal"), text("Register"), text("Agreement"))):
            grid.addWidget(label(words, "meta"), 0, column)
        for row, field in enumerate(fields):
            name = text(FIELDS.get(field.name, field.name))
            fit = text(FITS.get(field.fit, field.fit))
            ours, theirs = (_shown(text, field.name, told) for told in (field.ours, field.theirs))
            bar = _Bar(field.share, known=field.fit != "missing", words=f"{name}: {fit}")
            grid.addWidget(label(name, "label"), 2 * row + 1, 0)
            grid.addWidget(label(ours, wrap=True), 2 * row + 1, 1)
            grid.addWidget(label(theirs, wrap=True), 2 * row + 1, 2)
            grid.addWidget(bar, 2 * row + 1, 3)
            grid.addWidget(label(fit, "meta", wrap=True), 2 * row + 2, 3)
        for column, stretch in enumerate((0, 3, 3, 4)):
            grid.setColumnStretch(column, stretch)
