"""The packages on a machine that has never seen Python: installed by apt, and carried on a stick."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from PIL import Image, ImageChops

import counter_app
from tests.installer.bare_debian import BareDebian, Display, wait_for

pytestmark = pytest.mark.installer

PICTURES = Path(__file__).parents[2] / "build/installer/pictures"
PRACTICE = "practice --headless --requests 60 --counters 3 --faults all --seed 1 --json".split()
OFFICE = "office new --sample ccas --counter A3".split()
STICK = "/media/stick/counter-app"
DESKTOP = {"libEGL.so.1", "libGL.so.1", "libxcb.so.1", "libwayland-client.so.0", "libwayland-cursor.so.0"}


def open_the_window(machine: BareDebian, display: Display, program: list[str], pictures: str) -> None:
    """Open the sample workstation's window, see its title, unlock it with the passphrase, photograph both."""
    folder = machine.root / Path(program[-1]).relative_to("/")
    passphrase = (folder / "passphrase").read_text().strip()
    # Whoever writes to the journal puts a name there; the window does so once the passphrase was right.
    holder = folder / "journal.holder"
    assert not holder.exists()
    with machine.running(*program, display=display.name) as process:
        wait_for(lambda: '"Counter' in display.titles() or process.poll() is not None, display.titles)
        assert process.poll() is None, process.communicate()[1].decode()
        locked, opened = PICTURES / f"{pictures}-locked.png", PICTURES / f"{pictures}-opened.png"
        wait_for(lambda: display.photograph(locked) > 50, lambda: "nothing was painted")
        display.press("search", "--onlyvisible", "--name", "^Counter$", "windowfocus", "--sync")
        display.press("type", "--delay", "5", passphrase)
        display.press("key", "Return")
        wait_for(holder.exists, lambda: "the passphrase did not open the workstation")
        wait_for(lambda: has_settled(display, locked, opened), lambda: "the page stayed as it was")


def has_settled(display: Display, before: Path, file: Path) -> bool:
    """Whether the screen shows another page than `before`, and no longer moves; keeps its picture in `file`."""
    last = file.with_name("last.png")
    display.photograph(last)
    time.sleep(0.3)
    display.photograph(file)
    settled = differing(before, file) > 20_000 and differing(last, file) < 1_000
    last.unlink()
    return settled


def differing(one: Path, other: Path) -> int:
    """How many points of two pictures differ."""
    difference = ImageChops.difference(Image.open(one).convert("L"), Image.open(other).convert("L"))
    return sum(difference.histogram()[16:])


def figures_of(printed: str) -> dict[str, object]:
    figures: dict[str, object] = json.loads(printed.splitlines()[-1])
    return figures


def test_a_whole_outage_is_played_from_a_stick_on_a_machine_with_nothing_installed(
    bare: BareDebian, portable: Path
) -> None:
    """First on purpose: nothing is installed yet, so that the stick's own libraries must do."""
    carried = bare.with_stick(portable)
    assert "Read-only" in carried.run("touch", "/media/stick/x", user=0, expected=1)
    figures = figures_of(carried.run(STICK, *PRACTICE, "--out", "/home/agent/carried"))
    assert (figures["lost"], figures["duplicates_at_centre"], figures["unexplained"]) == (0, 0, 0)


def test_a_stick_needs_of_the_machine_only_what_every_desktop_has(bare: BareDebian, portable: Path) -> None:
    """Second on purpose, for the same reason."""
    asked = "find /media/stick -type f -exec ldd {} + 2>/dev/null | grep 'not found' | sort -u"
    printed = bare.with_stick(portable).run(
        "sh", "-c", f"export LD_LIBRARY_PATH=/media/stick/_internal; {asked}"
    )
    missing = {line.split()[0] for line in printed.splitlines()}
    assert missing <= DESKTOP, missing - DESKTOP


def test_nothing_of_python_is_there_before_or_after(bare: BareDebian, installed: BareDebian) -> None:
    assert "python" not in installed.run("dpkg-query", "--show", "--showformat=${Package}\n")
    installed.run("sh", "-c", "! command -v python3 && ! command -v python")


def test_apt_installs_the_command_and_what_apt_wrote_is_what_was_packed(installed: BareDebian) -> None:
    assert installed.run("counter-app", "--version").strip() == counter_app.__version__
    assert installed.run("dpkg", "--verify", "counter-app") == ""


def test_every_library_that_the_installed_program_links_to_is_found(installed: BareDebian) -> None:
    """Also those of plugins that only some screens and printers load."""
    asked = "find /usr/lib/counter-app -name '*.so*' -exec ldd {} + 2>/dev/null | grep 'not found' | sort -u"
    assert installed.run("sh", "-c", f"{asked} || true") == ""


def test_the_menu_finds_the_program_its_icon_and_its_licences(installed: BareDebian) -> None:
    entry = (installed.root / "usr/share/applications/counter-app.desktop").read_text(encoding="utf-8")
    assert "Exec=counter-app\n" in entry
    assert (installed.root / "usr/share/icons/hicolor/scalable/apps/counter-app.svg").is_file()
    licences = installed.root / "usr/share/doc/counter-app/licences"
    assert "PySide6_Essentials" in (licences / "README.txt").read_text(encoding="utf-8")
    assert (licences / "PySide6_Essentials/LGPL-3.0-only.txt").stat().st_size > 5000


def test_a_whole_outage_is_played_without_python_on_the_machine(installed: BareDebian) -> None:
    figures = figures_of(installed.run("counter-app", *PRACTICE))
    assert figures["recorded"]
    assert (figures["lost"], figures["duplicates_at_centre"], figures["unexplained"]) == (0, 0, 0)


def test_the_installed_window_opens_and_its_passphrase_unlocks_it(
    installed: BareDebian, display: Display
) -> None:
    installed.run("counter-app", *OFFICE, "--data", "/home/agent/a3")
    open_the_window(installed, display, ["counter-app", "--data", "/home/agent/a3"], "installed")


def test_the_window_opens_from_a_stick_that_nothing_can_be_written_to_with_its_data_elsewhere(
    installed: BareDebian, portable: Path, display: Display
) -> None:
    carried = installed.with_stick(portable)
    carried.run(STICK, *OFFICE, "--data", "/home/agent/b3")
    open_the_window(carried, display, [STICK, "--data", "/home/agent/b3"], "carried")


def test_such_a_stick_says_so_in_a_sentence(installed: BareDebian, portable: Path) -> None:
    said = installed.with_stick(portable).run(STICK, *OFFICE, expected=3)
    assert "/media/stick/data" in said
    assert "Traceback" not in said


def test_a_portable_copy_holds_no_links_which_sticks_cannot_keep(portable: Path) -> None:
    assert [file for file in portable.rglob("*") if file.is_symlink()] == []
