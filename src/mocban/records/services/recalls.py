"""What a recall does to a document: its sender freezes it, its receiver destroys it; and what an amendment says of it.

NĐ 30/2020, Điều 18 and Phụ lục VI phần I mục III khoản 8. A held document keeps its bytes and can be read by those who
could before: only incidents make bytes unreadable, and frozen bytes share the fate of those that another body erases.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate.contrib.django import app

from mocban.audit import services as audit
from mocban.capture.services import forget_ids
from mocban.content import services as content
from mocban.content.choices import ObjectState
from mocban.content.models import DigitalObject
from mocban.law.basis import basis
from mocban.notices import services as notices
from mocban.people.actor import Actor, system_actor
from mocban.search import services as search
from mocban.search.tasks import rebuild_soon

from .. import access, events, rules
from ..choices import DocumentState, Standing
from ..models import Document

DESTROYED = "(văn bản đã hủy theo lệnh thu hồi)"
GONE = ("subject", "description", "signer_name", "signer_title")  # code, issuer and day say what was recalled


@transaction.atomic
def hold_document(*, document: Document, actor: Actor, on: date) -> Document:
    """Freeze a recalled document and its metadata on the sender's side: nothing is written to it any more.

    Holding twice changes nothing. Raises PermissionDenied, RuleBroken("content.frozen" | "content.erased").
    """
    access.require(actor, "document.hold", document)
    document = _locked(document)
    if document.state == DocumentState.HELD:
        return document
    rules.check_active(document.state)
    held = basis("freeze_recalled", on=on, regime=document.organisation.regime)
    document.state, document.standing = DocumentState.HELD, Standing.RECALLED
    document.version += 1
    document.save(update_fields=["state", "standing", "version"])
    audit.record(actor, events.DOCUMENT_HELD, document, basis=held.citations)
    return document


@transaction.atomic
def mark_document(*, document: Document, standing: Standing, actor: Actor, on: date) -> Document:
    """Say what became of an issued document; lists, registers and the search show it. Raises PermissionDenied."""
    access.require(actor, "document.mark", document)
    document = _locked(document)
    if document.standing in (standing, Standing.RECALLED) or document.state != DocumentState.ACTIVE:
        return document
    held = basis("amend_outgoing", on=on, regime=document.organisation.regime)
    document.standing = standing
    document.version += 1
    document.save(update_fields=["standing", "version"])
    with override("vi"):
        label = str(standing.label)
    audit.record(actor, events.DOCUMENT_MARKED, document, basis=held.citations, details={"standing": label})
    return document


@transaction.atomic
def destroy_document(*, document: Document, actor: Actor, on: date) -> Document:
    """Destroy a received document that its sender recalled: files, text and words go, the place in the register stays.

    The files are unreadable at once; their bytes are wiped after the transaction, so that a rollback loses nothing.
    Raises PermissionDenied, RuleBroken("document.in_archives" | "content.frozen").
    """
    access.require(actor, "document.destroy", document)
    document = _locked(document)
    if document.state == DocumentState.ERASED:
        return document
    held = basis("freeze_recalled", on=on, regime=document.organisation.regime)
    rules.check_active(document.state)
    rules.check_destructible(document.file_entries.values_list("file__state", flat=True), citation=held.citation)
    objects = list(DigitalObject.objects.filter(pk__in=document.parts.values("object_id")))
    system = system_actor(document.organisation)
    forget_ids([stored.pk for stored in objects], actor=system, reason=_("Đã hủy theo lệnh thu hồi."))
    for stored in objects:
        content.freeze(stored, actor=system)
    notices.forget(document.subject, organisation_id=document.organisation_id)
    document.former_values.all().delete()
    for name in GONE:
        setattr(document, name, "")
    document.subject, document.state, document.standing = DESTROYED, DocumentState.ERASED, Standing.RECALLED
    document.version += 1
    document.save()
    search.withhold(document)
    audit.record(actor, events.DOCUMENT_DESTROYED, document, basis=held.citations)
    wipe_objects.defer(object_ids=[str(stored.pk) for stored in objects])
    rebuild_soon()  # a deletion alone leaves the words in the index's files
    return document


@app.task(queue="interactive", name="records.wipe_objects", pass_context=False)
def wipe_objects(object_ids: list[str]) -> None:
    """Wipe the bytes of frozen objects after a recall; a job that runs again finds them erased."""
    for pk in object_ids:
        stored = DigitalObject.objects.select_related("organisation").filter(pk=UUID(pk)).first()
        if stored is not None and stored.state == ObjectState.FROZEN:
            content.erase(stored, actor=system_actor(stored.organisation))


def _locked(document: Document) -> Document:
    locked: Document = (
        Document.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=document.pk)
    )
    return locked
