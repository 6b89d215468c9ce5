"""What a receipt's QR code says and how any counter checks it without a network.

The text is base45 (RFC 9285) of a COSE_Sign1 (RFC 9052, untagged) with Ed25519: protected header {1: -8 (EdDSA),
4: the first 8 bytes of SHA-256 of the public key}, payload a CBOR map with integer keys:

    0  version, absent for 1              5  days from the UTC date of key 8 to the business day, absent for 0
    1  office/chain/aid[/currency]        6  place in the chain
    2  number within the chain            7  first 8 bytes of the entry's hash
    3  kind of receipt                    8  time of issue in whole minutes since 1970, UTC
    4  amount in cents, absent for none   9  first 8 bytes of the person's keyed reference, absent for none

Key 1 is a byte string, three characters of `_ALPHABET` in two bytes (`^` before a letter makes it small), so
that everything fits a version 10 code at level Q; what that alphabet cannot write is a text string instead.
The currency is absent for EUR. There is one encoding for each content, and no other is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from counter_app.domain.errors import BadInput, Refused
from counter_app.domain.ids import receipt_number

if TYPE_CHECKING:
    import PIL.Image

VERSION: Final = 1
KINDS: Final[Mapping[str, int]] = {
    "request": 1,
    "granted": 2,
    "awaiting_approval": 3,
    "refused": 4,
    "cancelled": 5,
    "money_in": 6,
}
"""The kinds of receipt by the names that the papers use. A number is never given a second meaning."""

_LONGEST: Final = 1024
"""Characters; a version 10 code at level Q holds 221."""
_EDDSA: Final = -8
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ALPHABET: Final = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-/^"
_HASH_BYTES: Final = 8
_DOTS_PER_INCH: Final = 300
_MOST_DOTS: Final = 8000
"""On the longer side of a page, so that a poster does not take all memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptClaims:
    """What the code of one receipt claims; nothing in it names a person.

    `chain` and `number` together are the printed number, `kind` is one of `KINDS`, `cents` of `currency`.
    `day` is the business day, `issued_at` whole minutes since 1970 in UTC. `hash8` are the first 8 bytes of the
    hash of entry `seq`, `person` the first 8 bytes of the person's keyed reference.
    """

    office: str
    chain: str
    number: int
    kind: int
    aid: str
    cents: int | None
    currency: str = "EUR"
    day: date
    seq: int
    hash8: bytes
    person: bytes | None
    issued_at: int
    version: int = VERSION

    def __post_init__(self) -> None:
        if "/" in self.office + self.chain + self.aid + self.currency:
            raise ValueError("a slash would run two codes into one another")
        if len(self.hash8) != _HASH_BYTES or len(self.person or self.hash8) != _HASH_BYTES:
            raise ValueError("hash and person are 8 bytes each")

    @property
    def receipt_number(self) -> str:
        """The number as printed."""
        return receipt_number(self.chain, self.number)

    @property
    def issued(self) -> datetime:
        """The time of issue in UTC."""
        return _EPOCH + timedelta(minutes=self.issued_at)


class Decoded(NamedTuple):
    """A code that was read but not yet believed.

    `verify` raises `receipt_altered` where the key did not sign exactly these claims.
    """

    claims: ReceiptClaims
    kid: bytes
    verify: Callable[[Ed25519PublicKey], None]


def key_id(public_key: Ed25519PublicKey) -> bytes:
    """The 8 bytes by which a code names the key that signed it."""
    return sha256(public_key.public_bytes_raw()).digest()[:8]


def encode(claims: ReceiptClaims, private_key: Ed25519PrivateKey) -> str:
    """The text of the QR code: the same claims and key always give the same."""
    protected = _protected(key_id(private_key.public_key()))
    payload = _cbor(_packed(claims))
    return _base45(_Envelope(b"", protected, payload, private_key.sign(_to_sign(protected, payload))).octets)


def decode(text: str) -> Decoded:
    """Read a code without believing it; `receipt_unreadable` or `receipt_newer` for what is none of ours."""
    envelope = _opened(text)
    return Decoded(_unpacked(envelope.payload), envelope.kid, envelope.check)


def verify(text: str, public_keys: Mapping[bytes, Ed25519PublicKey]) -> ReceiptClaims:
    """The claims of a receipt that one of `public_keys` (by `key_id`) signed.

    Raises `receipt_unreadable`, `receipt_unknown_key`, `receipt_altered`, or `receipt_newer` for a code that
    a later version of the program signed.
    """
    envelope = _opened(text)
    public_key = public_keys.get(envelope.kid)
    if public_key is None:
        raise Refused("receipt_unknown_key", key=envelope.kid.hex())
    envelope.check(public_key)
    return _unpacked(envelope.payload)


@dataclass(frozen=True, slots=True)
class _Envelope:
    kid: bytes
    protected: bytes
    payload: bytes
    signature: bytes

    @property
    def octets(self) -> bytes:
        return _cbor([self.protected, {}, self.payload, self.signature])

    def check(self, public_key: Ed25519PublicKey) -> None:
        try:
            public_key.verify(self.signature, _to_sign(self.protected, self.payload))
        except InvalidSignature as error:
            raise Refused("receipt_altered") from error


def _opened(text: str) -> _Envelope:
    import base45

    if len(text) > _LONGEST:
        raise Refused("receipt_unreadable")
    try:
        raw = base45.b45decode(text)
    except ValueError as error:
        raise Refused("receipt_unreadable") from error
    match _read(raw):
        case [bytes(protected), dict(), bytes(payload), bytes(signature)]:
            envelope = _Envelope(_kid(protected), protected, payload, signature)
            # Neither a dropped line end nor CBOR in a longer form: only the one encoding is read.
            if _base45(envelope.octets) == text:
                return envelope
    raise Refused("receipt_unreadable")


def _kid(protected: bytes) -> bytes:
    match _read(protected):
        case {4: bytes(kid)} if _protected(kid) == protected:
            return kid
    raise Refused("receipt_unreadable")


def _packed(claims: ReceiptClaims) -> dict[int, object]:
    codes = [claims.office, claims.chain, claims.aid]
    if claims.currency != "EUR":
        codes.append(claims.currency)
    packed: dict[int, object] = {
        1: _codes_to_bytes("/".join(codes)),
        2: claims.number,
        3: claims.kind,
        6: claims.seq,
        7: claims.hash8,
        8: claims.issued_at,
    }
    if claims.version != VERSION:
        packed[0] = claims.version
    if claims.cents is not None:
        packed[4] = claims.cents
    if days := (claims.day - claims.issued.date()).days:
        packed[5] = days
    if claims.person is not None:
        packed[9] = claims.person
    return packed


def _unpacked(payload: bytes) -> ReceiptClaims:
    packed = _read(payload)
    if not isinstance(packed, dict):
        raise Refused("receipt_unreadable")
    version = packed.get(0, VERSION)
    if isinstance(version, int) and version > VERSION:
        raise Refused("receipt_newer", version=version)
    try:
        claims = _claims(packed)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Refused("receipt_unreadable") from error
    # What is written in another way than `encode` writes it was not written by `encode`.
    if _cbor(_packed(claims)) != payload:
        raise Refused("receipt_unreadable")
    return claims


def _claims(packed: dict[object, object]) -> ReceiptClaims:
    office, chain, aid, *currency = _bytes_to_codes(packed[1]).split("/")
    issued_at = _whole(packed[8])
    issued_on = (_EPOCH + timedelta(minutes=issued_at)).date()
    return ReceiptClaims(
        version=_whole(packed.get(0, VERSION)),
        office=office,
        chain=chain,
        number=_whole(packed[2]),
        kind=_whole(packed[3]),
        aid=aid,
        cents=_whole(packed[4]) if 4 in packed else None,
        currency="/".join(currency) or "EUR",
        day=issued_on + timedelta(days=_whole(packed.get(5, 0))),
        seq=_whole(packed[6]),
        hash8=_octets(packed[7]),
        person=_octets(packed[9]) if 9 in packed else None,
        issued_at=issued_at,
    )


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not a whole number")
    return value


def _octets(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError("not a byte string")
    return value


def _codes_to_bytes(codes: str) -> bytes | str:
    """Three characters in two bytes, filled up with spaces; the text itself where a character has no place."""
    spelt = "".join(f"^{letter.upper()}" if letter.islower() else letter for letter in codes)
    digits = [_ALPHABET.find(letter) for letter in spelt + " " * (-len(spelt) % 3)]
    if min(digits) < 0 or codes != _spoken(spelt) or codes.endswith(" "):
        return codes
    triples = zip(digits[::3], digits[1::3], digits[2::3], strict=True)
    return b"".join(
        (first * 1600 + second * 40 + third).to_bytes(2, "big") for first, second, third in triples
    )


def _bytes_to_codes(packed: object) -> str:
    if isinstance(packed, str):
        return packed
    octets = _octets(packed)
    spelt = ""
    for place in range(0, len(octets), 2):
        value = int.from_bytes(octets[place : place + 2], "big")
        if value >= 40**3:
            raise ValueError("no such characters")
        spelt += _ALPHABET[value // 1600] + _ALPHABET[value // 40 % 40] + _ALPHABET[value % 40]
    return _spoken(spelt.rstrip(" "))


def _spoken(spelt: str) -> str:
    plain, *small = spelt.split("^")
    return plain + "".join(part[:1].lower() + part[1:] for part in small)


def _to_sign(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of RFC 9052, section 4.4."""
    return _cbor(["Signature1", protected, b"", payload])


def _protected(kid: bytes) -> bytes:
    return _cbor({1: _EDDSA, 4: kid})


def _base45(octets: bytes) -> str:
    import base45

    return str(base45.b45encode(octets), "ascii")


def _cbor(value: object) -> bytes:
    import cbor2

    return cbor2.dumps(value, canonical=True)


def _read(data: bytes) -> object:
    import cbor2

    try:
        value: object = cbor2.loads(data, max_depth=4, allow_indefinite=False, allow_duplicate_keys=False)
    except (cbor2.CBORError, ValueError, OverflowError, MemoryError) as error:
        raise Refused("receipt_unreadable") from error
    return value


def read_image(path: Path) -> str:
    """The text of the receipt code in a picture (PNG, JPEG, …) or on the pages of a PDF.

    Where several codes are seen it is the first that reads as a receipt, else the first. Raises
    `receipt_image_unreadable` where the file is no picture and `receipt_image_empty` where it shows no code.
    """
    first: str | None = None
    for text in _codes(path):
        try:
            _opened(text)
        except Refused:
            first = first or text
        else:
            return text
    if first is None:
        raise BadInput("receipt_image_empty", path=path.name)
    return first


def _codes(path: Path) -> Iterator[str]:
    import zxingcpp

    for picture in _pictures(path):
        # Anything but QR codes on a scanned sheet (the bars of an invoice) is nobody's receipt.
        for found in zxingcpp.read_barcodes(
            picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
        ):
            yield found.text


def _pictures(path: Path) -> Iterator[PIL.Image.Image]:
    """The picture in the file, or each page of a PDF at 300 dpi, one at a time."""
    import PIL.Image
    import pypdfium2

    try:
        with path.open("rb") as file:
            is_pdf = file.read(5) == b"%PDF-"
        if not is_pdf:
            with PIL.Image.open(path) as picture:
                yield picture.convert("L")
            return
        with pypdfium2.PdfDocument(path) as pages:
            for page in pages:
                scale = min(_DOTS_PER_INCH / 72, _MOST_DOTS / max(page.get_size()))
                yield page.render(scale=scale, grayscale=True).to_pil()
    except (
        OSError,
        ValueError,
        SyntaxError,
        PIL.Image.DecompressionBombError,
        pypdfium2.PdfiumError,
    ) as error:
        raise BadInput("receipt_image_unreadable", path=path.name) from error
