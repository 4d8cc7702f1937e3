"""Who may do what with packets and mail. Seeing is a matter of grants (people.grants)."""

from __future__ import annotations

from typing import Any

from mocban.people import access
from mocban.people.access import is_own_position, who
from mocban.people.actor import Actor
from mocban.people.choices import Role

READERS = (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER)


def owns(actor: Actor, mail: Any) -> bool:
    """Whether the mail came to the personal address of this position, or was brought by it."""
    return mail.owner_id is not None and mail.owner_id == actor.position_id


VERBS: access.Table = {
    "packet.send": who(Role.CLERK),
    "packet.receive": who(),  # the installation alone
    "packet.accept": who(Role.CLERK),
    "packet.refuse": who(Role.CLERK),
    "packet.freeze": who(*Role),  # whoever sees a secret where it must not be stops it at once
    "packet.erase": who(Role.ADMINISTRATOR, Role.ARCHIVIST, Role.HEAD_OF_OFFICE),
    "packet.recall": who(Role.CLERK, Role.LEADER),  # the order is the leader's, the packets leave with it
    "packet.answer_recall": who(Role.CLERK),
    "packet.report": who(*Role),  # statuses follow from the work on the document, whoever does it
    "mailbox.edit": who(Role.ADMINISTRATOR),
    "mailbox.own_address": who(part=is_own_position),
    "mail.fetch": who(Role.CLERK, Role.HEAD_OF_OFFICE, Role.ADMINISTRATOR),
    "mail.upload": who(Role.OFFICER, Role.HEAD_OF_UNIT, Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER),
    "mail.register": who(Role.CLERK),
    "mail.decline": who(Role.CLERK, part=owns),
    "mail.capture": who(Role.CLERK, part=owns),
    "mail.send": who(Role.CLERK),
    "mail.freeze": who(*Role),
    "mail.erase": who(Role.ADMINISTRATOR, Role.ARCHIVIST, Role.HEAD_OF_OFFICE),
}


def require(actor: Actor, verb: str, obj: Any) -> None:
    access.check(VERBS, actor, verb, obj)


def may(actor: Actor, verb: str, obj: Any) -> bool:
    return access.may(VERBS, actor, verb, obj)
