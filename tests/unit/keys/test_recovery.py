"""Recovery keys: as many of IT's age keys as were asked for open a workstation, and fewer open nothing."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from pyrage import decrypt, x25519
from shamir_mnemonic import combine_mnemonics

from counter_app.domain.errors import AppError
from counter_app.keys.keyfile import NAME, Recovery
from counter_app.keys.keyring import (
    Keyring,
    moved_slot,
    new_keyring,
    new_slot,
    open_keys,
    read_key_file,
    with_new_database_key,
    write_keys,
)
from counter_app.keys.recovery import (
    check_recipient,
    moved_recovery,
    new_recovery,
    read_identities,
    recover_keys,
)
from tests.unit.counters import CHEAP

WORDS = b"correct horse battery staple fine day"


@pytest.fixture
def keyring() -> Keyring:
    return new_keyring("0d0f4f6e-7a1d-4a0e-8f64-3a4d7f0d9c11", bytes(range(32)))


@pytest.fixture(scope="module")
def identities() -> list[x25519.Identity]:
    return [x25519.Identity.generate() for _ in range(3)]


def holders(identities: list[x25519.Identity]) -> list[tuple[str, str]]:
    return [(f"desk {place}", str(one.to_public())) for place, one in enumerate(identities)]


def written(data: Path, keyring: Keyring, recovery: Recovery | None) -> None:
    write_keys(data, keyring, [new_slot(keyring, "first", WORDS, CHEAP)], recovery)


def failure(data: Path, identities: list[x25519.Identity]) -> AppError:
    with pytest.raises(AppError) as caught:
        recover_keys(data, identities)
    return caught.value


@pytest.mark.parametrize("needed", [1, 2, 3])
def test_any_of_the_holders_open_it_who_are_enough_and_fewer_do_not(
    tmp_path: Path, keyring: Keyring, identities: list[x25519.Identity], needed: int
) -> None:
    written(tmp_path, keyring, new_recovery(keyring, holders(identities), needed))
    for some in itertools.combinations(range(3), needed):
        found = recover_keys(tmp_path, [identities[place] for place in some])
        assert found.keyring.database == keyring.database
        assert found.keyring.signing.private_bytes_raw() == keyring.signing.private_bytes_raw()
        assert (found.labels, found.needed) == (tuple(f"desk {place}" for place in some), needed)
    for some in itertools.combinations(range(3), needed - 1):
        error = failure(tmp_path, [*(identities[place] for place in some), x25519.Identity.generate()])
        assert (error.code, error.params) == ("recovery_not_enough", {"found": needed - 1, "needed": needed})


def test_age_and_the_published_scheme_open_a_share_without_this_program(
    tmp_path: Path, keyring: Keyring, identities: list[x25519.Identity]
) -> None:
    recovery = new_recovery(keyring, holders(identities), 2)
    words = [
        decrypt(one.share, [identity]).decode()
        for one, identity in zip(recovery.recipients, identities, strict=True)
    ]
    assert all(len(line.split()) == 33 for line in words)
    private = combine_mnemonics([words[0], words[2]])
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    assert X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw() == recovery.public


def test_the_scheme_gives_what_slip_39_publishes() -> None:
    one = (
        "duckling enlarge academic academic agency result length solution fridge kidney coal piece deal husband"
        " erode duke ajar critical decision keyboard"
    )
    two = [
        (
            "shadow pistol academic always adequate wildlife fancy gross oasis cylinder mustang wrist rescue view short"
            " owner flip making coding armed"
        ),
        (
            "shadow pistol academic acid actress prayer class unknown daughter sweater depict flip twice unkind craft"
            " early superior advocate guest smoking"
        ),
    ]
    assert combine_mnemonics([one], b"TREZOR").hex() == "bb54aac4b89dc868ba37d9cc21b2cece"
    assert combine_mnemonics(two, b"TREZOR").hex() == "b43ceb7e57a0ea8766221624d01b0864"


def test_a_new_database_key_reaches_slots_and_recovery_without_anybodys_secret(
    tmp_path: Path, keyring: Keyring, identities: list[x25519.Identity]
) -> None:
    recovery, slot = new_recovery(keyring, holders(identities), 2), new_slot(keyring, "first", WORDS, CHEAP)
    fresh = with_new_database_key(keyring)
    assert fresh.database != keyring.database
    write_keys(tmp_path, fresh, [moved_slot(slot, fresh)], moved_recovery(recovery, fresh))
    assert open_keys(tmp_path, WORDS).database == fresh.database
    assert recover_keys(tmp_path, identities[1:]).keyring.database == fresh.database
    file = read_key_file(tmp_path, fresh)
    assert file.recovery is not None
    assert [one.share for one in file.recovery.recipients] == [one.share for one in recovery.recipients]


def test_a_slot_of_the_first_version_opens_and_says_why_it_cannot_follow_a_new_key(
    tmp_path: Path, keyring: Keyring
) -> None:
    from counter_app.keys.wrap import passphrase_key, wrap

    slot = new_slot(keyring, "first", WORDS, CHEAP)
    closed = wrap(
        passphrase_key(WORDS, slot.salt, CHEAP), keyring.database, f"{keyring.workstation}/{slot.id}"
    )
    old = replace(slot, public=b"", private=b"", wrapped=closed)
    write_keys(tmp_path, keyring, [old])
    assert b"public = " not in (tmp_path / NAME).read_bytes()
    assert open_keys(tmp_path, WORDS).database == keyring.database
    with pytest.raises(AppError) as caught:
        moved_slot(old, with_new_database_key(keyring))
    assert caught.value.code == "slot_old_form"


def test_recovery_that_was_never_set_up_says_so(
    tmp_path: Path, keyring: Keyring, identities: list[x25519.Identity]
) -> None:
    written(tmp_path, keyring, None)
    assert failure(tmp_path, identities).code == "recovery_not_set_up"


def test_a_recovery_of_another_workstation_put_into_the_file_opens_nothing(
    tmp_path: Path, keyring: Keyring, identities: list[x25519.Identity]
) -> None:
    other = new_keyring("8a6c1a56-5f7e-4a43-9b62-5d2f0c9b8e22", bytes(32))
    written(tmp_path, keyring, new_recovery(other, holders(identities), 2))
    assert failure(tmp_path, identities).code == "keys_damaged"


def test_a_recipient_taken_out_of_the_file_is_seen_even_by_recovery(
    tmp_path: Path, keyring: Keyring, identities: list[x25519.Identity]
) -> None:
    written(tmp_path, keyring, new_recovery(keyring, holders(identities), 2))
    parts = (tmp_path / NAME).read_text(encoding="utf-8").split("\n\n")
    (tmp_path / NAME).write_text(
        "\n\n".join(part for part in parts if "desk 1" not in part), encoding="utf-8", newline="\n"
    )
    assert failure(tmp_path, [identities[0], identities[2]]).code == "keys_damaged"


@pytest.mark.parametrize(("needed", "count"), [(0, 3), (4, 3), (1, 0), (2, 17)])
def test_more_holders_than_there_are_cannot_be_asked_for(keyring: Keyring, needed: int, count: int) -> None:
    some = [("x", str(x25519.Identity.generate().to_public())) for _ in range(count)]
    with pytest.raises(AppError) as caught:
        new_recovery(keyring, some, needed)
    assert caught.value.code == "recovery_threshold"


@pytest.mark.parametrize("recipient", ["", "age1", "AGE-SECRET-KEY-1QQQ", "ssh-ed25519 AAAA", "age1 x\n"])
def test_what_is_no_public_age_key_is_refused(recipient: str) -> None:
    with pytest.raises(AppError) as caught:
        check_recipient(recipient)
    assert caught.value.code == "recipient_malformed"


def test_a_secret_key_is_read_as_age_keygen_writes_it(
    tmp_path: Path, identities: list[x25519.Identity]
) -> None:
    good, bad, empty = tmp_path / "good", tmp_path / "bad", tmp_path / "empty"
    good.write_text(f"# created: 2026-03-02\n# public key: {identities[0].to_public()}\n{identities[0]}\n")
    bad.write_text("AGE-SECRET-KEY-1QQQ\n")
    empty.write_text("# nothing\n")
    assert [str(one) for one in read_identities([good])] == [str(identities[0])]
    for path in (bad, empty, tmp_path / "missing", tmp_path):
        with pytest.raises(AppError) as caught:
            read_identities([path])
        assert (caught.value.code, caught.value.params) == ("identity_unreadable", {"path": str(path)})
