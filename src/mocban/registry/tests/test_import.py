"""Old registers in: tried out, corrected, entered; numbers kept, nothing twice, nothing lost."""

from __future__ import annotations

from datetime import date

import pytest

from mocban.registry.choices import BookState, ImportState, IncomingStatus
from mocban.registry.models import Incoming, Number, SeriesPeriod
from tests.world import World

from . import old_registers as old

pytestmark = pytest.mark.django_db


def test_an_old_register_is_entered_with_its_own_numbers(world: World) -> None:
    data = old.workbook(
        [old.incoming_row(1), old.incoming_row(2), old.incoming_row("3a"), old.incoming_row("007", note="Bản giấy")],
        titles=["SỔ ĐĂNG KÝ VĂN BẢN ĐẾN NĂM 2016"],
    )
    held = old.entered(world, data)
    assert (held.state, held.counts["entered"], held.counts["bad"]) == (ImportState.DONE, 4, 0), old.problems(held)
    entries = list(Incoming.objects.filter(organisation=world.office.organisation).order_by("number_value"))
    assert [(one.number.value, one.number.mark) for one in entries] == [(1, ""), (2, ""), (3, "a"), (7, "")]
    assert {one.status for one in entries} == {IncomingStatus.FORMER}
    assert entries[0].arrived_on == date(2016, 1, 5)
    assert entries[3].document.description == "Bản giấy"
    period = SeriesPeriod.objects.get(pk=entries[0].number.period_id)
    assert (period.name, period.last_number) == ("2016", 7)
    book = entries[0].book
    assert (book.year, book.state, book.summary["entries"]) == (2016, BookState.CLOSED, 4)
    assert Number.objects.filter(period=period).count() == 4
