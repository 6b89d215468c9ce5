"""Probes a place for files: both folders, and that no file there is ever replaced by another one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from uuid import uuid4

from counter_app.connectors.files_place import Place
from counter_app.sync.port import Finding, Probe


def probed(place: Place, inbox: str, answers: str) -> Probe:
    """What the place proves, with files that are removed again; raises what the way there raises."""
    findings: list[Finding] = []
    for code, folder in (("in_folder", inbox), ("ack_folder", answers)):
        try:
            place.listing(folder)
            findings.append(Finding(code, True))
        except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
            findings.append(Finding(code, False, type(error).__name__))
    reachable, askable = (finding.ok for finding in findings)
    safe = reachable and _never_replaces(place, f"{inbox}/.probe-{uuid4()}", findings)
    return Probe(reachable, safe, askable, tuple(findings))


def _never_replaces(place: Place, probe: str, findings: list[Finding]) -> bool:
    part, final = f"{probe}.part", f"{probe}.final"
    try:
        place.create(part, b"first\n")
        exclusive = _fails(lambda: place.create(part, b"second\n")) and place.read(part) == b"first\n"
        place.publish(part, final)
        place.create(part, b"second\n")
        refused = _fails(lambda: place.publish(part, final))
        kept = refused and place.read(final) == b"first\n"
    except OSError as error:
        findings.append(Finding("writable", False, type(error).__name__))
        return False
    finally:
        for path in (part, final):
            with contextlib.suppress(OSError):
                place.remove(path)
    findings.append(Finding("exclusive_creation", exclusive))
    findings.append(Finding("never_overwrites", kept))
    return exclusive and kept


def _fails(work: Callable[[], None]) -> bool:
    try:
        work()
    except OSError:
        return True
    return False
