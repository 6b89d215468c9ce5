"""Passphrases of generated words."""

from __future__ import annotations

import secrets

_WORDS = 6


def generated_passphrase() -> str:
    """Six words drawn at random from the EFF's long list: about 77 bits."""
    from xkcdpass import xkcd_password

    words: list[str] = xkcd_password.generate_wordlist("eff-long")
    return " ".join(secrets.choice(words) for _ in range(_WORDS))
