"""What is left once the package was removed; its name puts it behind the tests that use the package."""

from __future__ import annotations

import pytest

from tests.installer.bare_debian import BareDebian
from tests.installer.test_installed import OFFICE

pytestmark = pytest.mark.installer


def test_removing_the_package_leaves_the_journal_where_it_is(installed: BareDebian) -> None:
    installed.run("counter-app", *OFFICE, "--data", "/home/agent/c3")
    installed.run("apt-get", "purge", "-y", "-qq", "counter-app", user=0)
    assert not (installed.root / "usr/lib/counter-app").exists()
    assert (installed.root / "home/agent/c3/journal.db").stat().st_size > 0
