"""Recall, amendment, replacement and correction between two bodies over the loopback, from the order to the answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from mocban import law
from mocban.audit.selectors import history
from mocban.content import services as content
from mocban.content.choices import ObjectState
from mocban.content.models import DigitalObject
from mocban.exchange.models import Packet, Parcel
from mocban.exchange.services import recalls as exchange_recalls
from mocban.notices.models import Notice
from mocban.people.choices import Role
from mocban.records.choices import DocumentState, FileState, ObjectRole, Standing
from mocban.records.models import FileEntry
from mocban.records.services import DocumentFields, attach, update_document
from mocban.records.services.recalls import wipe_objects
from mocban.registry.choices import AmendmentKind, AmendmentState, IncomingStatus, OutgoingStatus, TaskStatus
from mocban.registry.models import Amendment, Incoming, Outgoing, PaperReturn
from mocban.registry.services.amendments import begin_amendment, cancel_amendment
from mocban.registry.services.drafting import approve_draft, sign_outgoing, submit_draft
from mocban.registry.services.incoming import register_packet
from mocban.registry.services.instructions import Orders, instruct
from mocban.registry.services.issuing import issue_outgoing, take_outgoing_number
from mocban.registry.services.recalls import agree_recall, order_recall, refuse_recall, take_back_paper
from tests import steps
from tests.world import DAY, World

from .copying import accepted, deliver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]
REASON = "Ban hành nhầm thẩm quyền"


def recalled(world: World, outgoing: Outgoing, reason: str = REASON) -> Amendment:
    recall = order_recall(outgoing=outgoing, reason=reason, actor=world.leader, on=DAY)
    deliver(world)
    return recall


def theirs(world: World, business_type: int) -> Packet:
    return Packet.objects.get(organisation=world.other.organisation, direction="in", business_type=business_type)


def sent(world: World, business_type: int) -> Packet:
    return Packet.objects.get(organisation=world.office.organisation, direction="out", business_type=business_type)


def codes(packet: Packet) -> list[str]:
    return list(packet.statuses.order_by("code").values_list("code", flat=True))


def wipe(entry: Incoming | None, packet: Packet) -> None:
    """What the background does after the transaction."""
    exchange_recalls.wipe_packet(packet_id=str(packet.pk))
    if entry:
        wipe_objects(object_ids=[str(pk) for pk in entry.document.parts.values_list("object_id", flat=True)])


class TestOrder:
    def test_the_leader_alone_recalls_what_was_issued_once_and_with_a_reason(self, world: World) -> None:
        outgoing = steps.issued(world)
        for actor in (world.clerk, world.chief, world.officer, world.stranger):
            with pytest.raises(PermissionDenied):
                order_recall(outgoing=outgoing, reason=REASON, actor=actor, on=DAY)
        for reason, code in (("  ", "amendment.no_reason"), ("x" * 501, "amendment.long_reason")):
            with steps.refused(code):
                order_recall(outgoing=outgoing, reason=reason, actor=world.leader, on=DAY)
        recalled(world, outgoing)
        with steps.refused("registry.wrong_state"):
            order_recall(outgoing=outgoing, reason=REASON, actor=world.leader, on=DAY)
        with steps.refused("registry.wrong_state"):
            order_recall(outgoing=steps.drafted(world), reason=REASON, actor=world.leader, on=DAY)

    def test_the_document_is_frozen_but_can_be_read_and_its_signatures_stand(self, world: World) -> None:
        outgoing = steps.issued(world)
        before = outgoing.document.parts.get(role=ObjectRole.ISSUED).object
        recalled(world, outgoing)
        outgoing.refresh_from_db()
        document = outgoing.document
        document.refresh_from_db()
        assert (outgoing.status, document.state, document.standing) == ("recalled", "held", "recalled")
        assert content.read_bytes(before)
        with steps.refused("document.held"):
            attach(document=document, stored=before, role=ObjectRole.ANNEX, actor=world.clerk)
        values = DocumentFields(kind_code=document.kind_code, kind_name=document.kind_name, subject="Khác")
        with steps.refused("document.held"):
            update_document(document=document, values=values, actor=world.clerk, on=DAY)

    def test_recipients_without_a_packet_have_paper_to_send_back(self, world: World) -> None:
        other = world.other.organisation
        names = [(other.name, other.code), ("Kho bạc Nhà nước tỉnh", ""), ("Lưu: VT, VTLT", "")]
        recall = recalled(world, steps.issued(world, recipients=names))
        [line] = PaperReturn.objects.filter(amendment=recall)
        assert (line.holder, line.returned_on) == ("Kho bạc Nhà nước tỉnh", None)
        with pytest.raises(PermissionDenied):
            take_back_paper(line=line, amount=2, actor=world.officer, on=DAY)
        back = take_back_paper(line=line, amount=2, actor=world.clerk, on=DAY)
        assert (back.amount, back.returned_on) == (2, DAY)

    def test_a_document_has_one_recall(self, world: World) -> None:
        recall = recalled(world, steps.issued(world))
        with pytest.raises(IntegrityError), transaction.atomic():
            Amendment.objects.create(
                organisation=recall.organisation,
                outgoing=recall.outgoing,
                kind=AmendmentKind.RECALL,
                reason="nữa",
                ordered_on=DAY,
                created_at=recall.created_at,
            )


class TestAnswer:
    def test_an_agreed_recall_destroys_the_document_there_and_leaves_ours(self, world: World) -> None:
        outgoing = steps.issued(world)
        entry = accepted(world, outgoing)
        orders = Orders(
            opinion="Giao tham mưu.",
            lead_unit=world.other.units["th"],
            officer=world.other.position(Role.OFFICER, "th"),
        )
        instruct(entry=entry, orders=orders, actor=world.other.actor(Role.HEAD_OF_OFFICE), on=DAY)
        deliver(world)
        recalled(world, outgoing)
        request = theirs(world, 1)
        assert (request.reason, request.refers_to, request.state) == (REASON, entry.packet, "waiting")
        told = Notice.objects.filter(kind="packet_take_back", position__organisation=world.other.organisation)
        assert {role for notice in told for role in notice.position.roles} >= {Role.CLERK, Role.HEAD_OF_OFFICE}
        assert codes(entry.packet)[-1] == "13"

        agreed = agree_recall(packet=request, actor=world.stranger, on=DAY)
        assert agreed == entry
        wipe(entry, theirs(world, 0))
        deliver(world)
        entry.refresh_from_db()
        document = entry.document
        document.refresh_from_db()
        assert (entry.status, document.state) == (IncomingStatus.RECALLED, DocumentState.ERASED)
        assert steps.SUBJECT not in str(document)
        assert document.printed_code == "12/UBND-VP"  # code, issuer and day say what was recalled
        assert [task.status for task in entry.tasks.all()] == [TaskStatus.STOPPED]
        for part in document.parts.select_related("object"):
            with steps.refused("content.erased"):
                content.read_bytes(part.object)
        mine = sent(world, 0)
        assert {"13", "15"} & set(codes(mine)) == {"13"}
        assert codes(sent(world, 1)) == ["01", "15"]
        assert sent(world, 1).state == "accepted"
        issued = outgoing.document.parts.get(role=ObjectRole.ISSUED).object
        assert content.read_bytes(issued).startswith(b"%PDF")
        assert "incoming.recalled" in {line.verb for line in history(entry)}

    def test_a_refused_recall_leaves_everything_and_says_why(self, world: World) -> None:
        outgoing = steps.issued(world)
        entry = accepted(world, outgoing)
        recalled(world, outgoing)
        with steps.refused("packet.no_reason"):
            refuse_recall(packet=entry.packet, reason="", actor=world.stranger, on=DAY)
        refuse_recall(packet=entry.packet, reason="Đã giải quyết xong, hồ sơ đã kết thúc", actor=world.stranger, on=DAY)
        deliver(world)
        entry.refresh_from_db()
        assert (entry.status, entry.document.state) == (IncomingStatus.REGISTERED, DocumentState.ACTIVE)
        answered = sent(world, 1)
        assert answered.state == "refused"
        assert answered.statuses.get(code="16").description == "Đã giải quyết xong, hồ sơ đã kết thúc"
        assert Notice.objects.filter(kind="packet_recall_declined").exists()

    def test_what_still_waits_is_not_registered_and_agreeing_destroys_the_packet(self, world: World) -> None:
        outgoing = steps.issued(world)
        deliver(world)
        recalled(world, outgoing)
        waiting = theirs(world, 0)
        arrival = steps.arrival(world, files=(), received_via="exchange")
        given: dict[str, Any] = {
            "arrival": arrival,
            "book": world.other.incoming_book,
            "actor": world.stranger,
            "on": DAY,
        }
        with steps.refused("packet.asked_back"):
            register_packet(packet=waiting, **given)
        with steps.refused("packet.is_recall"):
            register_packet(packet=theirs(world, 1), **given)
        assert agree_recall(packet=waiting, actor=world.stranger, on=DAY) is None
        waiting.refresh_from_db()
        wipe(None, waiting)
        assert (waiting.state, waiting.subject) == ("recalled", "(văn bản đã hủy theo lệnh thu hồi)")
        states = DigitalObject.objects.filter(organisation=world.other.organisation).values_list("state", flat=True)
        assert set(states) == {ObjectState.ERASED, ObjectState.STORED}  # the recall itself stays
        assert theirs(world, 1).state == "accepted"
        assert not Incoming.objects.filter(organisation=world.other.organisation).exists()

    def test_a_recall_is_answered_once_and_by_a_clerk_of_that_body(self, world: World) -> None:
        outgoing = steps.issued(world)
        entry = accepted(world, outgoing)
        recalled(world, outgoing)
        request = theirs(world, 1)
        for actor in (world.other.actor(Role.HEAD_OF_OFFICE), world.other.actor(Role.LEADER), world.clerk):
            with pytest.raises(PermissionDenied):
                agree_recall(packet=request, actor=actor, on=DAY)
        agree_recall(packet=request, actor=world.stranger, on=DAY)
        for again in (agree_recall, refuse_recall):
            given = {"reason": "Không"} if again is refuse_recall else {}
            with steps.refused("packet.not_asked_back"):
                again(packet=entry.packet, actor=world.stranger, on=DAY, **given)  # type: ignore[operator]

    def test_the_same_messages_again_change_nothing(self, world: World) -> None:
        outgoing = steps.issued(world)
        accepted(world, outgoing)
        recalled(world, outgoing)
        deliver(world)
        before = (Packet.objects.count(), Amendment.objects.count())
        agree_recall(packet=theirs(world, 1), actor=world.stranger, on=DAY)
        deliver(world)
        deliver(world)
        assert (Packet.objects.count(), Amendment.objects.count()) == before
        assert codes(sent(world, 1)) == ["01", "15"]

    def test_a_second_request_for_what_is_destroyed_can_be_agreed_to_as_well(self, world: World) -> None:
        outgoing = steps.issued(world)
        entry = accepted(world, outgoing)
        recalled(world, outgoing)
        first = theirs(world, 1)
        agree_recall(packet=first, actor=world.stranger, on=DAY)
        deliver(world)
        Packet.objects.filter(pk=sent(world, 1).pk).update(refers_to=None)  # the sender's program lost its request
        exchange_recalls.send_recall(packets=[sent(world, 0)], reason="Lần hai", actor=world.leader, on=DAY)
        deliver(world)
        second = Packet.objects.get(organisation=world.other.organisation, direction="in", state="waiting")
        assert second.refers_to == entry.packet
        agreed = agree_recall(packet=second, actor=world.stranger, on=DAY)
        second.refresh_from_db()
        assert (agreed, second.state) == (entry, "accepted")
        assert [event.verb for event in history(entry)].count("incoming.recalled") == 1

    def test_what_the_archives_hold_is_not_destroyed_on_a_word(self, world: World) -> None:
        outgoing = steps.issued(world)
        entry = accepted(world, outgoing)
        recalled(world, outgoing)
        file = steps.opened_file(world)
        file.state = FileState.ARCHIVED
        file.save(update_fields=["state"])
        FileEntry.objects.create(
            file=file, document=entry.document, ordinal=1, added_at=entry.created_at, added_by="Người thử"
        )
        with steps.refused("document.in_archives"):
            agree_recall(packet=entry.packet, actor=world.stranger, on=DAY)
        entry.refresh_from_db()
        assert entry.status == IncomingStatus.REGISTERED
        assert codes(sent(world, 1)) == ["01"]

    def test_a_recall_that_overtakes_its_document_finds_it_later(self, world: World) -> None:
        outgoing = steps.issued(world)
        late = Parcel.objects.filter(to_code=world.other.organisation.code, message_type="edoc")
        late.update(state="held")
        recalled(world, outgoing)
        assert theirs(world, 1).refers_to is None
        late.filter(state="held").update(state="initial")
        deliver(world)
        assert theirs(world, 1).refers_to == theirs(world, 0)
        assert "13" in codes(theirs(world, 0))


def amending(world: World, outgoing: Outgoing, kind: AmendmentKind, **changes: Any) -> Amendment:
    plan = steps.plan(world, recipients=[("Lưu: VT", "")], **changes)
    return begin_amendment(
        outgoing=outgoing,
        kind=kind,
        reason="Sai số liệu tại khoản 2",
        plan=plan,
        file=steps.draft_file(world),
        actor=world.officer,
        on=DAY,
    )


def issue(world: World, draft: Outgoing | None) -> Outgoing:
    assert draft is not None
    submit_draft(outgoing=draft, actor=world.officer, on=DAY)
    approve_draft(outgoing=draft, actor=world.head, on=DAY)
    sign_outgoing(outgoing=steps.opened(draft, world.leader), actor=world.leader, on=DAY)
    take_outgoing_number(outgoing=draft, book=steps.outgoing_book(world), actor=world.clerk, on=DAY)
    return issue_outgoing(outgoing=draft, actor=world.clerk, on=DAY)


class TestAmendment:
    @pytest.mark.parametrize(
        ("kind", "status", "standing", "purpose"),
        [
            (AmendmentKind.REPLACE, OutgoingStatus.REPLACED, Standing.REPLACED, 3),
            (AmendmentKind.AMEND, OutgoingStatus.ISSUED, Standing.AMENDED, 2),
            (AmendmentKind.CORRECT, OutgoingStatus.ISSUED, Standing.CORRECTED, 2),
        ],
    )
    def test_the_new_document_takes_effect_with_its_issue_and_every_holder_is_told(
        self, world: World, kind: AmendmentKind, status: OutgoingStatus, standing: Standing, purpose: int
    ) -> None:
        old = steps.issued(world)
        entry = accepted(world, old)
        amendment = amending(world, old, kind)
        assert amendment.state == AmendmentState.PENDING
        old.refresh_from_db()
        assert (old.status, old.document.standing) == (OutgoingStatus.ISSUED, "")

        issue(world, amendment.by_outgoing)
        deliver(world)
        amendment.refresh_from_db()
        old = Outgoing.objects.select_related("document").get(pk=old.pk)
        assert (amendment.state, old.status, old.document.standing) == (AmendmentState.EFFECTIVE, status, standing)
        packet = theirs(world, purpose)
        assert (packet.reason, packet.refers_to) == ("Sai số liệu tại khoản 2", entry.packet)
        assert packet.document_key != packet.about_key

    def test_wrong_content_asks_for_equal_form_and_wrong_form_for_a_letter(self, world: World) -> None:
        old = steps.issued(world)
        decision = next(kind for kind in law.kinds(regime="state", on=DAY) if kind.symbol == "QĐ")
        other = DocumentFields(kind_code=decision.code, kind_name=decision.name_vi, subject="Quyết định khác")
        for kind in (AmendmentKind.AMEND, AmendmentKind.REPLACE, AmendmentKind.CORRECT):
            with steps.refused("amendment.wrong_form") as refused:
                amending(world, old, kind, document=other)
            assert "Điều 18 khoản 3" in refused.value.citation
        assert not Amendment.objects.exists()
        assert Outgoing.objects.count() == 1

    def test_one_at_a_time_and_a_cancelled_one_leaves_an_ordinary_draft(self, world: World) -> None:
        old = steps.issued(world)
        amendment = amending(world, old, AmendmentKind.REPLACE)
        with steps.refused("amendment.pending"):
            amending(world, old, AmendmentKind.AMEND)
        with pytest.raises(PermissionDenied):
            cancel_amendment(amendment=amendment, actor=world.stranger, on=DAY)
        cancel_amendment(amendment=amendment, actor=world.officer, on=DAY)
        issue(world, amendment.by_outgoing)
        old.refresh_from_db()
        assert old.status == OutgoingStatus.ISSUED

    def test_a_draft_is_not_put_right_and_a_replaced_document_can_still_be_recalled(self, world: World) -> None:
        with steps.refused("amendment.not_issued"):
            amending(world, steps.drafted(world), AmendmentKind.REPLACE)
        old = steps.issued(world)
        issue(world, amending(world, old, AmendmentKind.REPLACE).by_outgoing)
        with steps.refused("amendment.not_issued"):
            amending(world, old, AmendmentKind.AMEND)
        recalled(world, old)
        old.refresh_from_db()
        assert old.status == OutgoingStatus.RECALLED
