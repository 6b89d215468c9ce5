"""Debian's form of a package: what it depends on, where its files lie, how it is described."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from resources.installer import licences
from resources.installer.content import ROOT, Content

PACKAGE: Final = "counter-app"
PROGRAM: Final = Path("usr/lib") / PACKAGE
ICON: Final = ROOT / "resources/installer/counter-app.svg"

_CONTROL: Final = """\
Package: counter-app
Version: {version}
Architecture: {architecture}
Maintainer: the authors of counter-app <counter-app@counter-app.invalid>
Installed-Size: {kibibytes}
Depends: {depends}
Recommends: at-spi2-core, xdg-utils
Suggests: cups, fonts-noto-core
Section: misc
Priority: optional
Description: front desk of a welfare office while its central systems are down
 Records requests, grants, refusals and payments in an encrypted journal, keeps
 to the limits that the office set beforehand, prints receipts and the daily
 log, and hands everything over once the central systems are back.
 .
 It works with no network at all. The command is counter-app; without a word
 behind it, it opens the window.
"""

_COPYRIGHT: Final = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: counter-app
Comment: The package brings its own Python, Qt and libraries. Their licences,
 in full, are in /usr/share/doc/counter-app/licences, one folder for each:
 .
{table}
Files: *
Copyright: the authors of counter-app
License: EUPL-1.2
 The full text is in /usr/share/doc/counter-app/licences/LICENCE-EUPL-1.2.txt
"""


def file_name(version: str, architecture: str) -> str:
    """Debian's name for the file."""
    return f"{PACKAGE}_{version}_{architecture}.deb"


def control(version: str, architecture: str, depends: str, kibibytes: int) -> str:
    """The description that apt reads."""
    return _CONTROL.format(version=version, architecture=architecture, depends=depends, kibibytes=kibibytes)


def copyright_text(parts: list[licences.Part]) -> str:
    """The copyright file: our licence, and who else is inside."""
    lines = licences.table(parts).splitlines()
    return _COPYRIGHT.format(table="".join(f" {line.rstrip()}\n" for line in lines))


def build(folder: Path, content: Content, version: str, moment: int, out: Path) -> Path:
    """Write the package of a packed folder into `out` and return it; every file is dated `moment`.

    Libraries that Debian has are not packed: the package depends on them, so that Debian's security updates
    reach them.
    """
    architecture = _answer("dpkg", "--print-architecture").strip()
    with tempfile.TemporaryDirectory(prefix="counter-app-deb-") as made:
        stage = Path(made) / "stage"
        shutil.copytree(folder, stage / PROGRAM, symlinks=True)
        for places in content.debian.values():
            for place in places:
                (stage / PROGRAM / "_internal" / place).unlink()
        _lay_out(stage, licences.parts(Content(content.distributions, {})), version)
        (stage / "DEBIAN").mkdir()
        (stage / "DEBIAN/md5sums").write_text(_sums(stage), encoding="utf-8")
        kibibytes = sum(file.lstat().st_size for file in stage.rglob("*")) // 1024
        words = control(version, architecture, shared_libraries(stage / PROGRAM), kibibytes)
        (stage / "DEBIAN/control").write_text(words, encoding="utf-8")
        _settle(stage)
        package = out / file_name(version, architecture)
        _answer(
            *("dpkg-deb", "--build", "--root-owner-group", "-Zzstd", "-z12", str(stage), str(package)),
            SOURCE_DATE_EPOCH=str(moment),
        )
    return package


def shared_libraries(folder: Path) -> str:
    """The Debian packages, with versions, whose libraries the files in `folder` are linked to."""
    binaries = [file for file in sorted(folder.rglob("*")) if is_elf(file)]
    homes = sorted({str(file.parent) for file in binaries})
    with tempfile.TemporaryDirectory(prefix="counter-app-deps-") as made:
        # dpkg-shlibdeps works in the folder of a source package alone.
        about = Path(made) / "debian/control"
        about.parent.mkdir()
        about.write_text(f"Source: {PACKAGE}\n\nPackage: {PACKAGE}\nArchitecture: any\n", encoding="utf-8")
        answer = _answer(
            *("dpkg-shlibdeps", "-O", "--warnings=0", "--ignore-missing-info"),
            *(f"-l{home}" for home in homes),
            *(f"-e{file}" for file in binaries),
            cwd=Path(made),
        )
    return answer.strip().partition("=")[2]


def is_elf(file: Path) -> bool:
    """Whether a file is a program or a library of Linux."""
    if file.is_symlink() or not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(4) == b"\x7fELF"


def _lay_out(stage: Path, parts: list[licences.Part], version: str) -> None:
    """Everything beside the program: the command, the entry in the menu, the icon, the words about it."""
    (stage / "usr/bin").mkdir(parents=True)
    (stage / "usr/bin" / PACKAGE).symlink_to(f"../lib/{PACKAGE}/{PACKAGE}")
    doc = stage / "usr/share/doc" / PACKAGE
    licences.write(parts, doc / "licences", version)
    (doc / "copyright").write_text(copyright_text(parts), encoding="utf-8")
    with (doc / "changelog.gz").open("wb") as file:
        news = (ROOT / "CHANGELOG.md").read_bytes()
        file.write(gzip.compress(news, mtime=0))
    (doc / "install.md").write_bytes((ROOT / "docs/install.md").read_bytes())
    for source, place in (
        (ROOT / "resources/installer/debian/counter-app.desktop", "usr/share/applications"),
        (ICON, "usr/share/icons/hicolor/scalable/apps"),
    ):
        (stage / place).mkdir(parents=True)
        shutil.copyfile(source, stage / place / source.name)


def _sums(stage: Path) -> str:
    """What `dpkg --verify` compares the installed files with."""
    return "".join(
        f"{hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()}  {file.relative_to(stage)}\n"
        for file in sorted(stage.rglob("*"))
        if file.is_file() and not file.is_symlink() and "DEBIAN" not in file.parts
    )


def _settle(stage: Path) -> None:
    """Debian's permissions: everybody reads; only what could be run before can be run."""
    for place in [stage, *stage.rglob("*")]:
        if place.is_symlink():
            continue
        runs = place.is_dir() or (place.name == PACKAGE and is_elf(place))
        place.chmod(0o755 if runs else 0o644)


def _answer(*command: str, cwd: Path | None = None, **environment: str) -> str:
    """What a command prints; its own words go to our standard error, and its failure is ours."""
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout
