"""What the kinds of entries and the fields of a centre's record are called, on every screen and paper alike."""

from __future__ import annotations

from typing import Final

from counter_app.text import N_

KINDS: Final = {
    "request_recorded": N_("Request"),
    "aid_granted": N_("Grant"),
    "aid_refused": N_("Refusal"),
    "grant_paid": N_("Payment"),
    "grant_cancelled": N_("Cancellation"),
    "approval_decided": N_("Approval"),
    "money_received": N_("Money received"),
    "money_returned": N_("Money returned"),
    "cash_replenished": N_("Cash brought"),
    "vouchers_received": N_("Vouchers received"),
    "vouchers_withdrawn": N_("Vouchers withdrawn"),
    "day_opened": N_("Day opened"),
    "day_closed": N_("Day closed"),
    "incident_declared": N_("Incident declared"),
    "incident_updated": N_("Incident followed"),
    "incident_closed": N_("Incident closed"),
    "entry_corrected": N_("Correction"),
    "irregularity_settled": N_("Irregularity settled"),
    "unit_decided": N_("Decision"),
    "decision_undone": N_("Decision undone"),
    "unit_handed": N_("Handed over"),
    "person_matched": N_("Person compared"),
    "pair_judged": N_("Requests compared"),
    "clock_corrected": N_("Clock corrected"),
    "envelope_raised": N_("Envelope raised"),
    "slice_released": N_("Slice given"),
    "slice_taken": N_("Slice taken"),
    "slice_carried": N_("Slice carried over"),
    "epoch_opened": N_("Gone on from a copy"),
    "numbers_settled": N_("Search for receipts ended"),
    "end_accepted": N_("End of the journal accepted"),
    "phone_answer_given": N_("Approved by telephone"),
    "custody_given": N_("Sending handed over"),
    "custody_taken_back": N_("Sending taken back"),
    "custody_returned": N_("Sending given back"),
}
FIELDS: Final = {
    "kind": N_("Act"),
    "aid": N_("Aid"),
    "cents": N_("Amount"),
    "currency": N_("Currency"),
    "refers_to": N_("Refers to"),
    "person": N_("Person"),
    "number": N_("Centre’s number"),
}
