"""Signatures in OpenSSH's form: accepted by OpenSSH itself, and for nothing but what was signed."""

from __future__ import annotations

import base64
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counter_app.keys.sign import HEAD, RANGE, openssh_public_key, sign, signed_by
from counter_app.service.export import export_journal
from tests.unit.counters import Desk

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
MESSAGE = b"A3 17 00ff"
needs_openssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")


def verified_by_openssh(folder: Path, identity: str, namespace: str, message: bytes) -> bool:
    command = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        "allowed_signers",
        "-I",
        identity,
        "-n",
        namespace,
        "-s",
        "sig",
    ]
    return (
        subprocess.run(command, input=message, cwd=folder, capture_output=True, check=False).returncode == 0
    )


@needs_openssh
def test_openssh_accepts_a_signature_and_no_other_message_namespace_or_key(tmp_path: Path) -> None:
    (tmp_path / "sig").write_text(sign(KEY, HEAD, MESSAGE), encoding="ascii")
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    lines = [f"A3 {openssh_public_key(PUBLIC, 'A3')}", f"A4 {openssh_public_key(other, 'A4')}"]
    (tmp_path / "allowed_signers").write_text("\n".join(lines) + "\n", encoding="ascii")
    assert verified_by_openssh(tmp_path, "A3", HEAD, MESSAGE)
    assert not verified_by_openssh(tmp_path, "A3", HEAD, MESSAGE + b"\n")
    assert not verified_by_openssh(tmp_path, "A3", RANGE, MESSAGE)
    assert not verified_by_openssh(tmp_path, "A4", HEAD, MESSAGE)


@needs_openssh
def test_an_auditor_checks_an_exported_head_with_openssh_alone(desk: Desk, tmp_path: Path) -> None:
    desk.fill_drawer()
    files = {file.name: file for file in export_journal(desk.workstation, tmp_path / "out")}
    papers = {"README.txt", "verify_journal.py"}
    assert set(files) == {"A1.jsonl", "A1.3.head", "A1.3.head.sig", "allowed_signers", *papers}
    (tmp_path / "out" / "sig").write_bytes(files["A1.3.head.sig"].read_bytes())
    head = files["A1.3.head"].read_bytes()
    assert head.decode() == f"A1 3 {desk.entries()[-1].hash.hex()}"
    assert verified_by_openssh(tmp_path / "out", "A1", HEAD, head)


@needs_openssh
def test_a_signature_made_by_openssh_is_accepted_here(tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key"], cwd=tmp_path, check=True)
    (tmp_path / "words").write_bytes(MESSAGE)
    subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-f", "key", "-n", HEAD, "words"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    public = base64.b64decode((tmp_path / "key.pub").read_text(encoding="ascii").split()[1])[-32:]
    armoured = (tmp_path / "words.sig").read_text(encoding="ascii")
    assert signed_by(public, HEAD, MESSAGE, armoured)
    assert not signed_by(public, HEAD, MESSAGE + b"!", armoured)


def test_a_signature_holds_for_its_message_namespace_and_key_alone() -> None:
    armoured = sign(KEY, HEAD, MESSAGE)
    assert signed_by(PUBLIC, HEAD, MESSAGE, armoured)
    assert signed_by(PUBLIC, HEAD, MESSAGE, armoured.replace("\n", "\r\n"))
    assert not signed_by(PUBLIC, HEAD, b"A3 18 00ff", armoured)
    assert not signed_by(PUBLIC, RANGE, MESSAGE, armoured)
    assert not signed_by(bytes(32), HEAD, MESSAGE, armoured)
    assert not signed_by(b"", HEAD, MESSAGE, armoured)


def test_no_sampled_flipped_bit_passes_or_raises() -> None:
    raw, draw = sign(KEY, HEAD, MESSAGE).encode(), random.Random(2)
    blob = base64.b64decode("".join(raw.decode().splitlines()[1:-1]))
    for _ in range(400):
        place = draw.randrange(len(blob) * 8)
        changed = bytearray(blob)
        changed[place // 8] ^= 1 << place % 8
        text = base64.b64encode(changed).decode()
        lines = ["-----BEGIN SSH SIGNATURE-----", text, "-----END SSH SIGNATURE-----"]
        assert not signed_by(PUBLIC, HEAD, MESSAGE, "\n".join(lines)), place


@pytest.mark.parametrize("armoured", ["", "\n", "nonsense", "-----BEGIN SSH SIGNATURE-----", "é\nü\nà"])
def test_what_is_no_signature_is_simply_none(armoured: str) -> None:
    assert not signed_by(PUBLIC, HEAD, MESSAGE, armoured)
    begin, end = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
    for body in ("", "!!!!", "AAAA", base64.b64encode(b"SSHSIG\0\0\0\1\xff\xff\xff\xff").decode()):
        assert not signed_by(PUBLIC, HEAD, MESSAGE, f"{begin}\n{body}\n{end}\n")
