"""Numbers: gap-free within a period, one row in the ledger for each.

The counter row of the period is the lock: taking a number and everything it is taken for commit or vanish together.
Whatever changes a number later locks the counter first, then the number.
"""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken, Stale
from mocban.lib.text import clean_line
from mocban.people.actor import Actor
from mocban.people.selectors import in_force

from .. import access, events, numbering_rules
from ..choices import NumberState, Period
from ..models import Book, Number, Series, SeriesPeriod

# The days are asked again under the lock: whoever closed or moved the period meanwhile was first.
NEXT_VALUE = """
    UPDATE registry_seriesperiod SET last_number = last_number + 1
    WHERE id = %s AND starts_on <= %s AND (ends_on IS NULL OR ends_on >= %s)
    RETURNING last_number
"""


def period_on(series: Series, *, on: date) -> SeriesPeriod:
    """Return the counting period that holds the day; a calendar year opens by itself, a term does not.

    Raises RuleBroken("series.closed" | "series.no_term").
    """
    if series.closed_on and on >= series.closed_on:
        raise RuleBroken("series.closed", _("Hệ thống số “%s” đã đóng.") % series.name)
    held = series.periods.filter(starts_on__lte=on).exclude(ends_on__lt=on).order_by("-starts_on").first()
    if held:
        return held
    if series.period == Period.CONGRESS:
        raise RuleBroken("series.no_term", _("Hệ thống số “%s”: đại hội chưa mở hoặc đã bế mạc.") % series.name)
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


def take(
    series: Series,
    *,
    on: date,
    actor: Actor,
    state: NumberState = NumberState.USED,
    reason: str = "",
    true_date: date | None = None,
    expires_on: date | None = None,
) -> Number:
    """Take the next number of the period of that day. Call inside the transaction of what the number is for.

    The caller has asked `access.require` for its own verb. `true_date` is the own day of what is entered late.
    Raises RuleBroken as `period_on`.
    """
    period = period_on(series, on=on)
    return Number.objects.create(
        period=period,
        value=_advance(period, on=on),
        state=state,
        taken_on=on,
        taken_at=timezone.now(),
        taken_by=actor.person_name[:100],
        reason=reason[:300],
        true_date=true_date,
        expires_on=expires_on,
    )


def _advance(period: SeriesPeriod, *, on: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_VALUE, [period.pk, on, on])
        row = cursor.fetchone()
    if row is None:
        raise Stale(_("Kỳ đánh số vừa được đóng hoặc sửa. Hãy thử lại."))
    period.last_number = int(row[0])
    return period.last_number


@transaction.atomic
def take_void(*, series: Series, reason: str, actor: Actor, on: date) -> Number:
    """Use up the next number without a document, with the reason.

    Raises PermissionDenied, RuleBroken("number.no_reason").
    """
    access.require(actor, "number.void", series)
    reason = clean_line(reason)
    numbering_rules.check_reason(reason)
    held = basis("void_number", on=on, regime=series.organisation.regime)
    number = take(series, on=on, actor=actor, state=NumberState.VOID, reason=reason)
    details = {"number": number.value, "reason": reason}
    audit.record(actor, events.NUMBER_VOIDED, series, basis=held.citations, details=details)
    return number


@transaction.atomic
def record_elsewhere(*, series: Series, actor: Actor, on: date) -> Number:
    """Record that the next number was used in the secret register: no content, not even a reason, comes in here.

    Raises PermissionDenied, RuleBroken("number.no_elsewhere").
    """
    access.require(actor, "number.elsewhere", series)
    regime = series.organisation.regime
    shared = in_force(series.organisation, "counter.secret_series", on=on)
    numbering_rules.check_elsewhere(
        shared_with_secret=shared.value == "same", direction=series.direction, citation=shared.citation
    )
    held = basis("record_elsewhere", on=on, regime=regime)
    number = take(series, on=on, actor=actor, state=NumberState.ELSEWHERE)
    audit.record(actor, events.NUMBER_ELSEWHERE, series, basis=held.citations, details={"number": number.value})
    return number


@transaction.atomic
def reserve(*, series: Series, reason: str, expires_on: date, actor: Actor, on: date) -> Number:
    """Hold the next number back before a signature: only under the body's own setting, which departs from NĐ 30.

    It serves until `expires_on`, at most the last day of the setting and of the period. Raises PermissionDenied,
    RuleBroken("number.reserve_off" | "number.reserve_direction" | "number.no_reason" | "number.expiry").
    """
    access.require(actor, "number.reserve", series)
    reason = clean_line(reason)
    own = in_force(series.organisation, "number.reserve_before_signature", on=on)
    held = basis("reserve_number", on=on, regime=series.organisation.regime)
    numbering_rules.check_reservable(
        allowed=bool(own.value),
        direction=series.direction,
        reason=reason,
        expires_on=expires_on,
        on=on,
        latest=min(filter(None, [own.until, period_on(series, on=on).ends_on]), default=None),
        citation=held.citation,
    )
    number = take(series, on=on, actor=actor, state=NumberState.RESERVED, reason=reason, expires_on=expires_on)
    audit.record(
        actor,
        events.NUMBER_RESERVED,
        series,
        basis=[own.citation],
        details={"number": number.value, "day": f"{expires_on:%d/%m/%Y}"},
    )
    return number


def locked_number(number: Number) -> Number:
    """The number read anew, its counter and its row locked. Raises Stale when it was given back meanwhile."""
    SeriesPeriod.objects.select_for_update().get(pk=number.period_id)
    rows = Number.objects.select_for_update(of=["self"]).select_related("period__series__organisation")
    held: Number | None = rows.filter(pk=number.pk).first()
    if held is None:
        raise Stale(_("Số này vừa được trả lại. Hãy tải lại trang."))
    return held


def use_reserved(number: Number, *, series: Series, on: date) -> Number:
    """Make a reserved number the number of the document that is just numbered. Call inside its transaction.

    Raises Stale, RuleBroken("registry.wrong_state" | "number.other_series" | "number.expired" | "number.other_period").
    """
    number = locked_number(number)
    if number.period.series_id != series.pk:
        raise RuleBroken("number.other_series", _("Số giữ trước này thuộc hệ thống số khác."))
    following = numbering_rules.next_number_state(number.state, "use")
    period = number.period
    numbering_rules.check_usable(
        expires_on=number.expires_on, starts_on=period.starts_on, ends_on=period.ends_on, on=on
    )
    number.state = following
    number.save(update_fields=["state"])
    return number


@transaction.atomic
def give_back(*, number: Number, actor: Actor, on: date) -> None:
    """Give the last reserved number back, unused, on the day it was reserved: the counter steps back, the trail stays.

    Raises PermissionDenied, Stale, RuleBroken("number.not_last").
    """
    access.require(actor, "number.give_back", number.period.series)
    number = locked_number(number)
    period, series = number.period, number.period.series
    held = basis("void_number", on=on, regime=series.organisation.regime)
    numbering_rules.check_give_back(
        state=number.state,
        value=number.value,
        last=period.last_number,
        taken_on=number.taken_on,
        on=on,
        citation=held.citation,
    )
    value = number.value
    number.delete()
    period.last_number = value - 1
    period.save(update_fields=["last_number"])
    audit.record(actor, events.NUMBER_GIVEN_BACK, series, basis=held.citations, details={"number": value})


@transaction.atomic
def void(*, number: Number, reason: str, actor: Actor, on: date) -> Number:
    """Make a reserved number void, with the reason. Raises PermissionDenied, Stale, RuleBroken("number.no_reason" | …).

    The number of a document becomes void only with the document: `cancelling.cancel_outgoing`.
    """
    access.require(actor, "number.void", number.period.series)
    number = locked_number(number)
    reason = clean_line(reason)
    numbering_rules.check_reason(reason)
    following = numbering_rules.next_number_state(number.state, "void")
    series = number.period.series
    held = basis("void_number", on=on, regime=series.organisation.regime)
    number.state, number.reason = following, reason[:300]
    number.save(update_fields=["state", "reason"])
    details = {"number": number.value, "reason": reason}
    audit.record(actor, events.NUMBER_VOIDED, series, basis=held.citations, details=details)
    return number


def void_expired(*, series: Series, actor: Actor, on: date) -> int:
    """Make the reservations of a series void whose last day is over. Returns how many. Raises PermissionDenied."""
    access.require(actor, "number.void", series)
    reserved = Number.objects.filter(period__series=series, state=NumberState.RESERVED)
    ended = list(reserved.filter(expires_on__lt=on).select_related("period__series"))
    with translation.override("vi"):  # what the ledger keeps does not depend on who asked
        for number in ended:
            reason = _("Hết hạn giữ số ngày %s.") % f"{number.expires_on:%d/%m/%Y}"
            void(number=number, reason=reason, actor=actor, on=on)
    return len(ended)
