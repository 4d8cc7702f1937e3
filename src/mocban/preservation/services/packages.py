"""Build, check and take out packages, and clear away what a failed build left."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, Model
from django.urls import reverse
from django.utils import timezone

from mocban.audit import services as audit
from mocban.audit.models import ReadKind
from mocban.law.basis import basis
from mocban.notices import services as notices
from mocban.people import grants
from mocban.people.actor import Actor, system_actor
from mocban.people.choices import Role
from mocban.people.models import Organisation
from mocban.people.selectors import holders

from .. import access, events, rules, storage
from ..code_lists import code_lists
from ..models import Package
from ..package import Aip, Finding, PackageContents, Report, build_aip, check

LEFTOVER_AGE = timedelta(days=1)  # longer than any build
FINDINGS_KEPT = 200


@transaction.atomic
def build_for_file(
    *, contents: PackageContents, organisation: Organisation, source: Model, actor: Actor, on: date
) -> Package:
    """Write the archival package of a file (Thông tư 05/2025/TT-BNV, Phụ lục I) once, and keep its digest.

    `source` is what it preserves; its history shows the building. A rollback afterwards leaves at most a file without
    a row, which `sweep` removes. Raises PermissionDenied; RuleBroken `package.empty`, `package.fields`,
    `package.content_changed`.
    """
    access.require(actor, "package.build", organisation)
    held = basis("build_package", on=on, regime=organisation.regime)
    aip = Aip(codes=code_lists(regime=organisation.regime, on=on), contents=contents)
    name = storage.file_name(contents.package_id)
    path = storage.prepare(name)
    built = build_aip(aip, path)
    storage.seal(path)
    package = Package.objects.create(
        id=contents.package_id,
        organisation=organisation,
        identifier=built.identifier,
        title=contents.file.title,
        source_type=source._meta.label_lower,
        source_id=source.pk,
        file_name=name,
        sha256=built.sha256,
        size=built.size,
        built_at=contents.created_at,
    )
    grants.allow(package, [grants.role_token(organisation.pk, Role.ARCHIVIST)], reason="archives")
    details = {"sha256": built.sha256}
    audit.record(actor, events.PACKAGE_BUILT, package, basis=held.citations, details=details, about=[source])
    return package


@transaction.atomic
def check_package(*, package: Package, actor: Actor, on: date) -> Package:
    """Recompute every digest and follow every reference of a package; a damaged one is told to the archivists.

    Raises PermissionDenied; RuleBroken `package.frozen`.
    """
    access.require(actor, "package.check", package)
    package = Package.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=package.pk)
    rules.check_open(package.state)
    held = basis("build_package", on=on, regime=package.organisation.regime)
    report = inspect(package)
    before, package.state = package.state, rules.state_after(len(report.findings))
    package.findings = [
        {"code": finding.code, "path": finding.path, "detail": finding.detail}
        for finding in report.findings[:FINDINGS_KEPT]
    ]
    package.checked_at = timezone.now()
    package.save(update_fields=["state", "findings", "checked_at"])
    if report.sound:
        audit.record(actor, events.PACKAGE_FOUND_SOUND, package, basis=held.citations)
        return package
    count = {"count": len(report.findings)}
    audit.record(
        actor,
        events.PACKAGE_FOUND_DAMAGED,
        package,
        basis=held.citations,
        details=count,
        changes={"state": (before, package.state)},
    )
    archivists = holders(package.organisation_id, Role.ARCHIVIST, on=on)
    url = reverse("preservation:package", args=[package.pk])
    notices.send(events.TELL_DAMAGED, to=archivists, about=package, url=url)
    return package


@transaction.atomic
def take_out(*, package: Package, actor: Actor) -> Path:
    """Return the path of a package that leaves the store, and record who took it.

    Raises PermissionDenied; RuleBroken `package.frozen`, `package.lost`, `package.damaged`.
    """
    access.require(actor, "package.download", package)
    path = storage.path_of(package.file_name)
    rules.check_downloadable(package.state, present=path.is_file())
    audit.record(actor, events.PACKAGE_TAKEN_OUT, package)
    audit.read(actor, package, ReadKind.DOWNLOADED)
    return path


def inspect(package: Package) -> Report:
    """Check a package on disk against itself and against the digest kept when it was built. Changes nothing."""
    path = storage.path_of(package.file_name)
    if not path.is_file():
        return Report((Finding("missing", package.file_name),), 0, 0)
    report = check(path)
    with path.open("rb") as stream:
        unchanged = hashlib.file_digest(stream, "sha256").hexdigest() == package.sha256
    whole: tuple[Finding, ...] = () if unchanged else (Finding("changed_whole", package.file_name),)
    return Report(whole + report.findings, report.files, report.size)


def check_oldest(*, limit: int, on: date) -> int:
    """Check the packages whose last check lies furthest back, never-checked ones first; return how many."""
    kept: Any = Package.objects.exclude(state__in=rules.CLOSED).select_related("organisation")
    due = kept.order_by(F("checked_at").asc(nulls_first=True), "id")
    packages = list(due[:limit])
    for package in packages:
        check_package(package=package, actor=system_actor(package.organisation), on=on)
    return len(packages)


def sweep() -> int:
    """Remove files that no package row knows, once older than LEFTOVER_AGE: remains of failed builds."""
    before = (timezone.now() - LEFTOVER_AGE).timestamp()
    removed = 0
    for name, path in storage.older_than(before):
        if not Package.objects.filter(file_name=name).exists():
            path.unlink()
            removed += 1
    return removed
