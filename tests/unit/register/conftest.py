"""A copy of a small register, and the keys of the workstation that it lies on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from counter_app.keys.keyring import Keyring, new_keyring
from counter_app.register.importing import Imported, import_register

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HEADER = "id,given_name,surname,date_of_birth,postcode,national_id"
PEOPLE = """\
P1,Marie,Dupont,19800312,75012,2 80 03 75 116 123 45
P2,Marc,Dupont,19810704,75013,
P3,Luc,Dupré,19800000,1070,
P4,Marie-Thérèse,Dubois-Ferrand,19800101,75011,
P5,Lotte,Van den Broeck,19790405,1000,79.04.05-002.31
P6,Jan,Vandenbroeck,19801231,1030,
P7,Fatima-Zohra,El Amrani,19800231,75020,
P8,,Martin,,44000,
P9,Martin,Bernard,19650706,44000,
P10,Griet,D'Hondt,19520309,9000,
"""


@pytest.fixture
def keyring() -> Keyring:
    return new_keyring("a workstation", b"r" * 32)


@pytest.fixture
def take(tmp_path: Path, keyring: Keyring) -> Callable[..., Imported]:
    """Imports the text or the bytes of a CSV file."""

    def import_text(content: str | bytes, **options: object) -> Imported:
        file = tmp_path / "register.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_register(tmp_path, keyring, file, NOW, **options)  # type: ignore[arg-type]

    return import_text


@pytest.fixture
def small(take: Callable[..., Imported]) -> Imported:
    """The ten people above, imported."""
    return take(f"{HEADER}\n{PEOPLE}")
