"""Whom a connector trusts on the line, and by which certificate it is known there."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import httpx2

from counter_app.domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class Trust:
    """`authority` is a PEM file with the certificates to trust instead of the machine's own.

    `certificate` and `key` are PEM files by which this counter shows who it is (mutual TLS); the key may stand in the
    certificate's file, and `passphrase` opens it.
    """

    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    passphrase: str | None = None

    def context(self) -> ssl.SSLContext:
        """A context to connect with; raises `service_authority_unreadable` and `service_certificate_unreadable`."""
        if self.authority is None:
            made = httpx2.create_ssl_context(trust_env=False)
        else:
            try:
                made = ssl.create_default_context(cafile=self.authority)
            except OSError as error:
                raise BadInput("service_authority_unreadable", file=str(self.authority)) from error
        if self.certificate is not None:
            try:
                # Without a password OpenSSL would ask for one on the terminal.
                made.load_cert_chain(self.certificate, self.key, self.passphrase or "")
            except OSError as error:
                file = str(self.key or self.certificate)
                raise BadInput("service_certificate_unreadable", file=file) from error
        return made
