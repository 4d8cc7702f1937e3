"""Verb → who, for every app: an app states a table of `Who`, and asks `require` or `may`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from .actor import Actor
from .choices import Role


@dataclass(frozen=True)
class Who:
    """Those who may: holders of one of `roles` in the object's organisation, or those with a `part` in the matter."""

    roles: frozenset[Role] = frozenset()
    part: Callable[[Actor, Any], bool] | None = None


def who(*roles: Role, part: Callable[[Actor, Any], bool] | None = None) -> Who:
    return Who(frozenset(roles), part)


Table = Mapping[str, Who]


def may(table: Table, actor: Actor, verb: str, obj: Any) -> bool:
    """Whether the actor may do `verb` to `obj` (an object with `organisation_id`, or an Organisation).

    The installation itself may do every verb of the organisation it acts for: background steps and bootstrapping.
    """
    rule = table[verb]
    organisation_id = getattr(obj, "organisation_id", None) or obj.pk
    if organisation_id != actor.organisation_id:
        return False
    if actor.is_system:
        return True
    return any(actor.has(role) for role in rule.roles) or bool(rule.part and rule.part(actor, obj))


def check(table: Table, actor: Actor, verb: str, obj: Any) -> None:
    """Raise PermissionDenied, with a sentence for the person, unless the actor may."""
    if not may(table, actor, verb, obj):
        raise PermissionDenied(_("Vị trí công tác hiện tại của bạn không được giao việc này."))


def is_own_account(actor: Actor, person: Any) -> bool:
    return bool(person.pk == actor.person_id)


def is_own_position(actor: Actor, position: Any) -> bool:
    return bool(position.pk == actor.position_id)


def is_own_token(actor: Actor, token: Any) -> bool:
    return bool(token.position_id == actor.position_id)


ADMIN_VERBS: Table = {
    "administration.view": who(Role.ADMINISTRATOR),
    "organisation.create": who(Role.ADMINISTRATOR),
    "agency.edit": who(Role.ADMINISTRATOR),
    "organisation.edit": who(Role.ADMINISTRATOR),
    "unit.edit": who(Role.ADMINISTRATOR),
    "person.edit": who(Role.ADMINISTRATOR),
    "position.edit": who(Role.ADMINISTRATOR),
    "setting.edit": who(Role.ADMINISTRATOR),
    "account.own": who(part=is_own_account),
    "token.issue": who(Role.ADMINISTRATOR, part=is_own_position),
    "token.revoke": who(Role.ADMINISTRATOR, part=is_own_token),
}


def require(actor: Actor, verb: str, obj: Any) -> None:
    """The verbs of this app."""
    check(ADMIN_VERBS, actor, verb, obj)
