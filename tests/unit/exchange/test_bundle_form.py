"""The manifest: what it does not know it refuses, and what contradicts itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from counter_app.domain.errors import AppError
from counter_app.exchange.bundle_form import (
    FORMAT,
    Manifest,
    Member,
    Part,
    manifest_bytes,
    parse_manifest,
    tar_bytes,
)

_MEMBERS = {"entries.jsonl": Member(0, "00"), "bodies.jsonl": Member(0, "00")}
_PART = Part("A1", 1, 3, "00" * 32, "11" * 32, 0)
_GOOD = Manifest(
    format=FORMAT,
    id="x",
    office="EX-CCAS",
    maker="A1",
    to="",
    made_at="2026-03-02T08:00:00Z",
    custody="",
    currency="EUR",
    entries=3,
    services=(),
    ranges=(_PART,),
    members=_MEMBERS,
)

_HEARD = {"chain": "A2", "seq": 1, "hash": "22" * 32, "at": "2026-03-02T08:00:00Z"}


def told(**changed: Any) -> bytes:
    return json.dumps(json.loads(manifest_bytes(_GOOD)) | changed).encode()


def test_a_manifest_is_read_as_it_was_written() -> None:
    assert parse_manifest(manifest_bytes(_GOOD)) == _GOOD


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "bundle_broken"),
        (b"[]", "bundle_broken"),
        (b"[" * 100_000, "bundle_broken"),
        (told(surprise=1), "bundle_broken"),
        (told(custody="stolen"), "bundle_broken"),
        (told(members={}), "bundle_broken"),
        (told(maker="../A1"), "bundle_broken"),
        (told(maker="A1zz"), "bundle_broken"),
        (told(entries=4), "bundle_broken"),
        (told(entries=-1, ranges=[{**json.loads(told())["ranges"][0], "last": -1}]), "bundle_broken"),
        (told(entries=10**9, ranges=[{**json.loads(told())["ranges"][0], "last": 10**9}]), "bundle_broken"),
        (told(format=0), "bundle_broken"),
        (told(made_at="yesterday"), "bundle_broken"),
        (told(made_at="9999-12-31T23:59:59Z"), "bundle_broken"),
        (told(ranges=[{**json.loads(told())["ranges"][0], "before": "zz"}]), "bundle_broken"),
        (told(heard=[_HEARD | {"hash": "zz"}]), "bundle_broken"),
        (told(heard=[_HEARD | {"at": "soon"}]), "bundle_broken"),
        (told(heard=[_HEARD | {"seq": 0}]), "bundle_broken"),
        (told(heard=[_HEARD | {"chain": "\x1b[2J"}]), "bundle_broken"),
        (told(format=2), "bundle_newer"),
        (told(attachments=["a"]), "bundle_newer"),
    ],
)
def test_what_is_no_manifest_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(AppError) as caught:
        parse_manifest(raw)
    assert caught.value.code == code


def test_a_member_of_another_length_than_was_said_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="2 bytes and not 3"):
        list(tar_bytes([("manifest.json", 3, iter([b"ab"]))]))
