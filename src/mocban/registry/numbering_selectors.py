"""Reads for the set-up of numbers: issuers with their series, running periods and this year's books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from mocban.people.actor import Actor

from .choices import IssuerKind, Period
from .models import Book, Issuer, Series, SeriesPeriod


@dataclass(frozen=True)
class SeriesLine:
    """A series with the period of the day and the books of the year."""

    series: Series
    period: SeriesPeriod | None
    books: list[Book]


@dataclass(frozen=True)
class IssuerCard:
    """An issuer with its open series, and how many it has closed."""

    issuer: Issuer
    lines: list[SeriesLine]
    closed: int

    @property
    def waits_for_term(self) -> bool:
        """Whether a series counts by term or congress and none runs."""
        return any(line.period is None and line.series.period != Period.CALENDAR_YEAR for line in self.lines)

    @property
    def by_term(self) -> bool:
        return any(line.series.period != Period.CALENDAR_YEAR for line in self.lines)


def period_of(periods: list[SeriesPeriod], on: date) -> SeriesPeriod | None:
    """The period that holds the day."""
    return next((one for one in periods if one.starts_on <= on and (one.ends_on is None or on <= one.ends_on)), None)


def issuer_cards(actor: Actor, *, on: date) -> list[IssuerCard]:
    """Every issuer of the registry, the organisation itself first. Four queries, however many there are."""
    books = Prefetch("books", Book.objects.filter(year=on.year).order_by("name", "volume"), to_attr="books_now")
    series = Series.objects.order_by("direction", "name").prefetch_related("periods", books)
    found = Issuer.objects.visible_to(actor).prefetch_related(Prefetch("series", series))
    cards = []
    for issuer in sorted(found, key=lambda one: (one.closed_on is not None, one.kind != IssuerKind.OWN)):
        every = list(issuer.series.all())
        lines = [
            SeriesLine(one, period_of(list(one.periods.all()), on), list(one.books_now))
            for one in every
            if not one.closed_on
        ]
        cards.append(IssuerCard(issuer, lines, len(every) - len(lines)))
    return cards


def counted(series: Series, names: dict[str, str]) -> str:
    """What a series counts, in words; empty where it counts everything. `names` are the kinds by code."""
    return ", ".join([*series.kind_symbols, *(names.get(code, code) for code in series.kind_codes)])


def series_facts(series: Series) -> dict[str, Any]:
    """The periods, newest first, and the books of one series."""
    return {
        "periods": list(series.periods.order_by("-starts_on")),
        "books": list(series.books.order_by("-year", "name", "volume")),
    }
