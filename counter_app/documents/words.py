"""Words that several papers share: means of payment and acquits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from counter_app.text import N_, Text

MEANS: Final[Mapping[str, str]] = {
    "cash": N_("cash"),
    "voucher": N_("vouchers"),
    "transfer": N_("bank transfer"),
    "card": N_("card"),
    "kind": N_("in kind"),
    "hotel": N_("hotel"),
}
ACQUITS: Final[Mapping[str, str]] = {
    "signed": N_("signed"),
    "cannot_sign": N_("cannot sign"),
    "missing": N_("MISSING"),
}


def word(text: Text, words: Mapping[str, str], code: str) -> str:
    """The word for `code` in the reader's language; a code without one is shown as it is."""
    return text(words[code]) if code in words else code


def specimen(text: Text, is_specimen: bool) -> str:
    """What is written across a paper of practice; nothing across a real one."""
    return text("SPECIMEN – PRACTICE") if is_specimen else ""
