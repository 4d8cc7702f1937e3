"""Who may read the figures of an organisation. Printed forms are for whoever may see what they list."""

from __future__ import annotations

from typing import Any

from mocban.people import access
from mocban.people.access import who
from mocban.people.actor import Actor
from mocban.people.choices import Role

VERBS: access.Table = {
    "figures.read": who(Role.HEAD_OF_OFFICE, Role.LEADER),
    # Who answers for the signatures, and the clerk who mends what is missing.
    "unsigned.read": who(Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER),
    "handling.read": who(Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER),
}


def require(actor: Actor, verb: str, obj: Any) -> None:
    access.check(VERBS, actor, verb, obj)


def may(actor: Actor, verb: str, obj: Any) -> bool:
    return access.may(VERBS, actor, verb, obj)
