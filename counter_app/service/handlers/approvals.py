"""A second person's word on a grant that waits: recorded with what it binds and how it was given."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from counter_app.access.roles import SUPERVISION, colleague
from counter_app.domain.commands import DecideApproval
from counter_app.domain.errors import Refused
from counter_app.domain.findings import Asked
from counter_app.domain.limits import decide
from counter_app.journal.codec import canonical
from counter_app.journal.entry import Entry, Fact
from counter_app.projections.grants import GrantRow
from counter_app.service.context import Context
from counter_app.service.handlers.breaches import Breaches
from counter_app.service.handlers.grants import basis, check_slice, past_grants
from counter_app.service.handlers.payments import own_grant
from counter_app.service.handlers.persons import private_part
from counter_app.service.handlers.units import file_units, only_told


def decide_approval(context: Context, command: DecideApproval) -> Fact:
    """Approve or decline; an approval checks the limits again, for other grants may have come between.

    The approver is another person than the granter. Whether a PIN was shown is recorded; the command line
    never proves one.
    """
    approver = colleague(context.configuration, command.approver, SUPERVISION)
    grant, entry = own_grant(context, command.grant)
    if grant.decision != "pending":
        raise Refused("grant_not_pending", number=grant.number, decision=grant.decision)
    if approver.id == grant.agent:
        raise Refused("approver_is_granter", person=approver.id)
    if not command.approved and not command.reason:
        raise Refused("reason_missing")
    aid = context.aid(grant.aid)
    breaches = Breaches(context)
    # Paper that paid before anybody approved has used the slice already.
    used = 0 if grant.payment in ("paid", "returned") else grant.cents
    explained = []
    if command.approved:
        others = past_grants(context, entry.facts["person"], without=grant.entry_id)
        decision = decide(asked_again(context, grant, entry), others, context.configuration)
        breaches.take(decision)
        check_slice(context, breaches, used)
        explained = basis(decision)
    facts = {
        "grant": grant.entry_id,
        "grant_number": grant.number,
        "person": entry.facts["person"],
        "approved": command.approved,
        "approver": approver.id,
        "proof": _proof(context, approver.id),
        "binds": binding(grant),
        "aid": grant.aid,
        "cents": grant.cents,
        "used_cents": used,
        "currency": grant.currency,
        "quantity": grant.quantity,
        "means": grant.means,
        "basis": explained,
        "irregular": breaches.rules,
        "units": only_told(context, file_units(aid, grant.request)),
    }
    private = private_part(context, person=(entry.private or {}).get("person"), reason=command.reason)
    return Fact("approval_decided", facts, private)


def _proof(context: Context, approver: str) -> str:
    """How the approver was known: by a PIN, by an answer over the telephone, or by nobody's word but the caller's."""
    if context.pin_of == approver:
        return "pin"
    return "phone" if context.phone_of == approver else "none_shown"


def binding(grant: GrantRow) -> str:
    """What an approval binds, as one hash: the request for it, aid, cents, currency and means."""
    words = {
        "grant": grant.entry_id,
        "chain": grant.chain,
        "aid": grant.aid,
        "cents": grant.cents,
        "currency": grant.currency,
        "means": grant.means,
    }
    return sha256(canonical(words)).hexdigest()


def asked_again(context: Context, grant: GrantRow, entry: Entry) -> Asked:
    """What the rules are asked about a grant that waits, from its own entry."""
    said = entry.facts["circumstances"]
    return Asked(
        aid=context.aid(grant.aid),
        cents=grant.cents,
        day=date.fromisoformat(grant.right_day),
        quantity=grant.quantity,
        heads=said.get("heads", 1),
        couple=said.get("couple", False),
        claims=frozenset(said.get("claims", ())),
        evidence=frozenset(said.get("evidence", ())),
        means=grant.means,  # type: ignore[arg-type]
        direction="out",
        resources_cents=(entry.private or {}).get("resources_cents"),
        confirmed=entry.facts["person"]["confirmed"],
    )
