"""What is in the packed folder and where each file came from, as the .spec file noted it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class UnknownOrigin(Exception):
    """A file is to be packed, and nobody can say whose it is."""


@dataclass(frozen=True, slots=True)
class Content:
    """Where the packed files came from.

    `distributions` are Python packages by name; `debian` are the packages of the building machine whose
    libraries go along, each with the places that they have in the folder.
    """

    distributions: frozenset[str]
    debian: dict[str, tuple[str, ...]]


def read(list_file: Path) -> Content:
    """What the .spec file listed, each file with its owner; raises `UnknownOrigin` where one has none."""
    listed = json.loads(list_file.read_text(encoding="utf-8"))
    files = [(dest, Path(source).resolve()) for dest, source in listed["files"]]
    modules = [Path(source).resolve() for _, source in listed["modules"] if source not in ("", "-", None)]
    owners = owners_of_installed_files()
    found: set[str] = set()
    foreign: dict[Path, str] = {}
    for dest, source in [*files, *(("", module) for module in modules)]:
        owner = owners.get(str(source))
        if owner is not None:
            found.add(owner)
        elif not (is_ours(source) or is_pythons(source)):
            foreign[source] = dest
    # The loader of the packed program is PyInstaller's, and listed nowhere.
    return Content(frozenset(found | {"pyinstaller"}), debian_owners(foreign))


def owners_of_installed_files() -> dict[str, str]:
    """The path of every file of every installed Python package, and the package's name."""
    owners = {}
    for distribution in metadata.distributions():
        # Asked once for each package: the name is read out of its metadata every time, and a path resolved.
        name, home = distribution.name, os.path.realpath(str(distribution.locate_file("")))
        for file in distribution.files or ():
            owners[os.path.normpath(f"{home}/{file}")] = name
    return owners


def is_ours(source: Path) -> bool:
    """Whether a file is part of this project, and not of the environment that may lie inside its folder."""
    return any(source.is_relative_to(ROOT / part) for part in ("counter_app", "ui", "resources"))


def is_pythons(source: Path) -> bool:
    """Whether a file came with the interpreter: its library, its modules, its own shared library."""
    folders = [Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib")]
    base = Path(sys.base_prefix).resolve()
    # Debian's own Python lives under /usr, and so does everything else.
    if base != Path("/usr"):
        folders.append(base)
    return any(source.is_relative_to(folder) for folder in folders)


def debian_owners(files: dict[Path, str]) -> dict[str, tuple[str, ...]]:
    """The Debian packages that own these files; raises `UnknownOrigin` for one that belongs to none."""
    if not files:
        return {}
    known = _asked(list(files))
    # A library reached through /lib, which is a link to /usr/lib, is registered under the shorter name.
    merged = {Path("/", *path.parts[2:]): path for path in files if path not in known}
    known |= {merged[path]: package for path, package in _asked(list(merged)).items()}
    lost = sorted(str(path) for path in files if path not in known)
    if lost:
        raise UnknownOrigin(f"nobody knows whose these are, so their licence can't go along: {lost}")
    packages: dict[str, list[str]] = {}
    for path, package in known.items():
        packages.setdefault(package, []).append(files[path])
    return {package: tuple(sorted(places)) for package, places in sorted(packages.items())}


def _asked(files: list[Path]) -> dict[Path, str]:
    """What dpkg says; files that it does not know are left out."""
    try:
        answer = subprocess.run(
            ["dpkg-query", "--search", *map(str, files)], capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise UnknownOrigin(f"there is no dpkg to ask about {[str(file) for file in files]}") from error
    found = {}
    for line in answer.stdout.splitlines():
        package, _, path = line.partition(": ")
        if not package.startswith("diversion by") and path:
            found[Path(path)] = package.split(",")[0].partition(":")[0]
    return found
