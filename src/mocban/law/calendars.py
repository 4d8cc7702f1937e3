"""The calendar of working days on a legal day, from the table of holidays."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from mocban.law.model import UNCONFIRMED
from mocban.law.queries import table, value
from mocban.lib.days import Calendar


@lru_cache(maxsize=64)
def calendar(*, on: date, regime: str) -> Calendar:
    """Return the working calendar as the law data of the day `on` knows it.

    Days off that are not confirmed count as working days: a duty then falls due earlier, never later.
    """
    rows = [row for row in table("holidays", regime=regime, on=on) if row["confidence"] != UNCONFIRMED]
    return Calendar.of(
        weekend=value("calendar.weekend", on=on, regime=regime).value,
        yearly=[_month_and_day(row["day"]) for row in rows if row["kind"] == "yearly"],
        holidays=[date.fromisoformat(row["day"]) for row in rows if row["kind"] == "off"],
        exchanged=[date.fromisoformat(row["day"]) for row in rows if row["kind"] == "worked"],
    )


def _month_and_day(cell: str) -> tuple[int, int]:
    month, day = cell.split("-")
    return int(month), int(day)
