"""A small world for the tests of the search: documents of two bodies, and their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mocban.audit import services as audit
from mocban.audit import verbs
from mocban.lib.ids import new_id
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.models import Organisation
from mocban.records.models import Document
from mocban.search.types import Row

CHANGED = verbs.declare("search_trial.changed", _("%(actor)s đã sửa %(object)s."))
SOURCES = {"records.document": "mocban.search.tests.world.rows"}


def rows(ids: Iterable[UUID]) -> Iterator[Row]:
    """Rows of documents; the description stands in for the text of the pages."""
    wanted = list(ids)
    tokens = grants.tokens_of("records.document", wanted)
    for document in Document.objects.filter(pk__in=wanted):
        yield Row(
            object_type="records.document",
            object_id=document.pk,
            organisation_id=document.organisation_id,
            title=document.subject,
            number=document.printed_code,
            body=document.description,
            kind=document.kind_name,
            day=document.issued_on,
            url=f"/records/documents/{document.pk}/",
            tokens=tokens.get(document.pk, []),
        )


def body(name: str = "Sở Thử nghiệm") -> Organisation:
    code = new_id().hex
    return Organisation.objects.create(name=name, regime="state", symbol="STN", code=code, place="Hà Nội")


def actor(organisation: Organisation, *roles: str, unit_id: UUID | None = None) -> Actor:
    return Actor(
        person_id=new_id(),
        person_name="Trần Văn Tìm",
        position_id=None,
        position_title="Chuyên viên",
        organisation_id=organisation.pk,
        organisation_name=organisation.name,
        regime="state",
        unit_id=unit_id,
        roles=frozenset(roles),
    )


def everybody(organisation: Organisation) -> str:
    """A token that actors of `actor(organisation, "clerk")` hold."""
    return f"org:{organisation.pk}/clerk"


def document(
    organisation: Organisation,
    subject: str,
    *,
    number: str = "",
    text: str = "",
    kind: str = "Công văn",
    day: date | None = date(2026, 3, 1),
    tokens: Iterable[str] | None = None,
) -> Document:
    """Write a document with its grants and its event, as a service does."""
    with transaction.atomic():
        made = Document.objects.create(
            organisation=organisation,
            kind_code="CV",
            kind_name=kind,
            subject=subject,
            printed_code=number,
            description=text,
            issued_on=day,
            created_at=datetime(2026, 3, 1, tzinfo=UTC),
        )
        grants.allow(made, [everybody(organisation)] if tokens is None else tokens, reason="trial")
        touch(made, actor(organisation))
    return made


def touch(made: Document, by: Actor) -> None:
    with transaction.atomic():
        audit.record(by, CHANGED, made)
