"""Lay out all series and this year's books of an issuer in one step, as the law or the body's own rule scopes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from mocban import law
from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.people.actor import Actor
from mocban.people.selectors import in_force

from .. import access, events
from ..choices import Direction, IssuerKind, Period
from ..models import Issuer, Series
from ..rules import series_counts
from .books import open_book
from .series import create_series
from .terms import open_term

# Kept words: names of series and books stand in print, in Vietnamese, whatever screen the clerk reads.
NAMES = {Direction.INCOMING: "Văn bản đến", Direction.OUTGOING: "Văn bản đi", Direction.COPIES: "Bản sao"}
BOOKS = {
    Direction.INCOMING: "Sổ đăng ký văn bản đến",
    Direction.OUTGOING: "Sổ đăng ký văn bản đi",
    Direction.COPIES: "Sổ đăng ký bản sao",
}
OTHER_KINDS = "Các loại văn bản khác"


@dataclass(frozen=True)
class Planned:
    """A series to be: what it counts, or with both empty all of its direction."""

    direction: Direction
    name: str
    kind_symbols: tuple[str, ...] = ()
    kind_codes: tuple[str, ...] = ()


def planned(issuer: Issuer, *, on: date, groups: Mapping[str, Sequence[str]] | None = None) -> list[Planned]:
    """The series that the law, or the body's own rule, gives an issuer.

    `groups` (name → symbols) serves the scope "groups". Raises RuleBroken("series.no_groups").
    """
    outgoing = _outgoing(issuer, on=on, groups=groups or {})
    if issuer.kind != IssuerKind.OWN:
        return outgoing
    once = [Planned(direction, NAMES[direction]) for direction in (Direction.INCOMING, Direction.COPIES)]
    return [once[0], *outgoing, once[1]]


def _outgoing(issuer: Issuer, *, on: date, groups: Mapping[str, Sequence[str]]) -> list[Planned]:
    regime, out = issuer.organisation.regime, Direction.OUTGOING
    scope = in_force(issuer.organisation, "counter.outgoing_scope", on=on).value
    if issuer.kind == IssuerKind.CONGRESS or scope == "shared":
        return [Planned(out, NAMES[out])]
    if scope == "groups":
        if not groups:
            raise RuleBroken("series.no_groups", _("Hãy ghi các nhóm loại văn bản, mỗi dòng một nhóm."))
        named = [Planned(out, clean_line(name), tuple(symbols)) for name, symbols in groups.items()]
        return [*named, Planned(out, OTHER_KINDS)]
    kinds = [kind for kind in law.kinds(regime=regime, on=on) if _numbered(kind, regime=regime, on=on)]
    if scope == "per_kind":
        return [Planned(out, kind.name_vi, kind_codes=(kind.code,)) for kind in kinds]
    alike: dict[str, list[law.Kind]] = {}
    for kind in kinds:
        alike.setdefault(kind.symbol or kind.name_vi, []).append(kind)
    return [
        Planned(
            out,
            ", ".join(kind.name_vi for kind in group)[:70],
            kind_symbols=(group[0].symbol,) if group[0].symbol else (),
            kind_codes=() if group[0].symbol else (group[0].code,),
        )
        for group in alike.values()
    ]


def _numbered(kind: law.Kind, *, regime: str, on: date) -> bool:
    """Whether the regime has a form for the number of such a document."""
    return bool(kind.symbol or law.value("number.form", on=on, regime=regime).value["letter_without_unit"])


@transaction.atomic
def lay_out_series(
    *,
    issuer: Issuer,
    actor: Actor,
    on: date,
    groups: Mapping[str, Sequence[str]] | None = None,
    term: tuple[str, date] | None = None,
) -> list[Series]:
    """Make what is missing of an issuer's series, and their books of this year. Doing it twice makes nothing twice.

    `term` (name, first day) opens the running term of the new series; without it they take the term that the issuer's
    other series are in. Returns the new series. Raises PermissionDenied, RuleBroken as `create_series`, `open_term`.
    """
    access.require(actor, "series.edit", issuer)
    issuer = Issuer.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=issuer.pk)
    plans = planned(issuer, on=on, groups=groups)
    held = list(issuer.series.filter(closed_on=None))
    term = term or _running_term(issuer, on=on)
    kinds = law.kinds(regime=issuer.organisation.regime, on=on)
    made = [
        create_series(
            organisation=issuer.organisation,
            issuer=issuer,
            direction=plan.direction,
            name=_free_name(issuer, plan),
            kind_symbols=plan.kind_symbols,
            kind_codes=plan.kind_codes,
            actor=actor,
            on=on,
        )
        for plan in plans
        if not any(_counted(plan, series, kinds) for series in held)
    ]
    for series in made:
        if term and series.period == Period.TERM:
            open_term(series=series, name=term[0], starts_on=term[1], actor=actor, on=on)
    opened = _open_books(issuer, actor=actor, on=on)
    basis_held = basis("edit_series", on=on, regime=issuer.organisation.regime)
    details = {"series": len(made), "books": opened}
    audit.record(actor, events.SERIES_LAID_OUT, issuer, basis=basis_held.citations, details=details)
    return made


def _counted(plan: Planned, series: Series, kinds: Sequence[law.Kind]) -> bool:
    """Whether an open series already counts what is planned."""
    if series.direction != plan.direction:
        return False
    names_some = bool(plan.kind_symbols or plan.kind_codes)
    if plan.direction != Direction.OUTGOING or not names_some:
        return plan.direction != Direction.OUTGOING or not (series.kind_symbols or series.kind_codes)
    if not series.kind_symbols and not series.kind_codes:
        return False
    wanted = Series(kind_symbols=list(plan.kind_symbols), kind_codes=list(plan.kind_codes))
    return any(series_counts(wanted, kind) and series_counts(series, kind) for kind in kinds)


def _running_term(issuer: Issuer, *, on: date) -> tuple[str, date] | None:
    """The term of that day in a series of the issuer, or else of the organisation."""
    for series in (issuer.series.all(), Series.objects.filter(organisation=issuer.organisation)):
        for one in series.filter(period=Period.TERM, closed_on=None):
            running = one.periods.filter(starts_on__lte=on, ends_on=None).first()
            if running:
                return running.name, running.starts_on
    return None


def _free_name(issuer: Issuer, plan: Planned) -> str:
    """The planned name, with the issuer's symbol for any but the body itself; numbered when a former series has it."""
    name = plan.name if issuer.kind == IssuerKind.OWN else f"{plan.name} ({issuer.symbol})"
    used = set(
        Series.objects.filter(organisation=issuer.organisation, direction=plan.direction).values_list("name", flat=True)
    )
    spare = (f"{name} {count}" for count in range(2, len(used) + 3))
    return name if name not in used else next(one for one in spare if one not in used)


def _open_books(issuer: Issuer, *, actor: Actor, on: date) -> int:
    """Open this year's book of every open series that has none. Returns how many."""
    lacking = issuer.series.filter(closed_on=None).exclude(books__year=on.year).select_related("organisation")
    for series in lacking:
        title = BOOKS[Direction(series.direction)]
        name = title if series.name == NAMES[Direction(series.direction)] else f"{title}: {series.name}"
        open_book(series=series, name=name, year=on.year, actor=actor, on=on)
    return len(lacking)
