"""What stands in the form of an act, as the commands that record it."""

from __future__ import annotations

import msgspec

from counter_app.domain.commands import GrantAid, Person, RecordRequest, RefuseAid
from ui.case import Case
from ui.widgets.act_form import ActForm


def grant(case: Case, form: ActForm, agent: str) -> GrantAid | None:
    """The grant, to the person or as the answer to their request; `None` where no aid is chosen."""
    aid, asked = form.chosen, case.asked
    if aid is None:
        return None
    return GrantAid(
        agent=agent,
        aid=aid.code,
        cents=form.amount.cents or 0,
        person=None if asked is not None else _named(case, form),
        request=None if asked is None else asked.entry_id,
        quantity=form.many(),
        means=form.payment.means_chosen,
        circumstances=form.circumstances(),
        payment=form.paid(),
        note=form.note.value() or None,
    )


def request(case: Case, form: ActForm, agent: str) -> RecordRequest | None:
    """The request alone; `None` where no aid is chosen, or it is recorded already."""
    aid = form.chosen
    if aid is None or case.asked is not None:
        return None
    return RecordRequest(
        agent=agent,
        person=_named(case, form),
        aid=aid.code,
        asked_cents=form.amount.cents,
        quantity=form.many(),
        circumstances=form.circumstances(),
        note=form.note.value() or None,
    )


def refusal(case: Case, form: ActForm, agent: str, reason: str, words: str) -> RefuseAid | None:
    """The refusal, of the person or of their request; `None` where no aid is chosen."""
    aid, asked = form.chosen, case.asked
    if aid is None:
        return None
    return RefuseAid(
        agent=agent,
        person=None if asked is not None else _named(case, form),
        request=None if asked is None else asked.entry_id,
        aid=aid.code if asked is None else None,
        reason=reason,
        words=words or None,
        note=form.note.value() or None,
    )


def _named(case: Case, form: ActForm) -> Person:
    return msgspec.structs.replace(case.person, identity=form.identity.value() or "declared")
