"""What the documentation says of the code's places is true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_a_document_names_exists(document: Path) -> None:
    named = re.findall(r"`((?:counter_app|ui|resources|tests|docs)/[\w./-]+)`", document.read_text())
    missing = [path for path in named if not (ROOT / path).exists()]
    assert missing == []


def test_the_architecture_follows_one_grant_through_at_least_twenty_files() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    walk = text.partition("## One grant")[2].partition("\n## ")[0]
    assert len(set(re.findall(r"`(counter_app/[\w/]+\.py)`", walk))) >= 20


def test_imports_keep_their_direction() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
