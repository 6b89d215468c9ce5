"""Which roles may give which command: the least that their work needs. An auditor gives none."""

from __future__ import annotations

from collections.abc import Mapping

from counter_app.access.roles import ANYBODY, COUNTER_WORK, RECOVERY
from counter_app.domain import commands
from counter_app.domain import decision_commands as decisions
from counter_app.domain.catalogue import Role
from counter_app.domain.command_shape import Command

MAY_RECORD: Mapping[type[Command], tuple[Role, ...]] = {
    commands.RecordRequest: COUNTER_WORK,
    commands.GrantAid: COUNTER_WORK,
    commands.RefuseAid: COUNTER_WORK,
    # Who approves is another person with a role of their own; the agent only carries it to the journal.
    commands.DecideApproval: ANYBODY,
    commands.PayGrant: COUNTER_WORK,
    commands.CancelGrant: COUNTER_WORK,
    commands.ReturnMoney: COUNTER_WORK,
    commands.ReceiveMoney: COUNTER_WORK,
    commands.OpenDay: COUNTER_WORK,
    commands.ReplenishCash: COUNTER_WORK,
    commands.ReceiveVouchers: COUNTER_WORK,
    commands.WithdrawVouchers: COUNTER_WORK,
    commands.CloseDay: ANYBODY,
    commands.RaiseEnvelope: ANYBODY,
    commands.ReleaseSlice: ANYBODY,
    commands.TakeSlice: ANYBODY,
    commands.CarrySlice: ANYBODY,
    commands.SettleNumbers: ANYBODY,
    commands.DeclareIncident: RECOVERY,
    commands.UpdateIncident: RECOVERY,
    commands.CloseIncident: RECOVERY,
    commands.CorrectEntry: COUNTER_WORK,
    commands.SettleIrregularity: ANYBODY,
    decisions.DecideUnit: RECOVERY,
    decisions.UndoDecision: RECOVERY,
    decisions.HandUnit: RECOVERY,
    decisions.MatchPerson: RECOVERY,
    decisions.JudgePair: ANYBODY,
    commands.CorrectClock: ANYBODY,
}
"""The role of `agent` for each command; the role of an `approver` is the handler's to check."""

MAY_COUNTERSIGN: tuple[Role, ...] = RECOVERY
"""Who may take in the centre's signature under a balance."""

MAY_CARRY: tuple[Role, ...] = ANYBODY
"""Who may type entries over at a centre that has screens only, and say what became of them."""
