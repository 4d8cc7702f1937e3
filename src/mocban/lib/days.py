"""Working-day arithmetic over a calendar that is given, never guessed: the days off are law data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
_ONE_DAY = timedelta(days=1)
_LONGEST_REST = 60  # days; a calendar with a longer gap is a mistake in the data, not a holiday


@dataclass(frozen=True)
class Calendar:
    """The days on which an office does not work.

    `weekend` holds weekday numbers (Monday is 0); `yearly` holds (month, day) of feasts fixed in the solar year;
    `holidays` single days off, compensation and exchanged days included; `exchanged` days worked although they fall
    on a weekend.
    """

    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    yearly: frozenset[tuple[int, int]] = frozenset()
    holidays: frozenset[date] = frozenset()
    exchanged: frozenset[date] = frozenset()

    @classmethod
    def of(
        cls,
        *,
        weekend: Iterable[int] = (SATURDAY, SUNDAY),
        yearly: Iterable[tuple[int, int]] = (),
        holidays: Iterable[date] = (),
        exchanged: Iterable[date] = (),
    ) -> Calendar:
        """Build a calendar from any iterables."""
        return cls(frozenset(weekend), frozenset(yearly), frozenset(holidays), frozenset(exchanged))


def is_working(day: date, calendar: Calendar) -> bool:
    """Say whether offices work on `day`."""
    if day in calendar.exchanged:
        return True
    return not (
        day.weekday() in calendar.weekend or day in calendar.holidays or (day.month, day.day) in calendar.yearly
    )


def next_working_day(day: date, calendar: Calendar) -> date:
    """Return the first working day after `day`.

    Raises ValueError when the calendar leaves none within sixty days.
    """
    candidate = day
    for _ in range(_LONGEST_REST):
        candidate += _ONE_DAY
        if is_working(candidate, calendar):
            return candidate
    raise ValueError("the calendar has no working day in the sixty days after the given one")


def add_working_days(day: date, number: int, calendar: Calendar) -> date:
    """Return the day `number` working days after `day`; 0 gives `day` itself, working or not.

    Raises ValueError when `number` is negative.
    """
    if number < 0:
        raise ValueError("working days are counted forward only")
    result = day
    for _ in range(number):
        result = next_working_day(result, calendar)
    return result
