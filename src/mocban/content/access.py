"""Who may keep, freeze and erase objects. Who may read one is asked of the apps above (settings.CONTENT_READERS)."""

from __future__ import annotations

from typing import Any

from mocban.people import access
from mocban.people.access import who
from mocban.people.actor import Actor
from mocban.people.choices import Role

VERBS: access.Table = {
    "object.store": who(*Role),
    "object.freeze": who(*Role),  # whoever sees a secret where it must not be stops it at once
    "object.erase": who(Role.ADMINISTRATOR, Role.ARCHIVIST, Role.HEAD_OF_OFFICE),
}


def require(actor: Actor, verb: str, obj: Any) -> None:
    access.check(VERBS, actor, verb, obj)
