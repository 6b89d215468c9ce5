"""The office's configuration as a file: read, checked to the line, changed, and four samples of it."""

from __future__ import annotations

from counter_app.settings.changes import unallocated_cents, with_changes
from counter_app.settings.loading import (
    ConfigurationError,
    LoadedConfiguration,
    check_configuration,
    load_configuration,
    read_configuration,
)
from counter_app.settings.samples import SAMPLES, sample_configuration

__all__ = [
    "SAMPLES",
    "ConfigurationError",
    "LoadedConfiguration",
    "check_configuration",
    "load_configuration",
    "read_configuration",
    "sample_configuration",
    "unallocated_cents",
    "with_changes",
]
