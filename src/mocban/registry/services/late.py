"""Late entry: a document that was signed and issued on paper, or while the system was down, is entered afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.law.basis import basis
from mocban.lib.text import clean_line
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Unit
from mocban.records import services as records
from mocban.records.choices import ObjectRole
from mocban.records.intake import Accepted
from mocban.records.services import DocumentFields

from .. import access, events, numbering_rules, rules
from ..choices import OutgoingOrigin, OutgoingStatus
from ..models import Book, Outgoing, Recipient
from ..selectors import kind_of
from . import numbering
from .codes import issuing_body, printed_code
from .issuing import NUMBERED_FIELDS


@dataclass(frozen=True)
class LateDocument:
    """What the clerk reads on the paper: its fields, its own day, why it comes late, its files (the first is it)."""

    document: DocumentFields
    true_date: date
    reason: str
    unit: Unit | None = None
    recipients: Sequence[str] = ()
    files: Sequence[Accepted] = ()


@transaction.atomic
def enter_late_outgoing(*, late: LateDocument, book: Book, actor: Actor, on: date) -> Outgoing:
    """Enter an issued document on a later day: it takes the next number of the day of entry, never one between.

    Its own day and the reason stay with the number. The files were accepted by `records.intake` before. Raises
    PermissionDenied, RuleBroken("late.in_future" | "late.no_reason" | "book.locked" | "book.wrong_year" | …).
    """
    access.require(actor, "outgoing.enter_late", book)
    book = Book.objects.select_for_update(of=["self"]).select_related("series__issuer", "organisation").get(pk=book.pk)
    organisation, series = book.organisation, numbering.series_of(book)
    held = basis("enter_late", on=on, regime=organisation.regime)
    reason = clean_line(late.reason)[:300]
    numbering_rules.check_late(true_date=late.true_date, on=on, reason=reason)
    rules.check_book_open(book.state, citation=held.citation)
    rules.check_book_year(book.year, on=on, citation=held.citation)
    kind = kind_of(late.document.kind_code, organisation=organisation, on=late.true_date)
    rules.check_series(kind=book.kind, counts=rules.series_counts(series, kind), citation=held.citation)
    document = records.add_document(values=late.document, organisation=organisation, actor=actor, on=on)
    for place, accepted in enumerate(late.files):
        stored = content.store(examined=accepted.examined, data=accepted.data, organisation=organisation, actor=actor)
        role = ObjectRole.ANNEX if place else ObjectRole.ISSUED
        records.attach(document=document, stored=stored, role=role, actor=actor)
    number = numbering.take(series, on=on, actor=actor, true_date=late.true_date, reason=reason)
    document.printed_code = printed_code(
        organisation=organisation,
        issuer=series.issuer,
        kind=kind,
        number=number.value,
        unit_symbol=late.unit.symbol if late.unit else "",
        on=on,
    )
    document.code_number, document.code_notation = rules.split_code(document.printed_code, number=number.value)
    document.issued_on = late.true_date
    document.issuer_name, document.issuer_code = issuing_body(organisation, series.issuer)
    document.version += 1
    document.save(update_fields=NUMBERED_FIELDS)
    now = timezone.now()
    outgoing = Outgoing.objects.create(
        organisation=organisation,
        issuer=series.issuer,
        origin=OutgoingOrigin.LATE,
        document=document,
        unit=late.unit,
        series=series,
        book=book,
        number=number,
        number_value=number.value,
        status=OutgoingStatus.ISSUED,
        signed_on=late.true_date,
        issued_at=now,
        created_at=now,
    )
    Recipient.objects.bulk_create(
        Recipient(outgoing=outgoing, ordinal=place, name=clean_line(name)[:200])
        for place, name in enumerate(late.recipients, start=1)
    )
    readers = [grants.role_token(organisation.pk, role) for role in (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER)]
    readers += [grants.unit_token(late.unit.pk)] if late.unit else []
    for obj in (outgoing, document):
        grants.allow(obj, readers, reason="late entry")
    audit.record(
        actor,
        events.OUTGOING_ENTERED_LATE,
        outgoing,
        basis=held.citations,
        about=[document],
        details={"number": document.printed_code, "true_date": f"{late.true_date:%d/%m/%Y}"},
    )
    return outgoing
