"""The verbs of the registry, against the real database, real keys and real neighbours."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from mocban.audit.selectors import history
from mocban.content.models import DigitalObject
from mocban.exchange.models import PacketStatus
from mocban.exchange.services import receive_pending
from mocban.lib.errors import RuleBroken, Stale
from mocban.notices.models import Notice
from mocban.people.actor import system_actor
from mocban.people.choices import Role
from mocban.records.choices import ObjectRole, Urgency
from mocban.records.models import Document
from mocban.records.services import report_secret
from mocban.registry.choices import IncomingStatus, OutgoingStatus, ReceivedVia, TaskRole, TaskStatus
from mocban.registry.models import Incoming, Number, Outgoing
from mocban.registry.services.books import lock_book, open_book
from mocban.registry.services.drafting import (
    approve_draft,
    return_draft,
    sign_outgoing,
    submit_draft,
    upload_draft,
    withdraw_draft,
)
from mocban.registry.services.incoming import Arrival, correct_incoming, register_packet
from mocban.registry.services.instructions import instruct
from mocban.registry.services.issuing import issue_outgoing, take_outgoing_number
from mocban.registry.services.tasks import assign_task, finish_task, start_task
from tests import steps
from tests.steps import refused
from tests.world import DAY, World, position

pytestmark = pytest.mark.django_db


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Incoming, Document, Number, DigitalObject))


# Incoming


def test_a_registered_document_has_its_number_file_deadline_and_history(world: World) -> None:
    entry = steps.registered(world)
    assert (entry.number_value, entry.status) == (1, IncomingStatus.REGISTERED)
    assert entry.document.parts.get().role == ObjectRole.MAIN
    assert entry.present_by == date(2026, 11, 5)
    told = history(entry)[-1]
    assert "đã đăng ký văn bản đến số 1" in told.sentence
    assert told.basis
    assert Notice.objects.filter(position_id=world.chief.position_id, kind="incoming_registered").exists()
    assert steps.registered(world, code_number="13").number_value == 2


@pytest.mark.parametrize(
    ("arrived_on", "urgency", "present_by"),
    [
        (date(2026, 11, 6), Urgency.NORMAL, date(2026, 11, 9)),  # Friday → Monday
        (date(2026, 12, 31), Urgency.NORMAL, date(2027, 1, 4)),  # New Year's Day and a week-end between
        (date(2026, 11, 6), Urgency.URGENT, date(2026, 11, 6)),
    ],
)
def test_the_day_of_presentation_follows_working_days_and_urgency(
    world: World, arrived_on: date, urgency: int, present_by: date
) -> None:
    entry = steps.registered(world, arrived_on=arrived_on, urgency=urgency, on=arrived_on)
    assert entry.present_by == present_by


def test_a_paper_document_is_registered_without_a_file(world: World) -> None:
    entry = steps.registered(world, files=(), received_via=ReceivedVia.PAPER)
    assert not entry.document.parts.exists()


def test_the_first_file_is_the_document_and_the_rest_are_annexes(world: World) -> None:
    entry = steps.registered(world, files=(steps.accepted(), steps.accepted("phu-luc.pdf", steps.blank_pdf("Phụ lục"))))
    assert list(entry.document.parts.order_by("added_at").values_list("role", flat=True)) == ["main", "annex"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subject": " "}, "document.no_subject"),
        ({"subject": "x" * 10_000}, "document.field_too_long"),
        ({"issued_on": date(2026, 11, 5)}, "document.date_in_future"),
        ({"arrived_on": date(2026, 11, 5)}, "incoming.arrives_later"),
    ],
)
def test_what_may_not_be_registered_leaves_nothing_behind(world: World, changes: dict, code: str) -> None:
    before = rows()
    with refused(code):
        steps.registered(world, **changes)
    assert rows() == before


def test_a_book_takes_entries_of_its_own_year_until_it_is_locked(world: World) -> None:
    book = world.office.incoming_book
    with refused("book.wrong_year"):
        steps.registered(world, on=date(2027, 1, 4))
    clerk = system_actor(world.office.organisation)
    volume = open_book(series=book.series, name=book.name, year=book.year, volume=2, actor=clerk, on=DAY)
    lock_book(book=volume, actor=world.clerk, on=DAY)
    volume.refresh_from_db()
    with refused("book.locked"):
        steps.registered(world, book=volume)
    assert steps.registered(world).book == book


def test_a_book_locked_in_another_tab_is_locked(world: World) -> None:
    """The row that the form was opened with is old; the one in the database counts."""
    seen = world.office.incoming_book
    lock_book(book=seen, actor=world.clerk, on=DAY)
    with refused("book.locked"):
        steps.registered(world, book=seen)


def test_only_the_clerk_of_the_body_registers(world: World) -> None:
    for actor in (world.officer, world.stranger):
        with pytest.raises(PermissionDenied):
            steps.registered(world, actor=actor)


def test_a_correction_keeps_number_and_day_and_says_what_stood_there(world: World) -> None:
    entry = steps.registered(world)
    correct_incoming(
        entry=entry,
        values=steps.fields(world.office, subject="Về việc khác"),
        handle_by=date(2026, 11, 20),
        actor=world.clerk,
        on=DAY,
        version=entry.version,
    )
    entry.refresh_from_db()
    assert (entry.number_value, entry.document.subject, entry.handle_by) == (1, "Về việc khác", date(2026, 11, 20))
    assert [former.value for former in entry.document.former_values.all()] == [steps.SUBJECT]
    assert not any(steps.SUBJECT in str(told.changes) for told in history(entry.document))


def test_of_two_clerks_who_correct_one_entry_the_second_is_told(world: World) -> None:
    entry = steps.registered(world)
    change = {"values": steps.fields(world.office, subject="Lần một"), "handle_by": None, "actor": world.clerk}
    correct_incoming(entry=entry, on=DAY, version=1, **change)
    with pytest.raises(Stale):
        correct_incoming(entry=entry, on=DAY, version=1, **change)


# Instructions and tasks


def test_an_instruction_makes_a_task_for_each_unit_and_tells_them(world: World) -> None:
    entry = steps.registered(world)
    made = instruct(entry=entry, orders=steps.orders(world), actor=world.chief, on=DAY, version=entry.version)
    entry.refresh_from_db()
    assert (entry.status, entry.handle_by) == (IncomingStatus.INSTRUCTED, date(2026, 11, 10))
    assert {(task.unit.symbol, task.role) for task in made.tasks.all()} == {
        ("VTLT", TaskRole.LEAD),
        ("TCCB", TaskRole.COOPERATE),
    }
    assert Notice.objects.filter(position_id=world.head.position_id, kind="task_given").exists()


def test_an_instruction_is_refused_empty_late_stale_or_for_another_body(world: World) -> None:
    entry = steps.registered(world)
    for changes, code in (
        ({"opinion": " "}, "instruction.empty"),
        ({"handle_by": date(2026, 11, 3)}, "instruction.past_deadline"),
        ({"lead_unit": world.other.units["th"]}, "instruction.other_body"),
    ):
        with refused(code):
            instruct(entry=entry, orders=steps.orders(world, **changes), actor=world.chief, on=DAY)
    with pytest.raises(Stale):
        instruct(entry=entry, orders=steps.orders(world), actor=world.chief, on=DAY, version=7)
    assert not entry.instructions.exists()


def test_a_named_officer_of_another_unit_is_refused(world: World) -> None:
    entry = steps.registered(world)
    stray = position(world.people()["other_officer"])
    with refused("task.other_unit"):
        instruct(entry=entry, orders=steps.orders(world, officer=stray), actor=world.chief, on=DAY)
    assert not entry.instructions.exists()


def test_a_task_goes_from_hand_to_hand_until_the_document_is_resolved(world: World) -> None:
    task = steps.given_task(world, officer=None, cooperating=[])
    with refused("task.other_unit"):
        assign_task(task=task, officer=position(world.people()["other_officer"]), actor=world.head, on=DAY)
    task = assign_task(task=task, officer=position(world.officer), actor=world.head, on=DAY, version=1)
    start_task(task=task, actor=world.officer, on=DAY)
    with refused("registry.wrong_state"):
        start_task(task=task, actor=world.officer, on=DAY)
    with refused("task.no_result"):
        finish_task(task=task, result=" ", actor=world.officer, on=DAY)
    done = finish_task(task=task, result="Đã trả lời.", actor=world.officer, on=DAY)
    assert (done.status, done.done_on) == (TaskStatus.DONE, DAY)
    entry = Incoming.objects.get(pk=task.incoming_id)
    assert (entry.status, entry.resolved_on) == (IncomingStatus.RESOLVED, DAY)
    with refused("registry.wrong_state"):
        instruct(entry=entry, orders=steps.orders(world), actor=world.chief, on=DAY)


def test_the_document_waits_for_its_last_task(world: World) -> None:
    task = steps.given_task(world)
    finish_task(task=task, result="Xong.", actor=world.officer, on=DAY)
    assert Incoming.objects.get(pk=task.incoming_id).status == IncomingStatus.INSTRUCTED
    other = task.instruction.tasks.exclude(pk=task.pk).get()
    finish_task(task=other, result="Xong.", actor=world.people()["other_head"], on=DAY)
    assert Incoming.objects.get(pk=task.incoming_id).status == IncomingStatus.RESOLVED


def test_a_task_is_worked_on_by_its_officer_or_the_head_of_its_unit_only(world: World) -> None:
    task = steps.given_task(world)
    for name in ("other_officer", "other_head", "clerk", "stranger"):
        with pytest.raises(PermissionDenied):
            start_task(task=task, actor=world.people()[name], on=DAY)
    assert start_task(task=task, actor=world.head, on=DAY).status == TaskStatus.DOING


# Outgoing


def test_a_draft_keeps_every_version_of_its_file(world: World) -> None:
    outgoing = steps.drafted(world)
    outgoing.refresh_from_db()
    upload_draft(outgoing=outgoing, file=steps.draft_file(world), actor=world.officer, on=DAY, version=outgoing.version)
    assert list(outgoing.document.parts.values_list("role", "ordinal")) == [("draft", 1), ("draft", 2)]
    assert [line.code for line in outgoing.recipients.all()] == [world.other.organisation.code, ""]


def test_of_two_who_work_on_one_draft_the_second_is_told(world: World) -> None:
    outgoing = steps.drafted(world)
    outgoing.refresh_from_db()
    version = outgoing.version
    upload_draft(outgoing=outgoing, file=steps.draft_file(world), actor=world.officer, on=DAY, version=version)
    before = DigitalObject.objects.count()
    with pytest.raises(Stale):
        upload_draft(outgoing=outgoing, file=steps.draft_file(world), actor=world.officer, on=DAY, version=version)
    with pytest.raises(Stale):
        submit_draft(outgoing=outgoing, actor=world.officer, on=DAY, version=version)
    assert DigitalObject.objects.count() == before


def test_a_draft_without_a_file_is_not_submitted(world: World) -> None:
    outgoing = steps.drafted(world, with_file=False)
    with refused("outgoing.no_file"):
        submit_draft(outgoing=outgoing, actor=world.officer, on=DAY)
    upload_draft(outgoing=outgoing, file=steps.draft_file(world), actor=world.officer, on=DAY)
    assert submit_draft(outgoing=outgoing, actor=world.officer, on=DAY).status == OutgoingStatus.SUBMITTED


def test_the_signer_belongs_to_the_body(world: World) -> None:
    with refused("outgoing.other_body"):
        steps.drafted(world, signer=position(world.other.actor(Role.LEADER)))
    assert not Outgoing.objects.filter(organisation=world.office.organisation).exists()


def test_a_submitted_draft_can_be_withdrawn_and_returned_with_a_reason(world: World) -> None:
    outgoing = steps.drafted(world)
    submit_draft(outgoing=outgoing, actor=world.officer, on=DAY)
    assert withdraw_draft(outgoing=outgoing, actor=world.officer, on=DAY).status == OutgoingStatus.DRAFT
    submit_draft(outgoing=outgoing, actor=world.officer, on=DAY)
    with refused("outgoing.no_reason"):
        return_draft(outgoing=outgoing, reason=" ", actor=world.head, on=DAY)
    back = return_draft(outgoing=outgoing, reason="Sửa phần căn cứ.", actor=world.head, on=DAY)
    assert (back.status, back.return_reason) == (OutgoingStatus.DRAFT, "Sửa phần căn cứ.")
    with refused("registry.wrong_state"):
        approve_draft(outgoing=outgoing, actor=world.head, on=DAY)


def test_the_leader_returns_what_the_head_approved(world: World) -> None:
    outgoing = steps.approved(world)
    assert return_draft(outgoing=outgoing, reason="Chưa rõ.", actor=world.leader, on=DAY).status == "draft"


def test_a_document_is_signed_numbered_sealed_and_sent(world: World, keys: None) -> None:
    signed = steps.signed(world)
    assert (signed.status, signed.signed_on, signed.issue_by) == (OutgoingStatus.SIGNED, DAY, date(2026, 11, 5))
    with refused("registry.wrong_state"):
        issue_outgoing(outgoing=signed, actor=world.clerk, on=DAY)
    numbered = take_outgoing_number(outgoing=signed, book=steps.outgoing_book(world), actor=world.clerk, on=DAY)
    document = numbered.document
    assert (document.printed_code, document.code_number, document.issued_on) == ("01/SNV-VTLT", "01", DAY)
    issued = issue_outgoing(outgoing=numbered, actor=world.clerk, on=DAY)
    assert issued.status == OutgoingStatus.ISSUED
    roles = issued.document.parts.order_by("added_at").values_list("role", flat=True)
    assert list(roles) == [ObjectRole.DRAFT, ObjectRole.PREPARED, ObjectRole.SIGNED, ObjectRole.ISSUED]
    assert issued.recipients.exclude(packet=None).get().code == world.other.organisation.code
    sentences = [told.sentence for told in history(issued)]
    assert sum("01/SNV-VTLT" in sentence for sentence in sentences) >= 2


def test_a_document_frozen_meanwhile_takes_no_number_and_gets_no_word_back(world: World, keys: None) -> None:
    outgoing = steps.signed(world)
    outgoing.document.subject  # noqa: B018 - as a desk that read the document before
    report_secret(document=outgoing.document, level="secret", actor=world.clerk)
    book = steps.outgoing_book(world)
    with refused("content.frozen"):
        take_outgoing_number(outgoing=outgoing, book=book, actor=world.clerk, on=DAY)
    assert not Number.objects.filter(period__series=book.series).exists()
    document = Document.objects.get(pk=outgoing.document_id)
    assert (document.state, document.signer_name) == ("frozen", "")


def test_the_number_comes_after_the_signature_and_from_a_book_of_its_kind(world: World, keys: None) -> None:
    outgoing = steps.approved(world)
    book = steps.outgoing_book(world)
    with refused("registry.wrong_state"):
        take_outgoing_number(outgoing=outgoing, book=book, actor=world.clerk, on=DAY)
    sign_outgoing(outgoing=steps.opened(outgoing, world.leader), actor=world.leader, on=DAY)
    with refused("series.incoming"):
        take_outgoing_number(outgoing=outgoing, book=world.office.incoming_book, actor=world.clerk, on=DAY)
    with pytest.raises(PermissionDenied):
        take_outgoing_number(outgoing=outgoing, book=world.other.incoming_book, actor=world.stranger, on=DAY)
    assert not Number.objects.filter(period__series=book.series).exists()
    assert take_outgoing_number(outgoing=outgoing, book=book, actor=world.clerk, on=DAY).number_value == 1


def test_the_number_is_never_taken_from_the_book_of_another_body(world: World, keys: None) -> None:
    outgoing = steps.signed(world)
    foreign = next(iter(world.other.outgoing_books.values()))
    with refused("book.other_body"):
        take_outgoing_number(outgoing=outgoing, book=foreign, actor=world.clerk, on=DAY)


def test_the_book_of_an_outgoing_number_is_the_years(world: World, keys: None) -> None:
    outgoing = steps.signed(world)
    with refused("book.wrong_year"):
        take_outgoing_number(outgoing=outgoing, book=steps.outgoing_book(world), actor=world.clerk, on=date(2027, 1, 4))


def test_whoever_is_not_the_signer_does_not_sign(world: World, keys: None) -> None:
    outgoing = steps.approved(world)
    for actor in (world.chief, world.other.actor(Role.LEADER)):
        with pytest.raises(PermissionDenied):
            sign_outgoing(outgoing=outgoing, actor=actor, on=DAY)
    signed = sign_outgoing(outgoing=steps.opened(outgoing, world.leader), actor=world.leader, on=DAY)
    assert signed.status == OutgoingStatus.SIGNED


# Packets


def packet_arrival(world: World, packet) -> Arrival:  # type: ignore[no-untyped-def]
    return Arrival(
        document=steps.fields(world.other, subject=packet.subject, code_number=packet.code_number),
        arrived_on=DAY,
        received_via=ReceivedVia.EXCHANGE,
    )


def test_a_waiting_packet_is_registered_once_with_its_files_and_the_sender_learns_of_it(
    world: World, keys: None
) -> None:
    packet = steps.waiting_packet(world)
    entered = {"arrival": packet_arrival(world, packet), "book": world.other.incoming_book, "actor": world.stranger}
    entry = register_packet(packet=packet, on=DAY, **entered)
    assert entry.packet == packet
    assert entry.document.parts.filter(role=ObjectRole.MAIN).count() == 1
    sender = world.office.organisation
    receive_pending(organisation=sender, actor=system_actor(sender), on=DAY)
    codes = PacketStatus.objects.filter(packet__organisation=sender).values_list("code", flat=True)
    assert sorted(codes) == ["01", "03"]
    before = rows()
    with pytest.raises(RuleBroken):
        register_packet(packet=packet, on=DAY, **entered)
    assert rows() == before


def test_a_packet_is_not_entered_in_the_book_of_another_body(world: World, keys: None) -> None:
    packet = steps.waiting_packet(world)
    with pytest.raises((PermissionDenied, RuleBroken)):
        register_packet(
            packet=packet,
            arrival=packet_arrival(world, packet),
            book=world.office.incoming_book,
            actor=world.clerk,
            on=DAY,
        )
    packet.refresh_from_db()
    assert packet.state == "waiting"
