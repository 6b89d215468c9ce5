"""Where files of a centre lie, reached through fsspec: a folder, a share, or an SFTP server whose key is known.

No way of fsspec to give a file its name refuses to overwrite, so that step is each place's own.
"""

from __future__ import annotations

import contextlib
import logging
import posixpath
import stat
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import paramiko
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.sftp import SFTPFileSystem
from paramiko.sftp import CMD_NAME

from counter_app.connectors.causes import Fault, transport_fault
from counter_app.connectors.files import publish, write_new
from counter_app.domain.files_way import Sftp
from counter_app.sync.port import Cause, Outcome

Stamp = tuple[int, float]
"""Size in bytes and time of change in seconds."""

_KEY_TYPES: Final = (
    *("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    *("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"),
)


class OtherKeyError(Exception):
    """The server shows a key that is none of those that the office knows."""


# It tells its threads' failures with their traceback, to whoever sits at the terminal where nobody else listens.
logging.getLogger("paramiko").addHandler(logging.NullHandler())

FAILURES: Final = (OSError, EOFError, ValueError, paramiko.SSHException, OtherKeyError)
"""What a place may raise for a fault of the way there or of what lies there."""


@dataclass(frozen=True, slots=True)
class Login:
    """The secrets for an SFTP server, fetched from their places."""

    password: str | None
    key: Path | None
    key_passphrase: str | None


class Place(ABC):
    """A folder and what lies below it; paths are relative, with `/`. Raises `OSError`, over a network others too."""

    def __init__(self, root: str) -> None:
        self._root = root

    def listing(self, folder: str) -> dict[str, Stamp]:
        """The files of a folder by name."""
        found = self._system().ls(self._path(folder), detail=True)
        return {
            posixpath.basename(one["name"].replace("\\", "/")): (int(one["size"]), _seconds(one["mtime"]))
            for one in found
            if one["type"] == "file"
        }

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        with self._system().open(self._path(path), "rb") as file:
            data: bytes = file.read()
        return data

    @abstractmethod
    def create(self, path: str, data: bytes) -> None:
        """Write a new file; fails where one of the name is there, and where not everything arrived."""

    @abstractmethod
    def publish(self, part: str, final: str) -> None:
        """Give a file its final name, only if that is free."""

    @abstractmethod
    def remove(self, path: str) -> None:
        """Remove a file."""

    @abstractmethod
    def fault(self, error: BaseException, outcome: Outcome) -> Fault:
        """What a failure of this place proves, and its cause."""

    @abstractmethod
    def abort(self) -> None:
        """End what is under way from another thread, and whatever connection there is."""

    @abstractmethod
    def _system(self) -> Any:
        """The file system of fsspec that lists and reads it."""

    def _path(self, path: str) -> str:
        return posixpath.join(self._root, path)


class FolderPlace(Place):
    """A folder of this machine, or a share that it has connected."""

    def __init__(self, root: Path) -> None:
        super().__init__(root.as_posix())
        self._files = LocalFileSystem(skip_instance_cache=True)

    def abort(self) -> None:
        """A folder has no connection, and a call of the operating system cannot be ended."""

    def create(self, path: str, data: bytes) -> None:
        """The same."""
        write_new(Path(self._path(path)), data)

    def publish(self, part: str, final: str) -> None:
        """The same."""
        publish(Path(self._path(part)), Path(self._path(final)))

    def remove(self, path: str) -> None:
        """The same."""
        Path(self._path(path)).unlink()

    def fault(self, error: BaseException, outcome: Outcome) -> Fault:
        """The same."""
        number = getattr(error, "errno", None)
        return Fault(outcome, Cause.FOLDER, f"{type(error).__name__} {number or ''}".rstrip())

    def _system(self) -> Any:
        return self._files


class SftpPlace(Place):
    """A folder of an SFTP server; `seconds` bound each of its own steps."""

    def __init__(self, root: str, server: Sftp, login: Login, seconds: float) -> None:
        super().__init__(root)
        self._server = server
        self._login = login
        self._seconds = seconds
        self._connected: SFTPFileSystem | None = None

    def create(self, path: str, data: bytes) -> None:
        """The same."""
        with self._failing():
            # "x" alone would not ask the server for the right to write.
            with self._system().open(self._path(path), "wxb") as file:
                file.set_pipelined(True)
                file.write(data)
            size = self._system().ftp.stat(self._path(path)).st_size
        if size != len(data):
            raise OSError(f"{size} of {len(data)} bytes arrived")

    def publish(self, part: str, final: str) -> None:
        """The same; `posix_rename`, which is what fsspec moves files with, would overwrite."""
        with self._failing():
            self._system().ftp.rename(self._path(part), self._path(final))

    def remove(self, path: str) -> None:
        """The same."""
        with self._failing():
            self._system().ftp.remove(self._path(path))

    def listing(self, folder: str) -> dict[str, Stamp]:
        """The same, but for files whose names are no UTF-8: others may have left them there."""
        with self._failing():
            found = self._system().ftp.listdir_attr(self._path(folder))
        return {
            one.filename: (int(one.st_size or 0), float(one.st_mtime or 0))
            for one in found
            if one.st_mode is None or stat.S_ISREG(one.st_mode)
            if "\N{REPLACEMENT CHARACTER}" not in one.filename
        }

    def read(self, path: str) -> bytes:
        """The same."""
        with self._failing():
            return super().read(path)

    def fault(self, error: BaseException, outcome: Outcome) -> Fault:
        """The same: a server's own no is about a folder, all else about the way there."""
        named = type(error).__name__
        match error:
            case OtherKeyError():
                return Fault(outcome, Cause.OTHER_KEY, named)
            case paramiko.ssh_exception.IncompatiblePeer() if "host key" in str(error):
                return Fault(outcome, Cause.OTHER_KEY, named)
            case paramiko.AuthenticationException() | UnicodeDecodeError():
                # What cannot be decoded is the file of our own key.
                return Fault(outcome, Cause.NOT_AUTHORISED, named)
            case paramiko.ssh_exception.NoValidConnectionsError():
                refused = any(isinstance(one, ConnectionRefusedError) for one in error.errors.values())
                return Fault(outcome, Cause.REFUSED if refused else Cause.RESET, named)
            case paramiko.SSHException() | EOFError():
                return Fault(outcome, Cause.RESET, named)
            case OSError() if self._connected is not None:
                return Fault(outcome, Cause.FOLDER, f"{named} {error.errno or ''}".rstrip())
        found = transport_fault(error, written=outcome is Outcome.UNKNOWN, ended=True)
        return Fault(outcome, found.cause, found.detail)

    def abort(self) -> None:
        """Close the connection, so that a step under way fails."""
        system, self._connected = self._connected, None
        if system is not None:
            system.client.close()

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        """A connection on which something else failed than a request is no longer used."""
        try:
            yield
        except (paramiko.SSHException, EOFError, TimeoutError, ConnectionError):
            self.abort()
            raise

    def _system(self) -> Any:
        if self._connected is None:
            server, login = self._server, self._login
            types = {line.split()[0] for line in server.host_keys}
            if "ssh-rsa" in types:
                types |= {"rsa-sha2-512", "rsa-sha2-256"}
            self._connected = SFTPFileSystem(
                server.host,
                port=server.port,
                username=server.user,
                password=login.password,
                key_filename=None if login.key is None else str(login.key),
                passphrase=login.key_passphrase,
                allow_agent=False,
                look_for_keys=False,
                timeout=self._seconds,
                banner_timeout=self._seconds,
                auth_timeout=self._seconds,
                channel_timeout=self._seconds,
                # The server is to show the key that is known, where it has several.
                disabled_algorithms={"keys": [one for one in _KEY_TYPES if one not in types]},
                host_key_policy=_Known(server.host_keys),
                skip_instance_cache=True,
            )
            self._connected.ftp = _Client.from_transport(self._connected.client.get_transport())
            self._connected.ftp.get_channel().settimeout(self._seconds)
        return self._connected


class _Client(paramiko.SFTPClient):  # type: ignore[misc]
    """Reads names in whatever encoding others left there: one that is no UTF-8 must not hide all the files."""

    def _request(self, kind: int, *arguments: object) -> Any:
        kind, message = super()._request(kind, *arguments)
        if kind == CMD_NAME:
            message.get_text = lambda: message.get_string().decode("utf-8", "replace")
        return kind, message


class _Known(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
    """Takes the keys that the office knows, and asks nobody about another one."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self._known = {tuple(line.split()[:2]) for line in lines}

    def missing_host_key(self, client: paramiko.SSHClient, _host: str, key: paramiko.PKey) -> None:
        if (key.get_name(), key.get_base64()) not in self._known:
            raise OtherKeyError(key.get_name())


def _seconds(moment: Any) -> float:
    return float(moment) if isinstance(moment, int | float) else float(moment.timestamp())
