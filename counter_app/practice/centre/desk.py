"""The desk of the central system: decides what becomes of each unit, and what is said about it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .faults import Faults
from .store import Outcome, Restored, Store, Verdict
from .units import Unit

REASONS = (
    ("unknown_person", "Bénéficiaire inconnu au fichier central"),
    ("aid_closed", "Dispositif clos à la date de la demande"),
    ("already_served", "Prestation déjà versée par un autre guichet"),
    ("missing_document", "Pièce justificative manquante : à régulariser"),
)
"""What a business refusal says: a reason for machines and free words for people."""

_SOONEST, _LATEST = 0.3, 1.0
_OTHER_CENTS = 1000
_OTHER_SURNAMES = ("Moreau", "Lefèvre")


class Desk:
    """Takes units in and answers for them, with the faults that strike single units."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self.store = store
        self.faults = faults

    def take(self, service: str, units: Sequence[Unit], *, deposit: str | None = None) -> list[Outcome]:
        """Commits the units in one transaction and answers for each, perhaps with a wrong echo.

        Of what came over the network some is lost once it was answered; a folder keeps its files.
        """
        outcomes = self.store.take(service, units, self._verdict, deposit=deposit)
        if deposit is None:
            self.store.lose_later(
                service, [one.key for one in outcomes if one.fresh and self.faults.loses(one.key)]
            )
        return [self._echoed(outcome) for outcome in outcomes]

    def repeat(self, service: str, units: Sequence[Unit]) -> list[Outcome]:
        """Answers again for units that were taken before, as `take` would, and writes nothing."""
        return [self._echoed(outcome) for outcome in self.store.recall(service, units)]

    def look_up(self, service: str, keys: Sequence[str]) -> list[Outcome]:
        """What is truly held under each key: a question never gets a wrong echo."""
        return self.store.look_up(service, keys)

    def look_up_numbers(self, service: str, numbers: Sequence[str]) -> list[Outcome]:
        """What is truly held under each of the centre's own numbers."""
        return self.store.look_up_numbers(service, numbers)

    def restored(self, service: str, lost: float, forgotten: float, reissued: float) -> Restored:
        """The service comes back from an old copy: those shares of its accepted units are not what they were.

        Some are lost, of some the key is forgotten, and of the lost some have their number given to other people.
        """

        def fate(key: str) -> str:
            lot = self.faults.share("restored", key)
            if lot < lost:
                return "reissued" if self.faults.share("reissued", key) < reissued else "lost"
            return "forgotten" if lot < lost + forgotten else "kept"

        return self.store.restore(service, fate)

    def _verdict(self, unit: Unit) -> Verdict:
        if unit.problem is not None:
            return Verdict("rejected", "malformed", unit.problem)
        if self.faults.strikes("rejection", unit.key):
            reason, words = REASONS[int(self.faults.share("reason", unit.key) * len(REASONS))]
            return Verdict("rejected", reason, words)
        if self.faults.strikes("late-ack", unit.key):
            wait = _SOONEST + self.faults.share("wait", unit.key) * (_LATEST - _SOONEST)
            return Verdict("received", due=time.time() + wait)
        return Verdict("accepted")

    def _echoed(self, outcome: Outcome) -> Outcome:
        if outcome.status not in {"accepted", "received"} or outcome.record is None:
            return outcome
        if not self.faults.strikes("wrong-echo", outcome.key):
            return outcome
        return replace(outcome, record=self._garbled(outcome.key, outcome.record))

    def _garbled(self, key: str, record: dict[str, Any]) -> dict[str, Any]:
        person = record.get("person")
        if isinstance(person, dict) and self.faults.share("garbled", key) < 0.5:
            other = next(name for name in _OTHER_SURNAMES if name != person.get("surname"))
            return {**record, "person": {**person, "surname": other}}
        return {**record, "cents": record["cents"] + _OTHER_CENTS}
