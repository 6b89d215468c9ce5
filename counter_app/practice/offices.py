"""What a workstation is made from: one of the sample offices, or an office's own configuration."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

from counter_app.bootstrap import NewWorkstation, new_reference_key
from counter_app.domain.catalogue import Counter
from counter_app.domain.errors import BadInput, EnvironmentFailed
from counter_app.domain.ids import check_counter
from counter_app.keys.wrap import PassphraseCost, passphrase_key, unwrap, wrap
from counter_app.settings import (
    load_configuration,
    read_configuration,
    sample_configuration,
    unallocated_cents,
    with_changes,
)

_SALT = 16
_BOUND_TO = "office reference key"


def sample_office(name: str, counter: str, passphrase: bytes, raw: bytes | None = None) -> NewWorkstation:
    """A workstation of a sample office; a counter that the sample lacks is added with what no slice holds yet.

    `raw` is the sample's configuration where it was changed before (addresses of services).
    """
    check_counter(counter)
    raw = raw or sample_configuration(name)
    configuration = read_configuration(raw, f"{name}/office.toml").configuration
    if configuration.counter(counter) is None:
        rest = unallocated_cents(configuration)
        raw = with_changes(raw, counters=[Counter(id=counter, slice_cents=rest)])
    published = published_keys()
    return NewWorkstation(
        raw, counter, passphrase, published["reference_key"], office_key=published["office_private_key"]
    )


def published_keys() -> dict[str, bytes]:
    """The keys that all sample offices share, by name."""
    table = tomllib.loads((files("resources.samples") / "keys.toml").read_text(encoding="utf-8"))
    return {name: bytes.fromhex(value) for name, value in table.items()}


def real_office(config: Path, counter: str, passphrase: bytes) -> NewWorkstation:
    """A workstation of a real office.

    The office's reference key lies wrapped beside the configuration (`office.toml` → `office.key`); the first
    workstation makes it under its own passphrase, the next ones open it with the same.
    """
    loaded = load_configuration(config)
    if loaded.configuration.office.sample:
        published = published_keys()
        return NewWorkstation(
            loaded.raw, counter, passphrase, published["reference_key"], published["office_private_key"]
        )
    return NewWorkstation(
        loaded.raw, counter, passphrase, _reference_key(config.with_suffix(".key"), passphrase)
    )


def _reference_key(path: Path, passphrase: bytes) -> bytes:
    cost = PassphraseCost()
    try:
        if path.exists():
            raw = bytes.fromhex(path.read_text(encoding="ascii"))
            key = unwrap(passphrase_key(passphrase, raw[:_SALT], cost), raw[_SALT:], _BOUND_TO)
            if key is None:
                raise BadInput("reference_key_closed", path=str(path))
            return key
        import secrets

        key, salt = new_reference_key(), secrets.token_bytes(_SALT)
        wrapped = salt + wrap(passphrase_key(passphrase, salt, cost), key, _BOUND_TO)
        with path.open("x", encoding="ascii") as file:
            file.write(wrapped.hex())
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentFailed("disk_failed", path=str(path), problem=str(error)) from error
    except ValueError as error:
        raise BadInput("reference_key_closed", path=str(path)) from error
    return key
