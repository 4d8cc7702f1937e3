"""Set up series and books; open a term; lock a book."""

from __future__ import annotations

from collections.abc import Sequence
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
from mocban.people.selectors import in_force

from .. import access, events, rules
from ..choices import BookState, Direction
from ..models import Book, Series, SeriesPeriod


@transaction.atomic
def create_series(
    *,
    organisation: Organisation,
    direction: Direction,
    name: str,
    actor: Actor,
    on: date,
    kind_symbols: Sequence[str] = (),
    body_symbol: str = "",
) -> Series:
    """Create a series; its counting period is what the regime (or the body's own rule) says on that day.

    Raises PermissionDenied, RuleBroken("series.exists").
    """
    access.require(actor, "series.edit", organisation)
    held = in_force(organisation, f"counter.{direction.value}_period", on=on)
    name = clean_line(name)
    if not name or Series.objects.filter(organisation=organisation, direction=direction, name=name).exists():
        raise RuleBroken("series.exists", _("Tên hệ thống số còn trống hoặc đã có."))
    series = Series.objects.create(
        organisation=organisation,
        direction=direction,
        name=name,
        period=str(held.value),
        kind_symbols=list(kind_symbols),
        body_symbol=clean_line(body_symbol) or organisation.symbol,
    )
    audit.record(actor, events.SERIES_CREATED, series, basis=[held.citation])
    return series


@transaction.atomic
def open_term(*, series: Series, name: str, starts_on: date, actor: Actor, on: date) -> SeriesPeriod:
    """Open a committee term: the running one ends the day before. Raises PermissionDenied, RuleBroken."""
    access.require(actor, "series.edit", series)
    series = Series.objects.select_for_update().select_related("organisation").get(pk=series.pk)
    held = in_force(series.organisation, f"counter.{series.direction}_period", on=on)
    running = series.periods.order_by("-starts_on").first()
    if running and running.starts_on >= starts_on:
        raise RuleBroken("series.term_order", _("Kỳ mới phải bắt đầu sau kỳ đang mở."), held.citation)
    if running and (running.ends_on is None or running.ends_on >= starts_on):
        running.ends_on = date.fromordinal(starts_on.toordinal() - 1)
        running.save(update_fields=["ends_on"])
    period = SeriesPeriod.objects.create(series=series, name=clean_line(name), starts_on=starts_on)
    audit.record(actor, events.SERIES_TERM_OPENED, series, basis=[held.citation], details={"period": period.name})
    return period


@transaction.atomic
def open_book(*, series: Series, name: str, year: int, actor: Actor, on: date, volume: int = 1) -> Book:
    """Open a register volume on a series. Raises PermissionDenied, RuleBroken("book.exists")."""
    access.require(actor, "book.edit", series)
    name = clean_line(name)
    taken = Book.objects.filter(
        organisation=series.organisation, direction=series.direction, name=name, year=year, volume=volume
    )
    if not name or taken.exists():
        raise RuleBroken("book.exists", _("Tên sổ còn trống, hoặc quyển sổ này đã có."))
    held = basis("open_book", on=on, regime=series.organisation.regime)
    book = Book.objects.create(
        organisation=series.organisation, series=series, direction=series.direction, name=name, year=year, volume=volume
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
