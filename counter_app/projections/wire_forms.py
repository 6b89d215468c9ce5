"""The forms in which messages were sent: a key stands for its bytes, and another form makes other ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import msgspec

from counter_app.domain.delivery import UnitFact
from counter_app.journal.entry import Entry
from counter_app.projections.family import Family, Tables

UnitId = tuple[str, str]
"""Entry id and part of a unit at a service."""


@dataclass(slots=True)
class Sent:
    """The `form` in which something of a unit last may have left, `None` where nothing ever did.

    `is_free`: it may go in any form, for its absence was read since, or a person who was told of the form let it go.
    """

    form: str | None = None
    is_free: bool = True
    _is_told: bool = False
    _before: tuple[str | None, bool] = (None, True)

    def take(self, word: str, reason: str | None, form: str) -> None:
        """Take in the next fact told of the unit and its reason; `form` is that of the entry that tells it."""
        if word == UnitFact.ATTEMPTED:
            self._before = (self.form, self.is_free)
            self.form, self.is_free = form, False
        elif word == UnitFact.NOT_SENT:
            self.form, self.is_free = self._before
        elif word == UnitFact.WITHHELD:
            self._is_told = True
        elif word in _FREEING or (
            word == UnitFact.REPLAY_ALLOWED and reason == _BY_A_PERSON and self._is_told
        ):
            self.is_free = True


_BY_A_PERSON = "replay"
_FREEING = frozenset({UnitFact.ABSENT.value, UnitFact.TAKEN_UP.value, UnitFact.REKEYED.value})


def _note(tables: Tables, entry: Entry) -> None:
    facts = entry.facts
    tables.run(
        "INSERT INTO p_wire_form (service, chain, seq, form) VALUES (?, ?, ?, ?)",
        (facts["service"], entry.chain, entry.seq, facts.get("form", "")),
    )


FAMILY = Family(
    name="wire_forms",
    version=1,
    schema=(
        (
            "CREATE TABLE p_wire_form (service TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,"
            " form TEXT NOT NULL, PRIMARY KEY (service, chain, seq)) STRICT, WITHOUT ROWID"
        ),
        "CREATE INDEX i_wire_form ON p_wire_form (service, form)",
    ),
    kinds={"delivery_attempted": _note, "delivery_presumed": _note},
)


def was_another(tables: Tables, service: str, form: str) -> bool:
    """Whether anything was ever sent to a service in another form than this one: seldom, and quickly told."""
    return (
        tables.row(
            "SELECT 1 FROM p_wire_form WHERE service = ?1 AND form < ?2"
            " UNION ALL SELECT 1 FROM p_wire_form WHERE service = ?1 AND form > ?2 LIMIT 1",
            (service, form),
        )
        is not None
    )


def sent_forms(tables: Tables, service: str, units: Collection[UnitId]) -> dict[UnitId, Sent]:
    """What may have left of each of these units, from all that was told of their service."""
    found = {unit: Sent() for unit in units}
    rows = tables.rows(
        "SELECT t.facts, coalesce(f.form, '') FROM p_told t LEFT JOIN p_wire_form f"
        " ON f.service = t.service AND f.chain = t.chain AND f.seq = t.seq"
        " WHERE t.service = ? ORDER BY t.term, t.chain, t.seq",
        (service,),
    )
    for facts, form in rows:
        for told in _read_told(facts):
            sent = found.get((told[0], told[1]))
            if sent is not None:
                sent.take(told[2], told[4], form)
    return found


def sent_otherwise(tables: Tables, service: str, form: str, units: Iterable[UnitId]) -> dict[UnitId, Sent]:
    """Of these units those that were last sent in another form than this one."""
    if not was_another(tables, service, form):
        return {}
    sent = sent_forms(tables, service, list(units))
    return {unit: one for unit, one in sent.items() if one.form not in (None, form)}


_read_told = msgspec.json.Decoder(list[tuple[str, str, str, str | None, str | None]]).decode
