"""Whether a folder holds a workstation, told without loading a driver, so that the first window opens at once."""

from __future__ import annotations

from pathlib import Path

# The module that owns this file loads the libraries of the keys; a test holds the two names together.
KEYS_FILE = "keys.toml"
SAMPLE_PASSPHRASE_FILE = "passphrase"
"""Beside a sample office's journal lies its passphrase: nothing in it is real, and nobody should be locked out."""


def has_workstation(data: Path) -> bool:
    """Whether there is a workstation in `data`; its keys are written last, so it is a whole one."""
    return (data / KEYS_FILE).is_file()


def sample_passphrase(data: Path) -> str | None:
    """The passphrase that was left beside a sample office, if there is one that can be read."""
    try:
        return (data / SAMPLE_PASSPHRASE_FILE).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None
