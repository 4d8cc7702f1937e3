"""Books through their year: opened, locked, continued, closed with a summary, reopened with a reason."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied

from mocban.audit.selectors import history
from mocban.registry import book_selectors, rules
from mocban.registry.choices import BookKind, BookState, EnvelopeState, NumberState
from mocban.registry.models import Book, Number
from mocban.registry.services.books import (
    close_book,
    continue_volume,
    lock_book,
    open_book,
    open_log,
    open_year,
    reopen_book,
)
from mocban.registry.services.numbering import take, take_void
from tests import steps
from tests.world import DAY, World

pytestmark = pytest.mark.django_db


def incoming_book(world: World) -> Book:
    """As it stands now: the world's own object lives as long as the module."""
    return Book.objects.select_related("series__organisation", "organisation").get(pk=world.office.incoming_book.pk)


@pytest.mark.parametrize(
    ("table", "states", "following"),
    [
        (rules.BOOK_TRANSITIONS, BookState, rules.next_book),
        (rules.ENVELOPE_TRANSITIONS, EnvelopeState, rules.next_envelope),
    ],
)
def test_every_illegal_pair_is_refused(table: dict, states: type, following: object) -> None:
    verbs = {verb for _state, verb in table}
    for state, verb in product(states, verbs):
        if (state, verb) in table:
            assert following(state, verb) == table[(state, verb)]  # type: ignore[operator]
        else:
            with steps.refused("registry.wrong_state"):
                following(state, verb)  # type: ignore[operator]


def test_a_log_has_no_series_and_a_register_has_one(world: World) -> None:
    own = {"organisation": world.office.organisation, "year": 2026, "actor": world.clerk, "on": DAY}
    book = open_log(kind=BookKind.HANDOVER, name="Sổ chuyển giao", **own)
    assert (book.series, book.kind, book.volume, book.opened_on) == (None, BookKind.HANDOVER, 1, DAY)
    with steps.refused("book.exists"):
        open_log(kind=BookKind.HANDOVER, name="Sổ chuyển giao", **own)
    with steps.refused("book.needs_series"):
        open_log(kind=BookKind.OUTGOING, name="Sổ đi", **own)
    with pytest.raises(PermissionDenied):
        open_log(kind=BookKind.POST, name="Sổ bưu điện", **{**own, "actor": world.officer})


def test_the_next_volume_takes_over_and_the_numbers_run_on(world: World) -> None:
    book = incoming_book(world)
    steps.registered(world, book=incoming_book(world), files=())
    second = continue_volume(book=book, actor=world.clerk, on=DAY)
    book.refresh_from_db()
    assert (book.state, second.volume, second.state, second.series_id) == ("locked", 2, "open", book.series_id)
    with steps.refused("book.locked"):
        steps.registered(world, book=incoming_book(world), files=())
    entry = steps.registered(world, book=second, files=())
    assert entry.number_value == 2
    counts = book_selectors.counted([book, second])
    assert (counts[book.pk].first, counts[book.pk].last) == (1, 1)
    assert (counts[second.pk].first, counts[second.pk].last) == (2, 2)
    for again in (continue_volume, lambda **given: reopen_book(reason="Ghi thiếu", **given)):
        with steps.refused("book.later_volume"):
            again(book=book, actor=world.clerk, on=DAY)
    with steps.refused("book.wrong_year"):
        continue_volume(book=second, actor=world.clerk, on=date(2027, 1, 4))


def test_a_closed_book_says_what_it_holds(world: World) -> None:
    book = incoming_book(world)
    series = book.series
    steps.registered(world, book=incoming_book(world))
    steps.registered(world, book=incoming_book(world), files=())
    take_void(series=series, reason="In hỏng", actor=world.clerk, on=DAY)
    closed = close_book(book=book, actor=world.clerk, on=DAY)
    assert closed.closed_on == DAY
    assert closed.summary == {
        "first": 1,
        "last": 2,
        "entries": 2,
        "unfinished": 2,
        "void": 1,
        "reserved": 0,
        "elsewhere": 0,
        "without_file": 1,
        "printed": 0,
    }
    assert "2 dòng, từ số 1 đến số 2" in [entry.sentence for entry in history(closed)][-1]
    with steps.refused("book.locked"):
        steps.registered(world, book=incoming_book(world), files=())
    with steps.refused("registry.wrong_state"):
        close_book(book=book, actor=world.clerk, on=DAY)


def test_the_numbers_without_a_document_belong_to_the_volume_during_which_they_fell(world: World) -> None:
    book = incoming_book(world)
    series = book.series
    steps.registered(world, book=incoming_book(world), files=())
    take_void(series=series, reason="In hỏng", actor=world.clerk, on=DAY)
    second = continue_volume(book=book, actor=world.clerk, on=DAY)
    steps.registered(world, book=second, files=())
    for _twice in range(2):
        take_void(series=series, reason="In hỏng", actor=world.clerk, on=DAY)
    # A number that fell between the volumes stands in the summary of both.
    assert book_selectors.summary_of(book).void == 1
    assert book_selectors.summary_of(second).void == 3


def test_a_book_with_a_reserved_number_is_not_closed(world: World) -> None:
    book = steps.outgoing_book(world)
    number = take(book.series, on=DAY, actor=world.clerk)
    Number.objects.filter(pk=number.pk).update(state=NumberState.RESERVED, expires_on=DAY)
    with steps.refused("book.reserved_numbers"):
        close_book(book=book, actor=world.clerk, on=DAY)
    Number.objects.filter(pk=number.pk).update(state=NumberState.VOID, reason="Không dùng")
    assert close_book(book=book, actor=world.clerk, on=DAY).summary["void"] == 1


def test_a_book_reopens_with_a_reason_that_the_trail_keeps(world: World) -> None:
    book = incoming_book(world)
    close_book(book=book, actor=world.clerk, on=DAY)
    with steps.refused("book.no_reason"):
        reopen_book(book=book, reason="  ", actor=world.clerk, on=DAY)
    with pytest.raises(PermissionDenied):
        reopen_book(book=book, reason="Ghi thiếu", actor=world.officer, on=DAY)
    again = reopen_book(book=book, reason="Ghi thiếu một văn bản", actor=world.chief, on=DAY)
    assert (again.state, again.closed_on, again.summary) == ("open", None, {})
    assert "Lý do: Ghi thiếu một văn bản" in [entry.sentence for entry in history(again)][-1]
    assert steps.registered(world, book=incoming_book(world), files=()).number_value == 1
    with steps.refused("registry.wrong_state"):
        reopen_book(book=book, reason="Lần nữa", actor=world.clerk, on=DAY)


def test_the_books_of_the_next_year_open_at_once(world: World) -> None:
    organisation = world.office.organisation
    own = {"organisation": organisation, "actor": world.clerk, "on": date(2026, 12, 30)}
    open_log(kind=BookKind.POST, name="Sổ bưu điện", year=2026, **own)
    continue_volume(book=incoming_book(world), actor=world.clerk, on=DAY)
    before = set(Book.objects.filter(organisation=organisation, year=2026).values_list("kind", "name", "series"))
    made = open_year(year=2027, **own)
    assert {(book.kind, book.name, book.series_id) for book in made} == before
    assert {(book.year, book.volume, book.state) for book in made} == {(2027, 1, "open")}
    with steps.refused("book.nothing_to_open"):
        open_year(year=2027, **own)
    with steps.refused("book.far_year"):
        open_year(year=2028, **own)
    with steps.refused("book.wrong_year"):
        steps.registered(world, book=next(book for book in made if book.kind == "incoming"), files=())


def test_a_closed_series_gets_no_book_of_the_next_year(world: World) -> None:
    series = incoming_book(world).series
    series.closed_on = date(2026, 12, 31)
    series.save(update_fields=["closed_on"])
    made = open_year(organisation=world.office.organisation, year=2027, actor=world.clerk, on=DAY)
    assert "incoming" not in {book.kind for book in made}


def test_a_locked_book_is_locked_once(world: World) -> None:
    book = open_book(series=incoming_book(world).series, name="Sổ phụ", year=2026, actor=world.clerk, on=DAY)
    lock_book(book=book, actor=world.clerk, on=DAY)
    with steps.refused("registry.wrong_state"):
        lock_book(book=book, actor=world.clerk, on=DAY)
