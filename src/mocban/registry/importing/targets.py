"""Where the numbers of an old register belong: series, counting period, book; and which numbers are taken already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from mocban.law import Kind

from .. import rules
from ..choices import Direction, NumberState, Period
from ..models import Number, RegisterImport, Series, SeriesPeriod
from .rows import Entry


@dataclass(frozen=True)
class Target:
    """The period of a series that a number falls into; the period of a calendar year may not exist yet."""

    series: Series
    period: SeriesPeriod | None
    year: int

    @property
    def by_term(self) -> bool:
        return self.series.period != Period.CALENDAR_YEAR and self.period is not None

    @property
    def key(self) -> str:
        """The same for all entries of one counting period."""
        place = self.period.pk if self.by_term and self.period else self.year
        return f"{self.series.pk}/{place}"

    @property
    def name(self) -> str:
        return self.period.name if self.by_term and self.period else _("năm %d") % self.year


class Targets:
    """Finds the target of an entry, and knows the numbers that the register holds in it."""

    def __init__(self, register_import: RegisterImport, kinds: dict[str, Kind]) -> None:
        self._import = register_import
        self._kinds = kinds
        own = Series.objects.filter(
            organisation_id=register_import.organisation_id, direction=Direction(register_import.direction)
        )
        self._series = [register_import.series] if register_import.series else list(own.order_by("closed_on", "name"))
        self._periods: dict[UUID, list[SeriesPeriod]] = {}
        self._taken: dict[str, dict[tuple[int, str], str]] = {}

    def find(self, entry: Entry) -> Target | str:
        """The target, or a sentence that says why there is none."""
        series = self._series_of(entry)
        if series is None:
            return _("Cơ quan chưa có hệ thống số cho loại “%s”. Hãy lập ở trang Hệ thống số.") % (
                entry.document.kind_name
            )
        if self._import.period_id and self._import.period and self._import.period.series_id == series.pk:
            return self._within(series, self._import.period, entry)
        periods = self._periods_of(series)
        if series.period == Period.CALENDAR_YEAR:
            held = next((one for one in periods if one.starts_on == date(entry.year, 1, 1)), None)
            return Target(series, held, entry.year)
        held = next(
            (
                one
                for one in periods
                if one.starts_on <= entry.day and (one.ends_on is None or entry.day <= one.ends_on)
            ),
            None,
        )
        if held is None:
            return _("Ngày %(day)s không thuộc nhiệm kỳ nào đã khai của “%(series)s”. Hãy khai nhiệm kỳ cũ trước.") % {
                "day": entry.day.strftime("%d/%m/%Y"),
                "series": series.name,
            }
        return Target(series, held, entry.day.year)

    def taken(self, target: Target) -> dict[tuple[int, str], str]:
        """The numbers of the target that the register holds, with what became of each."""
        if target.key not in self._taken:
            found = Number.objects.filter(period=target.period) if target.period else Number.objects.none()
            self._taken[target.key] = {
                (value, mark): state for value, mark, state in found.values_list("value", "mark", "state")
            }
        return self._taken[target.key]

    def _series_of(self, entry: Entry) -> Series | None:
        """The chosen series; without one, the one that names the kind, else the one that counts all."""
        if self._import.series:
            return self._import.series
        kind = self._kinds[entry.document.kind_code]
        counting = [series for series in self._series if rules.series_counts(series, kind)]
        naming = [series for series in counting if series.kind_symbols or series.kind_codes]
        return next(iter([*naming, *counting]), None)

    def _within(self, series: Series, period: SeriesPeriod, entry: Entry) -> Target | str:
        if entry.day < period.starts_on or (period.ends_on is not None and entry.day > period.ends_on):
            return _("Ngày %(day)s không thuộc kỳ đánh số đã chọn (%(period)s).") % {
                "day": entry.day.strftime("%d/%m/%Y"),
                "period": period.name,
            }
        return Target(series, period, entry.day.year)

    def _periods_of(self, series: Series) -> list[SeriesPeriod]:
        if series.pk not in self._periods:
            self._periods[series.pk] = list(series.periods.all())
        return self._periods[series.pk]


def taken_sentence(label: str, target: Target, state: str) -> str:
    """Why a number cannot be entered: the register has it already."""
    if state == NumberState.USED:
        return _("Số %(number)s (%(period)s) đã có trong sổ.") % {"number": label, "period": target.name}
    return _("Số %(number)s (%(period)s) đã được ghi trong sổ theo dõi số: %(state)s.") % {
        "number": label,
        "period": target.name,
        "state": NumberState(state).label,
    }
