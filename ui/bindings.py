"""Qt's bindings for Python, and what they do at each import."""

from __future__ import annotations

import sys

import PySide6.QtCore  # noqa: F401  (has the bindings watch every import from here on)


def leave_sources_unread() -> None:
    """Spare every later import the reading of the imported module's whole source, which is kept besides.

    The bindings look there for the word `PySide6`, to know who may switch on other spellings of Qt's names; nobody
    here does.
    """
    watching = sys.modules.get("shibokensupport.feature")
    if watching is not None:
        vars(watching)["_mod_uses_pyside"] = lambda _module: False
