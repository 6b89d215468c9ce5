"""Who may do what: roles with the least that their work needs."""

from __future__ import annotations

from counter_app.domain.catalogue import Configuration, Person, Role
from counter_app.domain.errors import Refused

COUNTER_WORK: tuple[Role, ...] = ("agent", "supervisor")
SUPERVISION: tuple[Role, ...] = ("supervisor",)
IT_WORK: tuple[Role, ...] = ("it",)
RECOVERY: tuple[Role, ...] = ("it", "supervisor")
ANYBODY: tuple[Role, ...] = ("agent", "supervisor", "it")
EVERYBODY: tuple[Role, ...] = (*ANYBODY, "auditor")


def colleague(configuration: Configuration, person_id: str, roles: tuple[Role, ...]) -> Person:
    """The colleague of that id, if one of these roles is theirs; raises `unknown_colleague` or `not_allowed`."""
    person = configuration.person(person_id)
    if person is None:
        raise Refused("unknown_colleague", person=person_id)
    if person.role not in roles:
        raise Refused("not_allowed", person=person_id, role=person.role)
    return person
