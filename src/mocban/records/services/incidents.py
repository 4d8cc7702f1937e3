"""What records do when an incident (secrecy) freezes or erases stored objects: the words go with the bytes.

Called by name (settings.SECRECY_FREEZERS, SECRECY_ERASERS) inside the transaction of the incident's own verb.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from mocban.audit import services as audit
from mocban.notices import services as notices
from mocban.people.actor import Actor
from mocban.search import services as search
from mocban.search.tasks import rebuild_soon
from mocban.secrecy.models import Incident
from mocban.secrecy.services import report_after_storing

from .. import access, events
from ..choices import DocumentState
from ..models import TELLING, Document


@transaction.atomic
def report_secret(*, document: Document, level: str, actor: Actor) -> Incident:
    """Report that a stored document bears a secrecy mark: all its objects are frozen at once.

    Raises PermissionDenied, RuleBroken (secrecy rules).
    """
    access.require(actor, "document.freeze", document)
    objects = dict(document.parts.values_list("object_id", "object__sha256"))
    if not objects:
        raise access.nothing_to_freeze()
    incident = report_after_storing(
        objects=objects, level=level, channel="form", actor=actor, organisation=document.organisation
    )
    audit.record(actor, events.DOCUMENT_REPORTED, document, about=[incident])
    return incident


@transaction.atomic
def freeze_ids(object_ids: Iterable[UUID], *, actor: Actor) -> None:
    """Seal the words of every document that holds one of the objects, and leave it out of the index."""
    for document in holders_of(object_ids, DocumentState.ACTIVE, DocumentState.HELD):
        access.require(actor, "document.freeze", document)
        notices.forget(document.subject, organisation_id=document.organisation_id)
        document.sealed_fields = {name: getattr(document, name) for name in TELLING}
        blank(document, "(văn bản bị phong tỏa)")
        document.state = DocumentState.FROZEN
        document.save()
        search.withhold(document)
        audit.record(actor, events.DOCUMENT_FROZEN, document)


@transaction.atomic
def erase_ids(object_ids: Iterable[UUID], *, actor: Actor) -> None:
    """Drop the sealed words of frozen documents: nothing of what they said remains here."""
    for document in holders_of(object_ids, DocumentState.FROZEN):
        access.require(actor, "document.freeze", document)
        document.sealed_fields = {}
        document.former_values.all().delete()
        blank(document, "(văn bản đã xóa theo biên bản)")
        document.state = DocumentState.ERASED
        document.save()
        search.withhold(document)
        audit.record(actor, events.DOCUMENT_ERASED, document)
    rebuild_soon()  # a deletion alone leaves the words in the index's files


def holders_of(object_ids: Iterable[UUID], *states: DocumentState) -> list[Document]:
    """Documents in one of the states that hold one of the objects, locked."""
    found = Document.objects.filter(parts__object_id__in=list(object_ids), state__in=states).values("pk")
    return list(Document.objects.select_for_update().filter(pk__in=found))


def blank(document: Document, subject: str) -> None:
    """Leave only the shell of a document: its place in the register, not its words."""
    for name in TELLING:
        setattr(document, name, "")
    document.subject = subject
    document.version += 1
