"""A person's word on whether two requests are one that was made again, or a month was paid twice."""

from __future__ import annotations

from counter_app.access.roles import ANYBODY, colleague
from counter_app.domain.decision_commands import JudgePair
from counter_app.domain.errors import Refused
from counter_app.domain.ids import check_entry_id
from counter_app.journal import store
from counter_app.journal.entry import Entry, Fact
from counter_app.projections.doubles import judged
from counter_app.service.context import Context
from counter_app.service.handlers.persons import private_part

_JUDGED = ("request_recorded", "money_received")


def judge_pair(context: Context, command: JudgePair) -> Fact:
    """Record that the later request is the earlier one made again, or that both stand for themselves.

    Nothing is withdrawn: a centre that was not told of the later one yet is told which one it repeats. Of two payments
    that settled one month it is recorded alike whether it was paid twice; what became of the money says the reason.
    """
    colleague(context.configuration, command.agent, ANYBODY)
    entries = [_entry(context, told) for told in (command.first, command.second)]
    first, second = sorted(entries, key=lambda entry: (entry.header["right_day"], entry.chain, entry.seq))
    if first.entry_id == second.entry_id or not _may_be_one(first, second):
        raise Refused("pair_impossible")
    if judged(context.tables, first.entry_id, second.entry_id):
        raise Refused("pair_judged_before")
    facts = {"first": first.entry_id, "second": second.entry_id, "verdict": command.verdict}
    return Fact("pair_judged", facts, private_part(context, reason=command.reason))


def _may_be_one(first: Entry, second: Entry) -> bool:
    if first.kind != second.kind or first.facts["aid"] != second.facts["aid"]:
        return False
    if first.kind == "request_recorded":
        return True
    return not set(first.facts.get("months") or ()).isdisjoint(second.facts.get("months") or ())


def _entry(context: Context, told: str) -> Entry:
    entry = store.find(context.connection, check_entry_id(told))
    if entry is None:
        raise Refused("unknown_entry", entry_id=told)
    if entry.kind not in _JUDGED:
        raise Refused("wrong_kind", entry_id=told, kind=entry.kind)
    return entry
