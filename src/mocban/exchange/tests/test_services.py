"""Sending, receiving, answering: on the real database, over the loopback."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.module_loading import import_string

from mocban.audit.models import Event
from mocban.content import services as content
from mocban.content.models import DigitalObject
from mocban.exchange import edxml, services
from mocban.exchange.adapters.loopback import LoopbackTransport
from mocban.exchange.choices import MessageKind, PacketDirection, PacketState, ParcelState
from mocban.exchange.models import Packet, Parcel
from mocban.lib.errors import RuleBroken
from mocban.lib.ids import new_id
from mocban.notices.models import Notice
from mocban.people.models import Position
from mocban.secrecy.models import Incident

from .conftest import DAY, PDF, outgoing, send

pytestmark = pytest.mark.django_db


def codes(packet: Packet) -> list[str]:
    return sorted(packet.statuses.values_list("code", flat=True))


def verbs() -> set[str]:
    return set(Event.objects.values_list("verb", flat=True))


def told(body, kind: str) -> int:
    return Notice.objects.filter(kind=kind, position__organisation=body.organisation).count()


def post(sender, receiver, packet: edxml.Packet, kind: MessageKind = MessageKind.DOCUMENT) -> str:
    """Hand a message to the transport as another program would have written it."""
    with transaction.atomic():
        return LoopbackTransport().send(
            edxml.build(packet), sender=sender.organisation.code, to=receiver.organisation.code, kind=kind
        )


def message(sender, receiver, **changes) -> edxml.DocumentPacket:
    base = edxml.DocumentPacket(
        sender=edxml.OrganisationRef(sender.organisation.code, sender.organisation.name),
        recipients=(edxml.OrganisationRef(receiver.organisation.code),),
        document_id="H99.10,2026/09/01,7/SNV",
        subject="Mời họp",
        code_number="7",
        code_notation="SNV",
        attachments=(edxml.Attachment("giay-moi.pdf", PDF),),
    )
    return replace(base, **changes)


class TestTheWay:
    @pytest.mark.django_db(transaction=True)
    def test_a_document_arrives_whole_and_both_sides_see_01_then_03(self, sender, receiver):
        sent = send(sender, receiver)
        assert receiver.receive() == 1
        [arrived] = receiver.packets(direction=PacketDirection.IN)
        assert (arrived.state, arrived.subject, arrived.urgency) == ("waiting", "V/v rà soát tài liệu tồn đọng", 1)
        assert (arrived.code_number, arrived.code_notation, arrived.issued_on) == ("12", "SNV-VP", DAY)
        assert (arrived.signer_title, arrived.signer_name) == ("Giám đốc", "Nguyễn Văn Mẫu")
        [attachment] = arrived.attachments.all()
        assert content.read_bytes(attachment.object) == PDF
        assert edxml.parse(content.read_bytes(arrived.raw)).subject == arrived.subject

        sender.receive()
        assert codes(sent) == ["01"]
        document_id = new_id()
        services.accept(packet=arrived, document_id=document_id, actor=receiver.clerk, on=DAY)
        sender.receive()
        arrived.refresh_from_db()
        sent.refresh_from_db()
        assert (arrived.state, arrived.document_id) == (PacketState.ACCEPTED, document_id)
        assert (sent.state, codes(sent)) == (PacketState.ACCEPTED, ["01", "03"])
        assert {"packet.sent", "packet.received", "packet.accepted", "packet.status_received"} <= verbs()

    def test_the_clerk_is_told_and_only_the_desk_sees_the_packet(self, sender, receiver):
        send(sender, receiver)
        receiver.receive()
        [arrived] = receiver.packets(direction=PacketDirection.IN)
        assert told(receiver, "packet_waiting") == 1
        assert Packet.objects.visible_to(receiver.clerk).filter(pk=arrived.pk).exists()
        assert not Packet.objects.visible_to(receiver.officer).exists()
        assert not Packet.objects.visible_to(sender.clerk).filter(pk=arrived.pk).exists()

    def test_progress_is_reported_once_a_code(self, sender, receiver):
        sent = send(sender, receiver)
        receiver.receive()
        [arrived] = receiver.packets(direction=PacketDirection.IN)
        services.accept(packet=arrived, document_id=new_id(), actor=receiver.clerk, on=DAY)
        for code in ("04", "05", "05", "06"):
            services.report(packet=arrived, code=code, actor=receiver.officer, on=DAY)
        sender.receive()
        assert codes(sent) == ["01", "03", "04", "05", "06"]
        assert not Parcel.objects.filter(state=ParcelState.INITIAL).exists()

    def test_an_answer_names_the_packet_that_it_answers(self, sender, receiver):
        send(sender, receiver)
        receiver.receive()
        [asked] = receiver.packets(direction=PacketDirection.IN)
        reply = send(receiver, sender, reply_to=asked, code_number="5", code_notation="CV/VPTU")
        [reference] = edxml.parse(content.read_bytes(reply.raw)).answers
        assert reference.document_id == asked.document_key
        assert reference.code == "12/SNV-VP"

    def test_a_recipient_out_of_reach_is_told_to_the_clerk_and_the_others_are_sent(self, sender, receiver):
        packet = outgoing(sender, (receiver.organisation.code, "Tỉnh ủy"), ("H99.11", "Sở Tài chính"))
        sent = services.send_document(packet=packet, organisation=sender.organisation, actor=sender.clerk, on=DAY)
        assert [row.peer_code for row in sent] == [receiver.organisation.code]
        assert told(sender, "packet_not_sent") == 1
        assert "packet.not_sent" in verbs()


class TestRefusal:
    def test_the_reason_reaches_the_sender(self, sender, receiver):
        sent = send(sender, receiver)
        receiver.receive()
        [arrived] = receiver.packets(direction=PacketDirection.IN)
        services.refuse(packet=arrived, reason="Gửi nhầm cơ quan", actor=receiver.clerk, on=DAY)
        sender.receive()
        sent.refresh_from_db()
        assert sent.state == PacketState.REFUSED
        assert sent.statuses.get(code="02").description == "Gửi nhầm cơ quan"
        assert told(sender, "packet_refused") == 1

    @pytest.mark.parametrize(
        ("reason", "code"), [("", "packet.no_reason"), ("   ", "packet.no_reason"), ("x" * 501, "packet.long_reason")]
    )
    def test_a_refusal_needs_a_reason_that_fits(self, sender, receiver, reason, code):
        send(sender, receiver)
        receiver.receive()
        [arrived] = receiver.packets(direction=PacketDirection.IN)
        with pytest.raises(RuleBroken) as refused:
            services.refuse(packet=arrived, reason=reason, actor=receiver.clerk, on=DAY)
        assert refused.value.code == code

    def test_what_was_answered_is_not_answered_again(self, sender, receiver):
        send(sender, receiver)
        receiver.receive()
        [arrived] = receiver.packets(direction=PacketDirection.IN)
        services.accept(packet=arrived, document_id=new_id(), actor=receiver.clerk, on=DAY)
        for again in (
            lambda: services.accept(packet=arrived, document_id=new_id(), actor=receiver.clerk, on=DAY),
            lambda: services.refuse(packet=arrived, reason="Nhầm", actor=receiver.clerk, on=DAY),
        ):
            with pytest.raises(RuleBroken) as refused:
                again()
            assert refused.value.code == "packet.wrong_state"

    def test_only_the_clerk_of_the_body_answers(self, sender, receiver):
        send(sender, receiver)
        receiver.receive()
        [arrived] = receiver.packets(direction=PacketDirection.IN)
        for stranger in (receiver.officer, sender.clerk):
            with pytest.raises(PermissionDenied):
                services.accept(packet=arrived, document_id=new_id(), actor=stranger, on=DAY)
        with pytest.raises(PermissionDenied):
            services.receive_pending(organisation=receiver.organisation, actor=receiver.clerk, on=DAY)


class TestSending:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"secrecy_level": "secret"}, "exchange.secret"),
            ({"code_number": ""}, "exchange.incomplete"),
            ({"files": []}, "exchange.incomplete"),
            ({"issued_on": None}, "exchange.not_issued"),
            ({"issued_on": DAY.replace(day=2)}, "exchange.not_issued"),
            ({"recipients": [("A99.01", "A"), ("A99.01", "B")]}, "exchange.recipients"),
        ],
    )
    def test_what_may_not_travel_stays(self, sender, receiver, changes, code):
        assert send(sender, receiver)
        before = Packet.objects.count(), Parcel.objects.count()
        with pytest.raises(RuleBroken) as refused:
            send(sender, receiver, **changes)
        assert refused.value.code == code
        assert (Packet.objects.count(), Parcel.objects.count()) == before

    def test_an_officer_sends_nothing(self, sender, receiver):
        packet = outgoing(sender, (receiver.organisation.code, ""))
        with pytest.raises(PermissionDenied):
            services.send_document(packet=packet, organisation=sender.organisation, actor=sender.officer, on=DAY)

    def test_a_rollback_sends_nothing(self, sender, receiver):
        with transaction.atomic():
            send(sender, receiver)
            transaction.set_rollback(True)
        assert receiver.receive() == 0


class TestDuplicates:
    def test_the_same_packet_twice_is_kept_once(self, sender, receiver):
        for _time in range(2):
            post(sender, receiver, message(sender, receiver))
        assert receiver.receive() == 2
        assert len(receiver.packets()) == 1
        assert set(Parcel.objects.filter(to_code="A99.01").values_list("state", flat=True)) == {ParcelState.DONE}

    def test_another_content_under_the_same_key_is_kept_beside_it_with_an_alarm(self, sender, receiver):
        post(sender, receiver, message(sender, receiver))
        post(sender, receiver, message(sender, receiver, subject="Mời họp (đổi giờ)"))
        receiver.receive()
        assert [packet.conflicting for packet in receiver.packets()] == [True, True]
        assert told(receiver, "packet_conflicting") == 1

    def test_an_update_under_the_same_document_id_is_another_packet(self, sender, receiver):
        post(sender, receiver, message(sender, receiver))
        update = edxml.Business(edxml.BusinessKind.UPDATE, reason="Sai ngày")
        post(sender, receiver, message(sender, receiver, business=update))
        receiver.receive()
        assert [(packet.business_type, packet.conflicting) for packet in receiver.packets()] == [(0, False), (2, False)]


class TestStatuses:
    def status(self, sender, receiver, sent, code):
        about = edxml.DocumentReference("H99.10", "12/SNV-VP", DAY, sent.document_key)
        me = edxml.OrganisationRef(receiver.organisation.code, receiver.organisation.name)
        post(receiver, sender, edxml.StatusPacket(me, about, code), MessageKind.STATUS)
        sender.receive()
        sent.refresh_from_db()

    def test_late_statuses_are_kept_and_the_state_does_not_go_back(self, sender, receiver):
        sent = send(sender, receiver)
        for code, state in (("03", "accepted"), ("01", "accepted"), ("02", "accepted"), ("03", "accepted")):
            self.status(sender, receiver, sent, code)
            assert sent.state == state
        assert codes(sent) == ["01", "02", "03"]

    def test_a_body_that_refused_may_accept_in_the_end(self, sender, receiver):
        sent = send(sender, receiver)
        self.status(sender, receiver, sent, "02")
        assert sent.state == PacketState.REFUSED
        self.status(sender, receiver, sent, "03")
        assert sent.state == PacketState.ACCEPTED

    def test_a_status_of_an_unknown_document_is_recorded_and_let_go(self, sender, receiver):
        sent = send(sender, receiver)
        sent.document_key = "H99.10,2026/09/01,99/KHAC"
        me = edxml.OrganisationRef(receiver.organisation.code)
        about = edxml.DocumentReference("H99.10", "", None, sent.document_key)
        post(receiver, sender, edxml.StatusPacket(me, about, "03"), MessageKind.STATUS)
        assert sender.receive() == 1
        assert "packet.status_unmatched" in verbs()
        assert sender.receive() == 0

    @pytest.mark.parametrize("forged", ["recall", "13"])
    def test_nobody_takes_back_what_another_body_sent(self, sender, receiver, forged):
        post(sender, receiver, message(sender, receiver))
        receiver.receive()
        [packet] = receiver.packets()
        revoke = edxml.Business(edxml.BusinessKind.REVOKE, reason="Nhầm", document_id=packet.document_key)
        recall = message(sender, receiver, business=revoke, attachments=())
        about = edxml.DocumentReference(receiver.organisation.code, "7/SNV", None, packet.document_key)
        status = edxml.StatusPacket(edxml.OrganisationRef(sender.organisation.code), about, "13")
        forgery, kind = (recall, MessageKind.DOCUMENT) if forged == "recall" else (status, MessageKind.STATUS)
        post(receiver, receiver, forgery, kind)  # posted by somebody else than it claims
        receiver.receive()
        assert receiver.packets() == [packet]
        assert "13" not in codes(packet)
        assert "packet.turned_away" in verbs()

    def test_a_take_back_is_told_to_the_receiving_clerk(self, sender, receiver):
        send(sender, receiver)
        receiver.receive()
        [arrived] = receiver.packets(direction=PacketDirection.IN)
        me = edxml.OrganisationRef(sender.organisation.code)
        about = edxml.DocumentReference("A99.01", "12/SNV-VP", DAY, arrived.document_key)
        post(sender, receiver, edxml.StatusPacket(me, about, "13", "Sai nội dung"), MessageKind.STATUS)
        receiver.receive()
        arrived.refresh_from_db()
        assert (arrived.state, codes(arrived)) == (PacketState.WAITING, ["01", "13"])
        assert told(receiver, "packet_take_back") == 1
        assert services.report(packet=arrived, code="15", actor=receiver.clerk, on=DAY)

    def test_nobody_reports_a_status_that_is_not_theirs(self, sender, receiver):
        send(sender, receiver)
        receiver.receive()
        [arrived] = receiver.packets(direction=PacketDirection.IN)
        with pytest.raises(RuleBroken) as refused:
            services.report(packet=arrived, code="13", actor=receiver.clerk, on=DAY)
        assert refused.value.code == "packet.status_unknown"


class TestTurnedAway:
    def turned_away(self, sender, receiver, posted: str):
        """Nothing of the document is left, the clerks know, the transport does not give it again."""
        before = DigitalObject.objects.filter(organisation=receiver.organisation).count()
        assert receiver.receive() == 1
        assert receiver.packets() == []
        assert DigitalObject.objects.filter(organisation=receiver.organisation).count() == before == 0
        parcel = Parcel.objects.get(pk=posted)
        assert (parcel.state, bytes(parcel.body)) == (ParcelState.FAIL, b"")
        assert told(receiver, "packet_turned_away") == 1
        assert receiver.receive() == 0

    def test_a_secret_header_leaves_an_incident_and_nothing_else(self, sender, receiver):
        posted = post(sender, receiver, message(sender, receiver, subject="Báo cáo nhân sự\nTỐI MẬT"))
        self.turned_away(sender, receiver, posted)
        incident = Incident.objects.get()
        assert (incident.channel, incident.sender) == ("exchange", "Sở Nội vụ Lam Sơn")
        answer = Parcel.objects.get(to_code=sender.organisation.code)
        assert edxml.parse(bytes(answer.body)).code == "02"
        assert "nhân sự" not in " ".join(str(event.details) for event in Event.objects.all())

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("a.pdf", b"PK\x03\x04 not a pdf"),
            ("a.exe", b"MZ"),
            ("a.pdf", b""),
            ("", PDF),
            ("a.pdf", b"%PDF-1.7 /Encrypt <<"),
        ],
    )
    def test_a_file_that_may_not_be_kept_turns_the_whole_packet_away(self, sender, receiver, name, data):
        posted = post(sender, receiver, message(sender, receiver, attachments=(edxml.Attachment(name, data),)))
        self.turned_away(sender, receiver, posted)
        sender.receive()
        assert "packet.status_unmatched" in verbs()

    def test_junk_is_turned_away_without_an_answer(self, sender, receiver):
        with transaction.atomic():
            posted = LoopbackTransport().send(
                b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
                sender=sender.organisation.code,
                to=receiver.organisation.code,
                kind=MessageKind.DOCUMENT,
            )
        self.turned_away(sender, receiver, posted)
        assert not Parcel.objects.filter(to_code=sender.organisation.code).exists()

    def test_one_bad_packet_does_not_hold_up_the_next(self, sender, receiver):
        post(sender, receiver, message(sender, receiver, attachments=(edxml.Attachment("a.exe", b"MZ"),)))
        post(sender, receiver, message(sender, receiver, document_id="H99.10,2026/09/01,8/SNV"))
        assert receiver.receive() == 2
        assert len(receiver.packets()) == 1

    def test_a_packet_that_breaks_the_program_waits_and_the_next_comes_in(self, sender, receiver, settings):
        named = settings.EXCHANGE_INSPECTOR
        let_in = import_string(named) if isinstance(named, str) else named

        def breaks_once(data: bytes, name: str, **about: object) -> object:
            if about["packet_id"] == "H99.10,2026/09/01,9/SNV":
                raise ZeroDivisionError
            return let_in(data, name, **about)

        settings.EXCHANGE_INSPECTOR = breaks_once
        post(sender, receiver, message(sender, receiver, document_id="H99.10,2026/09/01,9/SNV"))
        post(sender, receiver, message(sender, receiver, document_id="H99.10,2026/09/01,8/SNV"))
        with pytest.raises(ZeroDivisionError):
            receiver.receive()
        assert len(receiver.packets()) == 1
        settings.EXCHANGE_INSPECTOR = let_in
        assert receiver.receive() == 1
        assert len(receiver.packets()) == 2


def test_fields_longer_than_a_column_are_cut_with_a_note(sender, receiver):
    post(sender, receiver, message(sender, receiver, subject="Trích yếu " * 100, code_notation="X" * 300))
    receiver.receive()
    [packet] = receiver.packets()
    assert (len(packet.subject), len(packet.code_notation)) == (500, 100)
    assert {row["where"] for row in packet.warnings if row["code"] == "text_cut"} == {"subject", "code_notation"}


def test_the_clerks_position_is_the_one_told(sender, receiver):
    send(sender, receiver)
    receiver.receive()
    [notice] = Notice.objects.filter(kind="packet_waiting")
    assert Position.objects.get(pk=notice.position_id).person.login == "vt-tu"


class TestIncidents:
    @pytest.mark.parametrize("side", ["sender", "receiver"])
    def test_a_secret_found_later_freezes_and_erases_the_raw_message_too(self, sender, receiver, side):
        body = {"sender": sender, "receiver": receiver}[side]
        send(sender, receiver)
        receiver.receive()
        [packet] = body.packets()
        attachment = packet.attachments.get()
        services.freeze_ids([attachment.object_id], actor=body.officer)
        packet.refresh_from_db()
        assert (packet.subject, packet.code_number, packet.signer_name) == ("(văn bản bị phong tỏa)", "", "")
        with pytest.raises(RuleBroken) as refused:
            content.read_bytes(packet.raw)
        assert refused.value.code == "content.frozen"
        with pytest.raises(PermissionDenied):
            services.erase_ids([attachment.object_id], actor=body.officer)
        services.erase_ids([attachment.object_id], actor=body.system)
        packet.raw.refresh_from_db()
        assert packet.raw.state == "erased"

    def test_packets_without_that_file_stay_as_they_are(self, sender, receiver):
        send(sender, receiver)
        receiver.receive()
        [packet] = receiver.packets()
        services.freeze_ids([new_id()], actor=receiver.officer)
        packet.refresh_from_db()
        assert packet.subject == "V/v rà soát tài liệu tồn đọng"
