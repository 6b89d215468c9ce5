"""The age keys of bundles: this workstation's own, and those that may open a bundle for somebody."""

from __future__ import annotations

from importlib.resources import files

from counter_app.domain.errors import Refused
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation

_PUBLISHED = "bundle.agekey"


def own_recipient(workstation: Workstation) -> str:
    """The public age key (age1…) of this workstation, for the office's configuration; made at the first time.

    It stays the same through restores and changes of the database key, so the configuration need not change.
    """
    return _public(_own_identity(workstation) or _new_identity(workstation))


def own_identities(workstation: Workstation) -> list[str]:
    """The secret age keys with which this workstation opens bundles; for a sample office also the published one."""
    own = _own_identity(workstation)
    found = [] if own is None else [own]
    return [*found, _published()] if workstation.configuration.office.sample else found


def recipients_for(workstation: Workstation, to: str) -> list[str]:
    """The public age keys that open a bundle for a counter, or for every counter where `to` is empty.

    IT's own recipients and the workstation itself open each. Raises `bundle_no_recipient` where the configuration names
    none for that counter; sample offices share a published one.
    """
    configuration = workstation.configuration
    named = [
        counter.recipient
        for counter in configuration.counters
        if counter.recipient is not None and to in ("", counter.id)
    ]
    if configuration.office.sample:
        named.append(_public(_published()))
    if not named and (to or not configuration.bundles.recipients):
        raise Refused("bundle_no_recipient", counter=to or "?")
    return list(dict.fromkeys([*named, *configuration.bundles.recipients, own_recipient(workstation)]))


def _own_identity(workstation: Workstation) -> str | None:
    with workstation.reading() as connection:
        row = connection.execute("SELECT identity FROM bundle_key").fetchone()
    return None if row is None else str(row[0])


def _new_identity(workstation: Workstation) -> str:
    from pyrage import x25519

    made = str(x25519.Identity.generate())

    def keep(session: Session) -> str:
        session.connection.execute(
            "INSERT INTO bundle_key (one, identity) VALUES (1, ?) ON CONFLICT DO NOTHING", (made,)
        )
        return str(session.connection.execute("SELECT identity FROM bundle_key").fetchone()[0])

    return workstation.writer.do(keep)


def _public(identity: str) -> str:
    from pyrage import x25519

    return str(x25519.Identity.from_str(identity).to_public())


def _published() -> str:
    text = (files("resources.samples") / _PUBLISHED).read_text(encoding="ascii")
    return next(line for line in text.splitlines() if line.startswith("AGE-SECRET-KEY-1"))
