"""What happens to packages when a stored file turns out to be a state secret (settings.SECRECY_FREEZERS, _ERASERS)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from mocban.audit import services as audit
from mocban.content.models import DigitalObject
from mocban.people.actor import Actor

from .. import access, events, rules, storage
from ..choices import PackageState
from ..models import Package
from ..package import listed_digests


@transaction.atomic
def freeze_ids(object_ids: Iterable[UUID], *, actor: Actor) -> None:
    """Freeze every package of the actor's organisation that holds the bytes of one of the objects."""
    for package in _holding(object_ids, actor):
        access.require(actor, "package.freeze", package)
        package.state = rules.next_state(package.state, "freeze")
        package.save(update_fields=["state"])
        audit.record(actor, events.PACKAGE_FROZEN, package)


@transaction.atomic
def erase_ids(object_ids: Iterable[UUID], *, actor: Actor) -> None:
    """Erase those packages, after two persons confirmed.

    The bytes go before the transaction ends: if it is rolled back the package is still frozen, and erasing it again
    succeeds. Raises PermissionDenied; RuleBroken `package.wrong_state`.
    """
    for package in _holding(object_ids, actor):
        access.require(actor, "package.erase", package)
        package.state = rules.next_state(package.state, "erase")
        package.save(update_fields=["state"])
        storage.wipe(package.file_name)
        audit.record(actor, events.PACKAGE_ERASED, package)


def _holding(object_ids: Iterable[UUID], actor: Actor) -> list[Package]:
    """Packages whose manifest lists one of the digests. Incidents are rare: every manifest is read."""
    wanted = set(DigitalObject.objects.filter(pk__in=list(object_ids)).values_list("sha256", flat=True))
    own = Package.objects.select_for_update().filter(organisation_id=actor.organisation_id)
    kept = own.exclude(state=PackageState.ERASED)
    return [package for package in kept if wanted & listed_digests(storage.path_of(package.file_name))]
