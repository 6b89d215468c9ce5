"""What the installer is made of: names, words for apt and for menus, and a licence for everything inside."""

from __future__ import annotations

import configparser
import json
import os
import re
import runpy
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

import build_installer
import counter_app
from resources.installer import content, debian, licences

ROOT = Path(__file__).parents[2]
PIECES = ROOT / "resources/installer"


def runtime_distributions() -> set[str]:
    """Our own dependencies as installed, and theirs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = list(project["dependencies"])
    found: set[str] = set()
    while waiting:
        line = waiting.pop()
        extra = re.search(r"^[\w.-]+\[(\w+)\]", line)
        try:
            distribution = metadata.distribution(re.split(r"[^\w.-]", line)[0])
        except metadata.PackageNotFoundError:
            # Asked for on another system alone.
            continue
        if distribution.name not in found:
            found.add(distribution.name)
            wanted = [f'extra == "{extra[1]}"'] if extra else []
            waiting += [
                line
                for line in distribution.requires or ()
                if "extra ==" not in line or any(one in line for one in wanted)
            ]
    return found


def listed(folder: Path, *sources: Path) -> Path:
    """A list as the .spec file writes it."""
    file = folder / "content.json"
    file.write_text(json.dumps({"files": [[source.name, str(source)] for source in sources], "modules": []}))
    return file


def test_every_library_that_is_packed_brings_the_text_of_its_licence() -> None:
    # Of fontpkg nothing is packed: it only helps to find typefaces, and ours is known.
    names = runtime_distributions() - {"fontpkg"}
    assert {"PySide6_Essentials", "sqlcipher3", "reportlab", "psycopg-binary", "bcrypt"} <= names
    found = {part.name: part for part in licences.parts(content.Content(frozenset(names), {}))}
    assert names <= found.keys()
    assert [name for name, part in found.items() if max(map(len, part.texts.values())) < 200] == []


def test_our_own_typeface_and_icons_bring_theirs_and_so_does_python() -> None:
    found = {part.name: part for part in licences.parts(content.Content(frozenset(), {}))}
    assert found.keys() == {"Inter", "Tabler", "Python"}


def test_qt_goes_with_the_licence_it_is_used_under_and_those_of_the_code_inside_it() -> None:
    found = licences.parts(content.Content(frozenset({"PySide6_Essentials"}), {}))
    qt = next(part for part in found if part.name == "PySide6_Essentials")
    assert qt.texts.keys() == {"LGPL-3.0-only.txt", "GPL-3.0-only.txt", "qtbase.txt", "ICU.txt"}


def test_libraries_that_a_wheel_brings_go_with_their_own_licences() -> None:
    found = licences.parts(content.Content(frozenset({"psycopg-binary", "pyrage", "bcrypt"}), {}))
    texts = {part.name: part.texts for part in found}
    brought = {"PostgreSQL.txt", "MIT-krb5.txt", "OpenLDAP.txt", "Cyrus-SASL.txt", "LGPL-2.1.txt"}
    assert brought | {"GPL-3.0-only.txt", "compiled-in.txt"} <= texts["psycopg-binary"].keys()
    for name in ("pyrage", "bcrypt"):
        assert "BSD-3-Clause" in texts[name]["compiled-in.txt"]


def test_something_without_the_text_of_its_licence_is_not_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = tmp_path / "nameless-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: nameless\nVersion: 1.0\n")
    (about / "RECORD").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(licences.NoLicenceText, match="nameless"):
        licences.parts(content.Content(frozenset({"nameless"}), {}))


def test_a_file_of_unknown_origin_is_not_packed(tmp_path: Path) -> None:
    stray = tmp_path / "stray.so"
    stray.write_bytes(b"")
    with pytest.raises(content.UnknownOrigin, match=r"stray\.so"):
        content.read(listed(tmp_path, stray))


def test_files_are_known_by_the_package_that_installed_them(tmp_path: Path) -> None:
    import msgspec

    files = [Path(msgspec.__file__), ROOT / "resources/__init__.py", Path(os.__file__)]
    found = content.read(listed(tmp_path, *files))
    assert found == content.Content(frozenset({"msgspec", "pyinstaller"}), {})


def test_the_folder_of_licences_opens_with_a_list_of_them(tmp_path: Path) -> None:
    found = licences.parts(content.Content(frozenset({"msgspec", "cbor2"}), {}))
    licences.write(found, tmp_path / "licences", "1.2.3")
    opening = (tmp_path / "licences/README.txt").read_text(encoding="utf-8")
    assert "counter-app 1.2.3" in opening
    assert re.search(rf"^msgspec +{metadata.version('msgspec')} +BSD-3-Clause$", opening, re.MULTILINE)
    assert (tmp_path / "licences/LICENCE-EUPL-1.2.txt").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert {file.name for file in (tmp_path / "licences").iterdir() if file.is_dir()} == {
        part.name for part in found
    }


def test_apt_is_told_version_size_and_what_is_needed() -> None:
    words = debian.control("1.2.3", "amd64", "libc6 (>= 2.35), libgl1", 42)
    fields = dict(line.split(": ", 1) for line in words.splitlines() if not line.startswith(" "))
    assert fields["Package"] == "counter-app"
    assert (fields["Version"], fields["Architecture"], fields["Installed-Size"]) == ("1.2.3", "amd64", "42")
    assert fields["Depends"] == "libc6 (>= 2.35), libgl1"
    assert len(fields["Description"]) <= 80
    assert "" not in words.rstrip("\n").split("\n")
    assert words.endswith("\n")


def test_the_copyright_file_names_everybody_in_lines_that_belong_to_the_comment() -> None:
    words = debian.copyright_text(licences.parts(content.Content(frozenset({"msgspec"}), {})))
    comment = words.split("Comment:")[1].split("\nFiles:")[0]
    assert "\n msgspec" in comment
    assert "" not in comment.rstrip("\n").split("\n")


def test_names_tell_program_version_and_machine() -> None:
    assert debian.file_name("0.1.0", "amd64") == "counter-app_0.1.0_amd64.deb"
    assert build_installer.portable_name().startswith(f"counter-app-{counter_app.__version__}-portable-")


def test_the_menu_entry_starts_our_command_and_has_a_name_in_every_language() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(PIECES / "debian/counter-app.desktop", encoding="utf-8")
    words = entry["Desktop Entry"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert words["Exec"] in project["scripts"]
    assert words["Icon"] == debian.ICON.stem
    for field in ("Name", "GenericName", "Comment"):
        assert all(words[field + language] for language in ("", "[fr]", "[nl]", "[it]"))


def test_an_archive_is_the_same_every_time_and_keeps_what_can_be_run(tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    (folder / "inner").mkdir(parents=True)
    (folder / "program").write_text("#!/bin/sh\n")
    (folder / "program").chmod(0o755)
    (folder / "inner/words").write_text("words")
    first = build_installer.archive(folder, tmp_path / "first.zip", 1_700_000_000)
    os.utime(folder / "program")
    second = build_installer.archive(folder, tmp_path / "second.zip", 1_700_000_000)
    assert first.read_bytes() == second.read_bytes()
    modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in zipfile.ZipFile(first).infolist()}
    assert modes == {"copy/inner/words": 0o644, "copy/program": 0o755}


def test_what_nobody_has_tried_says_so_at_its_head() -> None:
    for file in (
        "windows/counter-app.iss",
        "macos/make-image.sh",
        "macos/entitlements.plist",
        "counter-app.spec",
    ):
        assert "UNTRIED" in "".join((PIECES / file).read_text(encoding="utf-8").splitlines()[:4])


@pytest.mark.skipif(sys.platform != "linux", reason="the variable is Linux's")
@pytest.mark.parametrize("before", ["/opt/lib", None])
def test_programs_that_the_packed_one_starts_find_their_own_libraries(
    before: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/usr/lib/counter-app/_internal")
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    # Noted for taking back what the hook sets.
    monkeypatch.setenv("PYINSTALLER_RESET_ENVIRONMENT", "0")
    if before is not None:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    runpy.run_path(str(PIECES / "own_environment.py"))
    assert os.environ.get("LD_LIBRARY_PATH") == before
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ
    assert os.environ["PYINSTALLER_RESET_ENVIRONMENT"] == "1"


def test_asking_for_something_else_is_refused_before_anything_is_built() -> None:
    command = [sys.executable, str(ROOT / "build_installer.py"), "rpm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "deb" in done.stderr
