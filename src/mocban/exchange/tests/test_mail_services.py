"""Fetching, deciding and sending: on the real database, with a real IMAP server and a real SMTP server."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied

from mocban.audit.models import Event
from mocban.content import services as content
from mocban.content.models import DigitalObject
from mocban.exchange import mail_selectors, services
from mocban.exchange.adapters import imap
from mocban.exchange.models import Mail, Mailbox
from mocban.exchange.ports import MailFailed
from mocban.notices.models import Notice
from mocban.secrecy.models import Incident
from tests.mail_servers import PASSWORD, free_port

from .letters import PDF, letter, raw, winmail
from .mail_desk import fetch, fields, only, refusal

pytestmark = pytest.mark.django_db


class TestMailbox:
    def test_passwords_are_sealed_and_stand_nowhere_else(self, mailbox):
        assert PASSWORD not in json.dumps([mailbox.imap_secret, mailbox.smtp_secret])
        told = [str(row) for row in Event.objects.values_list("changes", "details", "label")]
        assert not any(PASSWORD in row or mailbox.imap_secret in row for row in told)

    def test_an_empty_password_keeps_the_sealed_one(self, body, mailbox, dovecot, smtp):
        again = fields(dovecot, smtp, imap_password="", smtp_password="", done_folder="DaNhan")
        changed = services.set_mailbox(organisation=body.organisation, values=again, actor=body.administrator)
        assert changed.imap_secret == mailbox.imap_secret
        assert [tried.works for tried in services.try_mailbox(mailbox=changed, actor=body.administrator)] == [
            True,
            True,
        ]

    def test_a_sealed_password_never_goes_to_another_server(self, body, mailbox, dovecot, smtp):
        elsewhere = fields(dovecot, smtp, imap_password="", imap_host="may-khac.example")
        with refusal("mailbox.password"):
            services.set_mailbox(organisation=body.organisation, values=elsewhere, actor=body.administrator)

    def test_another_installation_cannot_open_it(self, body, mailbox, settings):
        settings.SECRET_KEY = "khoa-khac" * 5
        [read, _send] = services.try_mailbox(mailbox=mailbox, actor=body.administrator)
        assert (read.works, "nhập lại mật khẩu" in read.sentence) == (False, True)

    def test_trying_says_what_is_wrong(self, body, dovecot, smtp):
        wrong = fields(dovecot, smtp, imap_password="sai", smtp_port=free_port())
        made = services.set_mailbox(organisation=body.organisation, values=wrong, actor=body.administrator)
        read, sent = services.try_mailbox(mailbox=made, actor=body.administrator)
        assert ("mật khẩu" in read.sentence, "cổng" in sent.sentence) == (True, True)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"address": "khong phai"}, "mail.address"),
            ({"imap_host": "a b"}, "mailbox.host"),
            ({"imap_port": 0}, "mailbox.port"),
            ({"capture_tag": "Hồ sơ"}, "mailbox.tag"),
        ],
    )
    def test_nonsense_is_refused(self, body, dovecot, smtp, changes, code):
        with refusal(code):
            values = fields(dovecot, smtp, **changes)
            services.set_mailbox(organisation=body.organisation, values=values, actor=body.administrator)

    def test_only_the_administrator_sets_it(self, body, dovecot, smtp):
        for actor in (body.clerk, body.officer):
            with pytest.raises(PermissionDenied):
                services.set_mailbox(organisation=body.organisation, values=fields(dovecot, smtp), actor=actor)


class TestFetching:
    def test_a_letter_is_kept_whole_with_its_files_and_then_marked(self, body, mailbox, dovecot):
        data = raw().replace(b"\n", b"\r\n")
        dovecot.put(data)
        assert fetch(body, mailbox).new == 1
        mail = only()
        assert (mail.state, mail.subject, mail.sender_address) == (
            "waiting", "Về việc báo cáo công tác văn thư", "vanthu@snv.lamson.example",
        )  # fmt: skip
        assert content.read_bytes(mail.raw) == data
        [attachment] = mail.attachments.all()
        assert (attachment.name, content.read_bytes(attachment.object)) == ("cong-van-12.pdf", PDF)
        assert dovecot.seen() == [True]
        assert Notice.objects.filter(kind="mail_waiting").count() == 1

    def test_only_the_desk_sees_it(self, body, receiver, mailbox, dovecot):
        dovecot.put(raw())
        fetch(body, mailbox)
        assert [mail_selectors.desk(actor).count() for actor in (body.clerk, body.officer, receiver.clerk)] == [1, 0, 0]
        [attachment] = only().attachments.all()
        assert mail_selectors.can_read_object(attachment.object_id, body.clerk)
        assert not mail_selectors.can_read_object(attachment.object_id, body.officer)

    def test_the_next_fetch_goes_on_after_the_last(self, body, mailbox, dovecot):
        dovecot.put(raw("một"), raw("hai"))
        assert fetch(body, mailbox).new == 2
        dovecot.put(raw("ba"))
        found = fetch(body, mailbox)
        assert (found.new, found.known) == (1, 0)

    def test_the_same_letter_twice_is_kept_once(self, body, mailbox, dovecot):
        data = raw()
        dovecot.put(data, b"Received: from khac by day\r\n" + data)
        found = fetch(body, mailbox)
        assert (found.new, found.known, Mail.objects.count()) == (1, 1, 1)
        assert dovecot.seen() == [True, True]

    def test_a_server_that_numbers_anew_brings_nothing_twice(self, body, mailbox, dovecot):
        data = raw()
        dovecot.put(data)
        fetch(body, mailbox)
        Mailbox.objects.update(uid_validity=7)
        dovecot.put(raw("mới"))
        found = fetch(body, mailbox)
        assert (found.new, Mail.objects.count()) == (1, 2)

    def test_another_letter_under_the_same_id_is_kept_with_a_warning(self, body, mailbox, dovecot):
        dovecot.put(raw(Message_ID="<a@x>"), raw(text="khác hẳn", Message_ID="<a@x>"))
        fetch(body, mailbox)
        assert [mail.oddities for mail in Mail.objects.order_by("uid")] == [[], ["same_id"]]

    def test_a_line_that_breaks_in_the_middle_leaves_nothing_half_and_is_resumed(
        self, body, mailbox, dovecot, monkeypatch
    ):
        dovecot.put(raw("một"), raw("hai"))
        whole, asked = imap.Inbox.message, []

        def breaks(self, uid):
            asked.append(uid)
            if len(asked) == 2:
                raise MailFailed("dropped", "Máy chủ nhận thư ngắt kết nối giữa chừng.")
            return whole(self, uid)

        monkeypatch.setattr(imap.Inbox, "message", breaks)
        assert "giữa chừng" in fetch(body, mailbox).problem
        assert (Mail.objects.count(), Mailbox.objects.get().problem != "") == (1, True)
        assert Notice.objects.filter(kind="mailbox_problem").count() == 1
        found = fetch(body, mailbox)
        assert (found.new, found.problem, Mail.objects.count(), Mailbox.objects.get().problem) == (1, "", 2, "")

    def test_a_crash_between_keeping_and_marking_marks_at_the_next_fetch(self, body, mailbox, dovecot, monkeypatch):
        dovecot.put(raw())
        with monkeypatch.context() as broken:
            broken.setattr(imap.Inbox, "done", lambda self, uid: (_ for _ in ()).throw(MailFailed("dropped", "x")))
            fetch(body, mailbox)
        assert (dovecot.seen(), only().marked) == ([False], False)
        fetch(body, mailbox)
        assert (dovecot.seen(), only().marked) == ([True], True)

    def test_a_message_that_breaks_the_program_does_not_hold_up_the_others(self, body, mailbox, dovecot, monkeypatch):
        from mocban.exchange.services import mail_receiving

        whole = mail_receiving._inspect

        def breaks(message, *rest, **named):
            if message.subject == "một":
                raise ZeroDivisionError
            return whole(message, *rest, **named)

        monkeypatch.setattr(mail_receiving, "_inspect", breaks)
        dovecot.put(raw("một"), raw("hai"))
        with pytest.raises(ZeroDivisionError):
            fetch(body, mailbox)
        assert [mail.state for mail in Mail.objects.order_by("uid")] == ["left", "waiting"]

    def test_a_letter_too_large_stays_on_the_server_and_the_clerk_sees_why(self, body, mailbox, dovecot, settings):
        settings.MAIL_LIMIT_BYTES = 1024 * 1024
        dovecot.put(raw(files=(("lon.pdf", "application/pdf", PDF + b"0" * 2_000_000),)), raw("nhỏ"))
        found = fetch(body, mailbox)
        assert (found.left, found.new, dovecot.count(), dovecot.seen()) == (1, 1, 2, [False, True])
        mail = Mail.objects.get(state="left")
        assert (mail.subject, mail.raw) == ("Về việc báo cáo công tác văn thư", None)
        assert "vẫn nằm nguyên trên máy chủ thư" in mail.obstacle
        assert mail in mail_selectors.desk(body.clerk)

    def test_when_the_limit_is_raised_it_is_fetched_again(self, body, mailbox, dovecot, settings):
        settings.MAIL_LIMIT_BYTES = 1024
        dovecot.put(raw(text="x" * 3000), raw("nhỏ", text="y", files=()))
        fetch(body, mailbox)
        settings.MAIL_LIMIT_BYTES = 1024 * 1024
        services.retry_mail(mail=Mail.objects.get(state="left"), actor=body.clerk)
        found = fetch(body, mailbox)
        assert (found.new, found.known, Mail.objects.filter(state="waiting").count()) == (1, 1, 2)

    def test_a_bomb_of_parts_is_left_where_it_lies(self, body, mailbox, dovecot):
        dovecot.put(
            b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 10_000
        )
        assert fetch(body, mailbox).left == 1
        assert "phá hoại" in only().obstacle

    def test_what_cannot_be_looked_at_is_listed_with_the_reason_and_not_opened(self, body, mailbox, dovecot):
        files = (
            ("lon-xon.zip", "application/zip", b"PK\x03\x04rac"),
            ("chay.exe", "application/octet-stream", b"MZ"),
            ("trang.html", "text/html", b"<script>alert(1)</script>"),
            ("cong-van.pdf", "application/pdf", PDF),
        )
        dovecot.put(raw(files=files))
        fetch(body, mailbox)
        rows = list(only().attachments.all())
        assert [row.object_id is not None for row in rows] == [False, False, False, True]
        assert all("Không nhận tệp" in row.obstacle for row in rows[:3])

    def test_what_a_forwarded_letter_and_winmail_carry_are_files_of_their_own(self, body, mailbox, dovecot):
        outer = letter(files=(("winmail.dat", "application/ms-tnef", winmail(b"phu-luc.pdf", PDF)),))
        outer.add_attachment(letter("bên trong", "chữ bên trong"))
        dovecot.put(outer.as_bytes())
        fetch(body, mailbox)
        rows = [(row.name, row.inside, row.object_id is not None) for row in only().attachments.all()]
        assert rows == [
            ("phu-luc.pdf", "winmail.dat", True),
            ("bên trong.eml", "", True),
            ("cong-van-12.pdf", "bên trong", True),
        ]

    def test_the_sender_is_as_sure_as_the_trusted_server_says(self, body, mailbox, dovecot):
        ours = "Authentication-Results: mx.lamson.example; spf=pass; dkim=pass; dmarc=pass\r\n"
        forged = "Authentication-Results: mx.gia.example; spf=pass; dmarc=pass\r\n"
        dovecot.put(ours.encode() + raw("một"), forged.encode() + raw("hai"))
        fetch(body, mailbox)
        said = [mail_selectors.verdict(mail)[0] for mail in Mail.objects.order_by("uid")]
        assert said == ["người gửi đã xác thực", "chưa kiểm tra"]

    def test_the_directory_knows_another_body_by_its_mailbox(self, body, receiver, mailbox, dovecot, smtp):
        services.set_mailbox(
            organisation=receiver.organisation,
            values=fields(dovecot, smtp, address="tinhuy@lamson.example"),
            actor=receiver.system,
        )
        dovecot.put(raw(From="x <TinhUy@lamson.example>"))
        fetch(body, mailbox)
        assert mail_selectors.known_sender(only()).name == receiver.organisation.name


class TestSecrets:
    MARKED = "CỘNG HÒA\nMẬT\nSố: 5/BC"

    def check(self, body, mailbox, dovecot):
        assert fetch(body, mailbox).refused == 1
        assert Incident.objects.count() == 1
        mail = only()
        assert (mail.state, mail.subject, mail.text, mail.raw, mail.headers) == ("refused", "", "", None, [])
        assert DigitalObject.objects.count() == 0
        assert (dovecot.count(), dovecot.seen()) == (1, [False])
        fetch(body, mailbox)
        Mailbox.objects.update(uid_validity=1)
        fetch(body, mailbox)
        assert Incident.objects.count() == 1
        assert mail in mail_selectors.desk(body.clerk)

    def test_a_mark_in_the_text(self, body, mailbox, dovecot):
        dovecot.put(raw(text=self.MARKED))
        self.check(body, mailbox, dovecot)

    def test_a_mark_in_the_subject(self, body, mailbox, dovecot):
        dovecot.put(raw("[TỐI MẬT] Phương án"))
        self.check(body, mailbox, dovecot)

    def test_a_mark_in_the_alternative_that_is_not_shown(self, body, mailbox, dovecot):
        dovecot.put(raw(text="bình thường", html="<p>Văn bản</p><p>TUYỆT MẬT</p>"))
        self.check(body, mailbox, dovecot)

    def test_a_mark_in_a_forwarded_letter(self, body, mailbox, dovecot):
        outer = letter(files=())
        outer.add_attachment(letter("bên trong", self.MARKED))
        dovecot.put(outer.as_bytes())
        self.check(body, mailbox, dovecot)

    def test_a_mark_in_a_file_after_an_open_one(self, body, mailbox, dovecot, settings):
        settings.EXCHANGE_INSPECTOR = "mocban.records.intake.accept"
        files = (("mo.txt", "text/plain", b"binh thuong"), ("mat.txt", "text/plain", self.MARKED.encode()))
        dovecot.put(raw(files=files))
        self.check(body, mailbox, dovecot)

    def test_a_mark_in_the_name_of_a_file(self, body, mailbox, dovecot):
        dovecot.put(raw(files=(("TỐI MẬT.pdf", "application/pdf", PDF),)))
        self.check(body, mailbox, dovecot)

    def test_a_mark_in_the_subject_of_a_letter_too_large_to_fetch(self, body, mailbox, dovecot, settings):
        settings.MAIL_LIMIT_BYTES = 1024
        dovecot.put(raw("[MẬT] Phương án", text="x" * 3000))
        fetch(body, mailbox)
        mail = only()
        assert (mail.state, mail.subject, Incident.objects.count()) == ("refused", "", 1)

    def test_a_file_found_secret_later_takes_the_letter_with_it(self, body, mailbox, dovecot):
        dovecot.put(raw(text="chữ của thư"))
        fetch(body, mailbox)
        mail = only()
        held = mail.attachments.get().object
        services.freeze_ids([held.pk], actor=body.system)
        mail.refresh_from_db()
        assert (mail.text, mail.sender_name, mail.raw.state, mail.headers) == ("", "", "frozen", [])
