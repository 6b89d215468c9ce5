"""A person's word on whether somebody of the journal is somebody of the register."""

from __future__ import annotations

from counter_app.access.roles import RECOVERY, colleague
from counter_app.domain.commands import Number, Person
from counter_app.domain.decision_commands import MatchPerson
from counter_app.domain.errors import Refused
from counter_app.domain.ids import check_entry_id
from counter_app.journal import store
from counter_app.journal.entry import Fact
from counter_app.projections.decisions import verdicts
from counter_app.service.context import Context
from counter_app.service.handlers.persons import private_part


def match_person(context: Context, command: MatchPerson) -> Fact:
    """Tie whom an entry is about to the register's file number, or record that they are two people.

    The number itself is kept in the erasable part; the facts hold its keyed reference, as for any person.
    """
    colleague(context.configuration, command.agent, RECOVERY)
    target = store.find(context.connection, check_entry_id(command.target))
    if target is None:
        raise Refused("unknown_entry", entry_id=command.target)
    if not target.facts.get("person"):
        raise Refused("wrong_kind", entry_id=command.target, kind=target.kind)
    numbered = Person(surname="-", numbers=(Number(scheme="file", value=command.register_id),))
    references = context.references(numbered)
    known = verdicts(context.tables)
    if any((target.entry_id, one) in known for one in references):
        raise Refused("matched_before")
    facts = {
        "target": target.entry_id,
        "register": references,
        "verdict": command.verdict,
        "score": command.score,
        "evidence": list(command.evidence),
    }
    private = private_part(context, register_id=command.register_id, reason=command.reason)
    return Fact("person_matched", facts, private)
