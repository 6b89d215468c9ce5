"""Taking down a request, and refusing aid with a reason."""

from __future__ import annotations

from counter_app.access.roles import COUNTER_WORK, colleague
from counter_app.domain.commands import RecordRequest, RefuseAid
from counter_app.domain.errors import Refused
from counter_app.journal.entry import Fact
from counter_app.projections import grants
from counter_app.service.context import Context
from counter_app.service.handlers.breaches import Breaches
from counter_app.service.handlers.persons import (
    circumstance_facts,
    person_facts,
    plain,
    private_part,
    with_identity_seen,
)
from counter_app.service.handlers.units import file_units, only_told


def record_request(context: Context, command: RecordRequest) -> Fact:
    """A request opens rights on the day it happened; nothing about it can be over a ceiling.

    The paper that it was taken down on is entered once.
    """
    colleague(context.configuration, command.agent, COUNTER_WORK)
    aid = context.aid(command.aid)
    visit_of = None
    if command.visit_of is not None:
        kinds = ("request_recorded", "aid_granted", "aid_refused")
        visit_of = context.own_entry(command.visit_of, *kinds).entry_id
    breaches = Breaches(context)
    breaches.take_form(command.form, "request_recorded")
    person = person_facts(context, command.person)
    facts = {
        "person": person,
        "aid": aid.code,
        "currency": context.currency,
        "asked_cents": command.asked_cents,
        "quantity": command.quantity,
        "circumstances": circumstance_facts(with_identity_seen(command.circumstances, person, aid)),
        "visit_of": visit_of,
        "irregular": breaches.rules or None,
        "form": command.form,
        "units": file_units(aid),
    }
    private = private_part(
        context, person=plain(command.person), resources_cents=command.circumstances.resources_cents
    )
    return Fact("request_recorded", facts, private, numbered=True)


def refuse_aid(context: Context, command: RefuseAid) -> Fact:
    """A refusal gives its reason: a code of the office, which is kept, and words, which are private."""
    colleague(context.configuration, command.agent, COUNTER_WORK)
    if command.reason not in context.configuration.reasons:
        raise Refused("unknown_reason", reason=command.reason)
    if (command.request is None) == (command.person is None):
        raise Refused("request_or_person")
    breaches = Breaches(context)
    request_id = None
    if command.request is not None:
        request = context.own_entry(command.request, "request_recorded")
        request_id = request.entry_id
        if grants.answered(context.tables, request_id):
            breaches.add("request_answered", "request_answered", number=request.facts["number"])
        person, aid_code = request.facts["person"], request.facts["aid"]
        private_person = (request.private or {}).get("person")
    else:
        assert command.person is not None  # one of the two is there, see above
        if command.aid is None:
            raise Refused("aid_missing")
        person, aid_code = person_facts(context, command.person), command.aid
        private_person = plain(command.person)
    aid = context.aid(aid_code)
    breaches.take_form(command.form, "aid_refused")
    facts = {
        "request": request_id,
        "person": person,
        "aid": aid.code,
        "currency": context.currency,
        "reason": command.reason,
        "irregular": breaches.rules,
        "form": command.form,
        "units": only_told(context, file_units(aid, request_id)),
    }
    private = private_part(context, person=private_person, words=command.words)
    return Fact("aid_refused", facts, private, numbered=True)
