"""Certificates of an authority made in the test: good, of another host, by themselves; and one that shows a counter."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSPHRASE = "six words for a key"


@dataclass(frozen=True)
class Certificates:
    """An authority's PEM file, and server contexts with certificates good and bad.

    `client` is a PEM file of a certificate and its key, under `PASSPHRASE`; `wants_client` lets nobody in without
    one. `pin` is the SHA-256 of the public key of `good` and `wants_client`, in hexadecimal.
    """

    authority: Path
    good: ssl.SSLContext
    other_host: ssl.SSLContext
    self_signed: ssl.SSLContext
    wants_client: ssl.SSLContext
    client: Path
    pin: str


def made(folder: Path) -> Certificates:
    """New ones, written to `folder`."""
    authority = _Authority(folder)
    good = authority.issued("localhost")
    wants_client = _context(good)
    wants_client.verify_mode = ssl.CERT_REQUIRED
    wants_client.load_verify_locations(folder / "authority.pem")
    certificate = x509.load_pem_x509_certificate(good.read_bytes())
    public = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return Certificates(
        folder / "authority.pem",
        _context(good),
        _context(authority.issued("other.example")),
        _context(authority.issued("localhost", by_itself=True)),
        wants_client,
        authority.issued("counter A1", passphrase=PASSPHRASE),
        sha256(public).hexdigest(),
    )


def _context(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


class _Authority:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Practice authority")])
        own = _signed(self._name, self._name, self._key, self._key, [], ca=True)
        (folder / "authority.pem").write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def issued(self, name: str, *, by_itself: bool = False, passphrase: str | None = None) -> Path:
        """A PEM file with a new key and its certificate for a host, or for whoever has that name."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer, issuer_key = (subject, key) if by_itself else (self._name, self._key)
        names: list[x509.GeneralName] = [] if " " in name else [x509.DNSName(name)]
        if name == "localhost":
            names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        certificate = _signed(subject, issuer, key, issuer_key, names, ca=False)
        sealed = (
            serialization.NoEncryption()
            if passphrase is None
            else serialization.BestAvailableEncryption(passphrase.encode())
        )
        pem = self._folder / f"{name}-{by_itself}.pem"
        pem.write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealed)
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return pem


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    names: list[x509.GeneralName],
    *,
    ca: bool,
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())
