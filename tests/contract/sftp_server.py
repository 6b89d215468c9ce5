"""OpenSSH's own SFTP server for a test run: on loopback, with keys made for it, as whoever runs the tests."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from counter_app.connectors.files_place import Login, SftpPlace
from counter_app.domain.files_way import Sftp


@dataclass(frozen=True)
class SftpServer:
    """A running server: where it listens, the key that it shows, and the key that opens it."""

    port: int
    host_key: str
    key: Path
    other_host_key: str

    def settings(self, **changed: object) -> Sftp:
        """How it is reached, but for what is changed."""
        told = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": getpass.getuser(),
            "host_keys": (self.host_key,),
        }
        return Sftp(**{**told, "key": str(self.key), **changed})  # type: ignore[arg-type]

    def place(self, root: Path, seconds: float = 5.0, **changed: object) -> SftpPlace:
        """A folder of it."""
        settings = self.settings(**changed)
        key = None if settings.key is None else Path(settings.key)
        return SftpPlace(str(root), settings, Login(None, key, None), seconds)


@contextmanager
def sftp_server(folder: Path) -> Iterator[SftpServer]:
    """The server, with its keys in `folder`."""
    for name in ("host", "user", "other"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    shutil.copy(folder / "user.pub", folder / "authorized")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    settings = folder / "sshd.conf"
    settings.write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\n"
        "PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        "MaxStartups 100\nSubsystem sftp internal-sftp\n",
        encoding="ascii",
    )
    if os.geteuid() == 0:
        # OpenSSH looks for it when root starts it, and Debian makes it only with the service.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    sshd = shutil.which("sshd", path="/usr/sbin:/usr/bin:/sbin:/bin") or "sshd"
    process = subprocess.Popen([sshd, "-D", "-e", "-f", settings], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        keys = [" ".join((folder / f"{name}.pub").read_text().split()[:2]) for name in ("host", "other")]
        yield SftpServer(port, keys[0], folder / "user", keys[1])
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
