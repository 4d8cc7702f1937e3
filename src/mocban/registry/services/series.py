"""Issuers, their number series, and the terms that open and close on real days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.people.actor import Actor
from mocban.people.models import Organisation
from mocban.people.selectors import in_force

from .. import access, events
from ..choices import Direction, IssuerKind
from ..models import Issuer, Series, SeriesPeriod


def own_issuer(organisation: Organisation) -> Issuer:
    """The organisation itself as issuer; made when its first series is."""
    issuer, _made = Issuer.objects.get_or_create(
        organisation=organisation,
        kind=IssuerKind.OWN,
        defaults={"name": organisation.name, "symbol": organisation.symbol, "code": organisation.code},
    )
    return issuer


@transaction.atomic
def create_series(
    *,
    organisation: Organisation,
    direction: Direction,
    name: str,
    actor: Actor,
    on: date,
    kind_symbols: Sequence[str] = (),
    kind_codes: Sequence[str] = (),
    issuer: Issuer | None = None,
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
        issuer=issuer or own_issuer(organisation),
        kind_symbols=list(kind_symbols),
        kind_codes=list(kind_codes),
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
