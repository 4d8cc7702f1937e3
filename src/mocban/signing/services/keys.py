"""Preparing to sign: keys and the images that signatures show."""

from __future__ import annotations

from django.db import transaction

from mocban.audit import services as audit
from mocban.people.actor import Actor
from mocban.people.models import Organisation, Person

from .. import access, events, keys


@transaction.atomic
def issue_person_key(*, person: Person, organisation: Organisation, actor: Actor) -> None:
    """Give a person a trial certificate of this installation's own authority; an existing one stays.

    Raises PermissionDenied.
    """
    access.require(actor, "key.issue", organisation)
    keys.store().issue(keys.holder(person), common_name=person.full_name, organisation_name=organisation.name)
    audit.record(actor, events.KEY_ISSUED, person, details={"certificate": person.full_name}, about=[organisation])


@transaction.atomic
def issue_organisation_key(*, organisation: Organisation, actor: Actor) -> None:
    """Give the organisation a trial certificate of this installation's own authority; an existing one stays.

    Raises PermissionDenied.
    """
    access.require(actor, "key.issue", organisation)
    keys.store().issue(keys.holder(organisation), common_name=organisation.name, organisation_name="")
    audit.record(actor, events.KEY_ISSUED, organisation, details={"certificate": organisation.name})


@transaction.atomic
def set_image(*, owner: Person | Organisation, image: bytes, organisation: Organisation, actor: Actor) -> None:
    """Keep the PNG of a person's signature or of the organisation's seal.

    Raises PermissionDenied; RuleBroken("signing.image").
    """
    access.require(actor, "key.issue", organisation)
    keys.keep_image(keys.holder(owner), image)
    audit.record(actor, events.IMAGE_SET, owner, details={"owner": str(owner)}, about=[organisation])
