from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocban.lib import days

PLAIN = days.Calendar.of(
    yearly=[(4, 30), (5, 1)], holidays=[date(2025, 5, 2)], exchanged=[date(2025, 4, 26)]
)  # the exchange of spring 2025


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2025, 4, 25), True),
        (date(2025, 4, 26), True),
        (date(2025, 4, 27), False),
        (date(2025, 4, 30), False),
        (date(2025, 5, 2), False),
        (date(2026, 5, 1), False),
        (date(2026, 4, 25), False),
    ],
)
def test_feasts_weekends_and_exchanged_days(day: date, working: bool) -> None:
    assert days.is_working(day, PLAIN) is working


def test_the_next_working_day_skips_the_whole_rest() -> None:
    assert days.next_working_day(date(2025, 4, 29), PLAIN) == date(2025, 5, 5)
    assert days.next_working_day(date(2025, 4, 25), PLAIN) == date(2025, 4, 26)


def test_nothing_added_is_the_same_day_even_on_a_sunday() -> None:
    assert days.add_working_days(date(2025, 4, 27), 0, PLAIN) == date(2025, 4, 27)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 40), st.integers(0, 40))
def test_adding_in_two_steps_is_adding_at_once(day: date, first: int, second: int) -> None:
    at_once = days.add_working_days(day, first + second, PLAIN)
    assert days.add_working_days(days.add_working_days(day, first, PLAIN), second, PLAIN) == at_once


def test_counting_backward_is_refused() -> None:
    with pytest.raises(ValueError, match="forward"):
        days.add_working_days(date(2025, 4, 27), -1, PLAIN)


def test_a_calendar_without_working_days_is_refused() -> None:
    never = days.Calendar.of(weekend=range(7))
    with pytest.raises(ValueError, match="no working day"):
        days.next_working_day(date(2025, 1, 1) + timedelta(days=1), never)
