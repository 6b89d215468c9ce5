"""Packs the program with its own Python: a folder, and from it a Debian package or a portable copy in `dist/`.

    python build_installer.py deb         counter-app_VERSION_amd64.deb
    python build_installer.py portable    counter-app-portable/, and the same as .zip
    python build_installer.py windows     a set-up program, on Windows, by Inno Setup; untried
    python build_installer.py macos       a disk image, on macOS; untried

Several words may be given; the folder is packed once. The same sources on the same machine give the same bytes.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Final

from counter_app import __version__
from counter_app.paths import PORTABLE_MARK
from resources.installer import content, debian, licences

ROOT: Final = Path(__file__).resolve().parent
WORK: Final = ROOT / "build" / "installer"
DIST: Final = ROOT / "dist"
KINDS: Final = ("deb", "portable", "windows", "macos")

_INSTALLER: Final = ROOT / "resources" / "installer"
_NAME: Final = "counter-app"
# The oldest moment that a .zip can write.
_ZIP_BEGINS: Final = 315_532_800


def main(words: list[str] | None = None) -> int:
    """Build what is asked for, and print where it lies."""
    parser = argparse.ArgumentParser(description="Packs the program with its own Python.")
    parser.add_argument("kinds", nargs="+", choices=KINDS, help="what to build")
    kinds = parser.parse_args(words).kinds
    DIST.mkdir(exist_ok=True)
    began = time.monotonic()
    try:
        folder = pack()
        inside = content.read(WORK / "content.json")
        for kind in kinds:
            if kind == "deb":
                _tell(debian.build(folder, inside, __version__, moment(), DIST))
            elif kind == "portable":
                _tell(*portable(folder, inside))
            elif kind == "windows":
                _tell(windows(folder, inside))
            else:
                _tell(macos(inside))
    except (content.UnknownOrigin, licences.NoLicenceText) as error:
        print(f"Not built: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"Not built: {Path(error.cmd[0]).name} failed; its words stand above.", file=sys.stderr)
        return 1
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    return 0


def pack() -> Path:
    """Run PyInstaller and return the folder that it made: the executable and `_internal/`, without links."""
    WORK.mkdir(parents=True, exist_ok=True)
    environment = {
        "COUNTER_APP_CONTENT": str(WORK / "content.json"),
        "COUNTER_APP_VERSION": __version__,
        # The order of sets decides the bytes of compiled code.
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(moment()),
    }
    if sys.platform in ("win32", "darwin"):
        environment["COUNTER_APP_ICON"] = str(draw_icon(WORK / "counter-app.png", 512))
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--distpath", str(WORK / "packed"), "--workpath", str(WORK / "work")]
    subprocess.run([*command, str(_INSTALLER / "counter-app.spec")], env=os.environ | environment, check=True)
    folder = WORK / "packed" / _NAME
    if sys.platform == "linux":
        _drop_links(folder)
        _strip(folder)
    return folder


def moment() -> int:
    """When everything packed was last changed, as files are dated: what the environment says, else the last commit."""
    said = os.environ.get("SOURCE_DATE_EPOCH", "")
    if said.isdecimal():
        return int(said)
    try:
        command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        answer = ""
    return int(answer) if answer.isdecimal() else int((ROOT / "CHANGELOG.md").stat().st_mtime)


def portable(folder: Path, inside: content.Content) -> tuple[Path, Path]:
    """A copy that keeps its data beside itself, as a folder and as a .zip of it."""
    copy = DIST / f"{_NAME}-portable"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    licences.write(licences.parts(inside), copy / "licences", __version__)
    shutil.copyfile(_INSTALLER / "portable.txt", copy / PORTABLE_MARK)
    shutil.copyfile(ROOT / "docs" / "install.md", copy / "install.md")
    for file in copy.rglob("*"):
        os.utime(file, (moment(), moment()))
    return copy, archive(copy, DIST / portable_name(), moment())


def portable_name() -> str:
    """The name of the archive: program, version, system, processor."""
    system = {"linux": "linux", "win32": "windows", "darwin": "macos"}.get(sys.platform, sys.platform)
    return f"{_NAME}-{__version__}-portable-{system}-{platform.machine().lower()}.zip"


def archive(folder: Path, target: Path, seconds: int) -> Path:
    """A .zip of `folder` in which executables stay executable and every file has the same date."""
    dated = time.gmtime(max(seconds, _ZIP_BEGINS))[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for file in sorted(folder.rglob("*")):
            if file.is_dir():
                continue
            entry = zipfile.ZipInfo(file.relative_to(folder.parent).as_posix(), dated)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100000 | (0o755 if os.access(file, os.X_OK) else 0o644)) << 16
            packed.writestr(entry, file.read_bytes())
    return target


def windows(folder: Path, inside: content.Content) -> Path:
    """The set-up program, by Inno Setup's compiler. Untried: nobody has run it on Windows yet."""
    shutil.rmtree(folder / "licences", ignore_errors=True)
    licences.write(licences.parts(inside), folder / "licences", __version__)
    defined = {"Version": __version__, "Source": folder, "Output": DIST, "Root": ROOT}
    words = [f"/D{name}={value}" for name, value in defined.items()]
    subprocess.run(["iscc", *words, str(_INSTALLER / "windows" / "counter-app.iss")], check=True)
    return DIST / f"{_NAME}-{__version__}-setup.exe"


def macos(inside: content.Content) -> Path:
    """The disk image. Untried: nobody has run it on macOS yet."""
    bundle = WORK / "packed" / "Counter.app"
    shutil.rmtree(bundle / "Contents" / "Resources" / "licences", ignore_errors=True)
    licences.write(licences.parts(inside), bundle / "Contents" / "Resources" / "licences", __version__)
    image = DIST / f"{_NAME}-{__version__}.dmg"
    script = _INSTALLER / "macos" / "make-image.sh"
    subprocess.run(["sh", str(script), str(bundle), str(image)], check=True)
    return image


def draw_icon(target: Path, size: int) -> Path:
    """The icon as a picture, for systems that take no SVG; PyInstaller turns it into theirs."""
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    picture = QImage(size, size, QImage.Format.Format_ARGB32)
    picture.fill(0)
    painter = QPainter(picture)
    QSvgRenderer(str(debian.ICON)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    picture.save(str(target))
    return target


def _drop_links(folder: Path) -> None:
    """Remove PyInstaller's links to libraries, which are found beside their users; a stick can't hold links."""
    for link in [place for place in folder.rglob("*") if place.is_symlink()]:
        link.unlink()


def _strip(folder: Path) -> None:
    """Remove what only a debugger reads: a third of the interpreter and of the database."""
    for file in folder.rglob("*"):
        if debian.is_elf(file) and b".debug_info\0" in file.read_bytes():
            subprocess.run(["strip", "--strip-debug", str(file)], check=True)


def _tell(*made: Path) -> None:
    for path in made:
        size = sum(file.stat().st_size for file in path.rglob("*")) if path.is_dir() else path.stat().st_size
        print(f"{path.relative_to(ROOT)}  {size / 1_000_000:.0f} MB")


if __name__ == "__main__":
    sys.exit(main())
