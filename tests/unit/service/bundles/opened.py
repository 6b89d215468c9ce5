"""A bundle taken apart and closed again, as somebody would who wants to forge one: age and tar as anybody has them."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from pyrage import decrypt, encrypt, x25519

Members = dict[str, bytes]


def published() -> x25519.Identity:
    """The key that opens every bundle of a sample office."""
    text = (files("resources.samples") / "bundle.agekey").read_text(encoding="ascii")
    return x25519.Identity.from_str(text.split()[-1])


def members(path: Path) -> Members:
    """What lies in a bundle, by name."""
    with tarfile.open(fileobj=io.BytesIO(decrypt(path.read_bytes(), [published()]))) as tar:
        found = {info.name: tar.extractfile(info) for info in tar}
    return {name: file.read() for name, file in found.items() if file is not None}


def manifest(path: Path) -> dict[str, Any]:
    """Its manifest."""
    told: dict[str, Any] = json.loads(members(path)["manifest.json"])
    return told


def closed(path: Path, content: Members, change: Callable[[tarfile.TarInfo], None] | None = None) -> Path:
    """A bundle of these members in their order; `change` sees the header of each."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, raw in content.items():
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            if change is not None:
                change(info)
            tar.addfile(info, io.BytesIO(raw) if info.isreg() else None)
    return encrypted(path, plain.getvalue())


def encrypted(path: Path, plain: bytes) -> Path:
    """Anything at all, closed for the office."""
    path.write_bytes(encrypt(plain, [published().to_public()]))
    return path
