"""Numbers: lost by no rollback, one run a period, each accounted for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mocban.people.actor import system_actor
from mocban.people.choices import Role
from mocban.registry.choices import Direction, NumberState
from mocban.registry.models import Series
from mocban.registry.services import numbering
from mocban.registry.services.books import open_book
from mocban.registry.services.series import create_series
from mocban.registry.services.terms import open_term
from tests import steps
from tests.steps import refused
from tests.world import DAY, World


@pytest.mark.django_db
def test_a_number_whose_document_was_rolled_back_is_given_again(world: World) -> None:
    first = steps.registered(world)
    with transaction.atomic():
        assert steps.registered(world).number_value == 2
        transaction.set_rollback(True)
    assert (first.number_value, steps.registered(world).number_value) == (1, 2)


@pytest.mark.django_db
def test_the_first_number_of_a_year_is_one_and_the_old_year_goes_on_apart(world: World) -> None:
    steps.registered(world)
    series = world.office.incoming_book.series
    system = system_actor(world.office.organisation)
    book = open_book(series=series, name="Sổ năm sau", year=2027, actor=system, on=DAY)
    assert steps.registered(world, book=book, on=date(2027, 1, 4), arrived_on=date(2027, 1, 4)).number_value == 1
    assert steps.registered(world).number_value == 2
    assert [(period.name, period.last_number) for period in series.periods.all()] == [("2027", 1), ("2026", 2)]


@pytest.mark.django_db
def test_books_that_share_a_series_share_its_numbers(world: World) -> None:
    series = world.office.incoming_book.series
    second = open_book(
        series=series, name="Sổ đơn thư", year=2026, actor=system_actor(world.office.organisation), on=DAY
    )
    assert [steps.registered(world, book=book).number_value for book in (None, second, None)] == [1, 2, 3]
    assert numbering.next_number(series, on=DAY) == 4


@pytest.mark.django_db
def test_a_void_number_has_a_reason_and_is_not_given_again(world: World) -> None:
    series = world.office.incoming_book.series
    with refused("number.no_reason"):
        numbering.take_void(series=series, reason=" ", actor=world.clerk, on=DAY)
    with pytest.raises(PermissionDenied):
        numbering.take_void(series=series, reason="Ghi nhầm.", actor=world.chief, on=DAY)
    void = numbering.take_void(series=series, reason="Ghi nhầm.", actor=world.clerk, on=DAY)
    assert (void.value, void.state, void.reason) == (1, NumberState.VOID, "Ghi nhầm.")
    assert steps.registered(world).number_value == 2


def term_series(world: World) -> Series:
    return create_series(
        organisation=world.other.organisation,
        direction=Direction.OUTGOING,
        name="Nghị quyết",
        actor=system_actor(world.other.organisation),
        on=DAY,
    )


@pytest.mark.django_db
def test_a_term_is_opened_by_hand_and_ends_the_one_before(world: World) -> None:
    series, clerk = term_series(world), world.stranger
    with refused("series.no_term"):
        numbering.take(series, on=DAY, actor=clerk)
    open_term(series=series, name="2025–2030", starts_on=date(2025, 10, 16), actor=clerk, on=DAY)
    with refused("series.term_order"):
        open_term(series=series, name="lại", starts_on=date(2025, 10, 16), actor=clerk, on=DAY)
    with refused("series.no_term"):
        numbering.take(series, on=date(2025, 10, 15), actor=clerk)
    assert numbering.take(series, on=DAY, actor=clerk).value == 1
    open_term(series=series, name="2030–2035", starts_on=date(2030, 10, 20), actor=clerk, on=DAY)
    assert numbering.take(series, on=date(2030, 10, 19), actor=clerk).value == 2
    assert numbering.take(series, on=date(2030, 10, 20), actor=clerk).value == 1
    with pytest.raises(PermissionDenied):
        open_term(series=series, name="x", starts_on=date(2040, 1, 1), actor=world.other.actor(Role.OFFICER), on=DAY)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    starts=st.lists(st.integers(0, 4_000), min_size=1, max_size=4, unique=True),
    days=st.lists(st.integers(0, 5_000), min_size=1, max_size=12),
)
def test_whatever_the_terms_each_counts_its_own_days_from_one(world: World, starts: list[int], days: list[int]) -> None:
    """Every day lies in at most one term, and the numbers of a term are consecutive in the order they were taken."""
    first = date(2020, 1, 1)
    with transaction.atomic():
        series = term_series(world)
        begins = [first + timedelta(days=start) for start in sorted(starts)]
        for begin in begins:
            open_term(series=series, name=str(begin), starts_on=begin, actor=world.stranger, on=DAY)
        taken: dict[date, list[int]] = {begin: [] for begin in begins}
        for day in (first + timedelta(days=day) for day in days):
            if day < begins[0]:
                with refused("series.no_term"):
                    numbering.take(series, on=day, actor=world.stranger)
                continue
            term = max(begin for begin in begins if begin <= day)
            taken[term].append(numbering.take(series, on=day, actor=world.stranger).value)
        for values in taken.values():
            assert values == list(range(1, len(values) + 1))
        transaction.set_rollback(True)
