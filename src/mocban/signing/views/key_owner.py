"""Whose key a page is about: one's own, a person's, or the organisation's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mocban.people.models import Organisation, Person
from mocban.ui.pages import get

from .. import access
from ..models import KeySource

OWN, BODY = "own", "organisation"


@dataclass(frozen=True)
class Owned:
    """The owner of a key as an address names it, and for which organisation the key signs."""

    who: str
    owner: Person | Organisation
    body: Organisation

    @property
    def url(self) -> str:
        """The page of the key."""
        if self.who in (OWN, BODY):
            return reverse(f"signing:{self.who}_key")
        return reverse("signing:person_key", args=[self.who])

    @property
    def is_organisation(self) -> bool:
        return isinstance(self.owner, Organisation)

    @property
    def title(self) -> str:
        return _("Chữ ký số của tôi") if self.who == OWN else str(self.owner)

    @property
    def key(self) -> KeySource:
        """What permission is asked about."""
        return KeySource(organisation=self.body, person=self.owner if isinstance(self.owner, Person) else None)


def owned(request: Any, who: str, verb: str) -> Owned:
    """Return whose key it is; 404 for people whom the actor does not see, PermissionDenied unless `verb` is."""
    actor = request.actor
    body = get(Organisation, actor, pk=actor.organisation_id)
    owner: Person | Organisation = body
    if who != BODY:
        owner = get(Person, actor, pk=actor.person_id if who == OWN else who)
    found = Owned(who, owner, body)
    access.require(actor, verb, found.key)
    return found
