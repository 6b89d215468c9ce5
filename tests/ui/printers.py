"""A print spooler for tests: CUPS of this machine, started for them alone, whose printer keeps what it is given."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ui import stage

_PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
NEEDED = ("cupsd", "lpadmin", "lpstat", "cupsdisable", "cupsenable", "cancel")
MISSING = [name for name in NEEDED if shutil.which(name, path=_PLACES) is None]

_CONFIGURATION = """
LogLevel warn
Listen {root}/cups.sock
Browsing No
DefaultAuthType None
WebInterface No
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""
_FILES = """
ServerRoot {root}/etc
ServerBin {root}/bin
StateDir {root}/state
RequestRoot {root}/spool
CacheDir {root}/cache
TempDir {root}/tmp
AccessLog {root}/access.log
ErrorLog {root}/error.log
PageLog {root}/page.log
SystemGroup {group}
"""
# What CUPS runs for a job: options in the fifth argument, the file in the sixth or on standard input.
_BACKEND = """#!/bin/sh
[ $# -eq 0 ] && { echo 'direct keep "Unknown" "Keeps what it is given"'; exit 0; }
kept="${DEVICE_URI#keep:}/$1"
printf '%s' "$5" > "$kept.options"
if [ -n "$6" ]; then cat "$6"; else cat; fi > "$kept.part"
mv "$kept.part" "$kept.pdf"
"""
# A printer that takes PDF as it is and holds the paper named first.
_DESCRIPTION = """*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "DESK.PPD"
*Manufacturer: "Test"
*Product: "(Desk)"
*ModelName: "Desk"
*ShortNickName: "Desk"
*NickName: "Desk"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*ColorDevice: True
*DefaultColorSpace: RGB
*cupsFilter2: "application/pdf application/pdf 0 -"
*OpenUI *PageSize/Media Size: PickOne
*DefaultPageSize: {held}
*PageSize A4/A4: "<</PageSize[595 842]>>setpagedevice"
*PageSize A5/A5: "<</PageSize[420 595]>>setpagedevice"
*CloseUI: *PageSize
*OpenUI *PageRegion/Media Size: PickOne
*DefaultPageRegion: {held}
*PageRegion A4/A4: "<</PageSize[595 842]>>setpagedevice"
*PageRegion A5/A5: "<</PageSize[420 595]>>setpagedevice"
*CloseUI: *PageRegion
*DefaultImageableArea: {held}
*ImageableArea A4: "0 0 595 842"
*ImageableArea A5: "0 0 420 595"
*DefaultPaperDimension: {held}
*PaperDimension A4: "595 842"
*PaperDimension A5: "420 595"
"""


class Spooler:
    """A running cupsd. `jobs` are the PDF files that its printer was given, in order."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.address = str(root / "cups.sock")
        self._kept = root / "kept"
        self._write()
        self._process = subprocess.Popen(
            [_found("cupsd"), "-f", "-c", str(root / "etc/cupsd.conf"), "-s", str(root / "etc/files.conf")]
        )
        stage.until(lambda: self._ask("lpstat", "-r").returncode == 0 and (root / "cups.sock").exists())

    def hold(self, paper: str) -> None:
        """Make the printer `desk` anew, the default one, with that paper in it."""
        description = self.root / f"{paper}.ppd"
        description.write_text(_DESCRIPTION.format(held=paper), encoding="ascii")
        made = self._ask("lpadmin", "-p", "desk", "-E", "-v", f"keep:{self._kept}", "-P", str(description))
        assert made.returncode == 0, made.stderr
        assert self._ask("lpadmin", "-d", "desk").returncode == 0

    def disable(self) -> None:
        """As after a paper jam: the queue takes jobs and prints none."""
        assert self._ask("cupsdisable", "desk").returncode == 0

    def enable(self) -> None:
        """Somebody has looked after it."""
        assert self._ask("cupsenable", "desk").returncode == 0

    def waiting(self) -> int:
        """How many jobs the queue has not printed."""
        return len(self._ask("lpstat", "-o").stdout.splitlines())

    def jobs(self) -> list[Path]:
        return sorted(self._kept.glob("*.pdf"), key=lambda path: int(path.stem))

    def options(self, job: Path) -> dict[str, str]:
        """What was asked of the printer with a job."""
        words = job.with_suffix(".options").read_text(encoding="utf-8").split()
        return dict(word.partition("=")[::2] for word in words)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)

    def _write(self) -> None:
        root = self.root
        for name in ("etc", "state", "spool", "cache", "tmp", "kept", "bin/backend"):
            (root / name).mkdir(parents=True)
        helpers = next(
            place for place in (Path("/usr/lib/cups"), Path("/usr/libexec/cups")) if place.exists()
        )
        (root / "bin/daemon").symlink_to(helpers / "daemon")
        backend = root / "bin/backend/keep"
        backend.write_text(_BACKEND, encoding="ascii")
        # Run as whoever owns it, not as a user who may not look into our folder.
        backend.chmod(0o700)
        (root / "etc/cupsd.conf").write_text(_CONFIGURATION.format(root=root), encoding="ascii")
        import grp

        group = grp.getgrgid(os.getgid()).gr_name
        (root / "etc/files.conf").write_text(_FILES.format(root=root, group=group), encoding="ascii")

    def _ask(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        surroundings = os.environ | {"CUPS_SERVER": self.address, "LC_ALL": "C"}
        return subprocess.run(
            [_found(name), *words], env=surroundings, capture_output=True, text=True, check=False, timeout=30
        )


def _found(name: str) -> str:
    return shutil.which(name, path=_PLACES) or name


@contextmanager
def spooler() -> Iterator[Spooler]:
    """A spooler in a folder of its own, whose name is short enough for a socket."""
    root = Path(tempfile.mkdtemp(prefix="cups"))
    root.chmod(0o755)
    try:
        running = Spooler(root)
        try:
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(root, ignore_errors=True)
