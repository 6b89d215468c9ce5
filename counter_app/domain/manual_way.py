"""How a centre with screens only is told: the table `manual` of a service in `office.toml`."""

from __future__ import annotations

from counter_app.domain.row import Row


class Copied(Row, frozen=True, kw_only=True):
    """A field that a person types over: `${…}` of a unit's body in the centre's form, and what its screen calls it."""

    text: str
    names: dict[str, str] = {}


class ManualWay(Row, frozen=True, kw_only=True):
    """The work-list of a centre without an interface.

    `screen` says in each language where the entry is typed. `fields` stand in the order of the centre's form; without
    them the usual ones do. `codes` are what the centre calls our codes, by field. `urgent` puts kinds of acts first, in
    that order. A colleague keeps what they took for `lease_min` minutes.
    """

    screen: dict[str, str] = {}
    fields: tuple[Copied, ...] = ()
    codes: dict[str, dict[str, str]] = {}
    urgent: tuple[str, ...] = ("grant_paid", "money_returned", "aid_granted", "grant_cancelled")
    lease_min: float = 30.0
