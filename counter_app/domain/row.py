"""The base of every table of the configuration."""

from __future__ import annotations

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of the configuration; an unknown key is an error, never ignored."""
