"""What the rules say of the act that is being typed: what may still be granted, and each refusal in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counter_app.domain.money import Money
from counter_app.text import Text
from ui.theme.current import theme
from ui.theme.density import ROOMY
from ui.theme.tokens import Tone
from ui.widgets.labels import Icon, label
from ui.widgets.message_bar import ICONS

if TYPE_CHECKING:
    from counter_app.service.preview import Preview


class Verdict(QWidget):
    """The figure on top, one line with an icon for each thing to know below it."""

    def __init__(self, text: Text) -> None:
        super().__init__()
        self._text = text
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.figure = label("", "title", wrap=True)
        self.meta = label("", "meta", wrap=True)
        column.addWidget(self.figure)
        column.addWidget(self.meta)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        column.addLayout(self._lines)
        self.sentences: list[str] = []

    def say(self, figure: str, meta: str, lines: list[tuple[Tone, str]]) -> None:
        """Show a figure, what it means, and the lines in order."""
        self.figure.setText(figure)
        self.meta.setText(meta)
        # It changes nothing for this act: where every line counts the tip says it.
        self.meta.setVisible(bool(meta) and theme.density is ROOMY)
        self.figure.setToolTip(meta)
        sentences = [sentence for _, sentence in lines]
        if sentences == self.sentences:
            return
        self.sentences = sentences
        while (item := self._lines.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for tone, sentence in lines:
            self._lines.addWidget(_line(tone, sentence))
        self.setAccessibleName(". ".join([figure, *sentences]))

    def show_preview(
        self,
        found: Preview,
        refused: list[str],
        later: list[str],
        *,
        is_typed: bool,
        above: Money | None = None,
    ) -> None:
        """Say what recording would answer: the sentences of what refuses it, and what may be brought later.

        `above` is the threshold that the amount exceeds, where that is why it has to be approved.
        """
        text = self._text
        if found.may_still is None:
            figure = text("No ceiling bounds this aid")
        else:
            figure = text("Up to {amount} may still be granted", amount=found.may_still)
        lines: list[tuple[Tone, str]] = [("bad", sentence) for sentence in refused]
        if found.approval and is_typed and not refused:
            who = text("A supervisor has to approve it. It is sent there by itself, and nothing is paid now.")
            if above is not None:
                who = text(
                    "Above {amount} a supervisor approves. It is sent there by itself, and nothing is paid now.",
                    amount=above,
                )
            lines.append(("warn", who))
        if later:
            lines.append(("info", text("To be brought later: {pieces}.", pieces=later)))
        if found.estimate is not None:
            lines.append(("info", text("Tell the estimate: {amount} a month.", amount=found.estimate)))
        if is_typed and found.would_be_recorded and not found.approval:
            lines.append(("ok", text("Nothing speaks against it.")))
        meta = text("This counter may still grant {amount} in all.", amount=found.left)
        self.say(figure, meta, lines)


def _line(tone: Tone, sentence: str) -> QWidget:
    row = QWidget()
    across = QHBoxLayout(row)
    across.setContentsMargins(0, 0, 0, 0)
    across.setSpacing(8)
    across.addWidget(Icon(ICONS[tone], tone, 20), 0, Qt.AlignmentFlag.AlignTop)
    across.addWidget(label(sentence, wrap=True), 1)
    return row
