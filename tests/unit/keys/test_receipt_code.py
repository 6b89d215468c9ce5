"""A receipt's code: small enough to print, readable by anybody, and no character of it can be changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import base45
import cbor2
import PIL.Image
import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from counter_app.documents.receipt import ReceiptKind, ReceiptRows, render_receipt
from counter_app.domain.errors import BadInput, Refused
from counter_app.keys.receipt_code import KINDS, ReceiptClaims, decode, encode, key_id, read_image, verify
from counter_app.text import Text

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {key_id(KEY.public_key()): KEY.public_key()}
ISSUED = int(datetime(2025, 11, 22, 14, 5, tzinfo=UTC).timestamp()) // 60
CLAIMS = ReceiptClaims(
    office="FR75",
    chain="A3",
    number=148,
    kind=KINDS["granted"],
    aid="FR75-ALLEX",
    cents=12_000,
    day=date(2025, 11, 22),
    seq=912,
    hash8=bytes(range(8)),
    person=bytes(range(8, 16)),
    issued_at=ISSUED,
)
CODE = encode(CLAIMS, KEY)
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

codes = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="/"), max_size=12)
short_codes = st.from_regex(r"[A-Z0-9]{1,4}[a-z]?", fullmatch=True)
octets = st.binary(min_size=8, max_size=8)
claims = st.builds(
    ReceiptClaims,
    office=codes | short_codes,
    chain=codes | short_codes,
    number=st.integers(0, 10**7),
    kind=st.sampled_from(sorted(KINDS.values())),
    aid=codes | short_codes,
    cents=st.none() | st.integers(0, 10**9),
    currency=st.sampled_from(["EUR", "MAD", "CHF"]),
    day=st.dates(date(2020, 1, 1), date(2099, 12, 31)),
    seq=st.integers(0, 10**7),
    hash8=octets,
    person=st.none() | octets,
    issued_at=st.integers(ISSUED, ISSUED + 10**7),
)


def refusal(text: str) -> str:
    with pytest.raises(Refused) as raised:
        verify(text, KEYS)
    return raised.value.code


def sealed(payload: bytes, protected: dict[int, object] | None = None) -> str:
    """A code signed by our key around any payload, written by hand after RFC 9052."""
    head = cbor2.dumps(protected or {1: -8, 4: key_id(KEY.public_key())}, canonical=True)
    signature = KEY.sign(cbor2.dumps(["Signature1", head, b"", payload]))
    return base45.b45encode(cbor2.dumps([head, {}, payload, signature])).decode()


@given(claims)
def test_what_is_encoded_is_what_is_verified(claims: ReceiptClaims) -> None:
    code = encode(claims, KEY)
    assert verify(code, KEYS) == claims
    assert code == encode(claims, KEY)
    assert set(code) <= set(ALPHABET)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"seq": 1_000_000, "cents": 457_400, "number": 65_535, "chain": "A3b", "day": date(2025, 11, 23)},
        {"office": "CCAS93", "aid": "FR75-NAVIGO", "chain": "G12A", "number": 9_999},
        {"currency": "MAD", "day": date(2025, 11, 21)},
        {"office": "CPASBXL", "aid": "BE-AVANCE", "cents": None, "person": None},
    ],
)
def test_a_receipt_fits_a_version_10_code_at_level_q(changes: dict[str, Any]) -> None:
    code = segno.make_qr(encode(replace(CLAIMS, **changes), KEY), error="q", boost_error=False)
    assert isinstance(code.version, int)
    assert code.version <= 10


def test_the_code_is_a_cose_signature_that_others_can_check() -> None:
    protected, unprotected, payload, signature = cbor2.loads(base45.b45decode(CODE))
    public = KEY.public_key()
    assert cbor2.loads(protected) == {1: -8, 4: sha256(public.public_bytes_raw()).digest()[:8]}
    assert unprotected == {}
    public.verify(signature, cbor2.dumps(["Signature1", protected, b"", payload]))
    packed = cbor2.loads(payload)
    assert {key: packed[key] for key in (2, 3, 4, 6, 7, 8, 9)} == {
        2: 148,
        3: 2,
        4: 12_000,
        6: 912,
        7: bytes(range(8)),
        8: ISSUED,
        9: bytes(range(8, 16)),
    }


def test_the_code_says_the_number_and_the_time_that_are_printed() -> None:
    read = decode(CODE).claims
    assert read.receipt_number == "A3-0148"
    assert read.issued == datetime(2025, 11, 22, 14, 5, tzinfo=UTC)


@given(st.integers(0, len(CODE) - 1), st.sampled_from(ALPHABET + "ab\n\u202f"))
def test_any_changed_character_is_detected(place: int, character: str) -> None:
    if CODE[place] != character:
        assert refusal(CODE[:place] + character + CODE[place + 1 :]).startswith("receipt_")


@pytest.mark.parametrize("code", [CODE[:-1], CODE + "0", CODE + "\n", " " + CODE, CODE.lower(), CODE * 2, ""])
def test_a_code_is_read_only_as_it_was_written(code: str) -> None:
    assert refusal(code) == "receipt_unreadable"


@given(
    st.text(max_size=300) | st.text(ALPHABET, max_size=300) | st.binary(max_size=200).map(base45.b45encode)
)
def test_hostile_text_is_refused_and_nothing_worse(text: str | bytes) -> None:
    words = text if isinstance(text, str) else text.decode()
    assert refusal(words) == "receipt_unreadable"
    with pytest.raises(Refused):
        decode(words)


simple = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.binary(max_size=9)


@given(st.dictionaries(st.integers(0, 10), simple | st.lists(simple, max_size=3), max_size=10) | simple)
def test_a_hostile_payload_is_refused_even_when_our_own_key_signed_it(payload: object) -> None:
    assert refusal(sealed(cbor2.dumps(payload, canonical=True))) in ("receipt_unreadable", "receipt_newer")


@given(st.binary(max_size=60))
def test_payload_bytes_that_are_no_claims_are_refused(payload: bytes) -> None:
    assert refusal(sealed(payload)) in ("receipt_unreadable", "receipt_newer")


def test_another_claim_under_the_same_signature_is_altered() -> None:
    protected, unprotected, payload, signature = cbor2.loads(base45.b45decode(CODE))
    more = cbor2.loads(payload) | {4: 92_000}
    forged = [protected, unprotected, cbor2.dumps(more, canonical=True), signature]
    code = base45.b45encode(cbor2.dumps(forged)).decode()
    assert refusal(code) == "receipt_altered"
    with pytest.raises(Refused, match="receipt_altered"):
        decode(code).verify(KEY.public_key())


def test_a_key_of_nobody_here_is_named() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    with pytest.raises(Refused) as raised:
        verify(encode(CLAIMS, stranger), KEYS)
    assert raised.value.code == "receipt_unknown_key"
    assert raised.value.params == {"key": key_id(stranger.public_key()).hex()}


def test_a_key_under_a_false_name_does_not_pass() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    with pytest.raises(Refused, match="receipt_altered"):
        verify(CODE, {key_id(KEY.public_key()): stranger.public_key()})


def test_a_later_version_asks_for_an_update_and_not_for_the_police() -> None:
    packed = cbor2.loads(cbor2.loads(base45.b45decode(CODE))[2])
    assert refusal(sealed(cbor2.dumps(packed | {0: 2, 99: "new"}, canonical=True))) == "receipt_newer"


@pytest.mark.parametrize("change", [{0: 1}, {5: 0}, {99: 1}, {2: 148.0}, {3: True}, {7: bytes(7)}])
def test_a_second_way_of_writing_the_same_claims_is_not_read(change: dict[int, object]) -> None:
    packed = cbor2.loads(cbor2.loads(base45.b45decode(CODE))[2])
    assert refusal(sealed(cbor2.dumps(packed | change, canonical=True))) == "receipt_unreadable"


def test_an_envelope_in_another_form_is_not_read() -> None:
    raw = base45.b45decode(CODE)
    tagged = base45.b45encode(b"\xd2" + raw).decode()
    more = cbor2.loads(raw)
    more[1] = {5: 1}
    loose = base45.b45encode(cbor2.dumps(more)).decode()
    other = sealed(cbor2.loads(raw)[2], {1: -8, 4: key_id(KEY.public_key()), 5: 1})
    assert {refusal(code) for code in (tagged, loose, other)} == {"receipt_unreadable"}


def test_claims_with_a_slash_in_a_code_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="slash"):
        replace(CLAIMS, aid="A/B")


def picture(path: Path, *texts: str) -> Path:
    """A picture with these codes side by side."""
    sheet = PIL.Image.new("L", (500 * len(texts) + 60, 500), 255)
    for place, text in enumerate(texts):
        code = segno.make_qr(text, error="q")
        code.save(str(path.with_suffix(".code.png")), scale=6)
        with PIL.Image.open(path.with_suffix(".code.png")) as drawn:
            sheet.paste(drawn.convert("L"), (20 + 500 * place, 20))
    sheet.save(path)
    return path


@pytest.mark.parametrize("name", ["receipt.png", "receipt.jpg"])
def test_a_picture_of_the_receipt_is_read(tmp_path: Path, name: str) -> None:
    assert read_image(picture(tmp_path / name, CODE)) == CODE


def test_of_several_codes_the_receipt_is_taken(tmp_path: Path) -> None:
    assert read_image(picture(tmp_path / "sheet.png", "https://example.org", CODE)) == CODE
    assert read_image(picture(tmp_path / "other.png", "https://example.org")) == "https://example.org"


def test_the_printed_receipt_is_read_from_its_pdf_and_verifies(tmp_path: Path) -> None:
    rows = ReceiptRows(
        office_name="Centre d’action sociale",
        office_address="115 bis rue Ordener, 75018 Paris",
        office_phone="01 53 09 10 10",
        chain="A3",
        agent="07",
        number="A3-0148",
        issued_at=datetime(2025, 11, 22, 14, 5, tzinfo=UTC),
        received_on=date(2025, 11, 22),
        kind=ReceiptKind.GRANTED,
        aid="Allocation exceptionnelle",
        code=CODE,
        is_specimen=True,
    )
    path = tmp_path / "receipt.pdf"
    path.write_bytes(render_receipt(rows, Text("fr")))
    assert verify(read_image(path), KEYS) == CLAIMS


def test_the_kinds_are_those_that_papers_use() -> None:
    assert set(KINDS) == {kind.value for kind in ReceiptKind}
    assert len(set(KINDS.values())) == len(KINDS)


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7 broken", b"\x89PNG\r\n\x1a\nbroken"])
def test_what_is_no_picture_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(content)
    with pytest.raises(BadInput) as raised:
        read_image(path)
    assert (raised.value.code, raised.value.params) == ("receipt_image_unreadable", {"path": "photo.png"})


def test_a_missing_file_and_an_empty_picture_say_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="receipt_image_unreadable"):
        read_image(tmp_path / "nothing.png")
    PIL.Image.new("L", (400, 400), 255).save(tmp_path / "white.png")
    with pytest.raises(BadInput, match="receipt_image_empty"):
        read_image(tmp_path / "white.png")
