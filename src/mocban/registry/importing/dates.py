"""Days as old registers write them: real dates, typed dates in every order, words, and the bare serial of a sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_TYPED = re.compile(r"(\d{1,2})\s*[/\-.,\s]\s*(\d{1,2})\s*[/\-.,\s]\s*(\d{4}|\d{2})")
_SHORT = re.compile(r"(\d{1,2})\s*[/\-.]\s*(\d{1,2})")
_WORDS = re.compile(r"(?:ngày\s*)?(\d{1,2})\s*tháng\s*(\d{1,2})\s*(?:năm\s*(\d{4}|\d{2}))?", re.IGNORECASE)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_EPOCH = date(1899, 12, 30)  # day 0 of the 1900 system, its false leap day counted
_MAC_OFFSET = 1462  # days between the 1904 system and the 1900 one
_SERIALS = range(16_438, 73_051)  # 1945 to 2099
CENTURY_TURNS = 70  # 69 is 2069, 70 is 1970


@dataclass(frozen=True)
class ReadDay:
    """A day, and whether it was read with some doubt ("swapped": month first; "serial": a bare number)."""

    day: date
    doubt: str = ""


def read_day(text: str, *, year: int = 0, from_1904: bool = False) -> ReadDay | None:
    """Read a day, day before month. `year` completes one that is written without it; None for what is no day."""
    text = text.strip()
    if found := _ISO.fullmatch(text):
        return _made(int(found[3]), int(found[2]), int(found[1]))
    if found := _TYPED.fullmatch(text):
        return _made(int(found[1]), int(found[2]), _full_year(found[3]))
    if found := _WORDS.fullmatch(text):
        return _made(int(found[1]), int(found[2]), _full_year(found[3]) if found[3] else year)
    if year and (found := _SHORT.fullmatch(text)):
        return _made(int(found[1]), int(found[2]), year)
    if _SERIAL.fullmatch(text):
        serial = int(float(text)) + (_MAC_OFFSET if from_1904 else 0)
        return ReadDay(_EPOCH + timedelta(days=serial), "serial") if serial in _SERIALS else None
    return None


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < CENTURY_TURNS else 1900)


def _made(day: int, month: int, year: int) -> ReadDay | None:
    swapped = month > 12 >= day
    if swapped:
        day, month = month, day
    try:
        return ReadDay(date(year, month, day), "swapped" if swapped else "")
    except ValueError:
        return None
