"""Whether a number of a person looks mistyped: a warning for the agent, never a reason to refuse.

Source of the check digits: python-stdnum's `fr.nir`, `be.nn`, `be.bis` and `it.codicefiscale`.
"""

from __future__ import annotations

from typing import Final, Literal

Doubt = Literal["length", "letters", "check_digits", "parts"]
SCHEMES: Final = ("file", "nir", "be_nn", "codice_fiscale", "other")


def doubt(scheme: str, value: str) -> Doubt | None:
    """What is odd about a number, `None` where nothing is or where its form is not known here."""
    from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength, ValidationError

    if not value.strip():
        return None
    try:
        _validate(scheme, value)
    except InvalidLength:
        return "length"
    except InvalidFormat:
        return "letters"
    except InvalidChecksum:
        return "check_digits"
    except ValidationError:
        return "parts"
    return None


def _validate(scheme: str, value: str) -> None:
    if scheme == "nir":
        from stdnum.fr import nir

        nir.validate(value)
    elif scheme == "be_nn":
        from stdnum.be import bis, nn
        from stdnum.exceptions import ValidationError

        try:
            nn.validate(value)
        except ValidationError:
            # Whoever is not in the national register has a bis number of the same length.
            if not bis.is_valid(value):
                raise
    elif scheme == "codice_fiscale":
        from stdnum.it import codicefiscale

        codicefiscale.validate(value)
