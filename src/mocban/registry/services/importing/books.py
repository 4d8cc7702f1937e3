"""The books of past years: made for what is imported, closed with their summary when it is in."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role

from ... import access, book_selectors, events, rules
from ...choices import BookKind, BookState
from ...models import Book, Incoming, Outgoing, RegisterImport, Series

DESKS = (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER)
NAME_LENGTH = 150


def former_name(series: Series) -> str:
    """What a book of imported entries is called."""
    return (_("%s (sổ cũ)") % series.name)[:NAME_LENGTH]


def former_book(series: Series, year: int, register_import: RegisterImport, *, actor: Actor, on: date) -> Book:
    """The book for imported entries of a year: the open book of the running year, else one of its own, locked.

    A step of entering rows, in its transaction. Raises PermissionDenied.
    """
    access.require(actor, "import.run", register_import)
    books = Book.objects.filter(series=series, year=year)
    if year == on.year:
        running = books.filter(state=BookState.OPEN).order_by("volume").first()
        if running:
            return running
    name = former_name(series)
    held = books.filter(name=name).first()
    if held:
        return held
    made = Book.objects.create(
        organisation_id=series.organisation_id,
        series=series,
        kind=BookKind(series.direction),
        name=name,
        year=year,
        state=BookState.OPEN if year == on.year else BookState.LOCKED,
        opened_on=date(year, 1, 1),
    )
    grants.allow(made, [grants.role_token(made.organisation_id, role) for role in DESKS], reason="registry")
    basis_of_day = basis("open_book", on=on, regime=register_import.organisation.regime)
    audit.record(actor, events.BOOK_IMPORTED, made, basis=basis_of_day.citations)
    return made


def close_books(register_import: RegisterImport, *, on: date) -> None:
    """Close the books of past years that this import wrote in, or write their summary anew."""
    entered = register_import.rows.exclude(entry_id=None).values("entry_id")
    model = Incoming if register_import.direction == BookKind.INCOMING else Outgoing
    ids = model.objects.filter(pk__in=entered).order_by().values_list("book_id", flat=True).distinct()
    for book in Book.objects.filter(pk__in=list(ids), year__lt=on.year).select_related("series", "organisation"):
        if book.state == BookState.LOCKED:
            book.state = rules.next_book(book.state, "close")
        if book.state == BookState.CLOSED:
            book.closed_on = book.closed_on or on
            book.summary = book_selectors.summary_of(book).plain()
            book.save(update_fields=["state", "closed_on", "summary"])
