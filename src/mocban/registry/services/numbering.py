"""Numbers: gap-free within a period, one row in the ledger for each.

The counter row of the period is the lock: taking a number and everything it is taken for commit or vanish together.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.people.actor import Actor

from .. import access, events
from ..choices import NumberState, Period
from ..models import Book, Number, Series, SeriesPeriod


def period_on(series: Series, *, on: date) -> SeriesPeriod:
    """Return the counting period that holds the day; a calendar year opens by itself, a term does not.

    Raises RuleBroken("series.closed" | "series.no_term").
    """
    if series.closed_on and on >= series.closed_on:
        raise RuleBroken("series.closed", _("Hệ thống số “%s” đã đóng.") % series.name)
    held = series.periods.filter(starts_on__lte=on).exclude(ends_on__lt=on).order_by("-starts_on").first()
    if held:
        return held
    if series.period != Period.CALENDAR_YEAR:
        raise RuleBroken("series.no_term", _("Hệ thống số “%s” chưa mở kỳ đánh số (nhiệm kỳ).") % series.name)
    SeriesPeriod.objects.bulk_create(
        [SeriesPeriod(series=series, name=str(on.year), starts_on=date(on.year, 1, 1), ends_on=date(on.year, 12, 31))],
        ignore_conflicts=True,
    )
    return series.periods.get(starts_on=date(on.year, 1, 1))


def series_of(book: Book) -> Series:
    """The series of a book of numbered entries. Raises RuleBroken("book.no_numbers") for a log."""
    if book.series is None:
        raise RuleBroken("book.no_numbers", _("Sổ này không cấp số."))
    return book.series


def next_number(series: Series, *, on: date) -> int:
    """The number that the next document would get: for the screen only, nothing is held back."""
    held = series.periods.filter(starts_on__lte=on).exclude(ends_on__lt=on).order_by("-starts_on").first()
    return held.last_number + 1 if held else 1


def take(series: Series, *, on: date, actor: Actor) -> Number:
    """Take the next number of the period of that day. Call inside the transaction of what the number is for.

    The caller has asked `access.require` for its own verb. Raises RuleBroken as `period_on`.
    """
    period = period_on(series, on=on)
    SeriesPeriod.objects.filter(pk=period.pk).update(last_number=F("last_number") + 1)
    period.refresh_from_db(fields=["last_number"])
    return Number.objects.create(
        period=period, value=period.last_number, taken_on=on, taken_at=timezone.now(), taken_by=actor.person_name
    )


@transaction.atomic
def take_void(*, series: Series, reason: str, actor: Actor, on: date) -> Number:
    """Use up the next number without a document, with the reason: the only number that has none.

    Raises PermissionDenied, RuleBroken("number.no_reason").
    """
    access.require(actor, "number.void", series)
    reason = clean_line(reason)
    if not reason:
        raise RuleBroken("number.no_reason", _("Hãy ghi lý do bỏ số."))
    number = take(series, on=on, actor=actor)
    number.state, number.reason = NumberState.VOID, reason[:300]
    number.save(update_fields=["state", "reason"])
    held = basis("void_number", on=on, regime=series.organisation.regime)
    audit.record(
        actor,
        events.NUMBER_VOIDED,
        series,
        basis=held.citations,
        details={"number": number.value, "reason": reason},
    )
    return number
