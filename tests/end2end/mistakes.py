"""The mistakes that the features name, as the lines somebody would feed; and what was recorded before them."""

from __future__ import annotations

import uuid
from typing import Any, Final

from tests.end2end.counters import Line
from tests.end2end.words import citizen

_FIXED: Final = uuid.UUID("0d4c1e8e-5e55-4a0e-8e43-5a1c3c4d2e10")
_LONG_AGO: Final = "2010-03-01T10:00:00+01:00"
_INTERVIEW: Final[Line] = {"evidence": ["interview"]}
_SHOWN: Final[Line] = {"evidence": ["identity"]}


def known(name: str) -> str:
    """The entry id under which something was recorded, or would be."""
    return str(uuid.uuid5(_FIXED, name))


def _line(command: str, agent: str = "yleroux", **fields: Any) -> Line:
    return {"command": command, "agent": agent, **fields}


def _cash(cents: int, name: str = "Citizen Number", payer: str = "abakari", **more: Any) -> Line:
    """Emergency cash, paid."""
    payment = {"means": "cash", "payer": payer, **more.pop("payment", {})}
    fields = {"aid": "FR-SECURG", "cents": cents, "person": citizen(name), "circumstances": _INTERVIEW}
    return _line("grant_aid", **{**fields, "payment": payment, **more})


def _granted(cents: int, name: str, **more: Any) -> Line:
    """Emergency cash, not paid yet."""
    fields = {"aid": "FR-SECURG", "cents": cents, "person": citizen(name), "circumstances": _INTERVIEW}
    return _line("grant_aid", **{**fields, **more})


def _vouchers(first: int | None = None, last: int | None = None, series: str = "NEW") -> Line:
    payment = {"means": "voucher", "payer": "abakari"}
    payment |= {} if first is None else {"series": series, "first": first, "last": last}
    fields = {"aid": "FR-CAP", "cents": 3000, "person": citizen("Citizen Number"), "circumstances": _SHOWN}
    return _line("grant_aid", **fields, payment=payment)


def _book(series: str, first: int, last: int, year: int) -> Line:
    fields = {"series": series, "first": first, "last": last, "face_cents": 1000, "year": year}
    return _line("receive_vouchers", **fields)


def _supervised(command: str, **fields: Any) -> Line:
    return _line(command, "hgarcia", approver="hgarcia", **fields)


def _request(name: str) -> Line:
    fields = {"aid": "FR-SECURG", "person": citizen(name), "circumstances": _INTERVIEW}
    return _line("record_request", entry_id=known(name), **fields)


def before(sample: str, year: int) -> list[Line]:
    """What the counter had recorded when the mistakes were made; every line is recordable."""
    if sample == "paris":
        person = citizen("Awa Diallo")
        grant = {"aid": "FR75-ALLEX", "cents": 5000, "person": person}
        return [_line("grant_aid", "nbenali", entry_id=known("unpaid"), **grant)]
    if sample == "comune":
        grant = {"aid": "IT-BUONO", "cents": 7000, "person": citizen("Awa Diallo")}
        shown = {"circumstances": {"evidence": ["self_declaration"]}}
        return [_line("grant_aid", "gferrari", entry_id=known("vouchers"), **grant, **shown)]
    outage = {"title": "Down", "services": {"aid-file": "down"}}
    return [
        _line("open_day", entry_id=known("opening"), float_cents=5000),
        _book("NEW", 1, 10, year) | {"entry_id": known("book")},
        _book("OLD", 1, 10, year - 1) | {"entry_id": known("old book")},
        _request("Élodie Ngô"),
        _request("Fatou Sow"),
        _line("refuse_aid", entry_id=known("refusal"), request=known("Fatou Sow"), reason="not_urgent"),
        _cash(4000, "Awa Diallo", entry_id=known("paid")),
        _granted(6000, "René Lefèvre", agent="hgarcia", entry_id=known("waiting")),
        _granted(6000, "Jean Petit", entry_id=known("declined")),
        _supervised(
            "decide_approval",
            grant=known("declined"),
            approved=False,
            reason="No",
            entry_id=known("decline"),
        ),
        *(_granted(1000, "Rosa Marin", entry_id=known(f"Rosa {number}")) for number in (1, 2, 3)),
        _line("declare_incident", "bnguyen", entry_id=known("outage"), **outage),
        _line("close_incident", "bnguyen", entry_id=known("end of the outage"), incident=known("outage")),
    ]


def ccas(year: int) -> dict[str, Line | bytes]:
    """Mistakes at the CCAS."""
    tomorrow = f"{year + 1}-12-31T23:00:00+01:00"
    unit = {"service": "aid-file", "decision": "close", "reason": "Why not"}
    return {
        "no JSON at all": b"forty euros for Mrs Diallo\n",
        "half a line": b'{"command": "open_day", "ag\n',
        "bytes that are no text": b"\xff\xfe\n",
        "a command that does not exist": _line("give_money"),
        "a misspelt field": _line("open_day", flaot_cents=0, float_cents=0),
        "a time without its offset": _line("open_day", float_cents=0, happened_at="2026-03-01T10:00:00"),
        "the 30th of February": _line("open_day", float_cents=0, happened_at="2026-02-30T10:00:00Z"),
        "a time that is still to come": _line("open_day", float_cents=0, happened_at=tomorrow),
        "an id that was used for something else": _line("open_day", entry_id=known("book"), float_cents=0),
        "an aid that is not in the catalogue": _granted(1000, "Zoé Roux", aid="FR-GOLD"),
        "a colleague nobody knows": _granted(1000, "Zoé Roux", agent="nobody"),
        "a colleague nobody knows, closing the day": _supervised("close_day", counted={})
        | {"agent": "nobody"},
        "an auditor who grants": _granted(1000, "Zoé Roux", agent="mperrin"),
        "an amount above the ceiling": _granted(9000, "Zoé Roux"),
        "an amount of zero": _granted(0, "Zoé Roux"),
        "nothing seen of what must be shown": _granted(1000, "Zoé Roux", circumstances={}),
        "a means in which this aid is not paid": _granted(1000, "Zoé Roux", means="transfer"),
        "a fourth grant where three are allowed": _granted(1000, "Rosa Marin"),
        "a contribution where none is due": _line(
            "receive_money", aid="FR-SECURG", cents=100, person=citizen("Zoé Roux"), circumstances=_INTERVIEW
        ),
        "a grant to nobody": _line("grant_aid", aid="FR-SECURG", cents=1000),
        "a grant on a request that was answered": _line(
            "grant_aid", aid="FR-SECURG", cents=1000, request=known("Fatou Sow")
        ),
        "a grant of another aid than was asked for": _line(
            "grant_aid", aid="FR-CAP", cents=1000, request=known("Élodie Ngô")
        ),
        "a grant on a request nobody recorded": _line(
            "grant_aid", aid="FR-SECURG", cents=1000, request=known("nothing")
        ),
        "a grant on what is no request": _line(
            "grant_aid", aid="FR-SECURG", cents=1000, request=known("book")
        ),
        "a person tied to another without a reason": _granted(
            1000, "Awa Diallo", person={"surname": "Diallo", "same_as": known("paid")}
        ),
        "a refusal for a reason the office does not have": _line(
            "refuse_aid", request=known("Élodie Ngô"), reason="no_mood"
        ),
        "a refusal of no aid": _line("refuse_aid", person=citizen("Zoé Roux"), reason="not_urgent"),
        "an approval by whoever granted": _supervised(
            "decide_approval", grant=known("waiting"), approved=True
        ),
        "an approval by an agent": _line(
            "decide_approval", approver="abakari", grant=known("waiting"), approved=True
        ),
        "a refusal to approve without a reason": _line(
            "decide_approval", "jmoreau", approver="jmoreau", grant=known("waiting"), approved=False
        ),
        "an approval of what does not wait": _supervised(
            "decide_approval", grant=known("paid"), approved=True
        ),
        "a second payment": _line(
            "pay_grant", grant=known("paid"), payment={"means": "cash", "payer": "abakari"}
        ),
        "a payment of what was declined": _line(
            "pay_grant", grant=known("declined"), payment={"means": "cash", "payer": "abakari"}
        ),
        "more cash than the drawer holds": _cash(4000, "Zoé Roux"),
        "a granter who pays": _cash(1000, payer="yleroux"),
        "no signature and no witness": _cash(1000, payment={"acquit": "cannot_sign"}),
        "more money back than was paid": _line("return_money", grant=known("paid"), cents=4001),
        "a grant cancelled that was declined": _line("cancel_grant", grant=known("declined"), reason="Error"),
        "vouchers without their numbers": _vouchers(),
        "vouchers nobody received": _vouchers(11, 13),
        "vouchers of last year": _vouchers(1, 3, "OLD"),
        "vouchers worth less than was granted": _vouchers(1, 2),
        "a book that ends before it begins": _book("NEW", 20, 11, year),
        "the same book again": _book("NEW", 10, 19, year),
        "a day that does not exist": _supervised("close_day", counted={}, day=f"{year}-13-45"),
        "closing a day that is still to come": _supervised("close_day", counted={}, day=f"{year + 1}-12-31"),
        "regularising what broke no rule": _supervised(
            "settle_irregularity", target=known("paid"), reason="So"
        ),
        "budget for oneself": _supervised("release_slice", to="A1", cents=100),
        "budget for a counter that does not exist": _supervised("release_slice", to="Z9", cents=100),
        "budget for a counter of an impossible name": _supervised("release_slice", to="counter 9", cents=100),
        "more budget than there is": _supervised("release_slice", to="A2", cents=10**9),
        "budget that nobody released": _line("take_slice", release=known("nothing")),
        "an outage of nothing": _line("declare_incident", "bnguyen", title="Down", services={}),
        "an outage of a service that does not exist": _line(
            "declare_incident", "bnguyen", title="Down", services={"coffee": "down"}
        ),
        "an outage declared by an agent": _line(
            "declare_incident", title="Down", services={"aid-file": "down"}
        ),
        "news of an outage nobody declared": _line(
            "update_incident", "bnguyen", incident=known("nothing"), words="Back"
        ),
        "the end of an outage that is over": _line("close_incident", "bnguyen", incident=known("outage")),
        "a decision on what went nowhere": _line("decide_unit", "bnguyen", target=known("book"), **unit),
        "a decision before the centre spoke": _line("decide_unit", "bnguyen", target=known("paid"), **unit),
    }


def paris() -> dict[str, Line | bytes]:
    """Mistakes at the Paris office, whose catalogue has other rules."""
    person = citizen("Zoé Roux")

    def grant(aid: str, cents: int, means: str | None = None, **circumstances: Any) -> Line:
        fields = {"aid": aid, "cents": cents, "person": person, "circumstances": circumstances}
        return _line("grant_aid", "nbenali", **fields, **({"means": means} if means else {}))

    meals = {"evidence": ["income"]}
    taken = {"person": person, "circumstances": {"evidence": ["tax_notice"]}}
    return {
        "an aid that is only registered": grant("FR75-PSOL", 10000),
        "meals without telling the resources": grant("FR75-REPAS", 0, **meals),
        "meals with too many resources": grant("FR75-REPAS", 0, **meals, resources_cents=200_000),
        "more cash than one payment may have": grant(
            "FR75-SINIS", 40000, "cash", evidence=["proof_of_event"]
        ),
        "cash for what the régie does not pay": grant("FR75-REPAS", 0, "cash", **meals, resources_cents=1),
        "an aid before its rules began": grant("FR75-ALLEX", 1000) | {"happened_at": _LONG_AGO},
        "a contribution that is not in the list": _line(
            "receive_money", "nbenali", aid="FR75-NAVIGO", cents=3100, **taken
        ),
        "a payer before the mandate began": _line(
            "pay_grant",
            "nbenali",
            grant=known("unpaid"),
            happened_at="2023-06-01T10:00:00+02:00",
            payment={"means": "cash", "payer": "tlefevre"},
        ),
    }


def comune() -> dict[str, Line | bytes]:
    """Mistakes at the Italian comune."""
    shown = {"evidence": ["self_declaration"]}
    fields = {"aid": "IT-BUONO", "circumstances": shown}
    return {
        "more than a household of this size may have": _line(
            "grant_aid", "gferrari", cents=8000, person=citizen("Zoé Roux"), **fields
        ),
        "a second grant in the same week": _line(
            "grant_aid", "gferrari", cents=3000, person=citizen("Awa Diallo"), **fields
        ),
    }
