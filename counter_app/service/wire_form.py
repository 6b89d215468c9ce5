"""Keeps rules from sending a unit again in another form: a key stands for the bytes that it first had."""

from __future__ import annotations

from collections.abc import Sequence

from counter_app.domain.catalogue import Service
from counter_app.domain.delivery import UnitFact
from counter_app.domain.wire_form import form_of
from counter_app.projections.delivery import UnitRow
from counter_app.projections.family import Tables
from counter_app.projections.wire_forms import Sent, UnitId, sent_otherwise
from counter_app.sync.judge import Verdict

FORM_CHANGED = "form_changed"
"""The reason of a unit that no rule sends again, for it would go as other bytes under the same key."""
_FREE = Sent()


class WireForm:
    """The form in which a service is written to now; `digest` names it, empty for this program's own."""

    def __init__(self, service: Service) -> None:
        self.digest = form_of(service)
        self._service = service.id

    def otherwise(self, tables: Tables, units: Sequence[UnitRow]) -> dict[UnitId, Sent]:
        """Of these units those that were last sent in another form; hardly any time where the form never changed."""
        places = [(unit.entry_id, unit.part) for unit in units if unit.attempted_at is not None]
        return sent_otherwise(tables, self._service, self.digest, places) if places else {}

    def stuck(self, tables: Tables, due: Sequence[UnitRow]) -> list[UnitRow]:
        """Those that may have arrived in another form: their absence was not read, and no person took them up."""
        found = self.otherwise(tables, due)
        if not found:
            return []
        return [unit for unit in due if not found.get((unit.entry_id, unit.part), _FREE).is_free]


def withheld(unit: UnitRow) -> Verdict:
    """That a unit is not sent again by itself; nothing new where it was told before."""
    return Verdict(None if unit.reason == FORM_CHANGED else UnitFact.WITHHELD, reason=FORM_CHANGED)
