"""Open and lock books."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role

from .. import access, events, rules
from ..choices import BookKind, BookState
from ..models import Book, Series


@transaction.atomic
def open_book(*, series: Series, name: str, year: int, actor: Actor, on: date, volume: int = 1) -> Book:
    """Open a register volume on a series. Raises PermissionDenied, RuleBroken("book.exists")."""
    access.require(actor, "book.edit", series)
    name = clean_line(name)
    taken = Book.objects.filter(
        organisation=series.organisation, kind=series.direction, name=name, year=year, volume=volume
    )
    if not name or taken.exists():
        raise RuleBroken("book.exists", _("Tên sổ còn trống, hoặc quyển sổ này đã có."))
    held = basis("open_book", on=on, regime=series.organisation.regime)
    book = Book.objects.create(
        organisation=series.organisation,
        series=series,
        kind=BookKind(series.direction),
        name=name,
        year=year,
        volume=volume,
        opened_on=on,
    )
    desks = (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER)
    grants.allow(book, [grants.role_token(book.organisation_id, role) for role in desks], reason="registry")
    audit.record(actor, events.BOOK_OPENED, book, basis=held.citations)
    return book


@transaction.atomic
def lock_book(*, book: Book, actor: Actor, on: date) -> Book:
    """Lock a book: nothing more is entered. Raises PermissionDenied, RuleBroken("book.locked")."""
    access.require(actor, "book.edit", book)
    book = Book.objects.select_for_update().select_related("organisation").get(pk=book.pk)
    held = basis("open_book", on=on, regime=book.organisation.regime)
    rules.check_book_open(book.state, citation=held.citation)
    book.state = BookState.LOCKED
    book.save(update_fields=["state"])
    audit.record(actor, events.BOOK_LOCKED, book, basis=held.citations)
    return book
