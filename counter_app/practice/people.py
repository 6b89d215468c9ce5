"""Made-up citizens: their names, what is known of their birth, their numbers and where they can be reached.

Nobody here is taken for somebody else: two people never share a number, nor surname, first given name and full
birth date, whatever the counter. So what one was granted never counts for another, unless they are the same.
"""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from random import Random
from typing import Any
from zlib import crc32

from counter_app.practice.identity_numbers import NN_SERIALS, belgian_number, codice_fiscale, nir
from counter_app.practice.name_lists import CULTURES, WEIGHTS, Culture

Citizen = dict[str, Any]

COUNTERS = 32
"""How many counters can each have people of their own."""

_ADULTS = (date(1930, 1, 2).toordinal(), date(2004, 12, 30).toordinal())
_MINORS = (date(2009, 1, 2).toordinal(), date(2023, 12, 30).toordinal())
_STEP = 10_007
_SPREAD = 2_654_435_761
_SCHEME = {"paris": "nir", "ccas": "nir", "cpas": "be_nn", "comune": "codice_fiscale"}
_STREETS = {
    "paris": ("rue de l'Exemple", "passage des Écluses", "boulevard de la Fiction", "villa Saint-Modèle"),
    "ccas": ("place de l'Exemple", "chemin des Hêtres", "allée du Général-Modèle", "rue du Vieux-Pressoir"),
    "cpas": ("rue de l'Exemple", "Voorbeeldstraat", "chaussée d'Essai", "Proefkaai"),
    "comune": ("via dell'Esempio", "piazza della Prova", "vicolo Città Nuova", "corso Sant'Esempio"),
}
_TOWNS = {
    "paris": tuple([f"750{number:02d} Paris" for number in range(1, 21)]),
    "ccas": ("44000 Exemple-sur-Loire", "44001 Saint-Modèle-en-Retz"),
    "cpas": ("1000 Bruxelles · Brussel", "1030 Schaerbeek · Schaarbeek", "1070 Anderlecht"),
    "comune": ("00100 Esempio", "00101 Frazione Prova"),
}
_DOMICILED = {
    "paris": "Domiciliation : association L'Accueil d'Exemple, jusqu'au 31 décembre",
    "ccas": "Élection de domicile au CCAS d'exemple, jusqu'au 31 décembre",
    "cpas": "Adresse de référence · referentieadres: CPAS d'exemple, tot 31 december",
    "comune": "Residenza fittizia: via della Casa Comunale 1, fino al 31 dicembre",
}
# Ranges that the regulators keep for films and novels, or that nobody is given.
_PHONES = {
    "paris": "+33 6 39 98 {:02d} {:02d}",
    "ccas": "+33 2 61 91 {:02d} {:02d}",
    "cpas": "+32 400 00 {:02d} {:02d}",
    "comune": "+39 06 0000 {:02d}{:02d}",
}


class People:
    """Makes one citizen after another, the same ones for the same sample, draw, seed and counter."""

    def __init__(self, sample: str, draw: Random, seed: int, counter_index: int) -> None:
        if not 0 <= counter_index < COUNTERS:
            raise ValueError(f"counters are numbered from 0 to {COUNTERS - 1}, not {counter_index}")
        self._sample = sample
        self._draw = draw
        self._offset = crc32(f"{sample} {seed}".encode())
        self._counter = counter_index
        self._adults = 0
        self._minors = 0
        self._numbered = 0
        weights = WEIGHTS[sample]
        self._cultures = [
            (most, CULTURES[name]) for name, most in zip(weights, accumulate(weights.values()), strict=True)
        ]

    def adult(self) -> Citizen:
        """Somebody who was not here before."""
        self._adults += 1
        serial, born = self._birth(self._adults, _ADULTS)
        culture = self._culture()
        citizen, woman = self._named(culture, serial, born)
        roll = self._draw.random()
        if born is None or roll < 0.22:
            self._birth_in_part(citizen, born)
            born = None
        else:
            citizen["birth_date"] = born.isoformat()
        self._told(citizen, culture, woman=woman)
        self._number(citizen, serial, born, woman=woman)
        return citizen

    def minor(self) -> Citizen:
        """A child, whose file names the one who speaks for them."""
        self._minors += 1
        serial, born = self._birth(self._minors, _MINORS)
        culture = self._culture()
        citizen, _ = self._named(culture, serial, born)
        citizen.pop("used_name", None)
        if born is not None:
            citizen["birth_date"] = born.isoformat()
        citizen["numbers"] = [self.file_number()]
        citizen["identity"] = "document"
        return citizen

    def homonym(self, of: Citizen, entry_id: str, reason: str) -> Citizen:
        """Another person with the names and the birth date of one whom `entry_id` told of."""
        return {
            "surname": of["surname"],
            **{key: of[key] for key in ("given_names", "birth_date", "birth_place") if key in of},
            "numbers": [self.file_number()],
            "identity": "document",
            "distinct_from": entry_id,
            "reason": reason,
        }

    def again(self, before: Citizen, entry_id: str, reason: str) -> Citizen:
        """The same person, told with less or with other spelling, tied by the agent to `entry_id`."""
        return {
            "surname": before["surname"].upper(),
            **({"given_names": before["given_names"][:1]} if "given_names" in before else {}),
            "numbers": [self.file_number()],
            "identity": "known",
            "same_as": entry_id,
            "reason": reason,
        }

    def mended(self, before: Citizen) -> Citizen:
        """What is put right about somebody: a used name, and a file number in place of any other."""
        mended = {
            key: value for key, value in before.items() if key not in ("distinct_from", "same_as", "reason")
        }
        culture = self._culture()
        mended["used_name"] = culture.surnames[self._below(len(culture.surnames))]
        mended["numbers"] = [self.file_number()]
        return mended

    def witness(self) -> str:
        """The name of somebody who stands by where a citizen cannot sign."""
        culture = self._culture()
        given = culture.women[self._below(len(culture.women))]
        return f"{given} {culture.surnames[self._below(len(culture.surnames))]}"

    def file_number(self) -> dict[str, str]:
        """A file number that nobody else has."""
        self._numbered += 1
        value = f"20{11 + self._numbered % 15}-{self._counter:02d}{self._numbered:06d}"
        return {"scheme": "file", "value": value}

    def _below(self, limit: int) -> int:
        return int(self._draw.random() * limit)

    def _culture(self) -> Culture:
        lot = self._draw.random() * 100
        for most, culture in self._cultures:
            if lot < most:
                return culture
        return self._cultures[0][1]

    def _birth(self, count: int, span: tuple[int, int]) -> tuple[int, date | None]:
        """A serial and a birth date that together nobody else has; no date once the serials are used up."""
        first, last = span
        days = last - first
        serial, slot = divmod(count * COUNTERS + self._counter, days)
        born = date.fromordinal(first + (slot * _STEP + self._offset) % days)
        return serial, born if serial < NN_SERIALS else None

    def _named(self, culture: Culture, serial: int, born: date | None) -> tuple[Citizen, bool]:
        """Names that nobody of this birth date has, as `serial` steps through the pairs of this culture."""
        surnames, given = culture.surnames, culture.women + culture.men
        spread = ((born.toordinal() if born else serial) * _SPREAD >> 7) ^ self._offset
        which, index = divmod((spread + serial) % (len(surnames) * len(given)), len(surnames))
        woman = which < len(culture.women)
        others = culture.women if woman else culture.men
        more = self._draw.random()
        further = sum(more < limit for limit in (0.35, 0.12, 0.03))
        names = [given[which], *[others[self._below(len(others))] for _ in range(further)]]
        citizen: Citizen = {"surname": surnames[index], "given_names": names}
        if woman and self._draw.random() < 0.22:
            citizen["used_name"] = surnames[self._below(len(surnames))]
        return citizen, woman

    def _birth_in_part(self, citizen: Citizen, born: date | None) -> None:
        """Only a year, a year and a month, a default day, or nothing at all; once in a while no given name."""
        year = born.year if born else 1931 + self._below(73)
        roll = self._draw.random()
        if roll < 0.42:
            citizen["birth_date"] = str(year)
        elif roll < 0.6:
            citizen["birth_date"] = f"{year}-{1 + self._below(12):02d}"
        elif roll < 0.86:
            citizen["birth_date"] = f"{year}-{'01-01' if roll < 0.78 else '12-31'}"
        if self._draw.random() < 0.05:
            del citizen["given_names"]

    def _told(self, citizen: Citizen, culture: Culture, *, woman: bool) -> None:
        """Where somebody was born, lives and is reached, and how they showed who they are."""
        draw = self._draw.random
        if draw() < 0.5:
            citizen["birth_place"] = culture.places[self._below(len(culture.places))]
        roll = draw()
        if roll < 0.55:
            citizen["identity"] = "document"
        elif roll < 0.75:
            citizen["identity"] = "known"
        roll = draw()
        if roll < 0.08:
            citizen["domiciled_by"] = _DOMICILED[self._sample]
        elif roll < 0.45:
            streets, towns = _STREETS[self._sample], _TOWNS[self._sample]
            street, town = streets[self._below(len(streets))], towns[self._below(len(towns))]
            house = 1 + self._below(120)
            # The number stands before a French street and after every other.
            place = f"{house} {street}" if self._sample in ("paris", "ccas") else f"{street} {house}"
            citizen["address"] = f"{place}, {town}"
        if draw() < 0.3:
            citizen["phone"] = _PHONES[self._sample].format(self._below(100), self._below(100))
        if draw() < 0.25:
            citizen["language"] = culture.language

    def _number(self, citizen: Citizen, serial: int, born: date | None, *, woman: bool) -> None:
        """A file number, an identity number, both, a paper of another kind, or none."""
        roll = self._draw.random()
        numbers = []
        if roll < 0.42:
            numbers.append(self.file_number())
        if 0.36 < roll < 0.64:
            scheme = _SCHEME[self._sample]
            value = self._identity_number(scheme, citizen, serial, born, woman=woman)
            if value is not None:
                numbers.append({"scheme": scheme, "value": value})
        elif 0.64 < roll < 0.7:
            numbers.append({"scheme": "other", "value": f"TX{self._counter:02d}{self._adults:07d}"})
        if numbers:
            citizen["numbers"] = numbers

    def _identity_number(
        self, scheme: str, citizen: Citizen, serial: int, born: date | None, *, woman: bool
    ) -> str | None:
        if scheme == "nir":
            year = born.year if born else int(citizen.get("birth_date", "1970")[:4])
            return nir(
                woman=woman,
                year=year,
                month=born.month if born else None,
                serial=self._adults * COUNTERS + self._counter,
            )
        if born is None:
            return None
        day = (born.year, born.month, born.day)
        if scheme == "be_nn":
            return belgian_number(woman=woman, born=day, serial=serial)
        given = citizen["given_names"][0]
        return codice_fiscale(citizen["surname"], given, woman=woman, born=day, serial=serial)
