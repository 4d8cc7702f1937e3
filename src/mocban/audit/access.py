"""Who may look at the state of the trail. What an object went through is shown to whoever may see the object."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

ADMINISTRATOR = "administrator"  # the value of people.Role, which stands above this app


class HasRoles(Protocol):
    """What this app asks of an actor to let it look."""

    @property
    def roles(self) -> Collection[str]: ...


def require(actor: HasRoles | None, verb: str) -> None:
    """Raise PermissionDenied unless the actor may; the one verb is "state.view", for administrators."""
    if verb != "state.view" or actor is None or ADMINISTRATOR not in actor.roles:
        raise PermissionDenied(_("Vị trí công tác hiện tại của bạn không được giao việc này."))
