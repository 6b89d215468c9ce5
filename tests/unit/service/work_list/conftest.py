"""A counter whose treasury has screens only."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from counter_app.bootstrap import adopt_configuration
from tests.unit.counters import IT, Desk, Templates

BY_HAND = """connector = "manual"
order = 2
settling_s = 60.0

[services.manual]
screen = { fr = "Hélios, écran Dépenses" }
lease_min = 30

[[services.manual.fields]]
text = "${person.surname:upper} ${person.given_names}"
names = { fr = "Bénéficiaire" }

[[services.manual.fields]]
text = "${cents:amount_comma}"
names = { fr = "Montant" }

[[services.manual.fields]]
text = "${happened_on:%d/%m/%Y}"
names = { fr = "Date" }
"""
FILES = 'connector = "files"\norder = 2\nfolder = "exchange/treasury"\ndeadline_s = 5.0\nsettling_s = 2.0\n'


@pytest.fixture(scope="session")
def template(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Adopted once, with money in the drawer, and copied for each test."""
    folder = tmp_path_factory.mktemp("by-hand")
    made = Desk(templates.copy("A1", folder / "A1"))
    raw = (made.data / "office.toml").read_text(encoding="utf-8")
    assert FILES in raw
    changed = folder / "office.toml"
    changed.write_text(raw.replace(FILES, BY_HAND), encoding="utf-8")
    adopt_configuration(made.workstation, changed, IT)
    made.fill_drawer()
    made.close()
    return made.data


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(Path(shutil.copytree(template, tmp_path / "A1")))
    yield made
    made.close()
