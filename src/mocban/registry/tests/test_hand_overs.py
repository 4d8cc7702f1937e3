"""Hand-over: who gets what, who signs for it, and what the receiver may see."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from mocban.audit.selectors import history
from mocban.people.actor import Actor
from mocban.registry import log_selectors
from mocban.registry.choices import BookKind
from mocban.registry.models import HandOver, Incoming
from mocban.registry.services.books import lock_book
from mocban.registry.services.instructions import instruct
from mocban.registry.services.logs import Receiver, confirm_receipts, note_receipt, undo_hand_over
from mocban.registry.services.tasks import assign_task, start_task
from tests import steps
from tests.world import DAY, World, position

from .logs import handed, issued, log, to_officer, to_unit

pytestmark = pytest.mark.django_db


def sees(actor: Actor, line: HandOver) -> tuple[bool, bool]:
    """Whether the actor sees the line, and the entry that it hands over."""
    return (
        HandOver.objects.visible_to(actor).filter(pk=line.pk).exists(),
        Incoming.objects.visible_to(actor).filter(pk=line.incoming_id).exists(),
    )


def test_several_documents_are_handed_over_at_once_and_the_lines_are_numbered(world: World) -> None:
    book = log(world, BookKind.HANDOVER)
    entries = [steps.registered(world, files=()) for _count in range(3)]
    made = handed(world, *entries, book=book, amount=2, note="kèm phụ lục")
    made += handed(world, issued(world), book=book)
    assert [line.ordinal for line in made] == [1, 2, 3, 4]
    assert {line.receiver for line in made} == {"Phòng Văn thư – Lưu trữ"}
    assert (made[0].amount, made[0].note, made[0].handed_on) == (2, "kèm phụ lục", DAY)
    assert "chuyển giao cho Phòng Văn thư – Lưu trữ, dòng 1 (04/11/2026)" in history(entries[0])[-1].sentence


def test_the_receiver_sees_what_was_handed_over_and_nobody_else(world: World) -> None:
    [line] = handed(world)
    assert sees(world.head, line) == (True, True)
    assert sees(world.officer, line) == sees(world.archivist, line) == (False, False)
    [own] = handed(world, book=line.book, receiver=to_officer(world))
    assert sees(world.officer, own) == (True, True)
    assert sees(world.head, own) == (False, False)


def test_the_receiver_signs_once_and_nobody_else_does(world: World) -> None:
    [line] = handed(world)
    assert list(log_selectors.to_receive(world.head)) == [line]
    for actor in (world.clerk, world.officer, world.stranger):
        with pytest.raises(PermissionDenied):
            confirm_receipts(lines=[line], actor=actor, on=DAY)
    [received] = confirm_receipts(lines=[line], actor=world.head, on=DAY)
    assert received.received_by.startswith(world.head.person_name)
    assert received.received_at is not None
    assert list(log_selectors.to_receive(world.head)) == []
    with steps.refused("hand_over.received"):
        confirm_receipts(lines=[line], actor=world.head, on=DAY)
    with steps.refused("hand_over.received"):
        undo_hand_over(line=line, actor=world.clerk, on=DAY)


def test_the_clerk_notes_who_signed_on_paper(world: World) -> None:
    [line] = handed(world, receiver=Receiver(name="Công đoàn cơ sở"))
    with steps.refused("log.no_name"):
        note_receipt(line=line, name=" ", actor=world.clerk, on=DAY)
    with pytest.raises(PermissionDenied):
        note_receipt(line=line, name="Bà Lê Thị Mai", actor=world.officer, on=DAY)
    assert note_receipt(line=line, name="Bà Lê Thị Mai", actor=world.clerk, on=DAY).received_by == (
        "Bà Lê Thị Mai (ký trên giấy)"
    )
    # A name typed by hand stays in the book, where an incident could erase it.
    assert "Công đoàn" not in history(line)[0].sentence


def test_an_undone_line_leaves_the_book_and_the_receiver_sees_nothing_more(world: World) -> None:
    [line] = handed(world)
    entry = Incoming.objects.get(pk=line.incoming_id)
    undo_hand_over(line=line, actor=world.clerk, on=DAY)
    assert not HandOver.objects.filter(pk=line.pk).exists()
    assert sees(world.head, HandOver(pk=line.pk, incoming=entry)) == (False, False)
    assert "đã hủy dòng chuyển giao 1" in history(entry)[-1].sentence
    assert list(log_selectors.to_hand_over(world.clerk)) == [entry]


def test_undoing_one_of_two_lines_leaves_the_sight_of_the_other(world: World) -> None:
    [first] = handed(world)
    [second] = handed(world, first.incoming, book=first.book)
    undo_hand_over(line=first, actor=world.clerk, on=DAY)
    assert sees(world.head, second) == (True, True)


def test_undoing_a_line_leaves_the_sight_that_a_task_gives(world: World) -> None:
    [line] = handed(world)
    steps.given_task(world, entry=line.incoming)
    undo_hand_over(line=line, actor=world.clerk, on=DAY)
    assert sees(world.head, line) == (False, True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda world: {"receiver": Receiver()}, "hand_over.one_receiver"),
        (
            lambda world: {"receiver": Receiver(unit=world.office.units["vtlt"], name="Ông Ba")},
            "hand_over.one_receiver",
        ),
        (lambda world: {"receiver": Receiver(position=position(world.stranger))}, "hand_over.other_body"),
        (lambda world: {"items": []}, "log.nothing_chosen"),
        (lambda world: {"book": log(world, BookKind.POST)}, "book.other_kind"),
        (lambda world: {"book": log(world, BookKind.HANDOVER, year=2025)}, "book.wrong_year"),
        (lambda world: {"items": [steps.drafted(world, with_file=False)]}, "log.not_issued"),
    ],
)
def test_what_cannot_be_handed_over_leaves_no_line(world: World, change: Any, code: str) -> None:
    book = log(world, BookKind.HANDOVER)
    entry = steps.registered(world, files=())
    with steps.refused(code):
        handed(world, **{"items": [entry], "book": book, **change(world)})
    assert not HandOver.objects.exists()
    assert handed(world, entry, book=book)


def test_too_many_at_once_and_a_locked_book_are_refused(world: World) -> None:
    book = log(world, BookKind.HANDOVER)
    entry = steps.registered(world, files=())
    with steps.refused("log.too_many"):
        handed(world, items=[entry] * 201, book=book)
    [line] = handed(world, entry, book=book)
    lock_book(book=book, actor=world.clerk, on=DAY)
    with steps.refused("book.locked"):
        handed(world, entry, book=book)
    with steps.refused("book.locked"):
        undo_hand_over(line=line, actor=world.clerk, on=DAY)
    with pytest.raises(PermissionDenied):
        handed(world, entry, book=book, actor=world.officer)


# Electronic distribution: where the body keeps a hand-over book, an instruction writes in it


def test_an_instruction_writes_its_distribution_in_the_book_and_taking_up_the_task_is_the_receipt(world: World) -> None:
    log(world, BookKind.HANDOVER)
    task = steps.given_task(world)
    lines = HandOver.objects.filter(incoming=task.incoming).order_by("ordinal")
    assert [(line.unit, line.note, line.received_at) for line in lines] == [
        (world.office.units["vtlt"], "Chuyển trên hệ thống", None),
        (world.office.units["tccb"], "Chuyển trên hệ thống", None),
    ]
    assert list(log_selectors.to_receive(world.head)) == []
    start_task(task=task, actor=world.officer, on=DAY)
    assert [line.received_by.partition(",")[0] for line in lines.all()] == [world.officer.person_name, ""]


def test_handing_the_task_to_an_officer_is_the_receipt_too(world: World) -> None:
    log(world, BookKind.HANDOVER)
    task = steps.given_task(world, officer=None)
    assign_task(task=task, officer=position(world.officer), actor=world.head, on=DAY)
    line = HandOver.objects.get(incoming=task.incoming, unit=task.unit)
    assert line.received_by.startswith(world.head.person_name)


def test_a_second_instruction_writes_no_second_line_and_without_a_book_there_is_none(world: World) -> None:
    entry = steps.registered(world, files=())
    instruct(entry=entry, orders=steps.orders(world), actor=world.chief, on=DAY)
    assert not HandOver.objects.exists()
    log(world, BookKind.HANDOVER)
    for _twice in range(2):
        instruct(entry=entry, orders=steps.orders(world), actor=world.chief, on=DAY)
    assert HandOver.objects.filter(incoming=entry).count() == 2


def test_what_waits_to_be_handed_over_is_late_after_the_day_of_presenting(world: World) -> None:
    entry = steps.registered(world, files=())
    assert list(log_selectors.to_hand_over(world.clerk)) == [entry]
    organisation = world.office.organisation
    late_from = log_selectors.last_late_day(organisation, "registry.register_within", on=DAY)
    assert late_from.isoformat() == "2026-11-02"
    handed(world, entry, receiver=to_unit(world))
    assert list(log_selectors.to_hand_over(world.clerk)) == []
