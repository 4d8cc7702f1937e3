"""Periods of a report: a year, a quarter, a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MONTHS = 12
MONTHS_A_QUARTER = 3

PARTS: list[tuple[str, Any]] = [
    ("", gettext_lazy("Cả năm")),
    ("q1", gettext_lazy("Quý I")),
    ("q2", gettext_lazy("Quý II")),
    ("q3", gettext_lazy("Quý III")),
    ("q4", gettext_lazy("Quý IV")),
    ("m1", gettext_lazy("Tháng 1")),
    ("m2", gettext_lazy("Tháng 2")),
    ("m3", gettext_lazy("Tháng 3")),
    ("m4", gettext_lazy("Tháng 4")),
    ("m5", gettext_lazy("Tháng 5")),
    ("m6", gettext_lazy("Tháng 6")),
    ("m7", gettext_lazy("Tháng 7")),
    ("m8", gettext_lazy("Tháng 8")),
    ("m9", gettext_lazy("Tháng 9")),
    ("m10", gettext_lazy("Tháng 10")),
    ("m11", gettext_lazy("Tháng 11")),
    ("m12", gettext_lazy("Tháng 12")),
]


@dataclass(frozen=True)
class Period:
    """First and last day, both included."""

    since: date
    until: date
    year: int
    part: str

    @property
    def label(self) -> str:
        name = dict(PARTS)[self.part]
        return _("%(part)s %(year)d") % {"part": name, "year": self.year} if self.part else str(self.year)


def period(year: int, part: str = "") -> Period:
    """Return the period of that year: all of it, a quarter "q1"…"q4", or a month "m1"…"m12"."""
    if not part:
        first, months = 1, MONTHS
    elif part.startswith("q"):
        first, months = (int(part[1:]) - 1) * MONTHS_A_QUARTER + 1, MONTHS_A_QUARTER
    else:
        first, months = int(part[1:]), 1
    since = date(year, first, 1)
    following = date(year + (first + months - 1) // MONTHS, (first + months - 1) % MONTHS + 1, 1)
    return Period(since, following - timedelta(days=1), year, part)
