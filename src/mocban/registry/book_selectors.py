"""Reads of the books: what stands in each, and what its closing page says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Model, Q, QuerySet

from mocban import law
from mocban.people.actor import Actor
from mocban.people.models import Organisation
from mocban.people.selectors import in_force
from mocban.records.choices import DocumentState
from mocban.records.models import Document

from .choices import BookKind, BookState, CopyState, IncomingStatus, NumberState, OutgoingStatus
from .models import Book, Copy, HandOver, Incoming, KeptCopyUse, Number, Outgoing, PostItem, PrintedVolume
from .selectors import with_file

UNISSUED = (
    OutgoingStatus.DRAFT,
    OutgoingStatus.SUBMITTED,
    OutgoingStatus.APPROVED,
    OutgoingStatus.COSIGNING,
    OutgoingStatus.SIGNED,
    OutgoingStatus.NUMBERED,
)
# Of each kind of book: the model of its entries, the field that counts them, and which of them are not finished.
HOLDS: dict[str, tuple[type[Model], str, Q]] = {
    BookKind.INCOMING: (
        Incoming,
        "number_value",
        Q(status__in=[IncomingStatus.REGISTERED, IncomingStatus.INSTRUCTED]),
    ),
    # Numbered, or on its way to be signed again with the number that it has.
    BookKind.OUTGOING: (Outgoing, "number_value", Q(status__in=UNISSUED)),
    BookKind.COPIES: (Copy, "number_value", Q(state=CopyState.NUMBERED)),
    BookKind.HANDOVER: (HandOver, "ordinal", Q(received_at=None)),
    BookKind.POST: (PostItem, "ordinal", Q(receipt="")),
    BookKind.KEPT_COPIES: (KeptCopyUse, "ordinal", Q(returned_on=None)),
}
# Where an entry names a document whose words its printed line shows.
DOCUMENTS: dict[str, tuple[str, ...]] = {
    BookKind.INCOMING: ("document",),
    BookKind.OUTGOING: ("document",),
    BookKind.COPIES: ("document",),
    BookKind.HANDOVER: ("incoming__document", "outgoing__document"),
    BookKind.POST: ("outgoing__document",),
    BookKind.KEPT_COPIES: ("document",),
}
WITH_FILES = (BookKind.INCOMING, BookKind.OUTGOING)


@dataclass(frozen=True)
class Counted:
    """What stands in a book so far. `unfinished`: not resolved, not issued, not received, no receipt, not returned."""

    first: int | None = None
    last: int | None = None
    entries: int = 0
    unfinished: int = 0
    printed: int = 0


@dataclass(frozen=True)
class Summary:
    """What the closing page says; the three counts of numbers and of files are nought for a log."""

    first: int | None
    last: int | None
    entries: int
    unfinished: int
    void: int
    reserved: int
    elsewhere: int
    without_file: int
    printed: int

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def books_for(actor: Actor, *, year: int | None = None, kind: str = "") -> QuerySet[Any]:
    """The books of the body, newest year first."""
    books = Book.objects.visible_to(actor).select_related("series")
    if year:
        books = books.filter(year=year)
    if kind in BookKind.values:
        books = books.filter(kind=kind)
    return books.order_by("-year", "kind", "name", "volume")


def years_of(actor: Actor) -> list[int]:
    """Years that have a book, newest first."""
    found = Book.objects.visible_to(actor).order_by("-year").values_list("year", flat=True)
    return list(found.distinct())


def counted(books: list[Book]) -> dict[UUID, Counted]:
    """Count the entries and printed volumes of many books: a query for each kind that is among them."""
    ids = [book.pk for book in books]
    printed = dict(
        PrintedVolume.objects.filter(book__in=ids).order_by().values_list("book").annotate(amount=Count("pk"))
    )
    found = {pk: Counted(printed=printed.get(pk, 0)) for pk in ids}
    for kind in {book.kind for book in books} & set(HOLDS):
        model, number, open_ones = HOLDS[kind]
        rows = model._default_manager.filter(book__in=[book.pk for book in books if book.kind == kind]).order_by()
        for row in rows.values("book").annotate(
            first=Min(number), last=Max(number), amount=Count("pk"), open_ones=Count("pk", filter=open_ones)
        ):
            found[row["book"]] = Counted(
                row["first"], row["last"], row["amount"], row["open_ones"], printed.get(row["book"], 0)
            )
    return found


def summary_of(book: Book) -> Summary:
    """Count what a book holds, and the numbers without a document that fell while it was written."""
    counts = counted([book])[book.pk]
    numbers = _numbers_while(book)
    states = dict(numbers.order_by().values_list("state").annotate(amount=Count("pk")))
    return Summary(
        first=counts.first,
        last=counts.last,
        entries=counts.entries,
        unfinished=counts.unfinished,
        void=states.get(NumberState.VOID, 0),
        reserved=states.get(NumberState.RESERVED, 0),
        elsewhere=states.get(NumberState.ELSEWHERE, 0),
        without_file=_without_file(book),
        printed=counts.printed,
    )


def _numbers_while(book: Book) -> QuerySet[Number]:
    """The numbers of the series from the end of the volume before to the beginning of the one after.

    Several books may share a series: each of their closing pages names the numbers without a document.
    """
    if book.series_id is None:
        return Number.objects.none()
    numbers = Number.objects.filter(period__series_id=book.series_id, taken_on__year=book.year)
    before, after = _edges(book)
    if before:
        numbers = numbers.filter(taken_at__gt=before)
    return numbers.filter(taken_at__lt=after) if after else numbers


def _edges(book: Book) -> tuple[Any, Any]:
    """When the last number of the volumes before and the first number of the volumes after were taken."""
    if book.kind not in WITH_FILES:
        return None, None
    model = HOLDS[book.kind][0]
    same = model._default_manager.filter(
        book__organisation_id=book.organisation_id, book__kind=book.kind, book__name=book.name, book__year=book.year
    )
    found = same.aggregate(
        before=Max("number__taken_at", filter=Q(book__volume__lt=book.volume)),
        after=Min("number__taken_at", filter=Q(book__volume__gt=book.volume)),
    )
    return found["before"], found["after"]


def _without_file(book: Book) -> int:
    if book.kind not in WITH_FILES:
        return 0
    entries = HOLDS[book.kind][0]._default_manager.filter(book=book)
    return int(entries.annotate(has_file=with_file()).filter(has_file=False).count())


def has_later_volume(book: Book) -> bool:
    return Book.objects.filter(
        organisation_id=book.organisation_id,
        kind=book.kind,
        name=book.name,
        year=book.year,
        volume__gt=book.volume,
    ).exists()


def must_be_printed(organisation: Organisation, *, on: date) -> law.Held | None:
    """The rule that books kept in the system are printed and bound, where it holds."""
    held = in_force(organisation, "registry.books_printed", on=on)
    return held if held.value else None


def to_continue(organisation_id: UUID, *, year: int) -> list[Book]:
    """The last volumes of the year before whose book is not open yet in `year`, but for those of a closed series."""
    before = (
        Book.objects.filter(organisation_id=organisation_id, year=year - 1)
        .exclude(series__closed_on__lte=date(year, 1, 1))
        .select_related("series", "organisation")
        .order_by("kind", "name", "-volume")
    )
    opened = set(Book.objects.filter(organisation_id=organisation_id, year=year).values_list("kind", "name"))
    last: dict[tuple[str, str], Book] = {}
    for book in before:
        last.setdefault((book.kind, book.name), book)
    return [book for key, book in last.items() if key not in opened]


def open_logs(actor: Actor, kind: BookKind, *, year: int) -> QuerySet[Any]:
    """Open books of a kind in which the actor's desk writes lines in that year."""
    return Book.objects.visible_to(actor).filter(kind=kind, year=year, state=BookState.OPEN).order_by("name")


def last_sealed(book: Book) -> int | None:
    """The highest number, or line of a log, that a sealed volume of the book shows."""
    found: int | None = book.printed_volumes.aggregate(last=Max("last_number"))["last"]
    return found


def unsealed(book: Book) -> bool:
    """Whether the book has entries that no sealed volume shows."""
    return (counted([book])[book.pk].last or 0) > (last_sealed(book) or 0)


def entries_between(book: Book, first: int, last: int) -> int:
    """How many entries of the book have these numbers, or are these lines of a log."""
    model, number, _open = HOLDS[book.kind]
    return int(model._default_manager.filter(book=book, **{f"{number}__range": (first, last)}).count())


def withheld_in(volume: PrintedVolume) -> bool:
    """Whether a sealed print shows words of a document that were frozen or erased since: then nobody reads it."""
    documents = Document.objects.exclude(state=DocumentState.ACTIVE)
    model, number, _open = HOLDS[volume.book.kind]
    held = model._default_manager.filter(
        **{"book": volume.book_id, f"{number}__range": (volume.first_number, volume.last_number)}
    )
    return any(held.filter(**{f"{path}__in": documents}).exists() for path in DOCUMENTS[volume.book.kind])
