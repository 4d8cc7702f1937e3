"""Open, fill, close and reopen a file (hồ sơ)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.law.dates import due_on
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Position, Unit
from mocban.people.selectors import in_force

from .. import access, events, rules
from ..choices import FileState
from ..models import Document, File, FileEntry, PlanLine
from .plans import retention_row, term_text


@transaction.atomic
def open_file(
    *,
    unit: Unit,
    maker: Position,
    notation: str,
    title: str,
    retention_code: str,
    actor: Actor,
    on: date,
    plan_line: PlanLine | None = None,
    description: str = "",
) -> File:
    """Open a file by a line of the yearly plan, or outside it (NĐ 30/2020, Điều 30).

    Raises PermissionDenied, RuleBroken("file.notation_taken" | "file.no_title" | "retention.unknown").
    """
    access.require(actor, "file.open", unit)
    held = basis("open_file", on=on, regime=unit.organisation.regime)
    row = retention_row(retention_code, regime=unit.organisation.regime, on=on)
    notation, title = clean_line(notation), clean_line(title)
    if not title or not notation:
        raise RuleBroken("file.no_title", _("Hồ sơ phải có số, ký hiệu và tiêu đề."), held.citation)
    if File.objects.filter(organisation=unit.organisation, year=on.year, notation=notation).exists():
        raise RuleBroken(
            "file.notation_taken",
            _("Năm %(year)d đã có hồ sơ mang ký hiệu %(notation)s.") % {"year": on.year, "notation": notation},
            held.citation,
        )
    file = File.objects.create(
        organisation=unit.organisation,
        unit=unit,
        plan_line=plan_line,
        year=on.year,
        notation=notation,
        title=title,
        retention_code=row.code,
        retention_term=term_text(row),
        retention_citation=row.citation,
        permanent=row.term == "permanent",
        maker=maker,
        started_on=on,
        description=clean_line(description),
        created_at=timezone.now(),
    )
    readers = [grants.unit_token(unit.pk), grants.person_token(maker.person_id, unit.organisation_id)]
    readers += [grants.role_token(unit.organisation_id, role) for role in (Role.HEAD_OF_OFFICE, Role.LEADER)]
    grants.allow(file, readers, reason="unit")
    audit.record(actor, events.FILE_OPENED, file, basis=[*held.citations, row.citation])
    return file


@transaction.atomic
def add_to_file(*, file: File, document: Document, actor: Actor, on: date) -> FileEntry:
    """Put a document in a file as its next entry; the unit of the file may then see the document.

    Raises PermissionDenied, RuleBroken("file.wrong_state" | "file.document_twice").
    """
    access.require(actor, "file.add_document", file)
    file = File.objects.select_for_update().select_related("organisation").get(pk=file.pk)
    held = basis("open_file", on=on, regime=file.organisation.regime)
    if file.state != FileState.OPEN:
        raise RuleBroken("file.wrong_state", _("Hồ sơ đã kết thúc, không đưa thêm văn bản vào được."), held.citation)
    if file.entries.filter(document=document).exists():
        raise RuleBroken("file.document_twice", _("Văn bản này đã có trong hồ sơ."))
    entry = FileEntry.objects.create(
        file=file,
        document=document,
        ordinal=(file.entries.aggregate(last=Max("ordinal"))["last"] or 0) + 1,
        added_at=timezone.now(),
        added_by=actor.person_name,
    )
    grants.allow(document, [grants.unit_token(file.unit_id)], reason="file")
    audit.record(
        actor,
        events.FILE_DOCUMENT_ADDED,
        file,
        basis=held.citations,
        about=[document],
        details={"document": document.trail_name},
    )
    return entry


@transaction.atomic
def remove_from_file(*, file: File, document: Document, actor: Actor, on: date) -> None:
    """Take a document out of an open file (undo of `add_to_file`); the unit then sees it for other reasons only.

    Raises PermissionDenied, RuleBroken("file.wrong_state").
    """
    access.require(actor, "file.remove_document", file)
    file = File.objects.select_for_update().select_related("organisation").get(pk=file.pk)
    held = basis("open_file", on=on, regime=file.organisation.regime)
    entry = file.entries.filter(document=document).first()
    if file.state != FileState.OPEN or entry is None:
        raise RuleBroken("file.wrong_state", _("Chỉ rút được văn bản đang nằm trong hồ sơ chưa kết thúc."))
    entry.delete()
    if not FileEntry.objects.filter(document=document, file__unit_id=file.unit_id).exists():
        grants.withdraw(document, [grants.unit_token(file.unit_id)], reason="file")
    audit.record(
        actor,
        events.FILE_DOCUMENT_REMOVED,
        file,
        basis=held.citations,
        about=[document],
        details={"document": document.trail_name},
    )


@transaction.atomic
def close_file(*, file: File, actor: Actor, on: date, version: int | None = None) -> File:
    """Close a file when its work is done; the day of submission follows from the law of that day.

    Raises PermissionDenied, Stale, RuleBroken("file.empty" | "file.wrong_state").
    """
    access.require(actor, "file.close", file)
    file = File.objects.select_for_update().select_related("organisation").get(pk=file.pk)
    rules.check_version(version, file.version)
    held = basis("close_file", on=on, regime=file.organisation.regime)
    limit = in_force(file.organisation, "archives.submit_within", on=on)
    documents = file.entries.count()
    file.state = rules.check_closable(documents=documents, state=file.state, citation=held.citation)
    file.ended_on = on
    file.submit_by = due_on(on, limit, regime=file.organisation.regime)
    file.version += 1
    file.save(update_fields=["state", "ended_on", "submit_by", "version"])
    renumber(file)
    audit.record(actor, events.FILE_CLOSED, file, basis=[*held.citations, limit.citation])
    return file


@transaction.atomic
def reopen_file(*, file: File, reason: str, actor: Actor, on: date, version: int | None = None) -> File:
    """Undo the closing of a file that has not been submitted. Raises PermissionDenied, Stale, RuleBroken."""
    access.require(actor, "file.reopen", file)
    file = File.objects.select_for_update().select_related("organisation").get(pk=file.pk)
    rules.check_version(version, file.version)
    reason = clean_line(reason)
    if not reason:
        raise RuleBroken("file.no_reason", _("Hãy ghi lý do mở lại hồ sơ."))
    held = basis("open_file", on=on, regime=file.organisation.regime)
    file.state = rules.next_file_state(file.state, "reopen")
    file.ended_on = file.submit_by = None
    file.version += 1
    file.save(update_fields=["state", "ended_on", "submit_by", "version"])
    audit.record(actor, events.FILE_REOPENED, file, basis=held.citations, details={"reason": reason})
    return file


def renumber(file: File) -> None:
    """Give the entries of a closed file consecutive ordinals in the order they were added."""
    entries = list(file.entries.order_by("ordinal"))
    gaps = [entry for place, entry in enumerate(entries, start=1) if entry.ordinal != place]
    for place, entry in enumerate(entries, start=1):
        entry.ordinal = place
    # Ordinals only shrink and the rows go in ascending order, so no two rows ever hold the same one.
    for entry in gaps:
        entry.save(update_fields=["ordinal"])


def span(file: File) -> tuple[date | None, date | None]:
    """First and last date of the documents in the file (thời gian tài liệu)."""
    found = file.entries.aggregate(first=Min("document__issued_on"), last=Max("document__issued_on"))
    return found["first"], found["last"]
