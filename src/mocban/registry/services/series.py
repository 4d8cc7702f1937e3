"""Issuers and their number series: add, change, close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from mocban import law
from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.people.actor import Actor
from mocban.people.models import Organisation
from mocban.people.selectors import in_force

from .. import access, events, numbering_rules
from ..choices import Direction, IssuerKind, Period
from ..models import Issuer, Series


def own_issuer(organisation: Organisation) -> Issuer:
    """The organisation itself as issuer; made when its first series is."""
    issuer, _made = Issuer.objects.get_or_create(
        organisation=organisation,
        kind=IssuerKind.OWN,
        defaults={"name": organisation.name, "symbol": organisation.symbol, "code": organisation.code},
    )
    return issuer


@transaction.atomic
def add_issuer(
    *, organisation: Organisation, kind: IssuerKind, name: str, symbol: str, actor: Actor, on: date, code: str = ""
) -> Issuer:
    """Let the registry number documents in the name of another body: one it serves, an advisory body, a congress.

    Raises PermissionDenied, RuleBroken("issuer.incomplete" | "issuer.exists" | "issuer.own").
    """
    access.require(actor, "issuer.edit", organisation)
    if kind == IssuerKind.OWN:
        raise RuleBroken("issuer.own", _("Chính cơ quan đã có trong danh sách."))
    name, symbol = _checked_issuer(organisation, name, symbol)
    held = basis(_issuer_step(kind), on=on, regime=organisation.regime)
    issuer = Issuer.objects.create(
        organisation=organisation, kind=kind, name=name, symbol=symbol, code=clean_line(code)[:35]
    )
    audit.record(actor, events.ISSUER_ADDED, issuer, basis=held.citations)
    return issuer


@transaction.atomic
def edit_issuer(*, issuer: Issuer, name: str, symbol: str, actor: Actor, on: date, code: str = "") -> Issuer:
    """Change an issuer's name, symbol or code: later documents carry it. Raises PermissionDenied, RuleBroken."""
    access.require(actor, "issuer.edit", issuer)
    issuer = Issuer.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=issuer.pk)
    name, symbol = _checked_issuer(issuer.organisation, name, symbol, but=issuer)
    held = basis(_issuer_step(issuer.kind), on=on, regime=issuer.organisation.regime)
    given = {"name": name, "symbol": symbol, "code": clean_line(code)[:35]}
    changes = {field: (getattr(issuer, field), value) for field, value in given.items()}
    for field, value in given.items():
        setattr(issuer, field, value)
    issuer.save(update_fields=list(given))
    changed = {field: pair for field, pair in changes.items() if pair[0] != pair[1]}
    audit.record(actor, events.ISSUER_CHANGED, issuer, basis=held.citations, changes=changed)
    return issuer


@transaction.atomic
def close_issuer(*, issuer: Issuer, actor: Actor, on: date) -> Issuer:
    """Close an issuer whose series are closed. Raises PermissionDenied, RuleBroken("issuer.own" | "issuer.open")."""
    access.require(actor, "issuer.edit", issuer)
    issuer = Issuer.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=issuer.pk)
    if issuer.kind == IssuerKind.OWN:
        raise RuleBroken("issuer.own", _("Chính cơ quan không đóng được."))
    if issuer.series.filter(closed_on=None).exists():
        raise RuleBroken("issuer.open", _("Hãy đóng các hệ thống số của cơ quan ban hành này trước."))
    held = basis(_issuer_step(issuer.kind), on=on, regime=issuer.organisation.regime)
    issuer.closed_on = on
    issuer.save(update_fields=["closed_on"])
    audit.record(actor, events.ISSUER_CLOSED, issuer, basis=held.citations)
    return issuer


def _issuer_step(kind: str) -> str:
    return "advisory_series" if kind == IssuerKind.ADVISORY else "edit_series"


def _checked_issuer(
    organisation: Organisation, name: str, symbol: str, *, but: Issuer | None = None
) -> tuple[str, str]:
    name, symbol = clean_line(name)[:200], clean_line(symbol)[:20]
    if not name or not symbol:
        raise RuleBroken("issuer.incomplete", _("Hãy ghi tên và chữ viết tắt của cơ quan ban hành."))
    others = Issuer.objects.filter(organisation=organisation, name=name, symbol=symbol)
    if others.exclude(pk=but.pk if but else None).exists():
        raise RuleBroken("issuer.exists", _("Cơ quan ban hành này đã có."))
    return name, symbol


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

    Two open series of an issuer never name the same kind; one incoming series and one of copies serve all their books.
    Raises PermissionDenied, RuleBroken("series.exists" | "series.secret" | "series.overlap" | "series.unknown_kind" |
    "series.one_incoming" | "series.one_copies" | "series.congress" | "issuer.closed").
    """
    access.require(actor, "series.edit", organisation)
    issuer = issuer or own_issuer(organisation)
    # The issuer's row is the lock: two people laying out its series do not both find it empty.
    issuer = Issuer.objects.select_for_update().get(pk=issuer.pk, organisation=organisation)
    if issuer.closed_on:
        raise RuleBroken("issuer.closed", _("Cơ quan ban hành này đã đóng."))
    held = in_force(organisation, f"counter.{direction.value}_period", on=on)
    name = clean_line(name)[:100]
    series = Series(
        organisation=organisation,
        direction=direction,
        name=name,
        period=Period.CONGRESS if issuer.kind == IssuerKind.CONGRESS else str(held.value),
        issuer=issuer,
        kind_symbols=list(kind_symbols),
        kind_codes=list(kind_codes),
    )
    exists = Series.objects.filter(organisation=organisation, direction=direction, name=name).exists()
    secret = in_force(organisation, "counter.secret_series", on=on)
    numbering_rules.check_series_name(name, exists=exists, citation=secret.citation)
    _check_beside(series, on=on)
    series.save(force_insert=True)
    audit.record(actor, events.SERIES_CREATED, series, basis=[held.citation])
    return series


def _check_beside(series: Series, *, on: date) -> None:
    """Refuse a series that would count what another open one of the issuer counts."""
    organisation, issuer = series.organisation, series.issuer
    others = list(issuer.series.filter(direction=series.direction, closed_on=None).exclude(pk=series.pk))
    already = others[0].name if others else ""
    named = not numbering_rules.counts_all(series)
    kinds = law.kinds(regime=organisation.regime, on=on)
    numbering_rules.check_kinds(series, kinds)
    if series.direction == Direction.INCOMING:
        one = in_force(organisation, "counter.incoming_series", on=on)
        numbering_rules.check_one_incoming(allowed=str(one.value), already=already, citation=one.citation)
    elif series.direction == Direction.COPIES:
        one = in_force(organisation, "counter.copies_series", on=on)
        numbering_rules.check_one_copies(already=already, named=named, citation=one.citation)
    else:
        scope = in_force(organisation, "counter.congress_scope", on=on)
        congress = Series.objects.filter(organisation=organisation, issuer__kind=IssuerKind.CONGRESS, closed_on=None)
        running = congress.filter(direction=Direction.OUTGOING).exclude(pk=series.pk).first()
        numbering_rules.check_congress(
            scope=str(scope.value),
            kind=issuer.kind,
            already=running.name if running else "",
            named=named,
            citation=scope.citation,
        )
        held = basis("edit_series", on=on, regime=organisation.regime)
        numbering_rules.check_overlap(series, others, kinds, citation=held.citation)


@transaction.atomic
def edit_series(
    *,
    series: Series,
    name: str,
    actor: Actor,
    on: date,
    kind_symbols: Sequence[str] = (),
    kind_codes: Sequence[str] = (),
) -> Series:
    """Rename a series or change what it counts from now on; its numbers stay. Raises as `create_series`."""
    access.require(actor, "series.edit", series)
    Issuer.objects.select_for_update().get(pk=series.issuer_id)
    series = Series.objects.select_for_update(of=["self"]).select_related("issuer", "organisation").get(pk=series.pk)
    _check_open(series)
    name = clean_line(name)[:100]
    others = Series.objects.filter(organisation=series.organisation, direction=series.direction, name=name)
    secret = in_force(series.organisation, "counter.secret_series", on=on)
    exists = others.exclude(pk=series.pk).exists()
    numbering_rules.check_series_name(name, exists=exists, citation=secret.citation)
    given = {"name": name, "kind_symbols": list(kind_symbols), "kind_codes": list(kind_codes)}
    changes = {field: (getattr(series, field), value) for field, value in given.items()}
    for field, value in given.items():
        setattr(series, field, value)
    _check_beside(series, on=on)
    series.save(update_fields=list(given))
    held = basis("edit_series", on=on, regime=series.organisation.regime)
    changed = {field: pair for field, pair in changes.items() if pair[0] != pair[1]}
    audit.record(actor, events.SERIES_CHANGED, series, basis=held.citations, changes=changed)
    return series


@transaction.atomic
def close_series(*, series: Series, actor: Actor, on: date) -> Series:
    """Close a series from that day on: no further number, nothing reserved. Raises PermissionDenied, RuleBroken."""
    access.require(actor, "series.edit", series)
    series = Series.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=series.pk)
    _check_open(series)
    if series.periods.filter(numbers__state="reserved").exists():
        raise RuleBroken("series.reserved", _("Còn số đang giữ trước. Hãy dùng hoặc ghi bỏ các số đó trước."))
    held = basis("edit_series", on=on, regime=series.organisation.regime)
    series.closed_on = on
    series.save(update_fields=["closed_on"])
    audit.record(actor, events.SERIES_CLOSED, series, basis=held.citations)
    return series


def _check_open(series: Series) -> None:
    if series.closed_on:
        raise RuleBroken("series.closed", _("Hệ thống số “%s” đã đóng.") % series.name)
