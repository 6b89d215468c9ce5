"""The one style sheet, made from tokens. Widgets say what they are by the properties `role`, `card`, `tone`."""

from __future__ import annotations

from string import Template
from typing import Final

from ui.theme import tokens as size
from ui.theme.density import Density
from ui.theme.tokens import Tokens, colours

_SHEET: Final = Template("""
QWidget { color: $text; }
QWidget#window, QWidget#gate, QWidget#page, QScrollArea#pages, QWidget#paper { background: $bg; }
QLabel { background: transparent; }
QLabel[role="heading"] { font-size: ${heading}px; font-weight: 600; }
QLabel[role="title"] { font-size: ${TITLE}px; font-weight: 600; }
QLabel[role="label"] { font-size: ${LABEL}px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="meta"] { font-size: ${META}px; color: $muted; }
QLabel[role="figure"] { font-size: ${FIGURE}px; font-weight: 600; }
QLabel[role="error"] { font-size: ${META}px; color: $bad; font-weight: 500; }
QLabel[role="words"] { font-size: 22px; font-weight: 600; }

QFrame#card { background: $surface; border: 1px solid $line; border-radius: ${CARD_RADIUS}px; }
QFrame#rule { background: $line; border: none; max-height: 1px; min-height: 1px; }

QLineEdit, QComboBox, QPlainTextEdit, QTextEdit, QSpinBox {
  background: $field; color: $text; border: 1px solid $field_border; border-radius: ${RADIUS}px;
  padding: 0 13px; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit, QComboBox, QSpinBox { min-height: ${control_inner}px; }
QPlainTextEdit, QTextEdit { padding: 8px 9px; }
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus {
  border: 2px solid $focus; padding-left: 12px; padding-right: 12px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 7px 8px; }
QLineEdit[wrong="true"], QComboBox[wrong="true"], QPlainTextEdit[wrong="true"] { border: 2px solid $bad;
  padding-left: 12px; padding-right: 12px; }
QLineEdit:disabled, QComboBox:disabled, QPlainTextEdit:disabled { color: $muted; background: $hover; }
QLineEdit:read-only { background: $hover; }
QLineEdit[role="search"] { min-height: ${search}px; font-size: 19px; border-radius: 10px; padding-left: 46px; }
QLineEdit[role="search"]:focus { padding-left: 45px; }
QComboBox::drop-down { border: none; width: 32px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { background: $surface; color: $text; border: 1px solid $field_border; outline: 0;
  padding: 4px; selection-background-color: $selected; selection-color: $text; }
QComboBox QAbstractItemView::item { min-height: 40px; padding: 0 8px; }

QPushButton { border-radius: ${RADIUS}px; border: 1px solid transparent; color: transparent; outline: none; }
QPushButton[kind="primary"] { background: $accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_press; }
QPushButton[kind="danger"] { background: $danger; }
QPushButton[kind="danger"]:hover, QPushButton[kind="danger"]:pressed { background: $danger_hover; }
QPushButton[kind="secondary"] { background: $surface; border: 1px solid $field_border; }
QPushButton[kind="secondary"]:hover, QPushButton[kind="secondary"]:pressed { background: $hover; }
QPushButton[kind="link"] { background: transparent; }
QPushButton[kind="link"]:hover, QPushButton[kind="link"]:pressed { background: $hover; }
QPushButton[kind="segment"] { background: $surface; border: 1px solid $line; }
QPushButton[kind="segment"]:hover { background: $hover; }
QPushButton[kind="segment"]:checked { background: $selected; border: 1px solid $accent; }
QPushButton[kind="segment"]:focus { border: 2px solid $focus; }
QPushButton[kind="banner"] { background: transparent; border: 1px solid $banner_text; }
QPushButton[kind="primary"]:disabled, QPushButton[kind="danger"]:disabled { background: $neutral_bg; }
QPushButton[kind="secondary"]:disabled { border-color: $line; background: $hover; }
QPushButton[kind="secondary"]:focus, QPushButton[kind="link"]:focus { border: 2px solid $focus; }
QPushButton[kind="banner"]:focus { border: 3px solid $banner_text; }

QTableView { background: $surface; color: $text; border: none; gridline-color: transparent; outline: 0;
  selection-background-color: $selected; selection-color: $text; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: $surface; color: $muted; font-size: ${META}px; font-weight: 600; border: none;
  border-bottom: 1px solid $line; padding: 0 12px; }
QTableCornerButton::section { background: $surface; border: none; }

QListView#choices { background: transparent; border: none; outline: 0; }

QWidget#navigation { background: $nav; border-right: 1px solid $nav_edge; }
QLabel[role="product"] { color: $nav_on; font-size: ${TITLE}px; font-weight: 600; }
QLabel[role="nav_meta"] { color: $nav_muted; font-size: ${META}px; }
QWidget#banner { background: $banner; border-bottom: 2px solid $banner_line; }
QWidget#banner[calm="true"] { background: $surface; border-bottom: 1px solid $line; }
QWidget#banner QLabel { color: $banner_text; }
QWidget#banner[calm="true"] QLabel { color: $muted; }
QLabel[role="banner"] { font-size: 17px; font-weight: 600; }
QWidget#banner[calm="true"] QLabel[role="banner"] { color: $text; font-size: ${LABEL}px; font-weight: 600; }
QLabel[role="banner_meta"] { font-size: ${LABEL}px; }
QWidget#strip { background: $surface; border-top: 2px solid $banner_line; }
QWidget#status { background: $surface; border-top: 1px solid $line; }
QWidget#status QLabel { color: $muted; font-size: ${META}px; }

QFrame#message { border-radius: ${RADIUS}px; border: 1px solid transparent; }
$tones
QWidget#keys { background: transparent; }
QFrame#overlay { background: $surface; border: 2px solid $field_border; border-radius: ${CARD_RADIUS}px; }
QLabel[role="key"] { background: $neutral_bg; color: $neutral; border-radius: 5px; padding: 2px 8px;
  font-size: ${META}px; font-weight: 600; }
QProgressBar { background: $neutral_bg; border: none; border-radius: 5px; min-height: 10px; max-height: 10px; }
QProgressBar::chunk { background: $accent; border-radius: 5px; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle { background: $field_border; border-radius: 4px; min-height: 40px; min-width: 40px; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: none;
  width: 0; height: 0; }
QScrollArea { border: none; background: transparent; }
QToolTip { background: $text; color: $surface; border: none; padding: 6px 8px; font-size: ${META}px; }
QMenu { background: $surface; color: $text; border: 1px solid $field_border; padding: 4px; }
QMenu::item { padding: 8px 16px; border-radius: 6px; }
QMenu::item:selected { background: $selected; }
QDialog, QMessageBox { background: $bg; }
""")


def style_sheet(tokens: Tokens, density: Density) -> str:
    """The style sheet of a theme at a density."""
    sizes = {name: getattr(size, name) for name in dir(size) if name.isupper()}
    contrasting = tokens.name == "contrast"
    return _SHEET.substitute(
        colours(tokens),
        **sizes,
        control_inner=density.control - 2,
        heading=density.heading,
        search=density.search,
        nav_edge=tokens.line if contrasting else tokens.nav,
        tones="\n".join(
            _tone(tokens, tone, contrasting) for tone in ("neutral", "info", "ok", "warn", "bad")
        ),
    )


def _tone(tokens: Tokens, tone: size.Tone, contrasting: bool) -> str:
    ink, ground = tokens.tone(tone)
    edge = ink if contrasting else ground
    return (
        f'QFrame#message[tone="{tone}"] {{ background: {ground}; border-color: {edge}; }}\n'
        f'QFrame#message[tone="{tone}"] QLabel {{ color: {tokens.text}; }}\n'
        f'QFrame#message[tone="{tone}"] QLabel[role="strong"] {{ color: {ink}; }}\n'
        f'QLabel[tone="{tone}"] {{ color: {ink}; }}'
    )
