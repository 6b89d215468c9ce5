"""What the program imports and what it declares are the same list."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = {"counter_app", "ui", "resources"}
# Data that the standard library's zoneinfo finds by itself.
NEVER_IMPORTED = {"tzdata"}


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {normal(re.split(r"[^A-Za-z0-9_.-]", line)[0]) for line in project["dependencies"]}


def normal(name: str) -> str:
    """A distribution's name as lock files write it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> Iterator[tuple[str, Path]]:
    for folder in sorted(OURS):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_bytes())):
                if isinstance(node, ast.Import):
                    yield from ((alias.name.split(".")[0], file) for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    yield node.module.split(".")[0], file


def used() -> dict[str, Path]:
    distributions = packages_distributions()
    ours_or_pythons = OURS | sys.stdlib_module_names
    return {
        normal(name): file
        for module, file in imported()
        if module not in ours_or_pythons
        for name in distributions.get(module, [module])
    }


def test_whatever_is_imported_is_declared() -> None:
    missing = {name: str(file.relative_to(ROOT)) for name, file in used().items() if name not in declared()}
    assert missing == {}


def test_whatever_is_declared_is_imported() -> None:
    assert declared() - set(used()) == NEVER_IMPORTED


def test_whatever_is_declared_is_locked_with_a_hash_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9._-]+)==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE))
    assert declared() <= pinned
    assert "://" not in lock
