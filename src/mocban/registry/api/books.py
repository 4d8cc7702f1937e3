"""The books over the API: list, one, open, lock, next volume, close, reopen."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router
from ninja.responses import Status

from mocban.api.forms import cleaned, values
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.ui.pages import get

from .. import book_selectors
from ..choices import BookKind
from ..log_forms import LogBookForm, ReopenForm
from ..models import Book
from ..services import books
from .book_schemas import BookDetail, BookRow, LogBookIn, ReopenIn

router = Router()
RELATED = ("organisation", "series")


@router.get("", response=list[BookRow], summary="The books of a year with what stands in each")
def book_list(
    request: Any,
    year: Annotated[int | None, Query(examples=[2026])] = None,
    kind: Literal["", "incoming", "outgoing", "copies", "handover", "post", "kept_copies"] = "",
) -> list[dict[str, Any]]:
    found = list(book_selectors.books_for(request.actor, year=year or today().year, kind=kind))
    counts = book_selectors.counted(found)
    return [row(book, counts[book.pk]) for book in found]


@router.post("", response={201: BookDetail}, summary="Open a hand-over, post or kept-copy book for this year")
def book_open(request: Any, given: LogBookIn) -> Status[dict[str, Any]]:
    actor, on = request.actor, today()
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    form = cleaned(LogBookForm(values(given)))
    kind, name = BookKind(form.cleaned_data["kind"]), form.cleaned_data["name"]
    made = books.open_log(organisation=organisation, kind=kind, name=name, year=on.year, actor=actor, on=on)
    return Status(201, shape(actor, made.pk))


@router.post("/next-year", response={201: list[BookRow]}, summary="Open the first volumes of a year by those before")
def book_open_year(request: Any, year: Annotated[int, Query(examples=[2027])]) -> Status[list[dict[str, Any]]]:
    actor, on = request.actor, today()
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    made = books.open_year(organisation=organisation, year=year, actor=actor, on=on)
    return Status(201, [row(book, book_selectors.Counted()) for book in made])


@router.get("/{uuid:pk}", response=BookDetail, summary="One book with its closing page")
def book_detail(request: Any, pk: UUID) -> dict[str, Any]:
    return shape(request.actor, pk)


@router.post("/{uuid:pk}/lock", response=BookDetail, summary="Lock a book: nothing more is entered")
def book_lock(request: Any, pk: UUID) -> dict[str, Any]:
    books.lock_book(book=get(Book, request.actor, pk=pk), actor=request.actor, on=today())
    return shape(request.actor, pk)


@router.post("/{uuid:pk}/next-volume", response={201: BookDetail}, summary="Lock the volume and open the next one")
def book_continue(request: Any, pk: UUID) -> Status[dict[str, Any]]:
    made = books.continue_volume(book=get(Book, request.actor, pk=pk), actor=request.actor, on=today())
    return Status(201, shape(request.actor, made.pk))


@router.post("/{uuid:pk}/close", response=BookDetail, summary="Close a book with its summary")
def book_close(request: Any, pk: UUID) -> dict[str, Any]:
    books.close_book(book=get(Book, request.actor, pk=pk), actor=request.actor, on=today())
    return shape(request.actor, pk)


@router.post("/{uuid:pk}/reopen", response=BookDetail, summary="Open a locked or closed book again, with the reason")
def book_reopen(request: Any, pk: UUID, given: ReopenIn) -> dict[str, Any]:
    book = get(Book, request.actor, pk=pk)
    form = cleaned(ReopenForm(values(given)))
    books.reopen_book(book=book, reason=form.cleaned_data["reason"], actor=request.actor, on=today())
    return shape(request.actor, pk)


def row(book: Book, counts: book_selectors.Counted) -> dict[str, Any]:
    names = ("id", "kind", "name", "year", "volume", "state", "series_id", "opened_on", "closed_on")
    return {**{name: getattr(book, name) for name in names}, **vars(counts)}


def shape(actor: Any, pk: UUID) -> dict[str, Any]:
    """The book as it stands now."""
    book = get(Book, actor, pk=pk, related=RELATED)
    summary = book.summary or book_selectors.summary_of(book).plain()
    return {**row(book, book_selectors.counted([book])[book.pk]), "summary": summary}
