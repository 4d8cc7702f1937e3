"""Reading dates, times and numbers as senders really write them, noting each oddity instead of failing."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from . import names
from .model import Oddity

_YEAR_FIRST = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})")
_NUMBER = re.compile(r"-?\d{1,9}")
_RAW_LENGTH = 200


class Notes:
    """Collects oddities while a packet is read."""

    def __init__(self) -> None:
        self._noted: list[Oddity] = []

    def add(self, code: str, where: str = "", raw: str = "") -> None:
        self._noted.append(Oddity(code, where, raw[:_RAW_LENGTH]))

    def all(self) -> tuple[Oddity, ...]:
        return tuple(self._noted)


def day(text: str, where: str, notes: Notes) -> date | None:
    """Read `yyyy/MM/dd`; accept `dd/MM/yyyy` with a note; note and drop anything else, impossible days included."""
    if not text:
        return None
    year_first, day_first = _YEAR_FIRST.fullmatch(text), _DAY_FIRST.fullmatch(text)
    try:
        if year_first:
            return date(*(int(part) for part in year_first.groups()))
        if day_first:
            found = date(*(int(part) for part in reversed(day_first.groups())))
            notes.add("date_order", where, text)
            return found
    except ValueError:
        pass  # 30 February and its like: noted below
    notes.add("date_unreadable", where, text)
    return None


def moment(text: str, where: str, notes: Notes) -> datetime | None:
    """Read `yyyy/MM/dd HH:mm:ss` as Vietnam time."""
    if not text or text == "null":
        return None
    first, _space, clock = text.partition(" ")
    read_day, read_clock = day(first, where, notes), _CLOCK.fullmatch(clock)
    if read_day is None:
        return None
    try:
        if read_clock:
            hour, minute, second = (int(part) for part in read_clock.groups())
            zone = ZoneInfo(names.TIME_ZONE)
            return datetime(read_day.year, read_day.month, read_day.day, hour, minute, second, tzinfo=zone)
    except ValueError:
        pass  # hour 25 and its like: noted below
    notes.add("time_unreadable", where, text)
    return None


def number(text: str, where: str, notes: Notes) -> int | None:
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        notes.add("number_unreadable", where, text)
        return None
    return int(text)


def flag(text: str) -> bool:
    return text.lower() in {"1", "true"}
