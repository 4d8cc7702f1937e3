"""Open, lock, continue, close and reopen books (NĐ 30/2020, PL IV; Điều 16 khoản 2, Điều 22 khoản 3)."""

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
from mocban.people.models import Organisation

from .. import access, book_selectors, events, log_rules, rules
from ..choices import BookKind
from ..models import Book, Series

DESKS = (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER)


@transaction.atomic
def open_book(*, series: Series, name: str, year: int, actor: Actor, on: date, volume: int = 1) -> Book:
    """Open a register volume on a series. Raises PermissionDenied, RuleBroken("book.exists")."""
    access.require(actor, "book.edit", series)
    return _open(series.organisation, BookKind(series.direction), name, year, series, volume, actor=actor, on=on)


@transaction.atomic
def open_log(*, organisation: Organisation, kind: BookKind, name: str, year: int, actor: Actor, on: date) -> Book:
    """Open a book without a series: hand-over, post, use of kept copies.

    Raises PermissionDenied, RuleBroken("book.exists" | "book.needs_series").
    """
    access.require(actor, "book.edit", organisation)
    if kind in (BookKind.INCOMING, BookKind.OUTGOING, BookKind.COPIES):
        raise RuleBroken("book.needs_series", _("Sổ đăng ký này phải thuộc một hệ thống số."))
    return _open(organisation, kind, name, year, None, 1, actor=actor, on=on)


def _open(
    organisation: Organisation,
    kind: BookKind,
    name: str,
    year: int,
    series: Series | None,
    volume: int,
    *,
    actor: Actor,
    on: date,
) -> Book:
    name = clean_line(name)
    taken = Book.objects.filter(organisation=organisation, kind=kind, name=name, year=year, volume=volume)
    if not name or taken.exists():
        raise RuleBroken("book.exists", _("Tên sổ còn trống, hoặc quyển sổ này đã có."))
    held = basis("open_book", on=on, regime=organisation.regime)
    book = Book.objects.create(
        organisation=organisation, series=series, kind=kind, name=name, year=year, volume=volume, opened_on=on
    )
    grants.allow(book, [grants.role_token(book.organisation_id, role) for role in DESKS], reason="registry")
    audit.record(actor, events.BOOK_OPENED, book, basis=held.citations)
    return book


@transaction.atomic
def open_year(*, organisation: Organisation, year: int, actor: Actor, on: date) -> list[Book]:
    """Open the first volumes of `year` for every book of the year before: the same names, the same series.

    Raises PermissionDenied, RuleBroken("book.far_year" | "book.nothing_to_open").
    """
    access.require(actor, "book.edit", organisation)
    held = basis("open_book", on=on, regime=organisation.regime)
    log_rules.check_opening_year(year, on=on, citation=held.citation)
    models = book_selectors.to_continue(organisation.pk, year=year)
    if not models:
        raise RuleBroken("book.nothing_to_open", _("Sổ của năm %d đã mở đủ theo các sổ của năm trước.") % year)
    return [
        _open(organisation, BookKind(book.kind), book.name, year, book.series, 1, actor=actor, on=on) for book in models
    ]


def locked(book: Book) -> Book:
    """Re-read the book with its row locked: until the end nobody writes a line in it."""
    held: Book = Book.objects.select_for_update(of=["self"]).select_related("organisation", "series").get(pk=book.pk)
    return held


@transaction.atomic
def lock_book(*, book: Book, actor: Actor, on: date) -> Book:
    """Lock a book: nothing more is entered. Raises PermissionDenied, RuleBroken("registry.wrong_state")."""
    access.require(actor, "book.edit", book)
    book = locked(book)
    held = basis("open_book", on=on, regime=book.organisation.regime)
    book.state = rules.next_book(book.state, "lock")
    book.save(update_fields=["state"])
    audit.record(actor, events.BOOK_LOCKED, book, basis=held.citations)
    return book


@transaction.atomic
def continue_volume(*, book: Book, actor: Actor, on: date) -> Book:
    """Lock the volume and open the next one on the same series, where the numbers run on; return the new volume.

    Raises PermissionDenied, RuleBroken("registry.wrong_state" | "book.wrong_year" | "book.later_volume").
    """
    access.require(actor, "book.edit", book)
    book = locked(book)
    held = basis("open_book", on=on, regime=book.organisation.regime)
    rules.check_book_year(book.year, on=on, citation=held.citation)
    log_rules.check_last_volume(later=book_selectors.has_later_volume(book), citation=held.citation)
    book.state = rules.next_book(book.state, "continue")
    book.save(update_fields=["state"])
    volume = book.volume + 1
    audit.record(actor, events.BOOK_CONTINUED, book, basis=held.citations, details={"volume": volume})
    return _open(book.organisation, BookKind(book.kind), book.name, book.year, book.series, volume, actor=actor, on=on)


@transaction.atomic
def close_book(*, book: Book, actor: Actor, on: date) -> Book:
    """Close a book with its summary: first and last number, entries, numbers without a document, what is unfinished.

    A book that is not printed yet is closed all the same; the page warns. Raises PermissionDenied,
    RuleBroken("registry.wrong_state" | "book.reserved_numbers").
    """
    access.require(actor, "book.close", book)
    book = locked(book)
    held = basis("close_book", on=on, regime=book.organisation.regime)
    state = rules.next_book(book.state, "close")
    summary = book_selectors.summary_of(book)
    log_rules.check_reservations(summary.reserved, citation=held.citation)
    book.state, book.closed_on, book.summary = state, on, summary.plain()
    book.save(update_fields=["state", "closed_on", "summary"])
    audit.record(
        actor,
        events.BOOK_CLOSED,
        book,
        basis=held.citations,
        details={"entries": summary.entries, "first": summary.first or "–", "last": summary.last or "–"},
    )
    return book


@transaction.atomic
def reopen_book(*, book: Book, reason: str, actor: Actor, on: date) -> Book:
    """Open a locked or closed book again, with the reason; its summary is written anew when it closes.

    Raises PermissionDenied, RuleBroken("book.no_reason" | "registry.wrong_state" | "book.later_volume").
    """
    access.require(actor, "book.reopen", book)
    book = locked(book)
    held = basis("close_book", on=on, regime=book.organisation.regime)
    reason = clean_line(reason)
    log_rules.check_reason(reason, citation=held.citation)
    state = rules.next_book(book.state, "reopen")
    log_rules.check_last_volume(later=book_selectors.has_later_volume(book), citation=held.citation)
    book.state, book.closed_on, book.summary = state, None, {}
    book.save(update_fields=["state", "closed_on", "summary"])
    audit.record(actor, events.BOOK_REOPENED, book, basis=held.citations, details={"reason": reason})
    return book
