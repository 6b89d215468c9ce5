"""The bare Debian that all these tests share, and what `make deb portable` left in dist/."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import counter_app
from resources.installer import debian
from tests.installer.bare_debian import BareDebian, Display, a_display, why_not

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def package() -> Path:
    """The Debian package."""
    found = list((ROOT / "dist").glob(debian.file_name(counter_app.__version__, "*")))
    assert len(found) == 1, "make deb writes the package that these tests install"
    return found[0]


@pytest.fixture(scope="session")
def portable() -> Path:
    """The portable folder."""
    folder = ROOT / "dist/counter-app-portable"
    assert folder.is_dir(), "make portable writes the folder that these tests carry"
    return folder


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareDebian]:
    """A bare Debian 12."""
    if reason := why_not():
        pytest.fail(reason)
    root = tmp_path_factory.mktemp("bare") / "debian"
    try:
        yield BareDebian.made_in(root)
    finally:
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def installed(bare: BareDebian, package: Path) -> BareDebian:
    """The same with the package installed, and nothing else asked for."""
    shutil.copyfile(package, bare.root / "tmp" / package.name)
    bare.run(
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "install",
        "-y",
        "-qq",
        f"/tmp/{package.name}",
        user=0,
    )
    return bare


@pytest.fixture
def display() -> Iterator[Display]:
    """A screen of its own for each test."""
    with a_display() as shown:
        yield shown
