"""What holds for every test: no example fails for being slow on a busy machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("counter", settings.default, deadline=None)
settings.load_profile("counter")
