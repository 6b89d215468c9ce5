"""The receipt of one numbered entry, as it was recorded, with its signed code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from counter_app.clock import from_wire
from counter_app.documents.receipt import ReceiptKind, ReceiptRows, render_receipt
from counter_app.domain.catalogue import IDENTITY_PAPER, Aid, Configuration, Evidence
from counter_app.domain.errors import BadInput
from counter_app.domain.money import Money
from counter_app.journal.entry import Entry
from counter_app.journal.numbered import entry_of_number
from counter_app.keys.receipt_code import KINDS, ReceiptClaims, encode
from counter_app.projections import vouchers
from counter_app.projections.custody import epochs_of
from counter_app.projections.family import Tables
from counter_app.service.access_log import note_look
from counter_app.service.rule_words import broken_rules
from counter_app.service.workstation import Workstation
from counter_app.storage.database import Connection
from counter_app.text import Text

_KINDS = {
    "request_recorded": ReceiptKind.REQUEST,
    "aid_refused": ReceiptKind.REFUSED,
    "money_received": ReceiptKind.MONEY_IN,
    "money_returned": ReceiptKind.MONEY_IN,
}


PRINTED = frozenset({"aid_granted", *_KINDS})
"""The events that leave a paper with the citizen."""


def receipt_pdf(workstation: Workstation, number: str, text: Text, *, duplicate: bool = False) -> bytes:
    """The receipt with that number as a PDF; one of an epoch before is always a duplicate, signed by this epoch.

    Raises `unknown_number` where this counter never gave it, `no_receipt` for a number that stands on no
    citizen's paper.
    """
    with workstation.reading() as connection:
        entry = _numbered(connection, workstation.chain, number)
    duplicate = duplicate or is_of_epoch_before(workstation, number)
    if duplicate or not workstation.looker:
        note_look(workstation, "receipt_printed", number)
    rows = receipt_rows(workstation, entry, text.language, duplicate=duplicate)
    return render_receipt(rows, text)


def is_of_epoch_before(workstation: Workstation, number: str) -> bool:
    """Whether a number was given by this counter before it was restored: its paper is out already."""
    return number.rpartition("-")[0] != workstation.chain


def _numbered(connection: Connection, own: str, number: str) -> Entry:
    """The entry of a number that the own chain gave, or an epoch before that it goes on for."""
    entry = entry_of_number(connection, number)
    if entry is None or entry.chain not in (own, *epochs_of(Tables(connection), own)):
        raise BadInput("unknown_number", number=number)
    return entry


def receipt_kind(entry: Entry) -> ReceiptKind:
    """What the receipt of an entry is about; raises `no_receipt`."""
    if entry.kind == "aid_granted":
        pending = entry.facts["decision"] == "pending"
        return ReceiptKind.AWAITING_APPROVAL if pending else ReceiptKind.GRANTED
    kind = _KINDS.get(entry.kind)
    if kind is None:
        raise BadInput("no_receipt", number=str(entry.facts.get("number", "–")))
    return kind


def receipt_code(workstation: Workstation, entry: Entry) -> str:
    """The text of the QR code: an anchor of the journal's head that leaves with the citizen."""
    facts, header = entry.facts, entry.header
    chain, _, number = str(facts["number"]).rpartition("-")
    references = (facts.get("person") or {}).get("references") or []
    claims = ReceiptClaims(
        office=str(header["office"]),
        chain=chain,
        number=int(number),
        kind=KINDS[receipt_kind(entry).value],
        aid=str(facts.get("aid") or ""),
        cents=facts.get("cents"),
        currency=str(facts.get("currency") or "EUR"),
        day=date.fromisoformat(header["right_day"]),
        seq=entry.seq,
        hash8=entry.hash[:8],
        person=bytes.fromhex(references[0].partition(":")[2])[:8] if references else None,
        issued_at=int(from_wire(header["recorded_at"]).timestamp()) // 60,
    )
    return encode(claims, workstation.keyring.signing)


def receipt_rows(
    workstation: Workstation, entry: Entry, language: str, *, duplicate: bool = False
) -> ReceiptRows:
    """What the receipt says, in the citizen's language where the office has it."""
    configuration, facts, header = workstation.configuration, entry.facts, entry.header
    office, words = configuration.office, _Words(configuration, language)
    kind = receipt_kind(entry)
    aid = configuration.aid(str(facts["aid"]))
    seen = tuple((facts.get("circumstances") or {}).get("evidence", ()))
    required = _required(aid)
    if (facts.get("person") or {}).get("identity") == "document" and IDENTITY_PAPER in required:
        # Earlier entries do not say so a second time.
        seen = tuple(dict.fromkeys((*seen, IDENTITY_PAPER)))
    payment = facts.get("payment") or {}
    cents = facts.get("cents", facts.get("asked_cents"))
    return ReceiptRows(
        office_name=office.name,
        office_address=office.address,
        office_phone=office.phone,
        chain=entry.chain,
        agent=who.name if (who := configuration.person(header["agent"])) else str(header["agent"]),
        number=str(facts["number"]),
        is_duplicate=duplicate,
        issued_at=_local(workstation, header["recorded_at"]),
        received_on=date.fromisoformat(header["right_day"]),
        kind=kind,
        aid=words.of(aid.names) if aid else str(facts["aid"]),
        amount=None if cents is None else Money(cents, str(facts["currency"])),
        means=str(payment.get("means") or facts.get("means") or ""),
        quantity=int(facts.get("quantity") or 1),
        vouchers=_vouchers(payment),
        reason=words.reason(str(facts.get("reason") or "")),
        evidence_seen=tuple(words.word(code) for code in seen),
        evidence_missing=tuple(words.word(code) for code in required if code not in seen),
        next_steps=(words.of(configuration.paper.next_steps),),
        silence=words.of(configuration.paper.silence) if kind is ReceiptKind.REQUEST else "",
        # Nobody can appeal against a decision that is not taken yet.
        appeal="" if kind is ReceiptKind.AWAITING_APPROVAL else words.of(configuration.paper.appeal),
        irregular=_broken(configuration, facts, language),
        code=receipt_code(workstation, entry),
        fingerprint=entry.hash[:8].hex(),
        is_specimen=office.sample,
    )


def _required(aid: Aid | None) -> tuple[str, ...]:
    """The pieces that the rules of an aid ask for, each once."""
    rules = () if aid is None else aid.rules
    return tuple(
        dict.fromkeys(piece for rule in rules if isinstance(rule, Evidence) for piece in rule.required)
    )


def _broken(configuration: Configuration, facts: dict[str, Any], language: str) -> tuple[str, ...]:
    """The rules that a fact on paper broke, each in a sentence's form."""
    text, aid = Text(language), str(facts["aid"])
    said = [broken_rules(text, configuration, aid, (rule,)) for rule in facts.get("irregular") or ()]
    return tuple(words[:1].upper() + words[1:] for words in said)


def _vouchers(payment: dict[str, Any]) -> tuple[str, ...]:
    told = vouchers.numbers_told(payment)
    if told is None:
        return ()
    series, first, last = told
    if last - first > 20:
        return (f"{series} {first}–{last}",)
    return tuple(f"{series} {number}" for number in range(first, last + 1))


def _local(workstation: Workstation, moment: str) -> datetime:
    return from_wire(moment).astimezone(workstation.office.zone)


@dataclass(frozen=True, slots=True)
class _Words:
    """The office's own words in one language, or in its first where it lacks that one."""

    configuration: Configuration
    language: str

    def of(self, texts: dict[str, str]) -> str:
        """A text of the office."""
        return texts.get(self.language) or texts.get(self.configuration.office.languages[0]) or ""

    def word(self, code: str) -> str:
        """What a code of evidence is called."""
        return self.of(self.configuration.words.get(code, {})) or code

    def reason(self, code: str) -> str:
        """The words of a reason code."""
        return self.of(self.configuration.reasons.get(code, {})) or code
