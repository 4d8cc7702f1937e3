"""Add a document, correct its fields, attach stored objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from mocban.audit import services as audit
from mocban.capture.services import extract_text
from mocban.content.models import DigitalObject
from mocban.content.rules import check_readable
from mocban.law.basis import basis
from mocban.lib.text import clean_line, fold
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation
from mocban.signing.services import verify_signatures
from mocban.signing.sniff import SIGNABLE

from .. import access, events, rules
from ..choices import ObjectRole, Urgency
from ..models import TELLING, Document, DocumentObject, FormerValue

CHECKED = (ObjectRole.MAIN, ObjectRole.ANNEX, ObjectRole.ISSUED)
UNTOLD = "…"  # the trail is append-only and never holds words that may have to be erased


@dataclass(frozen=True)
class DocumentFields:
    """The descriptive fields of a document as plain values (NĐ 30/2020, PL VI part II)."""

    kind_code: str
    kind_name: str
    subject: str
    code_number: str = ""
    code_notation: str = ""
    printed_code: str = ""
    issued_on: date | None = None
    issuer_code: str = ""
    issuer_name: str = ""
    signer_name: str = ""
    signer_title: str = ""
    urgency: int = Urgency.NORMAL
    language: str = "Tiếng Việt"
    page_amount: int | None = None
    due_on: date | None = None
    description: str = ""

    def cleaned(self) -> dict[str, object]:
        """Return the values in NFC, on one line each."""
        return {name: clean_line(value) if isinstance(value, str) else value for name, value in asdict(self).items()}


TEXT_LIMITS: dict[str, int] = {
    field.name: int(Document._meta.get_field(field.name).max_length or 0)  # type: ignore[union-attr]
    for field in fields(DocumentFields)
    if Document._meta.get_field(field.name).get_internal_type() == "CharField"
}


@transaction.atomic
def add_document(*, values: DocumentFields, organisation: Organisation, actor: Actor, on: date) -> Document:
    """Create the record of a document in the organisation; registry and leaders of the body may see it.

    Raises PermissionDenied, RuleBroken("document.no_subject" | "document.field_too_long" | "document.date_in_future").
    """
    access.require(actor, "document.add", organisation)
    held = basis("describe_document", on=on, regime=organisation.regime)
    cleaned = values.cleaned()
    rules.check_document(cleaned, TEXT_LIMITS, on=on, citation=held.citation)
    document = Document.objects.create(
        organisation=organisation,
        issuer_folded=fold(str(cleaned["issuer_name"])),
        created_at=timezone.now(),
        **cleaned,
    )
    desks = (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER)
    grants.allow(document, [grants.role_token(organisation.pk, role) for role in desks], reason="registry")
    audit.record(actor, events.DOCUMENT_ADDED, document, basis=held.citations)
    return document


@transaction.atomic
def update_document(
    *, document: Document, values: DocumentFields, actor: Actor, on: date, version: int | None = None
) -> Document:
    """Correct descriptive fields. The trail says which; what the telling ones said before stands in FormerValue.

    Raises PermissionDenied, Stale, and RuleBroken as `add_document`, or `content.frozen` for a frozen document.
    """
    access.require(actor, "document.add", document)
    document = Document.objects.select_for_update().select_related("organisation").get(pk=document.pk)
    rules.check_version(version, document.version)
    rules.check_active(document.state)
    held = basis("describe_document", on=on, regime=document.organisation.regime)
    cleaned = values.cleaned()
    rules.check_document(cleaned, TEXT_LIMITS, on=on, citation=held.citation)
    changes = {
        name: (str(getattr(document, name) or ""), str(value or ""))
        for name, value in cleaned.items()
        if getattr(document, name) != value
    }
    if not changes:
        return document
    keep_former(document, changes, actor)
    for name in changes:
        setattr(document, name, cleaned[name])
    document.issuer_folded = fold(document.issuer_name)
    document.version += 1
    document.save(update_fields=[*changes, "issuer_folded", "version"])
    told = {name: change if name not in TELLING else (UNTOLD, UNTOLD) for name, change in changes.items()}
    audit.record(actor, events.DOCUMENT_CHANGED, document, basis=held.citations, changes=told)
    return document


def keep_former(document: Document, changes: Mapping[str, tuple[str, str]], actor: Actor) -> None:
    """Keep the words that a correction replaces where an incident can still erase them."""
    FormerValue.objects.bulk_create(
        FormerValue(
            document=document, field=name, value=before, replaced_at=timezone.now(), replaced_by=actor.person_name
        )
        for name, (before, _after) in changes.items()
        if name in TELLING and before
    )


@transaction.atomic
def attach(*, document: Document, stored: DigitalObject, role: ObjectRole, actor: Actor) -> DocumentObject:
    """Attach a stored object as the next one of its role; its text is extracted in the background.

    What was received has one main file for ever. Raises PermissionDenied, RuleBroken("content.frozen" |
    "content.erased") once document or object is frozen, RuleBroken("document.has_file").
    """
    access.require(actor, "document.add", document)
    rules.check_active(Document.objects.select_for_update().get(pk=document.pk).state)
    check_readable(stored.state)  # the file of a packet may have been frozen while it waited
    last = document.parts.filter(role=role).aggregate(last=Max("ordinal"))["last"] or 0
    # What signing renewed holds the received file whole, byte for byte, and only adds to it.
    renews = stored.renewal_of.filter(object__in=document.parts.values("object")).exists()
    rules.check_received_once(role, 0 if renews else last)
    part = DocumentObject.objects.create(
        document=document,
        object=stored,
        role=role,
        ordinal=last + 1,
        added_at=timezone.now(),
        added_by=actor.person_name,
    )
    audit.record(actor, events.OBJECT_ATTACHED, document, details={"role": str(ObjectRole(role).label)})
    extract_text.defer(object_id=str(stored.pk))
    if stored.media_type in SIGNABLE:
        beside = [str(pk) for pk in document.parts.exclude(pk=part.pk).values_list("object_id", flat=True)]
        # Of what was received or issued it is worth knowing that it carries no signature; of a draft it is not.
        verify_signatures.defer(object_id=str(stored.pk), beside=beside, note=role in CHECKED)
    return part


@transaction.atomic
def supersede_parts(*, document: Document, roles: Sequence[ObjectRole], reason: str, actor: Actor) -> int:
    """Make the standing parts of these roles history: kept, but no longer the document. Returns how many.

    Raises PermissionDenied, RuleBroken once the document is frozen.
    """
    return _supersede(document, document.parts.filter(role__in=roles), reason, actor)


@transaction.atomic
def supersede_part(*, part: DocumentObject, reason: str, actor: Actor) -> int:
    """Make one part history, as `supersede_parts` does with all of a role."""
    return _supersede(part.document, part.document.parts.filter(pk=part.pk), reason, actor)


def _supersede(document: Document, chosen: QuerySet[DocumentObject], reason: str, actor: Actor) -> int:
    access.require(actor, "document.add", document)
    rules.check_active(Document.objects.select_for_update().get(pk=document.pk).state)
    parts = chosen.filter(superseded_at=None)
    count = parts.update(superseded_at=timezone.now(), superseded_reason=clean_line(reason)[:300])
    if count:
        audit.record(actor, events.PARTS_SUPERSEDED, document, details={"parts": count})
    return count


def can_read_object(object_id: UUID, actor: Actor) -> bool:
    """Whether a stored object belongs to a document that the actor may see; the content app asks before a download."""
    return Document.objects.visible_to(actor).filter(parts__object_id=object_id).exists()
