"""The hash chain, made again from its description with nothing but SHA-256."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from counter_app.journal.chain import BEFORE_FIRST, NO_PRIVATE, entry_hash, private_hash
from tests.unit.counters import Desk, person


@given(
    st.binary(min_size=32, max_size=32),
    st.binary(max_size=99),
    st.binary(max_size=64),
    st.binary(max_size=64),
)
def test_an_entry_binds_the_one_before_its_content_and_its_private_part(
    previous: bytes, content: bytes, salt: bytes, private: bytes
) -> None:
    digest = private_hash(salt, private)
    assert digest == sha256(salt + private).digest()
    assert entry_hash(previous, content, digest) == sha256(previous + content + digest).digest()


def test_the_first_stands_on_zeros_and_no_private_part_is_the_hash_of_nothing() -> None:
    assert bytes(32) == BEFORE_FIRST
    assert NO_PRIVATE.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_recorded_chain_is_the_one_that_its_description_gives(desk: Desk) -> None:
    desk.fill_drawer()
    desk.do("record_request", person=person(), aid="FR-SECURG", note="Straße")
    previous = bytes(32)
    for place, entry in enumerate(desk.entries(), 1):
        private = sha256((entry.salt or b"") + (entry.private_bytes or b"")).digest()
        previous = sha256(previous + entry.content + private).digest()
        assert (entry.seq, entry.hash, entry.header["seq"]) == (place, previous, place)


def test_names_stand_in_the_private_part_alone_and_equal_words_hash_differently(desk: Desk) -> None:
    told = {"person": person("Quatremère"), "aid": "FR-SECURG"}
    first, second = desk.do("record_request", **told).entry, desk.do("record_request", **told).entry
    assert "Quatremère".encode() not in first.content
    assert first.private_bytes == second.private_bytes
    assert first.salt is not None
    assert len(first.salt) == 32
    assert first.salt != second.salt
    assert first.private_hash != second.private_hash
