"""Fields of a form: label above, help or what is wrong below, each tied to the other for a screen reader."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from ui.theme.current import theme
from ui.theme.icons import icon
from ui.widgets.announce import announce
from ui.widgets.labels import Icon, label, show_if


class Field(QWidget):
    """A labelled editor. The label gets its Alt letter when the page is shown."""

    def __init__(self, words: str, editor: QWidget, help_words: str = "") -> None:
        super().__init__()
        self.editor = editor
        self._help_words = help_words
        self._folded = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._column = column
        self.label = label(words, "label")
        self.label.setBuddy(editor)
        self.help = label(help_words, "meta", wrap=True)
        self.error = label("", "error", wrap=True)
        self._error_row = QWidget()
        row = QHBoxLayout(self._error_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(Icon("alert-circle", "bad", 18), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.error, 1)
        column.addWidget(self.label)
        column.addWidget(editor)
        column.addWidget(self.help)
        column.addWidget(self._error_row)
        show_if(self.help, bool(help_words))
        self._error_row.hide()
        editor.setAccessibleName(words.replace("&", ""))
        editor.setAccessibleDescription(help_words)
        theme.changed.connect(self._take_density)
        self._take_density()

    def _take_density(self) -> None:
        self._column.setSpacing(theme.density.field)

    @property
    def wrong(self) -> bool:
        """Whether something is said to be wrong here."""
        return not self._error_row.isHidden()

    def fold_help(self, folded: bool) -> None:
        """Keep the help for the tip and for screen readers, where every line of the page counts."""
        self._folded = folded
        self._show_help()

    def _show_help(self) -> None:
        show_if(self.help, bool(self._help_words) and not self.wrong and not self._folded)
        self.editor.setToolTip(self._help_words if self._folded else "")

    def set_help(self, words: str) -> None:
        """Change what stands below the editor."""
        self._help_words = words
        self.help.setText(words)
        self._show_help()
        if not self.wrong:
            self.editor.setAccessibleDescription(words)

    def set_error(self, sentence: str) -> None:
        """Say what is wrong and what to do, in place of the help; an empty sentence takes it back."""
        self.error.setText(sentence)
        show_if(self._error_row, bool(sentence))
        self._show_help()
        self.editor.setAccessibleDescription(sentence or self._help_words)
        self.editor.setProperty("wrong", bool(sentence))
        style = self.editor.style()
        style.unpolish(self.editor)
        style.polish(self.editor)
        if sentence:
            announce(self.editor, sentence)


class LineEdit(QLineEdit):
    """One line of text; Escape in it does not clear what was typed."""

    def __init__(self, value: str = "", *, placeholder: str = "", most: int = 200) -> None:
        super().__init__(value)
        self.setPlaceholderText(placeholder)
        self.setMaxLength(most)

    def value(self) -> str:
        """What was typed, without blanks around it."""
        return self.text().strip()


class SecretEdit(LineEdit):
    """A passphrase or PIN: hidden, with a button that shows it; never offered by an input method or a menu.

    `stepped` comes with +1 or -1 for the arrows, for a list beside it.
    """

    stepped = Signal(int)

    def __init__(self, show_words: str, hide_words: str, *, digits: bool = False) -> None:
        super().__init__()
        self._words = (show_words, hide_words)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        hints = Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        if digits:
            hints |= Qt.InputMethodHint.ImhDigitsOnly
        self.setInputMethodHints(hints)
        self._eye = QAction(icon("eye", "muted"), show_words, self)
        self._eye.triggered.connect(self._toggle)
        self.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)
        for button in self.findChildren(QWidget):
            button.setAccessibleName(show_words)

    def _toggle(self) -> None:
        hidden = self.echoMode() == QLineEdit.EchoMode.Password
        self.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._eye.setIcon(icon("eye-off" if hidden else "eye", "muted"))
        self._eye.setText(self._words[1] if hidden else self._words[0])

    def hide_again(self) -> None:
        """Empty the field and hide what will be typed."""
        self.clear()
        if self.echoMode() == QLineEdit.EchoMode.Normal:
            self._toggle()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Arrows up and down are told."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802  (Qt's name)
        """No menu: there is nothing here to copy."""
        event.accept()


class Words(QPlainTextEdit):
    """Several lines of free text; Tab goes on to the next field."""

    def __init__(self, value: str = "", *, lines: int = 3) -> None:
        super().__init__(value)
        self.setTabChangesFocus(True)
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * lines + 28)

    def value(self) -> str:
        """What was typed, without blanks around it."""
        return self.toPlainText().strip()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Ctrl+Enter belongs to the page."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier
        ):
            event.ignore()
            return
        super().keyPressEvent(event)
