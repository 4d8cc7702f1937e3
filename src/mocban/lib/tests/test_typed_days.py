"""Days as clerks type them."""

from __future__ import annotations

from datetime import date

import pytest

from mocban.lib.typed_days import read_day

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("05/11/2026", date(2026, 11, 5)),
        ("5.11.2026", date(2026, 11, 5)),
        ("5-11-2026", date(2026, 11, 5)),
        ("5/11", date(2026, 11, 5)),
        ("5 11", date(2026, 11, 5)),
        ("0511", date(2026, 11, 5)),
        ("05112026", date(2026, 11, 5)),
        ("051126", date(2026, 11, 5)),
        ("5/11/26", date(2026, 11, 5)),
        ("2026-11-05", date(2026, 11, 5)),
        (".", TODAY),
        ("h", TODAY),
        ("Hôm nay", TODAY),
    ],
)
def test_a_day_is_read_day_first(typed: str, day: date) -> None:
    assert read_day(typed, today=TODAY) == day


@pytest.mark.parametrize(
    ("typed", "today", "day"),
    [
        ("28/12", date(2027, 1, 3), date(2026, 12, 28)),
        ("15/1", date(2026, 12, 20), date(2027, 1, 15)),
        ("29/2", date(2027, 3, 1), date(2028, 2, 29)),
    ],
)
def test_a_day_without_a_year_is_the_nearest_one(typed: str, today: date, day: date) -> None:
    assert read_day(typed, today=today) == day


@pytest.mark.parametrize("typed", ["", "31/02/2026", "13/13", "5", "511", "5/11/2026/1", "mai", "00/00", "32132026"])
def test_what_is_no_day_is_none(typed: str) -> None:
    assert read_day(typed, today=TODAY) is None
