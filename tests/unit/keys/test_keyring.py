"""The keys of a workstation: opened by a passphrase alone, and never from a file that was changed."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.errors import AppError, BadInput, EnvironmentFailed, JournalBroken
from counter_app.keys.keyring import NAME, Keyring, new_keyring, new_slot, open_keys, write_keys
from counter_app.keys.wrap import PassphraseCost, derived_key, passphrase_key, unwrap, wrap
from tests.unit.counters import CHEAP

WORDS = b"correct horse battery staple fine day"
REFERENCE = bytes(range(32))


@pytest.fixture
def keyring() -> Keyring:
    return new_keyring("0d0f4f6e-7a1d-4a0e-8f64-3a4d7f0d9c11", REFERENCE)


@pytest.fixture
def data(tmp_path: Path, keyring: Keyring) -> Path:
    """A folder whose keys two people can open."""
    slots = [new_slot(keyring, "first", WORDS, CHEAP), new_slot(keyring, "Héloïse 🗝", b"other words", CHEAP)]
    write_keys(tmp_path, keyring, slots)
    return tmp_path


def failure(data: Path, passphrase: bytes = WORDS) -> AppError:
    with pytest.raises(AppError) as caught:
        open_keys(data, passphrase)
    return caught.value


def flipped(raw: bytes, place: int) -> bytes:
    changed = bytearray(raw)
    changed[place // 8] ^= 1 << place % 8
    return bytes(changed)


def test_each_passphrase_opens_the_same_keys(data: Path, keyring: Keyring) -> None:
    for passphrase in (WORDS, b"other words"):
        found = open_keys(data, passphrase)
        assert (found.workstation, found.database, found.reference) == (
            keyring.workstation,
            keyring.database,
            REFERENCE,
        )
        assert found.public_key == keyring.public_key
        assert found.signing.private_bytes_raw() == keyring.signing.private_bytes_raw()


def test_no_secret_stands_in_the_file_or_in_what_is_printed(data: Path, keyring: Keyring) -> None:
    raw = (data / NAME).read_bytes()
    for secret in (keyring.database, keyring.reference, keyring.signing.private_bytes_raw(), WORDS):
        assert secret not in raw
        assert secret.hex().encode() not in raw
        assert secret.hex() not in repr(keyring)


@pytest.mark.parametrize("passphrase", [b"", b"correct horse battery staple fine da", WORDS + b" "])
def test_a_wrong_passphrase_opens_nothing(data: Path, passphrase: bytes) -> None:
    error = failure(data, passphrase)
    assert (type(error), error.code, error.exit_status) == (BadInput, "wrong_passphrase", 2)


def test_a_folder_without_keys_is_no_workstation(tmp_path: Path) -> None:
    assert (failure(tmp_path).code, failure(tmp_path).exit_status) == ("no_workstation", 2)
    (tmp_path / NAME).mkdir()
    assert (failure(tmp_path).code, failure(tmp_path).exit_status) == ("disk_failed", 3)


def test_every_flipped_bit_is_a_wrong_passphrase_or_damage_and_never_opens(data: Path) -> None:
    good = (data / NAME).read_bytes()
    sample = set(random.Random(1).sample(range(len(good) * 8), 300))
    # The format stands first and decides how the rest is read: all of its bits.
    for place in sorted(sample | set(range(8 * len("format = 1\n")))):
        (data / NAME).write_bytes(flipped(good, place))
        error = failure(data)
        assert isinstance(error, BadInput | JournalBroken), (place, error)
        assert error.code in ("wrong_passphrase", "keys_damaged")
    (data / NAME).write_bytes(good)
    open_keys(data, WORDS)


@pytest.mark.parametrize("cut", [0, 1, 100, -1, -20])
def test_a_cut_file_is_damaged(data: Path, cut: int) -> None:
    raw = (data / NAME).read_bytes()
    (data / NAME).write_bytes(raw[:cut])
    assert failure(data).code == "keys_damaged"


@pytest.mark.parametrize("more", [b"\n", b"# nothing\n", b'[later]\nkey = "1"\n'])
def test_not_even_a_comment_may_be_added(data: Path, more: bytes) -> None:
    (data / NAME).write_bytes((data / NAME).read_bytes() + more)
    assert failure(data).code == "keys_damaged"


def test_a_slot_taken_away_is_seen(data: Path) -> None:
    lines = (data / NAME).read_text(encoding="utf-8").split("\n\n")
    assert lines[2].startswith("[[slot]]")
    (data / NAME).write_text("\n\n".join([*lines[:2], *lines[3:]]), encoding="utf-8")
    assert failure(data).code == "keys_damaged"


def test_a_slot_of_another_workstation_opens_nothing(data: Path, tmp_path: Path, keyring: Keyring) -> None:
    (tmp_path / "other").mkdir()
    other = new_keyring("8a6c1a56-5f7e-4a43-9b62-5d2f0c9b8e22", REFERENCE)
    write_keys(tmp_path / "other", other, [new_slot(keyring, "first", WORDS, CHEAP)])
    assert failure(tmp_path / "other").code == "wrong_passphrase"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("memory_kib", 2**31),
        ("passes", 10**6),
        ("lanes", 255),
        ("memory_kib", 0),
        ("passes", -1),
        ("salt", '"00"'),
        ("passes", "nan"),
        ("passes", "inf"),
        ("salt", "[1]"),
    ],
)
def test_a_hostile_cost_or_salt_is_never_paid(data: Path, key: str, value: object) -> None:
    lines = (data / NAME).read_text(encoding="utf-8").splitlines()
    changed = [f"{key} = {value}" if line.startswith(f"{key} = ") else line for line in lines]
    (data / NAME).write_text("\n".join(changed) + "\n", encoding="utf-8")
    assert failure(data).code in ("wrong_passphrase", "keys_damaged")


def test_keys_of_a_newer_program_are_named(data: Path) -> None:
    raw = (data / NAME).read_bytes().replace(b"format = 1", b"format = 2")
    for newer in (b'format = 2\nworkstation = "x"\n', raw + b"\n[more]\na = 1\n"):
        (data / NAME).write_bytes(newer)
        error = failure(data)
        assert (type(error), error.code, error.exit_status) == (EnvironmentFailed, "journal_newer", 3)
        assert error.params == {"migration": "keys.toml 2"}


@given(label=st.text())
def test_any_label_comes_back(label: str) -> None:
    keyring = new_keyring("w", REFERENCE)
    slot = new_slot(keyring, label, b"a", CHEAP)
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        write_keys(Path(folder), keyring, [slot])
        assert open_keys(Path(folder), b"a").database == keyring.database
        table = tomllib.loads((Path(folder) / NAME).read_text(encoding="utf-8"))
    assert table["slot"][0]["label"] == label


# --- wrapping


@given(secret=st.binary(max_size=64), bound_to=st.text(max_size=20), place=st.integers(0, 10**6))
def test_a_wrapped_secret_comes_back_whole_or_not_at_all(secret: bytes, bound_to: str, place: int) -> None:
    key, wrapped = bytes(32), wrap(bytes(32), secret, bound_to)
    assert unwrap(key, wrapped, bound_to) == secret
    assert unwrap(key, flipped(wrapped, place % (len(wrapped) * 8)), bound_to) is None
    assert unwrap(key, wrapped, bound_to + "x") is None
    assert unwrap(bytes(31) + b"1", wrapped, bound_to) is None
    assert unwrap(key, wrapped[: place % len(wrapped)], bound_to) is None


def test_a_key_is_derived_for_one_purpose() -> None:
    keys = {derived_key(bytes(32), purpose) for purpose in ("signing", "reference", "seal")}
    assert len(keys) == 3
    assert (
        derived_key(bytes(32), "seal")
        == derived_key(bytes(32), "seal")
        != derived_key(bytes(31) + b"1", "seal")
    )


def test_the_usual_cost_is_the_second_recommendation_of_rfc_9106() -> None:
    assert PassphraseCost() == PassphraseCost(passes=3, memory_kib=65536, lanes=4)
    assert PassphraseCost().sane
    assert passphrase_key(b"a", bytes(16), CHEAP) != passphrase_key(b"b", bytes(16), CHEAP)
    assert passphrase_key(b"a", bytes(16), CHEAP) != passphrase_key(b"a", b"1" * 16, CHEAP)
