"""What becomes of a mail that waits, personal addresses, and mail that goes out: with real servers."""

from __future__ import annotations

from email import message_from_bytes
from email import policy as email_policy

import pytest
from django.core.exceptions import PermissionDenied

from mocban.content import services as content
from mocban.content.examine import examine
from mocban.exchange import mail_selectors, services
from mocban.exchange.choices import DeliveryState, MailState
from mocban.exchange.models import Mail, MailDelivery
from mocban.exchange.ports import MailFailed
from mocban.notices.models import Notice
from mocban.people.models import Position

from .conftest import DAY
from .letters import BOX, PDF, bounce, raw, receipt
from .mail_desk import fetch, only, refusal

pytestmark = pytest.mark.django_db


class TestDeciding:
    @pytest.fixture
    def mail(self, body, mailbox, dovecot) -> Mail:
        dovecot.put(raw())
        fetch(body, mailbox)
        return only()

    def test_declined_with_a_reason_answered_and_taken_back(self, body, mail, sink):
        services.decline_mail(mail=mail, reason="Gửi nhầm", answer=True, actor=body.clerk, on=DAY)
        mail.refresh_from_db()
        assert (mail.state, mail.decline_reason) == (MailState.DECLINED, "Gửi nhầm")
        delivery = MailDelivery.objects.get()
        services.hand_over(delivery=delivery, actor=body.system)
        [sent] = sink.letters
        read = message_from_bytes(sent.content, policy=email_policy.default)
        assert read["In-Reply-To"] == f"<{mail.message_id}>"
        assert read["Auto-Submitted"] == "auto-replied"
        assert "Gửi nhầm" in read.get_content()
        assert services.restore_mail(mail=mail, actor=body.clerk, on=DAY).state == MailState.WAITING

    def test_a_program_is_never_answered(self, body, mailbox, dovecot):
        dovecot.put(raw(Auto_Submitted="auto-generated"))
        fetch(body, mailbox)
        with refusal("mail.no_answer"):
            services.decline_mail(mail=only(), reason="x", answer=True, actor=body.clerk, on=DAY)
        assert only().state == MailState.WAITING

    @pytest.mark.parametrize(("reason", "code"), [("", "mail.no_reason"), ("x" * 501, "mail.long_reason")])
    def test_a_reason_is_needed(self, body, mail, reason, code):
        with refusal(code):
            services.decline_mail(mail=mail, reason=reason, actor=body.clerk, on=DAY)

    def test_a_step_that_the_state_does_not_allow(self, body, mail):
        services.decline_mail(mail=mail, reason="x", actor=body.clerk, on=DAY)
        for step in (
            lambda: services.decline_mail(mail=mail, reason="x", actor=body.clerk, on=DAY),
            lambda: services.retry_mail(mail=mail, actor=body.clerk),
            lambda: services.register_mail(mail=mail, document_id=mail.pk, actor=body.clerk, on=DAY),
        ):
            with refusal("mail.wrong_state"):
                step()

    def test_who_may(self, body, receiver, mail):
        for actor in (body.officer, receiver.clerk, body.administrator):
            with pytest.raises(PermissionDenied):
                services.decline_mail(mail=mail, reason="x", actor=actor, on=DAY)


class TestPersonalAddress:
    def test_what_is_sent_there_waits_for_that_person_alone(self, body, mailbox, dovecot):
        position = Position.objects.get(pk=body.officer.position_id)
        made = services.make_capture_address(position=position, actor=body.officer)
        assert services.make_capture_address(position=position, actor=body.officer).token == made.token
        address = mail_selectors.own_address(body.officer)
        assert address == f"hopthu+hs-{made.token}@lamson.example"
        dovecot.put(raw(To=address.upper()), raw("lạ", To="hopthu+hs-khongco@lamson.example"))
        fetch(body, mailbox)
        assert [mail.subject for mail in mail_selectors.own(body.officer)] == ["Về việc báo cáo công tác văn thư"]
        assert [mail.subject for mail in mail_selectors.desk(body.clerk)] == ["lạ"]
        assert not Mail.objects.visible_to(body.clerk).filter(owner__isnull=False).exists()

    def test_nobody_makes_one_for_another(self, body, mailbox):
        position = Position.objects.get(pk=body.officer.position_id)
        with pytest.raises(PermissionDenied):
            services.make_capture_address(position=position, actor=body.clerk)


class TestSending:
    def queued(self, body, address="noi-nhan@x.example") -> MailDelivery:
        stored = content.store(
            examined=examine(PDF, "12-SNV-VP.pdf"), data=PDF, organisation=body.organisation, actor=body.system
        )
        wanted = services.OutgoingMail(
            address=address, name="Ủy ban xã", subject="12/SNV-VP", text="Kính gửi", files=[stored],
            document_id=stored.pk, recipient_id=stored.pk,
        )  # fmt: skip
        made = services.queue_mail(letter=wanted, organisation=body.organisation, actor=body.clerk, on=DAY)
        again = services.queue_mail(letter=wanted, organisation=body.organisation, actor=body.clerk, on=DAY)
        assert again == made
        return made

    def over(self, body, delivery) -> MailDelivery:
        return services.hand_over(delivery=delivery, actor=body.system)

    def test_it_goes_out_once_with_the_file_unchanged_and_asks_for_receipts(self, body, mailbox, sink):
        delivery = self.queued(body)
        assert [self.over(body, delivery).state for _time in range(2)] == [DeliveryState.SENT] * 2
        [sent] = sink.letters
        read = message_from_bytes(sent.content, policy=email_policy.default)
        [part] = read.iter_attachments()
        assert (part.get_filename(), part.get_content()) == ("12-SNV-VP.pdf", PDF)
        assert read["Message-ID"] == f"<{delivery.message_id}>"
        assert read["Disposition-Notification-To"] == BOX
        assert f"ENVID={delivery.pk.hex.upper()}" in sent.mail_options

    def test_a_file_found_secret_before_it_went_does_not_go(self, body, mailbox, sink):
        delivery = self.queued(body)
        stored = delivery.enclosures.get()
        services.freeze_ids([stored.pk], actor=body.system)
        content.freeze(stored, actor=body.system)
        delivery = self.over(body, delivery)
        assert (delivery.state, sink.letters) == (DeliveryState.FAILED, [])
        assert MailDelivery.objects.get().subject == "(thư bị phong tỏa)"

    def test_a_server_that_refuses_for_good_is_a_failure_with_its_own_words(self, body, mailbox, sink):
        sink.refuse["noi-nhan@x.example"] = "550 5.1.1 khong co nguoi nay"
        delivery = self.over(body, self.queued(body))
        assert (delivery.state, "khong co nguoi nay" in delivery.server_answer) == (DeliveryState.FAILED, True)
        assert Notice.objects.filter(kind="mail_failed").count() == 1

    def test_a_server_that_fails_for_now_is_asked_again(self, body, mailbox, sink):
        sink.refuse["noi-nhan@x.example"] = "451 cho mot lat"
        delivery = self.queued(body)
        with pytest.raises(MailFailed):
            self.over(body, delivery)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == (DeliveryState.QUEUED, 1)
        sink.refuse.clear()
        assert self.over(body, delivery).state == DeliveryState.SENT

    def test_after_the_last_attempt_it_has_failed(self, body, mailbox, sink):
        sink.refuse["noi-nhan@x.example"] = "451 cho"
        delivery = self.queued(body)
        MailDelivery.objects.update(attempts=5)
        assert self.over(body, delivery).state == DeliveryState.FAILED

    def test_a_line_that_breaks_after_the_final_dot_is_never_sent_again_by_itself(self, body, mailbox, sink):
        sink.drop_after_data = True
        delivery = self.over(body, self.queued(body))
        assert delivery.state == DeliveryState.UNCERTAIN
        self.over(body, delivery)
        assert len(sink.letters) == 1
        sink.drop_after_data = False
        services.send_again(delivery=delivery, actor=body.clerk, on=DAY)
        assert self.over(body, delivery).state == DeliveryState.SENT
        first, second = (message_from_bytes(letter.content)["Message-ID"] for letter in sink.letters)
        assert first == second

    def test_a_crash_while_sending_is_uncertain_and_not_sent_twice(self, body, mailbox, sink):
        delivery = self.queued(body)
        MailDelivery.objects.update(state=DeliveryState.SENDING)
        assert self.over(body, delivery).state == DeliveryState.UNCERTAIN
        assert sink.letters == []

    def test_reports_move_it_forward_only(self, body, mailbox, dovecot, sink):
        delivery = self.over(body, self.queued(body))
        steps = []
        for report in (
            bounce(delivery.message_id, delivery.address, action="delivered", said="250 ok"),
            receipt(delivery.message_id),
            bounce(delivery.message_id, delivery.address),
        ):
            dovecot.put(report)
            fetch(body, mailbox)
            delivery.refresh_from_db()
            steps.append(delivery.state)
        assert steps == [DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.READ]
        assert Mail.objects.filter(state=MailState.REPORT).count() == 3
        assert mail_selectors.desk(body.clerk).count() == 0

    def test_a_bounce_is_shown_with_the_servers_sentence(self, body, mailbox, dovecot, sink):
        delivery = self.over(body, self.queued(body))
        dovecot.put(bounce(delivery.message_id, delivery.address))
        fetch(body, mailbox)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.server_answer) == (DeliveryState.FAILED, "550 5.1.1 User unknown")

    def test_a_report_about_nothing_of_ours_is_an_ordinary_mail(self, body, mailbox, dovecot):
        dovecot.put(bounce("la@x", "ai@x.example"))
        fetch(body, mailbox)
        assert only().state == MailState.WAITING

    @pytest.mark.parametrize("address", ["", "khong-phai", "a@b.example, c@d.example", "a@b.example\r\nBcc: x@y.z"])
    def test_what_is_no_address_is_refused(self, body, mailbox, address):
        with refusal("mail.address"):
            self.queued(body, address)

    def test_too_much_for_a_mail(self, body, mailbox, settings):
        settings.MAIL_LIMIT_BYTES = 10
        with refusal("mail.too_large"):
            self.queued(body)

    def test_without_a_mailbox(self, body):
        with refusal("mail.no_mailbox"):
            self.queued(body)
