"""Who may sign, seal and prepare keys. Whose document it is, the registry has asked before."""

from __future__ import annotations

from typing import Any

from mocban.people import access
from mocban.people.access import who
from mocban.people.actor import Actor
from mocban.people.choices import Role


def is_person(actor: Actor, organisation: Any) -> bool:
    """A signature is always a person's own act: the installation never signs for somebody."""
    return actor.person_id is not None


VERBS: access.Table = {
    "document.sign": who(part=is_person),
    "document.seal": who(Role.CLERK),  # the registry clerk personally (NĐ 30/2020, Điều 32)
    "signature.verify": who(*Role),
    "key.issue": who(Role.ADMINISTRATOR),
    # Asked of the actor's own body: trust is common, and the administrator of any body counts as one of the two.
    "trust.view": who(Role.ADMINISTRATOR, Role.CLERK, Role.HEAD_OF_OFFICE),
    "trust.decide": who(Role.ADMINISTRATOR),
    "trust.import": who(Role.ADMINISTRATOR),
}


def require(actor: Actor, verb: str, obj: Any) -> None:
    access.check(VERBS, actor, verb, obj)


def may(actor: Actor, verb: str, obj: Any) -> bool:
    return access.may(VERBS, actor, verb, obj)
