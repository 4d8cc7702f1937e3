"""What was corrected after a volume was printed and sealed: shown as such in every later print."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit.selectors import Changed, changes_since
from mocban.people.actor import Actor
from mocban.records.choices import DocumentState
from mocban.records.events import DOCUMENT_CHANGED
from mocban.records.models import TELLING, Document, FormerValue
from mocban.registry.choices import BookKind
from mocban.registry.models import Book, Incoming, Outgoing, PrintedVolume

# Fields of a document that stand in no register; number and notation are printed together as its code.
UNPRINTED = frozenset(
    {
        *("code_number", "code_notation", "kind_code", "issuer_code", "signer_title"),
        *("language", "due_on", "urgency", "page_amount"),
    }
)


@dataclass(frozen=True)
class Correction:
    """One field of one entry, corrected after the volume with that number was sealed."""

    ordinal: int
    number: int
    on: date
    by: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class _Entry:
    pk: UUID
    number: int
    document: Document


def corrections_of(book: Book, actor: Actor) -> dict[UUID, list[Correction]]:
    """Return the corrections to what the sealed volumes of the book show, by entry, in the order of numbers.

    Four queries whatever the length of the book. Of a document whose words were frozen or erased no word is shown.
    """
    volumes = list(PrintedVolume.objects.filter(book=book).order_by("printed_at"))
    if not volumes or book.kind not in (BookKind.INCOMING, BookKind.OUTGOING):
        return {}
    changes: dict[UUID, list[Changed]] = defaultdict(list)
    for change in changes_since(volumes[0].printed_at, organisation_id=book.organisation_id, verb=DOCUMENT_CHANGED):
        changes[change.object_id].append(change)
    entries = _entries(book, actor, list(changes))
    former = _former([entry.document.pk for entry in entries], volumes[0])
    found = {}
    for entry in entries:
        told = changes[entry.document.pk]
        marks = [
            _correction(entry, told, place, name, former)
            for place, change in enumerate(told)
            if _sealed_before(entry.number, change, volumes)
            for name in change.fields
            if name not in UNPRINTED
        ]
        if marks:
            found[entry.pk] = marks
    return _numbered(found)


def _entries(book: Book, actor: Actor, documents: list[UUID]) -> list[_Entry]:
    model: Any = Incoming if book.kind == BookKind.INCOMING else Outgoing
    rows: QuerySet[Any] = model.objects.visible_to(actor).filter(book=book, document__in=documents)
    rows = rows.select_related("document").order_by("number_value", "pk")
    return [_Entry(row.pk, row.number_value, row.document) for row in rows]


def _former(documents: list[UUID], volume: PrintedVolume) -> dict[tuple[UUID, str], list[FormerValue]]:
    kept = FormerValue.objects.filter(document__in=documents, replaced_at__gt=volume.printed_at)
    found: dict[tuple[UUID, str], list[FormerValue]] = defaultdict(list)
    for value in kept.order_by("replaced_at"):
        found[value.document_id, value.field].append(value)
    return found


def _sealed_before(number: int, change: Changed, volumes: list[PrintedVolume]) -> bool:
    """Whether a volume that shows the number had been sealed when the change was made."""
    return any(
        (volume.first_number or 0) <= number <= (volume.last_number or 0) and change.at > volume.printed_at
        for volume in volumes
    )


def _correction(
    entry: _Entry,
    told: list[Changed],
    place: int,
    name: str,
    former: dict[tuple[UUID, str], list[FormerValue]],
) -> Correction:
    change = told[place]
    before, after = (_dated(text) for text in change.fields[name])
    if name in TELLING and entry.document.state != DocumentState.ACTIVE:
        before = after = _("(không hiển thị)")
    elif name in TELLING:
        kept = former.get((entry.document.pk, name), [])
        before = _replaced(told, place, kept)
        later = (then for then in range(place + 1, len(told)) if name in told[then].fields)
        then = next(later, None)
        after = str(getattr(entry.document, name)) if then is None else _replaced(told, then, kept)
    label = str(Document._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return Correction(0, entry.number, timezone.localtime(change.at).date(), change.by, label, before, after)


def _replaced(told: list[Changed], place: int, kept: list[FormerValue]) -> str:
    """The words that a change replaced: kept just before its event, after the event of the change before it."""
    since = told[place - 1].at if place else None
    until = told[place].at
    found = (
        value.value for value in kept if value.replaced_at <= until and (since is None or value.replaced_at > since)
    )
    return next(found, "")


def _dated(text: str) -> str:
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return text


def _numbered(found: dict[UUID, list[Correction]]) -> dict[UUID, list[Correction]]:
    ordinals = count(1)
    return {pk: [replace(one, ordinal=next(ordinals)) for one in marks] for pk, marks in found.items()}
