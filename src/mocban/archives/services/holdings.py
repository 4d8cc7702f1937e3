"""Place a file in its fonds and box, and write its archive package."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.preservation import services as preservation
from mocban.records import rules as record_rules

from .. import access, events, rules
from ..gather import contents_of
from ..models import Fonds, Holding, Place


def relock(holding: Holding, version: int | None) -> Holding:
    held: Holding = (
        Holding.objects.select_for_update(of=["self"])
        .select_related("organisation", "file", "fonds", "place")
        .get(pk=holding.pk)
    )
    record_rules.check_version(version, held.version)
    return held


@transaction.atomic
def place_holding(
    *, holding: Holding, fonds: Fonds, place: Place, actor: Actor, on: date, version: int | None = None
) -> Holding:
    """Put a file into a fonds and a box; its archival code follows.

    Raises PermissionDenied, Stale, RuleBroken("holding.other_body").
    """
    access.require(actor, "holding.place", holding)
    holding = relock(holding, version)
    held = basis("arrange_files", on=on, regime=holding.organisation.regime)
    rules.check_own_shelf(holding.organisation_id, fonds.organisation_id, place.organisation_id, citation=held.citation)
    before = {"fonds": str(holding.fonds or ""), "place": str(holding.place or "")}
    holding.fonds, holding.place = fonds, place
    holding.archival_code = f"{fonds.code}.{holding.file.year}.{holding.file.notation}"[:100]
    holding.version += 1
    holding.save(update_fields=["fonds", "place", "archival_code", "version"])
    audit.record(
        actor,
        events.HOLDING_PLACED,
        holding,
        basis=held.citations,
        about=[holding.file],
        changes={"fonds": (before["fonds"], str(fonds)), "place": (before["place"], str(place))},
        details={"fonds": str(fonds), "place": str(place)},
    )
    return holding


@transaction.atomic
def pack_holding(*, holding: Holding, actor: Actor, on: date) -> Holding:
    """Write the archive package (AIP) of a placed file and check it. Raises PermissionDenied, RuleBroken."""
    access.require(actor, "holding.pack", holding)
    holding = relock(holding, None)
    held = basis("build_package", on=on, regime=holding.organisation.regime)
    rules.check_packable(placed=bool(holding.fonds_id and holding.place_id), citation=held.citation)
    package = preservation.build_for_file(
        contents=contents_of(holding),
        organisation=holding.organisation,
        source=holding.file,
        actor=actor,
        on=on,
    )
    desks = (Role.ARCHIVIST, Role.HEAD_OF_OFFICE)
    grants.allow(package, [grants.role_token(holding.organisation_id, role) for role in desks], reason="archives")
    preservation.check_package(package=package, actor=actor, on=on)
    holding.package = package
    holding.version += 1
    holding.save(update_fields=["package", "version"])
    audit.record(
        actor,
        events.HOLDING_PACKED,
        holding,
        basis=held.citations,
        about=[holding.file, package],
        details={"package": package.identifier},
    )
    return holding
