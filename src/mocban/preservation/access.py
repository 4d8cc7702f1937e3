"""Who may build, check and take out packages. Seeing is a matter of grants (people.grants)."""

from __future__ import annotations

from typing import Any

from mocban.people import access
from mocban.people.access import who
from mocban.people.actor import Actor
from mocban.people.choices import Role

VERBS: access.Table = {
    "package.build": who(Role.ARCHIVIST),
    "package.check": who(Role.ARCHIVIST),
    "package.freeze": who(*Role),  # whoever sees a secret where it must not be stops it at once
    "package.erase": who(Role.ADMINISTRATOR, Role.ARCHIVIST, Role.HEAD_OF_OFFICE),
    "package.download": who(Role.ARCHIVIST),
}


def require(actor: Actor, verb: str, obj: Any) -> None:
    access.check(VERBS, actor, verb, obj)


def may(actor: Actor, verb: str, obj: Any) -> bool:
    return access.may(VERBS, actor, verb, obj)
