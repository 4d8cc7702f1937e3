"""Who handles incidents. Seeing is a matter of grants: administrators, heads of office and archivists of the body."""

from __future__ import annotations

from typing import Any

from mocban.people import access
from mocban.people.access import who
from mocban.people.actor import Actor
from mocban.people.choices import Role

HANDLERS = (Role.ADMINISTRATOR, Role.HEAD_OF_OFFICE, Role.ARCHIVIST)
VERBS: access.Table = {
    "incident.report": who(*Role),  # whoever sees a secret where it must not be reports it at once
    "incident.erase": who(*HANDLERS),
}


def require(actor: Actor, verb: str, obj: Any) -> None:
    access.check(VERBS, actor, verb, obj)


def may(actor: Actor, verb: str, obj: Any) -> bool:
    return access.may(VERBS, actor, verb, obj)
