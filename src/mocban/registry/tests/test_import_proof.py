"""The proof of 100,000 rows: every number once, nothing lost; and its small twin."""

from __future__ import annotations

import time

import pytest

from mocban.audit.models import Event
from mocban.people.models import Grant
from mocban.registry.models import Incoming, Number
from tests.world import World

from . import old_registers as old

pytestmark = pytest.mark.django_db
HEADER = "Số đến;Ngày đến;Tác giả;Số, ký hiệu;Ngày tháng;Tên loại và trích yếu nội dung;Ghi chú"
YEARS = 10


def register(rows: int) -> bytes:
    """A .csv of so many rows over ten years, every thousandth with a letter, every 500th broken."""
    lines = [HEADER]
    each = rows // YEARS
    for place in range(rows):
        year, number = 2006 + place // each, place % each + 1
        day = f"{number % 28 + 1}/{number * 12 // (each + 1) + 1}/{year}" if place % 500 else "?"
        mark = "a" if number % 1000 == 7 else ""
        lines.append(f"{number}{mark};{day};Ủy ban nhân dân xã số {number % 90};{number}/UBND-VP;;Về việc số {number};")
    return "\n".join(lines).encode()


def prove(world: World, rows: int) -> float:
    """Import so many rows and look at everything that must have come of it; return the seconds."""
    started = time.perf_counter()
    held = old.entered(world, register(rows), name="so.csv")
    seconds = time.perf_counter() - started
    bad = rows // 500
    assert (held.counts["entered"], held.counts["bad"]) == (rows - bad, bad)
    own = Incoming.objects.filter(organisation=world.office.organisation)
    assert own.count() == rows - bad
    numbers = Number.objects.filter(period__series=world.office.incoming_book.series)
    assert numbers.count() == rows - bad
    assert numbers.exclude(mark="").count() == sum(n % 1000 == 7 for n in range(1, rows // YEARS + 1)) * YEARS
    assert Grant.objects.filter(object_type="registry.incoming").count() == 3 * (rows - bad)
    assert Event.objects.filter(verb="incoming.imported").count() == rows - bad
    assert {book.summary["entries"] for book in {one.book for one in own.select_related("book")}} <= set(range(rows))
    return seconds


def test_two_thousand_rows(world: World) -> None:
    prove(world, 2_000)


@pytest.mark.long
def test_import_of_a_hundred_thousand_rows(world: World) -> None:
    """About 3 minutes on two cores; prints the seconds."""
    print(f"100,000 rows in {prove(world, 100_000):.0f} s")
