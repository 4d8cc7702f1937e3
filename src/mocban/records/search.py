"""Rows of documents and files for the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from mocban.capture.selectors import texts
from mocban.people import grants
from mocban.search.types import Row

from .choices import DocumentState, ObjectRole, Standing
from .models import Document, DocumentObject, File

READ_FROM = (ObjectRole.ISSUED, ObjectRole.MAIN, ObjectRole.ANNEX)


def document_rows(ids: Iterable[UUID]) -> Iterator[Row]:
    """One row a document: its fields, and the text of the received or issued files. A frozen document has none."""
    wanted = list(ids)
    tokens = grants.tokens_of("records.document", wanted)
    documents = Document.objects.filter(pk__in=wanted, state__in=[DocumentState.ACTIVE, DocumentState.HELD])
    parts = DocumentObject.objects.filter(document__in=wanted, role__in=READ_FROM).order_by("role", "ordinal")
    objects: dict[UUID, list[UUID]] = {}
    for document_id, object_id in parts.values_list("document_id", "object_id"):
        objects.setdefault(document_id, []).append(object_id)
    read = texts([object_id for held in objects.values() for object_id in held])
    for document in documents:
        bodies = [read[object_id] for object_id in objects.get(document.pk, []) if object_id in read]
        yield Row(
            object_type="records.document",
            object_id=document.pk,
            organisation_id=document.organisation_id,
            title=titled(document),
            number=document.printed_code,
            body="\n".join([document.issuer_name, document.signer_name, *bodies]),
            kind=document.kind_name,
            day=document.issued_on or document.created_at.date(),
            url=f"/records/documents/{document.pk}/",
            tokens=tokens.get(document.pk, []),
        )


def titled(document: Document) -> str:
    """The subject, after what became of the document: nobody should rely on a recalled or replaced one."""
    return f"[{Standing(document.standing).label}] {document.subject}" if document.standing else document.subject


def file_rows(ids: Iterable[UUID]) -> Iterator[Row]:
    """One row a file: notation, title and notes."""
    wanted = list(ids)
    tokens = grants.tokens_of("records.file", wanted)
    for file in File.objects.filter(pk__in=wanted):
        yield Row(
            object_type="records.file",
            object_id=file.pk,
            organisation_id=file.organisation_id,
            title=file.title,
            number=file.notation,
            body=file.description,
            kind="Hồ sơ",
            day=file.started_on,
            url=f"/records/files/{file.pk}/",
            tokens=tokens.get(file.pk, []),
        )


def documents_holding(object_ids: Iterable[UUID]) -> list[tuple[str, UUID]]:
    """The documents whose rows change when the text of one of these objects was read."""
    found = DocumentObject.objects.filter(object_id__in=list(object_ids), role__in=READ_FROM)
    return [("records.document", pk) for pk in found.values_list("document_id", flat=True).distinct()]
