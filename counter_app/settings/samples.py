"""The four sample offices that ship with the program."""

from __future__ import annotations

from typing import Final

from counter_app.domain.errors import BadInput

SAMPLES: Final = ("paris", "ccas", "cpas", "comune")


def sample_configuration(name: str) -> bytes:
    """The `office.toml` of a sample; raises `configuration_unknown_sample`."""
    from importlib.resources import files

    if name not in SAMPLES:
        raise BadInput("configuration_unknown_sample", name=name, choices=SAMPLES)
    return (files("resources.samples") / name / "office.toml").read_bytes()
