"""Terms and congresses: opened, closed and corrected on real days; a calendar year opens by itself."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.law import Held
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.people.actor import Actor
from mocban.people.selectors import in_force

from .. import access, events, numbering_rules
from ..choices import Direction, IssuerKind, Period
from ..models import Issuer, Series, SeriesPeriod

DAY = timedelta(days=1)


@transaction.atomic
def open_term(
    *, series: Series, name: str, starts_on: date, actor: Actor, on: date, ends_on: date | None = None
) -> SeriesPeriod:
    """Open a term or congress: a running one without a last day ends the day before.

    Raises PermissionDenied, RuleBroken("series.by_year" | "series.closed" | "series.term_order" | "series.term_numbers"
    | "series.term_days" | "series.term_name").
    """
    access.require(actor, "series.edit", series)
    series, held = _locked(series, on=on)
    if series.closed_on:
        raise RuleBroken("series.closed", _("Hệ thống số “%s” đã đóng.") % series.name)
    name = clean_line(name)[:60]
    numbering_rules.check_span(name=name, starts_on=starts_on, ends_on=ends_on)
    periods = list(series.periods.select_for_update())
    running = next((one for one in periods if one.ends_on is None and one.starts_on < starts_on), None)
    others = [one for one in periods if one is not running]
    numbering_rules.check_no_overlap(starts_on=starts_on, ends_on=ends_on, others=others, citation=held.citation)
    if running:
        _end(running, starts_on - DAY, held)
    period = SeriesPeriod.objects.create(series=series, name=name, starts_on=starts_on, ends_on=ends_on)
    audit.record(actor, events.SERIES_TERM_OPENED, series, basis=[held.citation], details={"period": period.name})
    return period


@transaction.atomic
def close_term(*, period: SeriesPeriod, ends_on: date, actor: Actor, on: date) -> SeriesPeriod:
    """Give a running term or congress its last day. Raises PermissionDenied, RuleBroken as `open_term`."""
    access.require(actor, "series.edit", period.series)
    series, held = _locked(period.series, on=on)
    periods = list(series.periods.select_for_update())
    period = next(one for one in periods if one.pk == period.pk)
    numbering_rules.check_span(name=period.name, starts_on=period.starts_on, ends_on=ends_on)
    others = [one for one in periods if one is not period]
    numbering_rules.check_no_overlap(starts_on=period.starts_on, ends_on=ends_on, others=others, citation=held.citation)
    _end(period, ends_on, held)
    details = {"period": period.name, "day": f"{ends_on:%d/%m/%Y}"}
    audit.record(actor, events.SERIES_TERM_CLOSED, series, basis=[held.citation], details=details)
    return period


@transaction.atomic
def correct_term(*, period: SeriesPeriod, name: str, starts_on: date, actor: Actor, on: date) -> SeriesPeriod:
    """Correct the name, or while nothing was numbered also the first day; the term before ends the day before it.

    Raises PermissionDenied, RuleBroken as `open_term`.
    """
    access.require(actor, "series.edit", period.series)
    series, held = _locked(period.series, on=on)
    periods = list(series.periods.select_for_update())
    period = next(one for one in periods if one.pk == period.pk)
    name = clean_line(name)[:60]
    numbering_rules.check_span(name=name, starts_on=starts_on, ends_on=period.ends_on)
    changes = {"name": (period.name, name), "starts_on": (str(period.starts_on), str(starts_on))}
    if starts_on != period.starts_on:
        numbering_rules.check_untouched(last_number=period.last_number, span=period, citation=held.citation)
        _move_start(period, starts_on, periods, held)
    period.name, period.starts_on = name, starts_on
    period.save(update_fields=["name", "starts_on"])
    changed = {field: pair for field, pair in changes.items() if pair[0] != pair[1]}
    details = {"period": name}
    audit.record(actor, events.SERIES_TERM_CORRECTED, series, basis=[held.citation], changes=changed, details=details)
    return period


def _move_start(period: SeriesPeriod, starts_on: date, periods: list[SeriesPeriod], held: Held) -> None:
    """Let the term before, which ended because this one began, end the day before the new first day."""
    before = next((one for one in periods if one.ends_on == period.starts_on - DAY), None)
    others = [one for one in periods if one is not period and one is not before]
    numbering_rules.check_no_overlap(starts_on=starts_on, ends_on=period.ends_on, others=others, citation=held.citation)
    if before and starts_on > before.starts_on:
        _end(before, starts_on - DAY, held)
    elif before:
        numbering_rules.check_no_overlap(
            starts_on=starts_on, ends_on=period.ends_on, others=[before], citation=held.citation
        )


@transaction.atomic
def open_issuer_term(
    *, issuer: Issuer, name: str, starts_on: date, actor: Actor, on: date, ends_on: date | None = None
) -> list[SeriesPeriod]:
    """Open the same term, or congress, in every open series of the issuer that counts by it. Raises as `open_term`."""
    access.require(actor, "series.edit", issuer)
    wanted = Period.CONGRESS if issuer.kind == IssuerKind.CONGRESS else Period.TERM
    counted = issuer.series.filter(closed_on=None, period=wanted).select_related("organisation").order_by("pk")
    if not counted:
        raise RuleBroken("series.none_by_term", _("Chưa có hệ thống số nào đánh số theo nhiệm kỳ, đại hội."))
    given = {"name": name, "starts_on": starts_on, "ends_on": ends_on, "actor": actor, "on": on}
    return [open_term(series=series, **given) for series in counted]  # type: ignore[arg-type]


def _locked(series: Series, *, on: date) -> tuple[Series, Held]:
    rows = Series.objects.select_for_update(of=["self"]).select_related("organisation", "issuer")
    found: Series = rows.get(pk=series.pk)
    numbering_rules.check_by_term(found.period)
    congress = found.period == Period.CONGRESS
    name = "counter.congress_scope" if congress else f"counter.{Direction(found.direction).value}_period"
    return found, in_force(found.organisation, name, on=on)


def _end(period: SeriesPeriod, last_day: date, held: Held) -> None:
    """Set the last day, after every number that the period gave."""
    taken = period.numbers.aggregate(last=Max("taken_on"))["last"]
    numbering_rules.check_numbers_before(taken=taken, first_day=last_day + DAY, span=period, citation=held.citation)
    period.ends_on = last_day
    period.save(update_fields=["ends_on"])
