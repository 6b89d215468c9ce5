"""What was read from a paper, as the commands that enter it: facts that already happened."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from counter_app.domain.commands import AnyCommand, PayGrant, RefuseAid
from ui import act_commands
from ui.case import Case
from ui.paper_head import Head
from ui.widgets.act_form import ActForm
from ui.widgets.payment import PaymentFields

C = TypeVar("C", bound=AnyCommand)


def act(case: Case, head: Head, form: ActForm, agent: str) -> AnyCommand | None:
    """The request or the grant; `None` where no aid is chosen."""
    if head.kind == "request":
        request = act_commands.request(Case(case.person), form, agent)
        return None if request is None else _happened(request, head)
    grant = act_commands.grant(case, form, agent)
    return None if grant is None else _happened(grant, head)


def refusal(case: Case, head: Head, agent: str, aid: str, reason: str, words: str, note: str) -> AnyCommand:
    """The refusal, of the person or of the request that their case answers."""
    command = RefuseAid(
        agent=agent,
        person=None if case.asked is not None else case.person,
        request=None if case.asked is None else case.asked.entry_id,
        aid=aid if case.asked is None else None,
        reason=reason,
        words=words or None,
        note=note or None,
    )
    return _happened(command, head)


def payment(head: Head, fields: PaymentFields, agent: str, note: str) -> AnyCommand | None:
    """The payment of a grant of before; `None` where no means is chosen."""
    told = fields.payment()
    if told is None or head.grant is None:
        return None
    return _happened(PayGrant(agent=agent, grant=head.grant.entry_id, payment=told, note=note or None), head)


def _happened(command: C, head: Head) -> C:
    return msgspec.structs.replace(command, **head.told())
