"""Who may see the rows of this app: an organisation's people, units and settings are its own matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from .actor import Actor


class OwnQuerySet(models.QuerySet[Any]):
    """Rows with an organisation, seen inside that organisation only."""

    def visible_to(self, actor: Actor) -> OwnQuerySet:
        return self.filter(organisation_id=actor.organisation_id)


class OrganisationQuerySet(models.QuerySet[Any]):
    """An actor sees the organisation that the position belongs to."""

    def visible_to(self, actor: Actor) -> OrganisationQuerySet:
        return self.filter(pk=actor.organisation_id)


class PersonQuerySet(models.QuerySet[Any]):
    """People whose account the organisation keeps, and people who have held a position in it."""

    def visible_to(self, actor: Actor) -> PersonQuerySet:
        positions = self.model._meta.get_field("positions").related_model
        posted = positions._default_manager.filter(organisation_id=actor.organisation_id).values("person_id")
        return self.filter(Q(organisation_id=actor.organisation_id) | Q(pk__in=posted))


class TokenQuerySet(models.QuerySet[Any]):
    """Tokens of the organisation's positions."""

    def visible_to(self, actor: Actor) -> TokenQuerySet:
        return self.filter(position__organisation_id=actor.organisation_id)


class AgencyQuerySet(models.QuerySet[Any]):
    """The directory of agencies is common to everybody on the installation."""

    def visible_to(self, actor: Actor) -> AgencyQuerySet:
        return self.all()


class CommonQuerySet(models.QuerySet[Any]):
    """Rows that every organisation of the installation shares and sees; who may change them, `access.py` says."""

    def visible_to(self, actor: Actor) -> CommonQuerySet:
        return self.all()
