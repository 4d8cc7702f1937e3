"""Who may do what in the archives."""

from __future__ import annotations

from typing import Any

from mocban.people import access
from mocban.people.access import who
from mocban.people.actor import Actor
from mocban.people.choices import Role


def of_unit(actor: Actor, submission: Any) -> bool:
    """A member of the unit that hands the files over."""
    return bool(submission.unit_id == actor.unit_id)


VERBS: access.Table = {
    "fonds.create": who(Role.ARCHIVIST),
    "place.create": who(Role.ARCHIVIST),
    "submission.send": who(part=of_unit),
    "submission.receive": who(Role.ARCHIVIST),
    "submission.return": who(Role.ARCHIVIST),
    "holding.place": who(Role.ARCHIVIST),
    "holding.pack": who(Role.ARCHIVIST),
}


def require(actor: Actor, verb: str, obj: Any) -> None:
    access.check(VERBS, actor, verb, obj)


def may(actor: Actor, verb: str, obj: Any) -> bool:
    return access.may(VERBS, actor, verb, obj)
