"""Days as clerks type them: day first, the year left out, no separators, "." or "h" for today."""

from __future__ import annotations

import re
from datetime import date

_PARTS = re.compile(r"^(\d{1,2})[\s./-]+(\d{1,2})(?:[\s./-]+(\d{4}|\d{2}))?$")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_RUN = re.compile(r"^(\d{2})(\d{2})(\d{4}|\d{2})?$")
_TODAY = frozenset({".", "h", "hn", "hôm nay", "hom nay"})
_CENTURY = 100


def read_day(text: str, *, today: date) -> date | None:
    """Return the day that `text` (one cleaned line) names, or None when it names none.

    Read are 05/11/2026, 5.11.26, 5-11, 05112026, 051126, 0511, 2026-11-05, and "." or "h" for `today`. A year of two
    digits belongs to the century of `today`; without a year the one that brings the day nearest to `today` is meant.
    """
    typed = text.strip().casefold()
    if typed in _TODAY:
        return today
    if found := _ISO.match(typed):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    parts = _PARTS.match(typed) or _RUN.match(typed)
    if parts is None:
        return None
    day, month = int(parts[1]), int(parts[2])
    if parts[3] is None:
        return _nearest(day, month, today)
    year = int(parts[3])
    return _day(year if len(parts[3]) == 4 else today.year - today.year % _CENTURY + year, month, day)


def _nearest(day: int, month: int, today: date) -> date | None:
    """The day of the year before, this or the next, whichever is nearest to today."""
    found = [_day(year, month, day) for year in (today.year - 1, today.year, today.year + 1)]
    known = [one for one in found if one is not None]
    return min(known, key=lambda one: abs(one - today), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
