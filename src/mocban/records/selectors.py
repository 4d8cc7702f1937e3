"""Reads of documents and files."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Max, Min, Prefetch, QuerySet, Sum, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mocban import law
from mocban.lib.text import clean_line, fold
from mocban.people.actor import Actor
from mocban.people.choices import Regime
from mocban.people.selectors import today
from mocban.signing import selectors as signing
from mocban.signing.models import Verification
from mocban.ui.language import name_of

from .choices import FileState, ObjectRole
from .models import Document, DocumentObject, File, FileEntry, FilePlan, PlanLine

READING_ORDER = (
    ObjectRole.ISSUED,
    ObjectRole.MAIN,
    ObjectRole.COPY,
    ObjectRole.ANNEX,
    ObjectRole.SIGNED,
    ObjectRole.PREPARED,
    ObjectRole.ENCLOSED,
    ObjectRole.DRAFT,
)


def files_for(actor: Actor, *, state: str = "", year: int | None = None, text: str = "") -> QuerySet[Any]:
    """Files the actor may see, with the number of documents, newest first."""
    files = File.objects.visible_to(actor).select_related("unit", "maker__person")
    files = files.annotate(documents=Count("entries"))
    if state:
        files = files.filter(state=state)
    if year:
        files = files.filter(year=year)
    if text:
        files = files.filter(title__icontains=clean_line(text))
    return files


def open_files_of_unit(actor: Actor) -> QuerySet[Any]:
    """Open files into which the actor may put a document."""
    return File.objects.visible_to(actor).filter(state=FileState.OPEN, unit_id=actor.unit_id).order_by("notation")


def files_with(document: Document, actor: Actor) -> QuerySet[Any]:
    """Files that hold the document and that the actor may see."""
    return File.objects.visible_to(actor).filter(entries__document=document)


def filed_in(document: Document, actor: Actor) -> QuerySet[FileEntry]:
    """The places of the document in files that the actor may see; of the other files not even the title."""
    return document.file_entries.filter(file__in=File.objects.visible_to(actor)).select_related("file")


def contents(file: File) -> QuerySet[FileEntry]:
    """The entries of a file in order, for the contents list (mục lục văn bản trong hồ sơ)."""
    return file.entries.select_related("document").order_by("ordinal")


def totals(file: File) -> dict[str, Any]:
    """Number of documents and pages, first and last date of the documents."""
    return file.entries.aggregate(
        documents=Count("id"),
        pages=Sum("document__page_amount"),
        first=Min("document__issued_on"),
        last=Max("document__issued_on"),
    )


def schedule_row(file: File, *, regime: str) -> law.RetentionRow | None:
    """The row of the schedule that the file's term comes from; none when it left the data."""
    try:
        return law.retention_row(file.retention_code, regime=regime, on=file.started_on)
    except law.Unknown:
        return None


def parts(document: Document) -> QuerySet[DocumentObject]:
    """The stored objects of a document in order."""
    return document.parts.select_related("object__extraction").order_by("role", "ordinal")


def parts_shown(document: Document) -> QuerySet[DocumentObject]:
    """The same for a page, what a reader wants first and history last.

    Each has the last check of its signatures, at most one, as `object.checks`.
    """
    order = Case(
        *(When(role=role, then=place) for place, role in enumerate(READING_ORDER)), output_field=IntegerField()
    )
    checks = Verification.objects.filter(latest=True, signature_count__gt=0).defer("finding")
    shown = parts(document).order_by(F("superseded_at").asc(nulls_first=True), order, "ordinal")
    return shown.prefetch_related(Prefetch("object__verifications", queryset=checks, to_attr="checks"))


def main_part(document: Document) -> DocumentObject | None:
    """What a reader wants first: the issued document, else the received one, else the last signed or draft."""
    wanted = [ObjectRole.ISSUED, ObjectRole.MAIN, ObjectRole.SIGNED, ObjectRole.PREPARED, ObjectRole.DRAFT]
    held = {}
    for part in parts(document).filter(superseded_at=None):
        held[part.role] = part
    return next((held[role] for role in wanted if role in held), None)


def signatures_of(part: DocumentObject | None) -> dict[str, Any]:
    """What checking the signatures of a part found, as the fragment signing/_signatures.html wants it."""
    found = signing.last_verification(part.object_id) if part else None
    return {"found": found, "rows": signing.rows(found) if found else []}


def page_of_object(object_id: UUID, actor: Actor) -> tuple[str, str] | None:
    """Name and address of the document that holds a stored object, for who may see it (settings.CONTENT_HOLDERS)."""
    document = Document.objects.visible_to(actor).filter(parts__object_id=object_id).first()
    if document is None:
        return None
    return document.printed_code or document.subject[:60], reverse("records:document", args=[document.pk])


def names_of_objects(object_ids: Collection[UUID], actor: Actor) -> dict[UUID, str]:
    """Code and subject of the documents that hold stored objects, of those the actor may see (CONTENT_NAMERS)."""
    mine = Document.objects.visible_to(actor)
    parts = DocumentObject.objects.filter(object_id__in=object_ids, document__in=mine).select_related("document")
    return {part.object_id: f"{part.document.printed_code} {part.document.subject}".strip() for part in parts}


def earlier_duplicate(
    *, organisation_id: UUID, issuer_name: str, code_number: str, code_notation: str, issued_on: date | None
) -> Document | None:
    """A document registered before with the same number, symbol and issuer in the same year (NĐ 30/2020, PL VI)."""
    if not code_number or not issuer_name:
        return None
    same = Document.objects.filter(
        organisation_id=organisation_id,
        issuer_folded=fold(clean_line(issuer_name)),
        code_number=clean_line(code_number),
        code_notation=clean_line(code_notation),
    )
    if issued_on:
        same = same.filter(issued_on__year=issued_on.year)
    return same.order_by("created_at").first()


def same_file_registered(*, organisation_id: UUID, sha256: str) -> Document | None:
    """A document of the organisation that already holds the very same file."""
    return (
        Document.objects.filter(organisation_id=organisation_id, parts__object__sha256=sha256)
        .order_by("created_at")
        .first()
    )


def plan_lines(plan: FilePlan) -> QuerySet[PlanLine]:
    """The lines of a plan with how many files were opened on each."""
    return plan.lines.select_related("unit", "maker__person").annotate(opened=Count("files")).order_by("ordinal")


def lines_to_open(actor: Actor, *, year: int) -> QuerySet[PlanLine]:
    """Lines of the approved plan of the actor's unit, for opening a file."""
    return PlanLine.objects.filter(  # type: ignore[misc]
        plan__organisation_id=actor.organisation_id, plan__year=year, plan__state="approved", unit_id=actor.unit_id
    ).annotate(year=F("plan__year"))


def term_shown(kept: str) -> str:
    """Return the retention term of a file, which is kept in Vietnamese, in the language of the screen."""
    years = kept.removesuffix(" năm")
    if years.isdecimal():
        return ngettext("%(years)d năm", "%(years)d năm", int(years)) % {"years": int(years)}
    return _("Vĩnh viễn") if kept == "Vĩnh viễn" else kept


def kind_shown(kept: str) -> str:
    """Return the name of the kind of a document, which is kept in Vietnamese, in the language of the screen."""
    return name_of(kept, _english_kinds(today()).get(kept, ""))


@lru_cache(maxsize=2)
def _english_kinds(on: date) -> dict[str, str]:
    return {kind.name_vi: kind.name_en for regime in Regime.values for kind in law.kinds(regime=regime, on=on)}
