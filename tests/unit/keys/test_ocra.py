"""OCRA gives what RFC 6287 publishes for every kind of suite in its appendix C, and its algorithm gives ours."""

from __future__ import annotations

import hmac
from hashlib import sha1

import pytest

from counter_app.domain.errors import BadInput
from counter_app.keys.ocra import response, suite

DIGITS = b"1234567890" * 7
KEYS = {"sha1": DIGITS[:20], "sha256": DIGITS[:32], "sha512": DIGITS[:64]}
PIN = sha1(b"1234").digest()
MOMENT = 0x132D0B6
PHONE = "OCRA-1:HOTP-SHA256-8:QH64"

ONE_WAY = "237653 243178 653583 740991 608993 388898 816933 224598 750600 294470"
COUNTED = "65347737 86775851 78192410 71565254 10104329 65983500 70069104 91771096 75011558 08522129"
WITH_PIN = "83238735 01501458 17957585 86776967 86807031"
COUNTED_512 = "07016083 63947962 70123924 25341727 33203315 34205738 44343969 51946085 20403879 31409299"
TIMED = "95209754 55907591 22048402 24218844 36209546"
OF_SERVER = "28247970 01984843 65387857 03351211 83412541"
OF_CLIENT = "15510767 90175646 33777207 95285278 28934924"
SIGNED = "53095496 04110475 31331128 76028668 46554205"
SIGNED_TIMED = "77537423 31970405 10235557 95213541 65360607"


def repeated(count: int) -> list[str]:
    return [str(n) * 8 for n in range(count)]


@pytest.mark.parametrize(
    ("name", "questions", "responses"),
    [
        ("OCRA-1:HOTP-SHA1-6:QN08", repeated(10), ONE_WAY),
        ("OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1", ["12345678"] * 10, COUNTED),
        ("OCRA-1:HOTP-SHA256-8:QN08-PSHA1", repeated(5), WITH_PIN),
        ("OCRA-1:HOTP-SHA512-8:C-QN08", repeated(10), COUNTED_512),
        ("OCRA-1:HOTP-SHA512-8:QN08-T1M", repeated(5), TIMED),
        ("OCRA-1:HOTP-SHA256-8:QA08", [f"CLI2222{n}SRV1111{n}" for n in range(5)], OF_SERVER),
        ("OCRA-1:HOTP-SHA256-8:QA08", [f"SRV1111{n}CLI2222{n}" for n in range(5)], OF_CLIENT),
        ("OCRA-1:HOTP-SHA256-8:QA08", [f"SIG1{n}000" for n in range(5)], SIGNED),
        ("OCRA-1:HOTP-SHA512-8:QA10-T1M", [f"SIG1{n}00000" for n in range(5)], SIGNED_TIMED),
    ],
)
def test_every_published_response_comes_out(name: str, questions: list[str], responses: str) -> None:
    of = suite(name)
    found = [
        response(of, KEYS[of.algorithm], question, counter=place, pin_hash=PIN, time=MOMENT)
        for place, question in enumerate(questions)
    ]
    assert found == responses.split()


def test_the_suite_of_the_telephone_follows_the_reference_algorithm() -> None:
    question = "3f" * 32
    data = PHONE.encode() + b"\0" + bytes.fromhex(question) + bytes(96)
    digest = hmac.new(KEYS["sha256"], data, "sha256").digest()
    start = digest[31] & 15
    expected = (int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF) % 10**8
    assert response(suite(PHONE), KEYS["sha256"], question) == f"{expected:08d}"


def test_another_key_and_another_question_give_other_digits() -> None:
    of = suite(PHONE)
    given = {
        response(of, key, question) for key in (b"a" * 32, b"b" * 32) for question in ("00" * 32, "01" * 32)
    }
    assert len(given) == 4


def test_no_truncation_gives_the_whole_hash() -> None:
    assert len(response(suite("OCRA-1:HOTP-SHA1-0:QN08"), KEYS["sha1"], "1")) == 40


@pytest.mark.parametrize(
    "name",
    [
        "",
        "OCRA-2:HOTP-SHA256-8:QH64",
        "OCRA-1:HOTP-MD5-8:QH64",
        "OCRA-1:HOTP-SHA256-3:QH64",
        "OCRA-1:HOTP-SHA256-8:QX64",
        "OCRA-1:HOTP-SHA256-8:QH65",
        "OCRA-1:HOTP-SHA256-8:QH03",
        "OCRA-1:HOTP-SHA256-8:QH64-T60S",
        "OCRA-1:HOTP-SHA256-8:QH64\n",
    ],
)
def test_a_suite_that_the_rfc_does_not_know_is_refused(name: str) -> None:
    with pytest.raises(BadInput) as caught:
        suite(name)
    assert caught.value.code == "ocra_suite"
