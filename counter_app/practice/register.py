"""A made-up central register: as many people as asked for, named as in four countries, with what registers get wrong.

Among them are homonyms, twins and families, days of birth that are not known or do not exist, people without a
number and a few without a postcode or a given name. The same seed makes the same people.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from pathlib import Path
from random import Random

from counter_app.domain.errors import EnvironmentFailed
from counter_app.practice.identity_numbers import NN_SERIALS, belgian_number, codice_fiscale, nir
from counter_app.practice.name_lists import CULTURES

COLUMNS = ("id", "given_name", "surname", "date_of_birth", "postcode", "national_id")

_ORIGINS = {
    "french": 40,
    "dutch": 20,
    "italian": 18,
    "maghreb": 18,
    "west_african": 2,
    "slavic": 1,
    "iberian": 1,
}
# Parts of surnames that lists do not hold: most names of a country are rare ones.
_STEMS = (
    "Alb Amb Ans Arl Bal Barb Baud Beauf Berl Bord Bourd Brév Cald Cant Castr Chab Chalv Charp Clerm Corb Cost"
    " Dalm Dard Doub Ferr Flam Fourn Gall Gaud Germ Giv Grand Guich Hard Herm Jail Joub Lab Laf Lang Lomb Magn Marc"
    " Maur Mont Naud Olm Orl Pall Past Pell Perr Pont Quint Rab Rand Rég Ricc Rond Rouv Sabr Salv Sard Sev Sorb"
    " Tard Terr Thév Torr Val Verd Vign Vill Volp Zamb"
).split()
_ENDINGS = {
    "french": "ac aille ain aire and ard aud ault ay eau el en eret erie et ette eux ez ier ignac ine is oin on ot ou"
    " oud oul ours oux uel ut y".split(),
    "dutch": "aers aert beeck berg broeck eels ens ers gem hof hout kens maeckers man mans neer rinckx sen sens"
    " straeten tens veld voorde".split(),
    "italian": "acci aldi ana ani ante ardi aro ato elli ente eri esi etti iani ini ino isi ola oli olo one oni osi"
    " otti ucci uzzi".split(),
    "maghreb": "aoui ari adi afi ani aza eddine elli eni i idi ifi illa imi iri oudi oui oum ouni our oussi".split(),
    "other": "a ak an ari ek em in ira o os ov ski u".split(),
}
_PARTICLES = {
    "french": ("de", "du", "Le", "La", "d'", "de La"),
    "dutch": ("Van", "De", "Van den", "Van der", "Van de"),
    "italian": ("De", "Di", "Lo", "D'", "Della"),
    "maghreb": ("El", "Ben", "Aït", "Bel", "Al"),
}
_TAIL_SHARE = 0.5
_FIRST_DAY, _LAST_DAY = date(1928, 1, 2).toordinal(), date(2025, 12, 30).toordinal()
_REMEMBERED = 400


@dataclass(frozen=True, slots=True)
class _Registered:
    """Somebody made up, before the register gets anything wrong."""

    culture: str
    woman: bool
    given_name: str
    surname: str
    born: date
    postcode: str


def write_register(out: Path, count: int, seed: int) -> None:
    """Write a register of `count` people to a CSV file; raises `disk_failed` where it cannot be written."""
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(made_up_register(count, seed))
    except OSError as error:
        raise EnvironmentFailed("disk_failed", path=str(out), problem=error.strerror or str(error)) from error


def made_up_register(count: int, seed: int) -> Iterator[tuple[str, ...]]:
    """The rows of a register, in the order of `COLUMNS`."""
    return _Register(seed).rows(count)


class _Register:
    """Draws one person after another; a few of those before are remembered, for they have relatives."""

    def __init__(self, seed: int) -> None:
        self._draw = Random(f"register {seed}")
        self._before: deque[_Registered] = deque(maxlen=_REMEMBERED)
        self._serial = 0
        self._same_birth: dict[tuple[date, bool], int] = {}
        self._cultures = list(_ORIGINS)
        self._weights = list(accumulate(_ORIGINS.values()))
        self._ranks = {
            name: list(accumulate(1 / (rank + 3) for rank in range(len(culture.surnames))))
            for name, culture in CULTURES.items()
        }
        self._towns = [self._draw.randrange(1000, 9900) for _ in range(500)]

    def rows(self, count: int) -> Iterator[tuple[str, ...]]:
        """`count` rows."""
        for number in range(1, count + 1):
            person = self._person()
            self._before.append(person)
            yield (f"P{number:08d}", *self._as_registered(person))

    def _person(self) -> _Registered:
        """Somebody new, or a homonym, a twin or another relative of somebody before."""
        roll = self._draw.random()
        if self._before and roll < 0.16:
            other = self._before[self._draw.randrange(len(self._before))]
            if roll < 0.03:
                return replace(other, born=self._birth(), postcode=self._postcode(other.culture))
            woman = self._draw.random() < 0.5
            given = self._given(other.culture, woman)
            if roll < 0.05:
                return replace(other, woman=woman, given_name=given)
            years = self._draw.choice((-5, -4, -3, -2, 2, 3, 4, 6, -28, 27))
            day = min(_LAST_DAY, max(_FIRST_DAY, other.born.toordinal() + years * 365 + self._below(200)))
            return replace(other, woman=woman, given_name=given, born=date.fromordinal(day))
        culture = self._draw.choices(self._cultures, cum_weights=self._weights)[0]
        woman = self._draw.random() < 0.52
        return _Registered(
            culture,
            woman,
            self._given(culture, woman),
            self._surname(culture),
            self._birth(),
            self._postcode(culture),
        )

    def _given(self, culture: str, woman: bool) -> str:
        names = CULTURES[culture].women if woman else CULTURES[culture].men
        given = names[self._below(len(names))]
        if self._draw.random() < 0.12:
            second = names[self._below(len(names))]
            return given if second == given else f"{given} {second}"
        return given

    def _surname(self, culture: str) -> str:
        if self._draw.random() < _TAIL_SHARE:
            surname = self._rare_surname(culture)
        else:
            surnames = CULTURES[culture].surnames
            surname = self._draw.choices(surnames, cum_weights=self._ranks[culture])[0]
        if self._draw.random() < 0.03:
            second = self._rare_surname(culture)
            return f"{surname}-{second}" if self._draw.random() < 0.7 else f"{surname} {second}"
        return surname

    def _rare_surname(self, culture: str) -> str:
        endings = _ENDINGS.get(culture, _ENDINGS["other"])
        stem = _STEMS[self._below(len(_STEMS))]
        if self._draw.random() < 0.5:
            stem += endings[self._below(len(endings))][:2] + "bcdfglmnprstv"[self._below(13)]
        name = stem + endings[self._below(len(endings))]
        particles = _PARTICLES.get(culture)
        if particles and self._draw.random() < 0.18:
            particle = particles[self._below(len(particles))]
            return f"{particle}{name}" if particle.endswith("'") else f"{particle} {name}"
        return name

    def _birth(self) -> date:
        return date.fromordinal(int(self._draw.triangular(_FIRST_DAY, _LAST_DAY, _FIRST_DAY + 21_000)))

    def _postcode(self, culture: str) -> str:
        town = self._towns[int(len(self._towns) * self._draw.random() ** 2)]
        return f"{town:04d}" if culture == "dutch" else f"{town}{self._below(10)}"

    def _below(self, limit: int) -> int:
        return int(self._draw.random() * limit)

    def _as_registered(self, person: _Registered) -> tuple[str, str, str, str, str]:
        """What the register says, with its gaps: the number is made from the true date of birth."""
        draw = self._draw.random
        return (
            "" if draw() < 0.004 else person.given_name,
            person.surname.upper() if draw() < 0.05 else person.surname,
            self._told_birth(person.born),
            "" if draw() < 0.02 else person.postcode,
            "" if draw() < 0.1 else self._number(person),
        )

    def _told_birth(self, born: date) -> str:
        """The date, in six of a hundred with parts unknown, in one of a hundred with figures that are no date."""
        roll = self._draw.random()
        if roll < 0.02:
            return f"{born.year}0000"
        if roll < 0.03:
            return f"{born.year}{born.month:02d}00"
        if roll < 0.045:
            return f"{born.year}0101"
        if roll < 0.05:
            return f"{born.year}1231"
        if roll < 0.055:
            return "00000000"
        if roll < 0.06:
            return ""
        if roll < 0.07:
            wrong = (
                f"{born.year}0231",
                f"{born.year}{born.month:02d}32",
                f"{born.year}13{born.day:02d}",
                "99999999",
            )
            return wrong[self._below(len(wrong))]
        return f"{born:%Y%m%d}"

    def _number(self, person: _Registered) -> str:
        self._serial += 1
        born = (person.born.year, person.born.month, person.born.day)
        if person.culture == "dutch":
            place = self._same_birth[person.born, person.woman] = (
                self._same_birth.get((person.born, person.woman), -1) + 1
            )
            return belgian_number(woman=person.woman, born=born, serial=place) if place < NN_SERIALS else ""
        if person.culture == "italian":
            given = person.given_name.split()[0]
            return codice_fiscale(person.surname, given, woman=person.woman, born=born, serial=self._serial)
        month = person.born.month if self._draw.random() > 0.01 else None
        return nir(woman=person.woman, year=person.born.year, month=month, serial=self._serial)
