"""Corrections as new facts, and the regularising of what broke a rule."""

from __future__ import annotations

from counter_app.access.roles import COUNTER_WORK, SUPERVISION, colleague
from counter_app.domain.commands import CorrectEntry, SettleIrregularity
from counter_app.domain.errors import Refused
from counter_app.journal.entry import Fact
from counter_app.service.context import Context
from counter_app.service.handlers.persons import person_facts, plain, private_part
from counter_app.service.handlers.units import file_units, only_told

CORRECTABLE = ("request_recorded", "aid_granted", "aid_refused", "money_received")
"""The kinds of entries that name a person."""


def correct_entry(context: Context, command: CorrectEntry) -> Fact:
    """Say anew who the person of an earlier entry is; that entry stays as it was."""
    colleague(context.configuration, command.agent, COUNTER_WORK)
    target = context.own_entry(command.target, *CORRECTABLE)
    aid = context.aid(target.facts["aid"])
    facts = {
        "target": target.entry_id,
        "target_number": target.facts.get("number"),
        "person": person_facts(context, command.person),
        "aid": aid.code,
        "currency": context.currency,
        "units": only_told(context, file_units(aid, target.entry_id)),
    }
    private = private_part(context, person=plain(command.person), reason=command.reason)
    return Fact("entry_corrected", facts, private)


def settle_irregularity(context: Context, command: SettleIrregularity) -> Fact:
    """A supervisor looked at an irregular fact and says why it stands."""
    colleague(context.configuration, command.approver, SUPERVISION)
    target = context.own_entry(command.target)
    if not target.facts.get("irregular"):
        raise Refused("not_irregular", entry_id=command.target)
    facts = {
        "target": target.entry_id,
        "target_number": target.facts.get("number"),
        "rules": target.facts["irregular"],
        "approver": command.approver,
    }
    return Fact("irregularity_settled", facts, private_part(context, reason=command.reason))
