"""Mail at the clerk's desk and at the officer's: from a real IMAP server, out to a real SMTP server, and back."""

from __future__ import annotations

from email import message_from_bytes
from email import policy as email_policy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mocban.content import services as content
from mocban.exchange import services as exchange
from mocban.exchange.choices import DeliveryState, MailState
from mocban.exchange.models import Mail, MailDelivery
from mocban.exchange.tests.letters import BOX, bounce, raw
from mocban.people.actor import system_actor
from mocban.people.choices import Role
from mocban.people.models import Agency, Organisation
from mocban.records.choices import ObjectRole
from mocban.registry.models import Incoming, Outgoing
from mocban.secrecy.models import Incident
from mocban.signing.services.verifying import verify_together
from mocban.signing.tests import signed
from mocban.signing.tests.pki import pki
from tests.mail_servers import LOGIN, PASSWORD, imap_server, smtp_server
from tests.steps import approved, blank_pdf, issued, numbered, opened_file
from tests.world import DAY, Caller, World, browser

pytestmark = pytest.mark.django_db
LETTER = (("cong-van-12.pdf", "application/pdf", blank_pdf()),)


@pytest.fixture(scope="module")
def dovecot():
    with imap_server() as server:
        yield server


@pytest.fixture(scope="module")
def smtp():
    with smtp_server() as server:
        yield server


@pytest.fixture
def mailbox(world: World, dovecot, smtp):
    dovecot.empty()
    smtp.box.letters.clear()
    values = exchange.MailboxFields(
        address=BOX,
        imap_host="127.0.0.1",
        imap_port=dovecot.port,
        imap_security="none",
        imap_login=LOGIN,
        imap_password=PASSWORD,
        smtp_host="127.0.0.1",
        smtp_port=smtp.port,
        smtp_security="none",
    )
    organisation = world.office.organisation
    return exchange.set_mailbox(organisation=organisation, values=values, actor=world.actor(Role.ADMINISTRATOR))


def fetch(mailbox) -> None:
    exchange.fetch(mailbox=mailbox, actor=system_actor(mailbox.organisation), on=DAY)


def arrived(mailbox, dovecot, *messages: bytes) -> Mail:
    dovecot.put(*(messages or (raw(files=LETTER),)))
    fetch(mailbox)
    return Mail.objects.filter(organisation=mailbox.organisation).order_by("-uid").first()


def text(answer) -> str:
    return answer.content.decode()


def filled(page) -> dict[str, str]:
    """What the form of the page would send as it stands."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    book = form.fields["book"].queryset.first()
    typed = {name: value for name, value in values.items() if value not in (None, "", False)}
    kind = next(code for code, _name in form.fields["kind_code"].choices if code)
    return {**typed, "book": str(book.pk), "arrived_on": f"{DAY:%d/%m/%Y}", "kind_code": typed.get("kind_code", kind)}


class TestTheDesk:
    def test_a_letter_is_registered_in_one_step_with_its_files(self, world, mailbox, dovecot):
        mail = arrived(mailbox, dovecot)
        clerk = browser(world.clerk)
        address = reverse("registry:mail_register", args=[mail.pk])
        form = clerk.get(address)
        assert 'value="Về việc báo cáo' in text(form) or "Về việc báo cáo" in text(form)
        answer = clerk.post(address, {**filled(form), "issuer_name": "Sở Nội vụ Lam Sơn", "answer": "on"})
        assert answer.status_code == 302, text(answer)[:3000]
        entry = Incoming.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2])
        mail.refresh_from_db()
        assert (entry.received_via, mail.state, mail.document_id) == ("mail", "registered", entry.document_id)
        parts = [(part.role, part.object_id) for part in entry.document.parts.order_by("-role", "ordinal")]
        held = mail.attachments.get().object_id
        assert parts == [(ObjectRole.MAIN, held), (ObjectRole.ANNEX, mail.raw_id)]
        assert str(entry.number_value) in MailDelivery.objects.get().text
        assert clerk.get(address).status_code == 404

    def test_the_sender_stands_in_the_form_when_the_directory_knows_it(self, world, mailbox, dovecot):
        body = world.other.organisation
        Agency.objects.filter(organisation=body).update(email="vanthu@snv.lamson.example")
        mail = arrived(mailbox, dovecot)
        clerk = browser(world.clerk)
        assert body.name in text(clerk.get(reverse("registry:mail_register", args=[mail.pk])))
        assert body.name in text(clerk.get(reverse("exchange:mail_list")))

    def test_the_same_file_again_is_warned_of(self, world, mailbox, dovecot):
        clerk = browser(world.clerk)
        for ordinal in range(2):
            mail = arrived(mailbox, dovecot, raw(f"lần {ordinal}", files=LETTER))
            address = reverse("registry:mail_register", args=[mail.pk])
            sent = {**filled(clerk.get(address)), "issuer_name": "Sở Nội vụ Lam Sơn"}
            answer = clerk.post(address, sent)
        assert (answer.status_code, "Có thể đã đăng ký" in text(answer)) == (409, True)
        assert clerk.post(address, {**sent, "confirmed": "1"}).status_code == 302

    def test_the_signatures_of_its_files_are_shown_and_asked_about_before(self, world, mailbox, dovecot):
        good = signed.pdf(pki())
        bad = good.replace(b"/Producer", b"/producer", 1)
        clerk = browser(world.clerk)
        mail = arrived(mailbox, dovecot, raw(files=(("cong-van.pdf", "application/pdf", bad),)))
        assert "Đang kiểm tra chữ ký số" in text(clerk.get(reverse("exchange:mail", args=[mail.pk])))
        verify_together([str(mail.attachments.get().object_id)])
        shown = text(clerk.get(reverse("exchange:mail", args=[mail.pk])))
        assert "Trần Thị Bích Ngọc" in shown
        assert "Không hợp lệ" in shown
        address = reverse("registry:mail_register", args=[mail.pk])
        sent = {**filled(clerk.get(address)), "issuer_name": "Sở Nội vụ Lam Sơn"}
        answer = clerk.post(address, sent)
        assert (answer.status_code, "Tôi đã xem kết quả" in text(answer)) == (409, True)
        assert clerk.post(address, {**sent, "signatures_seen": "1"}).status_code == 302

    def test_a_letter_without_files_is_itself_the_document(self, world, mailbox, dovecot):
        mail = arrived(mailbox, dovecot, raw(files=()))
        clerk = browser(world.clerk)
        address = reverse("registry:mail_register", args=[mail.pk])
        answer = clerk.post(address, {**filled(clerk.get(address)), "issuer_name": "Sở Nội vụ"})
        assert answer.status_code == 302, text(answer)[:2000]
        entry = Incoming.objects.order_by("created_at").last()
        assert [part.object_id for part in entry.document.parts.all()] == [mail.raw_id]

    def test_a_secret_typed_in_the_form_is_refused(self, world, mailbox, dovecot):
        mail = arrived(mailbox, dovecot)
        clerk = browser(world.clerk)
        address = reverse("registry:mail_register", args=[mail.pk])
        answer = clerk.post(address, {**filled(clerk.get(address)), "issuer_name": "x", "subject": "TỐI MẬT"})
        assert (answer.status_code, Incident.objects.count()) == (409, 1)

    @pytest.mark.parametrize("who", ["officer", "stranger", "archivist"])
    def test_nobody_else_finds_it(self, world, mailbox, dovecot, who):
        mail = arrived(mailbox, dovecot)
        visitor = browser(world.people()[who])
        for name in ("exchange:mail", "registry:mail_register", "exchange:mail_decline"):
            assert visitor.get(reverse(name, args=[mail.pk])).status_code == 404

    def test_the_lists_take_few_queries(self, world, mailbox, dovecot, django_assert_max_num_queries):
        arrived(mailbox, dovecot, *(raw(f"thư {ordinal}", files=LETTER) for ordinal in range(12)))
        clerk = browser(world.clerk)
        for address in (reverse("exchange:mail_list"), reverse("exchange:mail", args=[Mail.objects.first().pk])):
            clerk.get(address)
            with django_assert_max_num_queries(32):
                assert clerk.get(address).status_code == 200

    def test_every_page_of_the_desk_answers(self, world, mailbox, dovecot):
        arrived(mailbox, dovecot)
        clerk = browser(world.clerk)
        for show in ("waiting", "registered", "declined", "reports", "khong-co"):
            assert clerk.get(reverse("exchange:mail_list") + f"?show={show}").status_code == 200
        assert clerk.get(reverse("exchange:delivery_list")).status_code == 200
        assert clerk.post(reverse("exchange:mail_fetch")).status_code == 302
        assert "Về việc báo cáo công tác văn thư" in text(clerk.get(reverse("portal:inbox")))

    def test_hostile_words_are_escaped(self, world, mailbox, dovecot):
        mail = arrived(mailbox, dovecot, raw("<script>alert(1)</script>", text="<img src=x onerror=alert(2)>"))
        shown = text(browser(world.clerk).get(reverse("exchange:mail", args=[mail.pk])))
        assert "<script>alert(1)" not in shown
        assert "<img src=x" not in shown

    def test_declining_and_taking_back_over_the_pages(self, world, mailbox, dovecot):
        mail = arrived(mailbox, dovecot)
        clerk = browser(world.clerk)
        address = reverse("exchange:mail_decline", args=[mail.pk])
        assert clerk.post(address, {"reason": ""}).status_code == 422
        assert clerk.post(address, {"reason": "Gửi nhầm"}).status_code == 302
        assert "Gửi nhầm" in text(clerk.get(reverse("exchange:mail", args=[mail.pk])))
        assert clerk.post(reverse("exchange:mail_restore", args=[mail.pk])).status_code == 302
        mail.refresh_from_db()
        assert mail.state == MailState.WAITING


class TestTheAdministrator:
    def test_setting_up_says_at_once_whether_it_works(self, world, dovecot, smtp):
        administrator = browser(world.actor(Role.ADMINISTRATOR))
        address = reverse("exchange:mailbox")
        assert administrator.get(address).status_code == 200
        given = {
            "address": BOX, "active": "on", "imap_host": "127.0.0.1", "imap_port": dovecot.port,
            "imap_security": "none", "imap_login": LOGIN, "imap_password": PASSWORD, "smtp_host": "127.0.0.1",
            "smtp_port": smtp.port, "smtp_security": "none", "capture_tag": "hs",
        }  # fmt: skip
        shown = text(administrator.post(address, given, follow=True))
        assert "Nhận thư (IMAP): Đăng nhập được" in shown
        assert "Gửi thư (SMTP): Đăng nhập được" in shown
        assert PASSWORD not in shown
        wrong = text(administrator.post(address, {**given, "imap_password": "sai"}, follow=True))
        assert "không nhận tên đăng nhập hoặc mật khẩu" in wrong

    def test_the_clerk_does_not_see_the_page(self, world, mailbox):
        assert browser(world.clerk).get(reverse("exchange:mailbox")).status_code == 403


class TestTheOfficer:
    def test_a_message_brought_as_a_file_becomes_a_document_of_the_file(self, world, mailbox):
        file = opened_file(world)
        officer = browser(world.officer)
        message = SimpleUploadedFile("thu.eml", raw(files=LETTER), content_type="message/rfc822")
        answer = officer.post(reverse("records:own_mail"), {"message": message})
        assert answer.status_code == 302, text(answer)[:3000]
        form = officer.get(answer["Location"])
        assert file.title in text(form)
        kind = next(code for code, _name in form.context["form"].fields["kind_code"].choices if code)
        given = {"file": str(file.pk), "kind_code": kind, "subject": "Thư trao đổi"}
        assert officer.post(answer["Location"], given).status_code == 302
        [entry] = file.entries.all()
        mail = Mail.objects.get(owner=world.officer.position_id)
        assert (mail.state, entry.document.subject) == ("captured", "Thư trao đổi")
        assert {part.object_id for part in entry.document.parts.all()} == {
            mail.raw_id, mail.attachments.get().object_id,
        }  # fmt: skip
        assert "Thư trao đổi" in text(officer.get(reverse("records:file", args=[file.pk])))

    @pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"khong phai thu"])
    def test_anything_else_is_taken_or_refused_with_a_sentence(self, world, mailbox, data):
        answer = browser(world.officer).post(
            reverse("records:own_mail"), {"message": SimpleUploadedFile("thu.eml", data)}
        )
        assert answer.status_code in (302, 409, 422)

    def test_a_secret_message_is_refused_and_nothing_is_kept(self, world, mailbox):
        message = SimpleUploadedFile("thu.eml", raw("[MẬT] Phương án"))
        answer = browser(world.officer).post(reverse("records:own_mail"), {"message": message})
        assert (answer.status_code, Mail.objects.count(), Incident.objects.count()) == (409, 0, 1)

    def test_the_personal_address_is_made_and_shown(self, world, mailbox):
        officer = browser(world.officer)
        assert officer.post(reverse("records:own_address")).status_code == 302
        assert "hopthu+hs-" in text(officer.get(reverse("records:own_mail")))


class TestTheApi:
    def test_listing_reading_registering_and_declining(self, world, mailbox, dovecot):
        arrived(mailbox, dovecot, raw("một", files=LETTER), raw("hai", files=()))
        call = Caller(world.clerk)
        items = {item["subject"]: item["id"] for item in call.done("get", "/mail")["items"]}
        detail = call.done("get", f"/mail/{items['một']}")
        assert [file["name"] for file in detail["attachments"]] == ["cong-van-12.pdf"]
        given = {"issuer_name": "Sở Nội vụ", "kind_code": "official-letter", "book": str(self.book(call))}
        made = call.done("post", f"/registry/incoming/from-mail/{items['một']}", given)
        assert made["entry"]["received_via"] == "mail"
        declined = call.done("post", f"/mail/{items['hai']}/decline", {"reason": "Nhầm"})
        assert declined["state"] == "declined"
        assert call.done("post", f"/mail/{items['hai']}/restore")["state"] == "waiting"
        status, problem = call.refused("post", f"/mail/{items['một']}/decline", {"reason": "Nhầm"})
        assert (status, problem["code"]) == (409, "mail.wrong_state")

    def book(self, call):
        return call.done("get", "/registry/incoming/books")[0]["id"]

    def test_a_stranger_finds_nothing(self, world, mailbox, dovecot):
        mail = arrived(mailbox, dovecot)
        call = Caller(world.stranger)
        assert call.done("get", "/mail")["items"] == []
        assert call.refused("get", f"/mail/{mail.pk}")[0] == 404


@pytest.mark.usefixtures("keys")
class TestTheWayOutAndBack:
    ADDRESS = "vanthu@xa-hoa-binh.example"

    def test_a_letter_comes_is_answered_by_mail_and_the_bounce_is_shown(self, world, mailbox, dovecot, smtp):
        mail = arrived(mailbox, dovecot)
        clerk = browser(world.clerk)
        address = reverse("registry:mail_register", args=[mail.pk])
        clerk.post(address, {**filled(clerk.get(address)), "issuer_name": "Sở Nội vụ Lam Sơn"})

        outgoing = issued(world, recipients=[("Ủy ban nhân dân xã Hòa Bình", ""), ("Lưu: VT", "")])
        page = reverse("registry:outgoing_mail", args=[outgoing.pk])
        line = outgoing.recipients.first()
        answer = clerk.post(page, {f"to_{line.pk.hex}": self.ADDRESS})
        assert answer.status_code == 302, text(answer)[:3000]
        delivery = MailDelivery.objects.get(document_id=outgoing.document_id)
        detail = reverse("registry:outgoing", args=[outgoing.pk])
        assert "Chờ gửi" in text(clerk.get(detail))

        exchange.hand_over(delivery=delivery, actor=system_actor(world.office.organisation))
        [letter] = smtp.box.letters
        read = message_from_bytes(letter.content, policy=email_policy.default)
        [part] = read.iter_attachments()
        sealed = outgoing.document.parts.get(role=ObjectRole.ISSUED).object
        assert part.get_content() == content.read_bytes(sealed)
        assert outgoing.document.printed_code in read["Subject"]
        assert "Đã gửi" in text(clerk.get(detail))

        dovecot.put(bounce(delivery.message_id, self.ADDRESS))
        fetch(mailbox)
        shown = text(clerk.get(detail))
        assert "Không gửi được" in shown
        assert "550 5.1.1 User unknown" in shown

    def test_what_is_issued_goes_by_itself_to_those_whose_address_is_known(self, world, mailbox):
        stranger = Agency.objects.filter(organisation=None).first()
        if stranger is None:
            body = Organisation.objects.exclude(pk=world.office.organisation.pk).first()
            stranger = Agency.objects.get(organisation=body)
        Agency.objects.filter(pk=stranger.pk).update(email=self.ADDRESS)
        outgoing = issued(world, recipients=[(stranger.name, ""), ("Lưu: VT", "")])
        [delivery] = MailDelivery.objects.filter(document_id=outgoing.document_id)
        assert (delivery.address, delivery.state) == (self.ADDRESS, DeliveryState.QUEUED)
        [line] = outgoing.recipients.filter(pk=delivery.recipient_id)
        assert line.name == stranger.name

    def test_a_mail_that_cannot_go_does_not_hold_up_the_issue(self, world, mailbox, settings):
        settings.MAIL_LIMIT_BYTES = 10
        Agency.objects.filter(organisation=world.other.organisation).update(email=self.ADDRESS)
        outgoing = issued(world, recipients=[(world.other.organisation.name, "")])
        assert (outgoing.status, MailDelivery.objects.count()) == ("issued", 0)

    @pytest.mark.parametrize("make", [approved, numbered])
    def test_nothing_goes_before_it_is_issued(self, world, mailbox, make):
        outgoing = make(world)
        page = reverse("registry:outgoing_mail", args=[outgoing.pk])
        answer = browser(world.clerk).post(page, {"other_address": self.ADDRESS})
        assert (answer.status_code, MailDelivery.objects.count()) == (409, 0)
        assert Outgoing.objects.get(pk=outgoing.pk).status != "issued"

    def test_a_typed_address_that_is_none_stands_beside_the_form(self, world, mailbox):
        outgoing = issued(world, recipients=[("Lưu: VT", "")])
        page = reverse("registry:outgoing_mail", args=[outgoing.pk])
        answer = browser(world.clerk).post(page, {"other_address": "khong phai"})
        assert (answer.status_code, "không phải là một địa chỉ" in text(answer)) == (409, True)
        assert "Hãy ghi ít nhất" in text(browser(world.clerk).post(page, {}))
