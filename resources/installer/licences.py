"""Collects the licence of everything that is packed into one folder that a person can read."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from resources.installer.content import ROOT, Content

_KEPT: Final = Path(__file__).parent / "licences"
"""Texts that a package should have brought and did not: by SPDX name, and by the package they belong to."""

_LOOKS_LIKE_ONE: Final = re.compile(r"(licen[cs]e|copying|notice|copyright)", re.IGNORECASE)

_OPENING: Final = """\
Licences
========

{name} {version} is licensed under the EUPL, version 1.2: {ours}.
It stands on the work of the people below. Each folder holds their licence in full.

Qt, PySide6, Shiboken and psycopg are used under the LGPL, version 3; paramiko and some libraries that psycopg brings
under its version 2.1; python-stdnum under version 2.1 or later. Their files lie in the program's own folder as they
are; you may put your own build of them in their place. Their source is published by their projects under the versions
named here.

"""


class NoLicenceText(Exception):
    """Something would be packed without the text of its licence."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something that is packed: its name, version, the short name of its licence, and the texts by file name."""

    name: str
    version: str
    licence: str
    texts: dict[str, str]


def parts(content: Content) -> list[Part]:
    """Everybody's licences, by name; raises `NoLicenceText` where one has none."""
    found = [_python(), *_in_resources()]
    found += [_of_distribution(metadata.distribution(name)) for name in content.distributions]
    found += [_of_debian(package) for package in content.debian]
    bare = sorted(part.name for part in found if not part.texts)
    if bare:
        raise NoLicenceText(f"put the text into {_KEPT.relative_to(ROOT)}/NAME/ for: {', '.join(bare)}")
    return sorted(found, key=lambda part: part.name.lower())


def write(found: list[Part], folder: Path, version: str) -> None:
    """Write `README.txt`, our own licence, and a folder of texts for each part."""
    folder.mkdir(parents=True)
    own = "LICENCE-EUPL-1.2.txt"
    (folder / own).write_bytes((ROOT / "LICENSE").read_bytes())
    for part in found:
        (folder / part.name).mkdir()
        for name, text in part.texts.items():
            (folder / part.name / name).write_text(text, encoding="utf-8")
    opening = _OPENING.format(name="counter-app", version=version, ours=own)
    (folder / "README.txt").write_text(opening + table(found), encoding="utf-8")


def table(found: list[Part]) -> str:
    """One line for each part: name, version, licence."""
    wide = max(len(part.name) for part in found)
    versions = max(len(part.version) for part in found)
    return "".join(f"{part.name:<{wide}}  {part.version:<{versions}}  {part.licence}\n" for part in found)


def _of_distribution(distribution: metadata.Distribution) -> Part:
    name = distribution.name
    licence = _short_name(distribution)
    texts = {}
    for file in distribution.files or ():
        if _is_text_of_licence(Path(str(file))):
            place = Path(str(file.locate()))
            texts[_flat(Path(str(file)))] = place.read_text(encoding="utf-8", errors="replace")
    if not texts:
        for kept in sorted(_KEPT.glob("*.txt")):
            if kept.stem in licence:
                texts[kept.name] = kept.read_text(encoding="utf-8")
    if "LGPL-3" in licence:
        # It is the GPL with more permissions, and of no meaning without it.
        texts["GPL-3.0-only.txt"] = (_KEPT / "GPL-3.0-only.txt").read_text(encoding="utf-8")
    for kept in sorted((_KEPT / name).glob("*.txt")):
        texts[kept.name] = kept.read_text(encoding="utf-8")
    return Part(name, distribution.version, licence, texts)


def _short_name(distribution: metadata.Distribution) -> str:
    about = distribution.metadata
    for word in about.get_all("License-Expression") or about.get_all("License") or ():
        if word and word != "UNKNOWN":
            return str(word).splitlines()[0][:80]
    marks = [line for line in about.get_all("Classifier") or () if line.startswith("License ::")]
    return "; ".join(mark.rpartition(" :: ")[2] for mark in marks) or "see its text"


def _is_text_of_licence(file: Path) -> bool:
    """Whether an installed file is a licence: by the folder that wheels keep them in, or by its name."""
    if file.suffix in (".py", ".pyc", ".pyi", ".so", ".h"):
        return False
    in_metadata = file.parts[0].endswith(".dist-info")
    if in_metadata and len(file.parts) > 2 and file.parts[1] in ("licenses", "license_files"):
        return True
    return bool(_LOOKS_LIKE_ONE.search(file.name)) and len(file.parts) <= 3


def _flat(file: Path) -> str:
    """A file name of its own for a text that lay in folders."""
    parts = [part for part in file.parts if not part.endswith(".dist-info") and part != "licenses"]
    name = "-".join(parts)
    return name if Path(name).suffix else f"{name}.txt"


def _of_debian(package: str) -> Part:
    copyright_file = Path("/usr/share/doc") / package / "copyright"
    texts = {}
    if copyright_file.is_file():
        texts["copyright.txt"] = copyright_file.read_text(encoding="utf-8", errors="replace")
        for name in sorted(
            set(re.findall(r"/usr/share/common-licenses/([\w.+-]*\w)", texts["copyright.txt"]))
        ):
            common = Path("/usr/share/common-licenses") / name
            if common.is_file():
                texts[f"{name}.txt"] = common.read_text(encoding="utf-8", errors="replace")
    return Part(f"debian-{package}", _debian_version(package), "see copyright.txt", texts)


def _debian_version(package: str) -> str:
    asked = ["dpkg-query", "--show", "--showformat=${Version}\n", package]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    return (answer.stdout.splitlines() or ["?"])[0]


def _python() -> Part:
    version = sys.version.split()[0]
    short = f"python{sys.version_info.major}.{sys.version_info.minor}"
    places = [
        Path(sysconfig.get_path("stdlib")) / "LICENSE.txt",
        Path(sys.base_prefix) / "LICENSE.txt",
        Path("/usr/share/doc") / short / "copyright",
    ]
    text = next((place.read_text(encoding="utf-8") for place in places if place.is_file()), "")
    return Part("Python", version, "PSF-2.0", {"LICENSE.txt": text} if text else {})


def _in_resources() -> list[Part]:
    """What `resources` brings of others: each with a text `LICENSE-NAME.txt` beside it."""
    return [
        Part(
            file.stem.removeprefix("LICENSE-"),
            "",
            "see its text",
            {file.name: file.read_text(encoding="utf-8")},
        )
        for file in sorted((ROOT / "resources").glob("*/LICENSE-*.txt"))
    ]
