"""Every way in which a number leaves the counter, and what the ledger says of it afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from mocban.audit.models import Event
from mocban.lib.errors import Stale
from mocban.people.actor import system_actor
from mocban.people.choices import Role
from mocban.people.services import set_setting
from mocban.records.services import DocumentFields
from mocban.registry.choices import NumberState, OutgoingOrigin, OutgoingStatus
from mocban.registry.ledger import MISSING, ledger_page, ledger_rows, ledger_summary
from mocban.registry.models import Number, Series, SeriesPeriod
from mocban.registry.services import numbering
from mocban.registry.services.cancelling import cancel_outgoing
from mocban.registry.services.issuing import take_outgoing_number
from mocban.registry.services.late import LateDocument, enter_late_outgoing
from mocban.registry.tasks import void_expired_numbers
from mocban.registry.tests import copying
from tests import steps
from tests.steps import refused
from tests.world import DAY, World

pytestmark = pytest.mark.django_db
SOON = DAY + timedelta(days=3)


def outgoing_series(world: World) -> Series:
    return steps.outgoing_book(world).series


def allow_reserving(world: World, until: date = date(2026, 12, 31)) -> None:
    """The department's own rule, which departs from NĐ 30."""
    organisation = world.office.organisation
    set_setting(
        organisation=organisation,
        name="number.reserve_before_signature",
        value="true",
        citation="Quy chế văn thư, Điều 9",
        valid_from=DAY,
        reason="Đang chuyển sang ký số",
        until=until,
        actor=system_actor(organisation),
    )


def reserved(world: World, **changes: Any) -> Number:
    given = {"series": outgoing_series(world), "reason": "Công văn đang trình", "expires_on": SOON}
    return numbering.reserve(**{**given, "actor": world.clerk, "on": DAY, **changes})


def test_nothing_is_reserved_unless_the_body_set_it_for_itself(world: World) -> None:
    with refused("number.reserve_off") as refusal:
        reserved(world)
    assert "Điều 14 và Điều 15" in refusal.value.citation
    allow_reserving(world)
    number = reserved(world)
    assert (number.value, number.state, number.expires_on) == (1, NumberState.RESERVED, SOON)
    assert Event.objects.filter(verb="number.reserved").last().basis == ["Quy chế văn thư, Điều 9"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": " "}, "number.no_reason"),
        ({"expires_on": DAY - timedelta(days=1)}, "number.expiry"),
        ({"expires_on": date(2026, 12, 1)}, "number.expiry"),
        ({"on": date(2026, 12, 1), "expires_on": date(2026, 12, 2)}, "number.reserve_off"),
    ],
)
def test_a_reservation_has_a_reason_and_ends_with_the_setting(world: World, changes: Any, code: str) -> None:
    allow_reserving(world, until=date(2026, 11, 30))
    with refused(code):
        reserved(world, **changes)
    with refused("number.reserve_direction"):
        reserved(world, series=world.office.incoming_book.series)
    with pytest.raises(PermissionDenied):
        reserved(world, actor=world.leader)


def test_only_the_last_reserved_number_is_given_back_and_only_today(world: World) -> None:
    allow_reserving(world)
    first, second = reserved(world), reserved(world)
    for number, on in ((first, DAY), (second, DAY + timedelta(days=1))):
        with refused("number.not_last"):
            numbering.give_back(number=number, actor=world.clerk, on=on)
    numbering.give_back(number=second, actor=world.clerk, on=DAY)
    assert Event.objects.filter(verb="number.given_back").last().details == {"number": 2}
    with pytest.raises(Stale):
        numbering.give_back(number=Number(pk=second.pk, period=second.period), actor=world.clerk, on=DAY)
    again = reserved(world)
    assert again.value == 2
    numbering.give_back(number=again, actor=world.clerk, on=DAY)
    numbering.give_back(number=first, actor=world.clerk, on=DAY)
    assert numbering.next_number(outgoing_series(world), on=DAY) == 1


def test_a_reserved_number_becomes_void_with_a_reason_and_a_void_one_stays(world: World) -> None:
    allow_reserving(world)
    number = reserved(world)
    with refused("number.no_reason"):
        numbering.void(number=number, reason="", actor=world.clerk, on=DAY)
    assert numbering.void(number=number, reason="Không ban hành", actor=world.clerk, on=DAY).state == NumberState.VOID
    with refused("registry.wrong_state"):
        numbering.void(number=number, reason="Lần nữa", actor=world.clerk, on=DAY)
    with refused("registry.wrong_state"):
        numbering.void(number=steps.registered(world).number, reason="Nhầm", actor=world.clerk, on=DAY)


def test_a_reservation_whose_day_is_over_becomes_void_by_itself(world: World, time_machine: Any) -> None:
    allow_reserving(world)
    number, later = reserved(world), reserved(world, expires_on=SOON + timedelta(days=1))
    assert void_expired_numbers(timestamp=0) == 0
    time_machine.move_to("2026-11-08T05:00:00Z")
    assert [void_expired_numbers(timestamp=0) for _time in range(2)] == [1, 0]
    number.refresh_from_db()
    later.refresh_from_db()
    assert (number.state, number.reason) == (NumberState.VOID, "Hết hạn giữ số ngày 07/11/2026.")
    assert later.state == NumberState.RESERVED


def test_a_signed_document_takes_the_number_reserved_for_it(world: World, keys: None) -> None:
    allow_reserving(world)
    number = reserved(world)
    signed, book = steps.signed(world), steps.outgoing_book(world)
    assert numbering.next_number(book.series, on=DAY) == 2
    numbered = take_outgoing_number(outgoing=signed, book=book, reserved=number, actor=world.clerk, on=DAY)
    number.refresh_from_db()
    assert (numbered.number_value, number.state) == (1, NumberState.USED)
    assert numbered.document.printed_code.startswith("01/")
    assert take_outgoing_number(outgoing=steps.signed(world), book=book, actor=world.clerk, on=DAY).number_value == 2


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda number: {"state": NumberState.VOID, "reason": "x"}, "registry.wrong_state"),
        (lambda number: {"expires_on": DAY - timedelta(days=1)}, "number.expired"),
        (lambda number: {"period": other_period(number)}, "number.other_period"),
    ],
)
def test_a_reserved_number_that_is_over_is_not_taken(world: World, keys: None, spoil: Any, code: str) -> None:
    allow_reserving(world)
    number = reserved(world)
    Number.objects.filter(pk=number.pk).update(**spoil(number))
    with refused(code):
        take_outgoing_number(
            outgoing=steps.signed(world), book=steps.outgoing_book(world), reserved=number, actor=world.clerk, on=DAY
        )


def other_period(number: Number) -> SeriesPeriod:
    return SeriesPeriod.objects.create(
        series=number.period.series, name="2025", starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31), last_number=1
    )


def test_a_number_used_in_the_secret_register_stands_without_content(world: World) -> None:
    series = next(iter(world.other.outgoing_books.values())).series
    with pytest.raises(PermissionDenied):
        numbering.record_elsewhere(series=series, actor=world.clerk, on=DAY)
    number = numbering.record_elsewhere(series=series, actor=world.stranger, on=DAY)
    assert (number.state, number.reason) == (NumberState.ELSEWHERE, "")
    with refused("number.no_elsewhere"):
        numbering.record_elsewhere(series=outgoing_series(world), actor=world.clerk, on=DAY)
    with refused("number.no_elsewhere"):
        numbering.record_elsewhere(series=world.other.incoming_book.series, actor=world.stranger, on=DAY)


def test_a_cancelled_document_leaves_a_void_number_and_keeps_its_papers(world: World, keys: None) -> None:
    outgoing = steps.numbered(world)
    with refused("number.no_reason"):
        cancel_outgoing(outgoing=outgoing, reason=" ", actor=world.clerk, on=DAY)
    with pytest.raises(PermissionDenied):
        cancel_outgoing(outgoing=outgoing, reason="Sai thể thức", actor=world.leader, on=DAY)
    cancelled = cancel_outgoing(outgoing=outgoing, reason="Sai thể thức", actor=world.clerk, on=DAY)
    number = Number.objects.get(pk=outgoing.number_id)
    assert (cancelled.status, number.state, number.reason) == (
        OutgoingStatus.CANCELLED,
        NumberState.VOID,
        "Sai thể thức",
    )
    assert list(cancelled.document.parts.order_by("added_at").values_list("role", flat=True)) == [
        "draft",
        "prepared",
        "signed",
    ]
    [row] = ledger_rows(number.period, world.clerk)
    assert (row.state, row.document_code, row.reason) == ("void", outgoing.document.printed_code, "Sai thể thức")
    with refused("registry.wrong_state"):
        cancel_outgoing(outgoing=steps.issued(world), reason="Muộn rồi", actor=world.clerk, on=DAY)


def late(world: World, **changes: Any) -> LateDocument:
    fields = steps.fields(world.office)
    document = DocumentFields(kind_code=fields.kind_code, kind_name=fields.kind_name, subject="Về việc trực bão")
    given = {"true_date": date(2026, 10, 30), "reason": "Mất điện", "unit": world.office.units["vtlt"]}
    return LateDocument(
        **{"document": document, "files": (steps.accepted(),), "recipients": ("UBND tỉnh",), **given, **changes}
    )


def test_a_late_entry_takes_the_next_number_of_today_and_keeps_its_true_day(world: World, keys: None) -> None:
    book = steps.outgoing_book(world)
    steps.numbered(world)
    entered = enter_late_outgoing(late=late(world), book=book, actor=world.clerk, on=DAY)
    number = entered.number
    assert (number.value, number.taken_on, number.true_date, number.reason) == (2, DAY, date(2026, 10, 30), "Mất điện")
    assert (entered.origin, entered.status) == (OutgoingOrigin.LATE, OutgoingStatus.ISSUED)
    assert (entered.document.printed_code, entered.document.issued_on) == ("02/SNV-VTLT", date(2026, 10, 30))
    assert [(row.value, row.late) for row in ledger_rows(number.period, world.clerk)] == [(1, False), (2, True)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"reason": ""}, "late.no_reason"), ({"true_date": DAY + timedelta(days=1)}, "late.in_future")],
)
def test_a_late_entry_without_reason_or_from_the_future_is_refused(world: World, changes: Any, code: str) -> None:
    with refused(code):
        enter_late_outgoing(late=late(world, **changes), book=steps.outgoing_book(world), actor=world.clerk, on=DAY)


def test_an_arrival_entered_after_the_allowed_day_needs_a_reason_and_keeps_its_day(world: World) -> None:
    arrived = date(2026, 11, 2)  # the Monday before; the allowed day is Tuesday
    with refused("incoming.late_reason"):
        steps.registered(world, arrived_on=arrived)
    assert steps.registered(world, arrived_on=date(2026, 11, 3)).number.true_date is None
    entry = steps.registered(world, arrived_on=arrived, late_reason="Văn thư nghỉ ốm")
    assert (entry.number_value, entry.number.true_date, entry.number.reason) == (2, arrived, "Văn thư nghỉ ốm")


def mixed_period(world: World) -> SeriesPeriod:
    """1 used, 2 void, 3 reserved, 4 and 5 gaps of an old register, 6 and 6a from it."""
    allow_reserving(world)
    series = outgoing_series(world)
    organisation = world.office.organisation
    book = steps.outgoing_book(world)
    first = enter_late_outgoing(late=late(world), book=book, actor=system_actor(organisation), on=DAY)
    numbering.take_void(series=series, reason="In hỏng", actor=world.clerk, on=DAY)
    reserved(world)
    period = first.number.period
    for mark in ("", "a"):
        old = enter_late_outgoing(late=late(world), book=book, actor=system_actor(organisation), on=DAY)
        Number.objects.filter(pk=old.number_id).update(value=6, mark=mark)
        type(old).objects.filter(pk=old.pk).update(origin=OutgoingOrigin.IMPORTED)
    SeriesPeriod.objects.filter(pk=period.pk).update(last_number=6)
    period.refresh_from_db()
    return period


def test_the_ledger_has_every_number_once_with_letters_and_gaps_of_old_registers(world: World) -> None:
    period = mixed_period(world)
    rows = list(ledger_rows(period, world.clerk))
    assert [(row.label, row.state) for row in rows] == [
        ("1", "used"), ("2", "void"), ("3", "reserved"), ("4", MISSING), ("5", MISSING), ("6", "used"), ("6a", "used"),
    ]  # fmt: skip
    assert rows[3].state_label == "Không có trong sổ nhập"
    summary = ledger_summary(period)
    assert (summary.last_number, summary.missing, summary.marked, summary.late) == (6, 2, 1, 3)
    assert summary.counts == {"used": 3, "void": 1, "reserved": 1}
    assert sum(1 for row in rows if row.state == MISSING) == summary.missing
    assert [row.label for row in ledger_rows(period, world.clerk, state="used")] == ["1", "6", "6a"]
    assert [row.value for row in ledger_rows(period, world.clerk, state=MISSING)] == [4, 5]


def test_the_ledger_is_read_page_by_page(world: World) -> None:
    period = mixed_period(world)
    page = ledger_page(period, world.clerk, size=4)
    assert ([row.value for row in page.rows], page.following) == ([1, 2, 3, 4], 5)
    rest = ledger_page(period, world.clerk, start=5, size=4)
    assert ([row.label for row in rest.rows], rest.following) == (["5", "6", "6a"], None)


def test_the_ledger_names_a_document_only_to_those_who_may_see_it(world: World) -> None:
    entry = steps.registered(world)
    [shown] = ledger_rows(entry.number.period, world.clerk)
    [hidden] = ledger_rows(entry.number.period, world.actor(Role.ADMINISTRATOR))
    assert (shown.document_code, shown.subject) == (entry.document.printed_code, entry.document.subject)
    assert shown.address == f"/registry/incoming/{entry.pk}/"
    assert (hidden.state, hidden.document_code, hidden.subject, hidden.address) == ("used", "", "", "")


def test_the_ledger_of_copies_names_each_copy_by_its_own_code(world: World, keys: None) -> None:
    made = copying.made(world, steps.issued(world).document)
    [shown] = ledger_rows(made.number.period, world.clerk)
    assert (shown.document_code, shown.address) == (made.printed_code, f"/registry/copies/{made.pk}/")
