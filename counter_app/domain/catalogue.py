"""The office's configuration as typed data: people, counters, aids with their rules, limits and services.

Nothing here is code for one aid: an aid is a row with a few typed rules, every figure dated and sourced, so
that an office changes an amount without a new program.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final, Literal

from counter_app.domain.files_way import FilesWay
from counter_app.domain.manual_way import ManualWay
from counter_app.domain.pauses import Pause
from counter_app.domain.postgres_way import PostgresWay
from counter_app.domain.rest_way import RestWay
from counter_app.domain.row import Row

Language = Literal["fr", "en", "nl", "it"]
Role = Literal["agent", "supervisor", "it", "auditor"]
Means = Literal["cash", "voucher", "transfer", "card", "kind", "hotel"]
Direction = Literal["out", "in"]


class Rule(Row, frozen=True, kw_only=True, tag_field="rule"):
    """One rule of an aid, in force from `since` until the day before `until`; `source` says who set it.

    `id` names the rule in every explanation and in the irregularities of paper facts; `id` and `since`
    together name its version, so that a new figure is a new row with the same id.
    """

    id: str
    since: date
    source: str
    until: date | None = None


class Cap(Rule, frozen=True, kw_only=True, tag="cap"):
    """At most `cents` in one grant. A cap is never a floor: it lifts no smaller amount."""

    cents: int


class RollingCap(Rule, frozen=True, kw_only=True, tag="rolling_cap"):
    """At most `cents` for one person in any `months` around the grant, over `aids`.

    Empty `aids` means this aid alone, or every aid where the rule stands among the office's `person_rules`.
    Where the claim `raised_by` is ticked the ceiling is `raised_cents` instead.
    """

    cents: int
    months: int
    aids: tuple[str, ...] = ()
    raised_by: str | None = None
    raised_cents: int | None = None


class Count(Rule, frozen=True, kw_only=True, tag="count"):
    """At most `times` grants of this aid for one person over `months`."""

    times: int
    months: int


class Spacing(Rule, frozen=True, kw_only=True, tag="spacing"):
    """At least `days` between two grants of this aid to one person."""

    days: int


class PerHead(Rule, frozen=True, kw_only=True, tag="per_head"):
    """At most `cents` for a household of `heads`, and `extra_cents` more for each further head."""

    cents: int
    heads: int
    extra_cents: int


class MoneyIn(Rule, frozen=True, kw_only=True, tag="money_in"):
    """The citizen pays one of `allowed_cents`, or `unit_cents` for each unit where that is given."""

    allowed_cents: tuple[int, ...] = ()
    unit_cents: int | None = None


class Units(Rule, frozen=True, kw_only=True, tag="units"):
    """At most `most` units (meals, tickets) in one grant; a role named in `beyond` may approve more."""

    most: int
    beyond: Role | None = None


IDENTITY_PAPER: Final = "identity"
"""The piece of evidence that whoever was identified on a document has shown."""


class Evidence(Rule, frozen=True, kw_only=True, tag="evidence"):
    """Each of `required` has been seen, or the grant waits for it (`may_follow` days, sixty in Paris)."""

    required: tuple[str, ...]
    may_follow: bool = False


class Resources(Rule, frozen=True, kw_only=True, tag="resources"):
    """Monthly resources at most `cents`, and `extra_percent` of that more for each head beyond the first."""

    cents: int
    extra_percent: int = 0


class Approval(Rule, frozen=True, kw_only=True, tag="approval"):
    """A second person approves above `above_cents` or above `above_units`; 0 and no units means always.

    `who` is the office's own word for that person (head of centre, committee), a text per language.
    """

    above_cents: int | None = None
    above_units: int | None = None
    by: Role = "supervisor"
    who: dict[str, str] = {}


class PayableBy(Rule, frozen=True, kw_only=True, tag="means"):
    """The means of payment that the aid allows; the first is the usual one."""

    means: tuple[Means, ...]


class RegisterOnly(Rule, frozen=True, kw_only=True, tag="register_only"):
    """No grant while the centre is down: the request is registered and an estimate told.

    The estimate is the ceiling less the monthly resources, never below zero.
    """

    single_cents: int
    couple_cents: int


AnyRule = (
    Cap
    | RollingCap
    | Count
    | Spacing
    | PerHead
    | MoneyIn
    | Units
    | Evidence
    | Resources
    | Approval
    | PayableBy
    | RegisterOnly
)


class Aid(Row, frozen=True, kw_only=True):
    """One aid of the catalogue; `services` are the central services that must learn of it, the file first."""

    code: str
    names: dict[str, str]
    rules: tuple[AnyRule, ...]
    services: tuple[str, ...]
    direction: Direction = "out"
    for_whom: dict[str, str] = {}
    recoverable: bool = False


class Office(Row, frozen=True, kw_only=True):
    """The office and what its papers must carry; `code` stands on receipts and in every message."""

    code: str
    name: str
    address: str
    phone: str
    time_zone: str
    currency: str
    languages: tuple[Language, ...]
    sample: bool = False


class Paper(Row, frozen=True, kw_only=True):
    """The dated template of the acknowledgement (CRPA R112-5), a text per language."""

    since: date
    silence: dict[str, str]
    appeal: dict[str, str]
    next_steps: dict[str, str]


class Counter(Row, frozen=True, kw_only=True):
    """A workstation: its id, its slice of the envelope in cents, its public Ed25519 key in 64 hex digits.

    `recipient` is its public age key (age1…), to which bundles for it are encrypted.
    """

    id: str
    slice_cents: int = 0
    public_key: str | None = None
    recipient: str | None = None


class Person(Row, frozen=True, kw_only=True):
    """Somebody who works here; `pin` is an Argon2id hash in PHC form, absent where no PIN was set.

    `badge` is the same of the number that their badge types when it is read, a second way to sign in.
    """

    id: str
    name: str
    role: Role
    pin: str | None = None
    badge: str | None = None


class Mandate(Row, frozen=True, kw_only=True):
    """A mandataire of the régie and the days on which the mandate holds."""

    person: str
    since: date
    until: date | None = None


class Regie(Row, frozen=True, kw_only=True):
    """The régie act of `since`: allowed means and expenses, the cash maximum for one operation, the advance.

    `expenses` are the aids that its cash and vouchers may pay, all of them where none is named; `mandates`
    the dated mandataires.
    """

    act: str
    since: date | None = None
    regisseur: str
    means: tuple[Means, ...]
    cash_max_cents: int
    advance_cents: int
    expenses: tuple[str, ...] = ()
    mandates: tuple[Mandate, ...] = ()


class Limits(Row, frozen=True, kw_only=True):
    """What the owner set beforehand for the days without a centre, in cents.

    `envelope_cents` bounds the office, the counters' slices bound each workstation; `person_rules` hold
    across all aids. `person_across_counters` says how two cut-off counters treat one person: `detect` sees
    it when facts meet and is bounded by the envelope.
    """

    envelope_cents: int
    person_rules: tuple[RollingCap, ...] = ()
    person_across_counters: Literal["detect"] = "detect"
    directive: str = ""


class Retention(Row, frozen=True, kw_only=True):
    """How many days the counter keeps what it has of persons: looks at records, and its copy of names and words.

    The latter is counted from the day on which the last central system was done with the entry.
    """

    access_log_days: int = 365
    personal_days: int = 90


class Service(Row, frozen=True, kw_only=True):
    """A central service and how it is reached; times in seconds, counted by this program's clock.

    `connector` is `rest`, `files`, `postgres`, `manual` or a kind that another package brings, whose own settings are
    `options`. `standby` are further addresses of the same service. A relative `folder` is read from the workstation's
    own.

    `order` is the place in the recovery order. `settling_s` is how long the centre may still be working on
    what it was sent: absence read earlier proves nothing. `window_s` reaches back from a cut.
    In `pauses` it is left alone. With `canary` one unit must be accepted before the rest of a run follows.
    What stands received longer than `received_limit_s`, or unknown longer than `unknown_limit_s`, wants a person.
    `idempotent` was proved by probing the target. `signers` are the SSH keys of those who sign the balance for the
    centre, each as the line of a `.pub` file with the name of its holder behind.
    """

    id: str
    names: dict[str, str]
    connector: str
    order: int = 100
    address: str | None = None
    standby: tuple[str, ...] = ()
    folder: str | None = None
    batch_max: int = 100
    deadline_s: float = 20.0
    settling_s: float = 60.0
    window_s: float = 3600.0
    canary: bool = True
    pauses: tuple[Pause, ...] = ()
    received_limit_s: float = 259200.0
    unknown_limit_s: float = 86400.0
    idempotent: bool = True
    signers: tuple[str, ...] = ()
    rest: RestWay | None = None
    files: FilesWay | None = None
    postgres: PostgresWay | None = None
    manual: ManualWay | None = None
    options: dict[str, Any] = {}


class Bundles(Row, frozen=True, kw_only=True):
    """`recipients` are the public age keys (age1…) that may open every bundle of the office, such as IT's safe's."""

    recipients: tuple[str, ...] = ()


class Signature(Row, frozen=True, kw_only=True):
    """The office's Ed25519 key in 64 hex digits, which vouches for its counters, and its signature over
    the configuration as armoured SSHSIG; empty where there is none.
    """

    public_key: str = ""
    signature: str = ""


class Configuration(Row, frozen=True, kw_only=True):
    """The whole of `office.toml`.

    `reasons` are the codes of refusals, `words` what the codes of evidence and claims are called, each a
    text per language.
    """

    format: Literal[1]
    version: str
    office: Office
    paper: Paper
    regie: Regie
    limits: Limits
    people: tuple[Person, ...]
    aids: tuple[Aid, ...]
    services: tuple[Service, ...]
    counters: tuple[Counter, ...] = ()
    retention: Retention = Retention()
    bundles: Bundles = Bundles()
    reasons: dict[str, dict[str, str]] = {}
    words: dict[str, dict[str, str]] = {}
    signature: Signature = Signature()

    def aid(self, code: str) -> Aid | None:
        """The aid of that code, if the catalogue has it."""
        return next((aid for aid in self.aids if aid.code == code), None)

    def person(self, person_id: str) -> Person | None:
        """The colleague of that id."""
        return next((person for person in self.people if person.id == person_id), None)

    def counter(self, counter_id: str) -> Counter | None:
        """The counter of that id."""
        return next((counter for counter in self.counters if counter.id == counter_id), None)

    def service(self, service_id: str) -> Service | None:
        """The central service of that id."""
        return next((service for service in self.services if service.id == service_id), None)
