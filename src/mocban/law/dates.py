"""Days that follow from the law, and the printed date line."""

from __future__ import annotations

from datetime import date, timedelta

from mocban.law.calendars import calendar
from mocban.law.model import Held
from mocban.law.queries import value
from mocban.lib.days import add_working_days

_MONTHS_A_YEAR = 12


def due_on(day: date, limit: Held, *, regime: str) -> date:
    """Return the last day of a limit that starts on `day`. Raises ValueError when its unit is not one of time."""
    amount = int(limit.value)
    if limit.unit == "working_days":
        return add_working_days(day, amount, calendar(on=day, regime=regime))
    if limit.unit == "days":
        return day + timedelta(days=amount)
    if limit.unit == "months":
        return add_months(day, amount)
    if limit.unit == "years":
        return add_months(day, amount * _MONTHS_A_YEAR)
    raise ValueError(f"{limit.name} is not a span of time: {limit.unit}")


def add_months(day: date, number: int) -> date:
    """Return the same day `number` months later, or the last day of that month where it is shorter."""
    months = day.year * _MONTHS_A_YEAR + day.month - 1 + number
    first = date(months // _MONTHS_A_YEAR, months % _MONTHS_A_YEAR + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def dated_place(*, regime: str, place: str, day: date) -> str:
    """Return the printed place and date of a document, as "Lâm Sơn, ngày 03 tháng 02 năm 2026"."""
    form = value("form.date_cell", on=day, regime=regime).value
    return str(
        form["template"].format(
            place=place,
            day=_padded(day.day, form["pad_day_below"]),
            month=_padded(day.month, form["pad_month_below"]),
            year=day.year,
        )
    )


def _padded(number: int, below: int) -> str:
    return f"{number:02d}" if number < below else str(number)
