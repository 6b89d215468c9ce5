"""A gauge: how much of a ceiling is used, as a bar and in words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.current import theme
from ui.theme.tokens import Tone
from ui.widgets.labels import label, show_if


class _Bar(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._share, self._tone = 0.0, "ok"
        self.setFixedHeight(12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def fill(self, share: float, tone: Tone) -> None:
        self._share, self._tone = max(0.0, min(1.0, share)), tone
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        return QSize(160, 12)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("field_border"), 1))
        painter.setBrush(theme.colour("neutral_bg"))
        whole = QRectF(0.5, 0.5, self.width() - 1, self.height() - 1)
        painter.drawRoundedRect(whole, 6, 6)
        if self._share > 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent" if self._tone == "ok" else self._tone))
            used = QRectF(whole.left(), whole.top(), max(12.0, whole.width() * self._share), whole.height())
            painter.drawRoundedRect(used, 6, 6)


class Gauge(QWidget):
    """A bar under its name, with words that say the same: `words` what is left, `of` out of what."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._folded = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._column = column
        row = QHBoxLayout()
        self._title = label(name, "label", wrap=True)
        self._left = label("", "strong")
        row.addWidget(self._title, 1)
        row.addWidget(self._left)
        column.addLayout(row)
        self._bar = _Bar()
        column.addWidget(self._bar)
        self._of = label("", "meta", wrap=True)
        column.addWidget(self._of)
        theme.changed.connect(self._take_density)
        self._take_density()

    def _take_density(self) -> None:
        self._column.setSpacing(theme.density.field)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Another width may need another height."""
        super().resizeEvent(event)
        self._hold()

    def _hold(self) -> None:
        """Keep every line whole: where a page is too high Qt would squeeze wrapped words."""
        if self.width() > 0:
            self.setMinimumHeight(self._column.heightForWidth(self.width()))

    def fold(self) -> None:
        """Keep the words below the bar for the tip and for screen readers, where every line of the page counts."""
        self._folded = True
        self._of.hide()

    def show_share(self, used: int, ceiling: int, words: str, of: str) -> None:
        """Show `used` of `ceiling` (any unit); the tone turns at four fifths and when nothing is left."""
        share = used / ceiling if ceiling > 0 else 1.0
        tone: Tone = "bad" if share >= 1 else "warn" if share >= 0.8 else "ok"
        self._bar.fill(share, tone)
        self._left.setText(words)
        self._of.setText(of)
        show_if(self._of, bool(of) and not self._folded)
        self.setToolTip(of if self._folded else "")
        self._hold()
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(f"{words}. {of}")
