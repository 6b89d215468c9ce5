"""One handler per command: a free function from the books and a command to the fact that becomes an entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from counter_app.domain import commands
from counter_app.domain import decision_commands as told
from counter_app.journal.entry import Fact
from counter_app.service.context import Context
from counter_app.service.handlers import (
    approvals,
    budget,
    cash,
    clock,
    corrections,
    days,
    decisions,
    grants,
    incidents,
    matching,
    numbers,
    pairs,
    payments,
    requests,
)

Handler = Callable[[Context, Any], Fact]

HANDLERS: dict[type, Handler] = {
    commands.RecordRequest: requests.record_request,
    commands.RefuseAid: requests.refuse_aid,
    commands.GrantAid: grants.grant_aid,
    commands.DecideApproval: approvals.decide_approval,
    commands.CancelGrant: grants.cancel_grant,
    commands.PayGrant: payments.pay_grant,
    commands.ReturnMoney: payments.return_money,
    commands.ReceiveMoney: payments.receive_money,
    commands.OpenDay: days.open_day,
    commands.CloseDay: days.close_day,
    commands.ReplenishCash: cash.replenish_cash,
    commands.ReceiveVouchers: cash.receive_vouchers,
    commands.WithdrawVouchers: cash.withdraw_vouchers,
    commands.RaiseEnvelope: budget.raise_envelope,
    commands.ReleaseSlice: budget.release_slice,
    commands.TakeSlice: budget.take_slice,
    commands.CarrySlice: budget.carry_slice,
    commands.SettleNumbers: numbers.settle_numbers,
    commands.DeclareIncident: incidents.declare_incident,
    commands.UpdateIncident: incidents.update_incident,
    commands.CloseIncident: incidents.close_incident,
    commands.CorrectEntry: corrections.correct_entry,
    commands.SettleIrregularity: corrections.settle_irregularity,
    told.DecideUnit: decisions.decide_unit,
    told.UndoDecision: decisions.undo_decision,
    told.HandUnit: decisions.hand_unit,
    told.MatchPerson: matching.match_person,
    told.JudgePair: pairs.judge_pair,
    commands.CorrectClock: clock.correct_clock,
}
