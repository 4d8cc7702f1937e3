"""Who may do what in the registry."""

from __future__ import annotations

from typing import Any

from mocban.people import access
from mocban.people.access import who
from mocban.people.actor import Actor
from mocban.people.choices import Role


def heads_unit(actor: Actor, obj: Any) -> bool:
    """The head of the unit that the task or draft belongs to."""
    return obj.unit_id == actor.unit_id and actor.has(Role.HEAD_OF_UNIT)


def works_on(actor: Actor, task: Any) -> bool:
    """The officer to whom the task was given, or the head of its unit."""
    return task.assignee_id == actor.position_id or heads_unit(actor, task)


def drafts(actor: Actor, outgoing: Any) -> bool:
    return bool(outgoing.drafter_id == actor.position_id)


def signs(actor: Actor, outgoing: Any) -> bool:
    return bool(outgoing.signer_id == actor.position_id)


def approves_or_signs(actor: Actor, outgoing: Any) -> bool:
    return heads_unit(actor, outgoing) or signs(actor, outgoing)


VERBS: access.Table = {
    "series.edit": who(Role.CLERK, Role.ADMINISTRATOR),
    "book.edit": who(Role.CLERK, Role.ADMINISTRATOR),
    "number.void": who(Role.CLERK),
    "incoming.register": who(Role.CLERK),
    "incoming.change": who(Role.CLERK),
    "incoming.stamp": who(Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER),
    "incoming.instruct": who(Role.HEAD_OF_OFFICE, Role.LEADER),
    "task.assign": who(part=heads_unit),
    "task.start": who(part=works_on),
    "task.finish": who(part=works_on),
    "outgoing.draft": who(Role.OFFICER, Role.HEAD_OF_UNIT, Role.HEAD_OF_OFFICE, Role.CLERK),
    "outgoing.upload": who(part=drafts),
    "outgoing.submit": who(part=drafts),
    "outgoing.withdraw": who(part=drafts),
    "outgoing.approve": who(part=heads_unit),
    "outgoing.return": who(part=approves_or_signs),
    "outgoing.sign": who(part=signs),
    "outgoing.number": who(Role.CLERK),
    "outgoing.issue": who(Role.CLERK),
}


def require(actor: Actor, verb: str, obj: Any) -> None:
    access.check(VERBS, actor, verb, obj)


def may(actor: Actor, verb: str, obj: Any) -> bool:
    return access.may(VERBS, actor, verb, obj)
