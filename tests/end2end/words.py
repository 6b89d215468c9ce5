"""What the words of the features mean to the program: people, citizens, aids, amounts."""

from __future__ import annotations

from typing import Any, Final

PEOPLE: Final = {
    "Yann": "yleroux",
    "Aïcha": "abakari",
    "Hélène": "hgarcia",
    "Julien": "jmoreau",
    "Bao": "bnguyen",
    "Monique": "mperrin",
    "Nadia": "nbenali",
    "Thomas": "tlefevre",
    "Claire": "crousseau",
}
"""Colleagues of the sample offices: agents, supervisors (Hélène, Julien, Claire), IT (Bao), auditor (Monique)."""

AIDS: Final = {
    "emergency cash": "FR-SECURG",
    "vouchers": "FR-CAP",
    "a transit pass": "FR75-NAVIGO",
}
GRANT: Final = r"(?P<who>\w+) grants (?P<name>.+?) (?P<amount>[\d. ]+) € of (?P<aid>emergency cash|vouchers)"
"""The words of a grant, as a regular expression; how it is paid may follow."""
_EVIDENCE: Final = {
    "FR-SECURG": ["interview"],
    "FR-CAP": ["identity"],
    "FR75-NAVIGO": ["tax_notice"],
}
REASONS: Final = {
    "does not live here": "not_resident",
    "showed no paper": "evidence_not_given",
    "is not in urgent need": "not_urgent",
}
SERVICES: Final = {"aid file": "aid-file", "treasury": "treasury"}
_BORN: Final = {
    "Awa Diallo": "1987-03-02",
    "René Lefèvre": "1950",
    "Élodie Ngô": "1999-12",
    "Rosa Marin": "1962-07-14",
}


def cents(amount: str) -> int:
    """The cents of `40`, `1 000` or `12.50`."""
    euros, _, rest = amount.replace(" ", "").partition(".")
    return int(euros) * 100 + int(rest.ljust(2, "0"))


def citizen(name: str, *, is_confirmed: bool = True) -> dict[str, Any]:
    """A person as an agent would take them down, with an identity paper or without."""
    given, _, surname = name.partition(" ")
    person = {"given_names": [given], "surname": surname}
    person |= {"birth_date": _BORN[name]} if name in _BORN else {}
    return person | {"identity": "document" if is_confirmed else "declared"}


def circumstances(aid: str) -> dict[str, Any]:
    """The evidence that the aid asks for, all seen."""
    return {"evidence": _EVIDENCE[aid]}


def notes(counted: int) -> dict[str, int]:
    """An amount as counted in the drawer, in the fewest notes and coins."""
    pieces = {}
    for face in (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1):
        number, counted = divmod(counted, face)
        pieces |= {str(face): number} if number else {}
    return pieces


def run_of(numbers: str) -> tuple[int, int]:
    """First and last of `4` or of `1 to 10`."""
    first, _, last = numbers.partition(" to ")
    return int(first), int(last or first)
