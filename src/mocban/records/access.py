"""Who may do what with documents and files. Seeing is a matter of grants (people.grants)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken
from mocban.people import access
from mocban.people.access import who
from mocban.people.actor import Actor
from mocban.people.choices import Role


def is_maker(actor: Actor, file: Any) -> bool:
    """The position that makes the file, or the head of its unit."""
    return file.maker_id == actor.position_id or (file.unit_id == actor.unit_id and actor.has(Role.HEAD_OF_UNIT))


def in_unit(actor: Actor, file: Any) -> bool:
    return bool(file.unit_id == actor.unit_id)


def nothing_to_freeze() -> RuleBroken:
    """The refusal to freeze a document that has no stored file."""
    return RuleBroken("document.no_objects", _("Văn bản này không có tệp nào để phong tỏa."))


VERBS: access.Table = {
    "document.add": who(Role.CLERK, Role.OFFICER, Role.HEAD_OF_UNIT, Role.HEAD_OF_OFFICE, Role.LEADER),
    "document.freeze": who(Role.CLERK, Role.HEAD_OF_OFFICE, Role.ADMINISTRATOR, Role.OFFICER, Role.HEAD_OF_UNIT),
    "document.hold": who(Role.LEADER, Role.CLERK),
    "document.mark": who(Role.CLERK, Role.LEADER),
    "document.destroy": who(Role.CLERK),
    "plan.edit": who(Role.CLERK, Role.HEAD_OF_OFFICE, Role.ARCHIVIST),
    "plan.approve": who(Role.HEAD_OF_OFFICE, Role.LEADER),
    "file.open": who(Role.OFFICER, Role.HEAD_OF_UNIT, Role.CLERK, Role.HEAD_OF_OFFICE, Role.ARCHIVIST),
    "file.add_document": who(part=in_unit),
    "file.remove_document": who(part=is_maker),
    "file.close": who(part=is_maker),
    "file.reopen": who(part=is_maker),
    "file.submit": who(part=is_maker),
}


def require(actor: Actor, verb: str, obj: Any) -> None:
    access.check(VERBS, actor, verb, obj)


def may(actor: Actor, verb: str, obj: Any) -> bool:
    return access.may(VERBS, actor, verb, obj)
