"""Signatures of every kind of key that OpenSSH makes in software, and nothing else."""

from __future__ import annotations

import base64
import random
import shutil
from pathlib import Path

import pytest

from counter_app.domain.ssh_line import ssh_line
from counter_app.keys.sign import SshSignature, blob_print, read_signature
from counter_app.keys.ssh_signature import made_by
from tests.unit.signers import NAMESPACE, Signer

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
MESSAGE = b"so many entries, so many euros\n"
KINDS = (
    ("ed25519",),
    ("ecdsa", "-b", "256"),
    ("ecdsa", "-b", "384"),
    ("ecdsa", "-b", "521"),
    ("rsa", "-b", "2048"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_what_openssh_signed_holds_for_its_message_namespace_and_key_alone(
    kind: tuple[str, ...], tmp_path: Path
) -> None:
    signer, other = Signer(tmp_path, "one", *kind), Signer(tmp_path, "other")
    key = ssh_line(signer.line)
    armoured = signer.sign(MESSAGE).decode()
    found = read_signature(armoured)
    assert made_by(found, key, NAMESPACE, MESSAGE)
    assert not made_by(found, key, NAMESPACE, MESSAGE[:-1])
    assert not made_by(found, key, "file", MESSAGE)
    assert not made_by(found, ssh_line(other.line), NAMESPACE, MESSAGE)
    swapped = SshSignature(
        key.blob, found.namespace, found.hash_name, read_signature(other.sign(MESSAGE).decode()).raw
    )
    assert not made_by(swapped, key, NAMESPACE, MESSAGE)
    draw, raw = random.Random(3), found.raw
    for _ in range(60):
        changed, place = bytearray(raw), draw.randrange(len(raw) * 8)
        changed[place // 8] ^= 1 << place % 8
        bent = SshSignature(found.key, found.namespace, found.hash_name, bytes(changed))
        assert not made_by(bent, key, NAMESPACE, MESSAGE), place


def test_a_line_says_which_key_it_is_and_whose(tmp_path: Path) -> None:
    signer = Signer(tmp_path, "Trésorerie, Mme Roux")
    line = ssh_line(f"  {signer.line}\r\n")
    assert line.owner == "Trésorerie, Mme Roux"
    assert signer.line.startswith(line.text)
    assert blob_print(line.blob).startswith("SHA256:")


@pytest.mark.parametrize("kind", [("rsa", "-b", "1024"), ("ed25519",)])
def test_what_is_no_whole_key_of_a_known_kind_is_refused(kind: tuple[str, ...], tmp_path: Path) -> None:
    line = Signer(tmp_path, "x", *kind).line
    name, written, _ = line.split()
    blob = base64.b64decode(written)
    wrong = [
        f"{name} {base64.b64encode(some).decode()}" for some in (blob[:-1], blob + b"\0", b"", b"\xff" * 8)
    ]
    wrong += [
        "",
        name,
        f"ssh-dss {written}",
        f"{name} !!!!",
        f"ecdsa-sha2-nistp256 {written}",
        "-----BEGIN OPENSSH",
    ]
    if kind[0] == "rsa":
        wrong.append(line)
    for text in wrong:
        with pytest.raises(ValueError):  # noqa: PT011  (whatever was wrong with it)
            ssh_line(text)
