"""Those who sign a balance for a centre, with a key of their own and the real `ssh-keygen`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from counter_app.bootstrap import adopt_configuration
from counter_app.service.workstation import Workstation
from counter_app.settings import sample_configuration
from tests.unit.counters import IT

NAMESPACE = "counter-app/balance"
_ORDER = {"aid-file": b"order = 1\n", "treasury": b"order = 2\n"}


class Signer:
    """A key pair of a kind that `ssh-keygen` makes, and what is signed with it."""

    def __init__(self, folder: Path, owner: str, *kind: str) -> None:
        self.key = folder / f"key of {owner}"
        made = ["ssh-keygen", "-q", "-t", *(kind or ("ed25519",)), "-N", "", "-C", owner, "-f", str(self.key)]
        subprocess.run(made, check=True)

    @property
    def line(self) -> str:
        """The public half, as an office is given it."""
        return self.key.with_name(f"{self.key.name}.pub").read_text(encoding="utf-8").strip()

    def sign(self, message: bytes, namespace: str = NAMESPACE) -> bytes:
        """The signature as `ssh-keygen` writes it."""
        command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(self.key), "-n", namespace]
        return subprocess.run(command, input=message, capture_output=True, check=True).stdout

    def sign_file(self, folder: Path, to: Path, namespace: str = NAMESPACE) -> Path:
        """The signature of the balance in a folder, in a file."""
        to.write_bytes(self.sign((folder / "balance.txt").read_bytes(), namespace))
        return to


def name_signers(workstation: Workstation, folder: Path, **named: list[Signer]) -> None:
    """Have the office name them: `aid_file` and `treasury`, in force when the workstation is next opened."""
    raw = sample_configuration("ccas")
    for service, signers in named.items():
        order = _ORDER[service.replace("_", "-")]
        told = f"signers = {json.dumps([one.line for one in signers])}\n"
        raw = raw.replace(order, order + told.encode(), 1)
    file = folder / "named.toml"
    file.write_bytes(raw)
    adopt_configuration(workstation, file, IT)
