"""Reading messages: what strangers send, and what no reader may stumble over."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mocban.exchange.adapters import mail_reader
from mocban.exchange.mail import BadMail, Letter, build, checked, parse
from mocban.exchange.mail.html_text import text_of
from mocban.exchange.mail.wire import packed, unpacked

from .letters import PDF, bounce, letter, raw, receipt, winmail


class TestWhatAMessageSays:
    def test_head_text_and_files(self):
        read = parse(raw())
        assert (read.sender_name, read.sender_address) == ("Sở Nội vụ Lam Sơn", "vanthu@snv.lamson.example")
        assert (read.subject, read.text) == ("Về việc báo cáo công tác văn thư", "Kính gửi Quý cơ quan.")
        assert [(part.name, part.data) for part in read.parts] == [("cong-van-12.pdf", PDF)]
        assert read.sent_at.isoformat() == "2026-09-01T09:00:00+07:00"
        assert read.oddities == ()

    def test_plain_text_is_shown_before_html_and_both_are_checked(self):
        read = parse(raw(text="chữ thường", html="<p>chữ khác</p>"))
        assert read.text == "chữ thường"
        assert {"chữ thường", "chữ khác"} <= set(read.texts)

    def test_html_alone_becomes_text_without_what_it_would_do(self):
        data = (
            b"From: a@b.c\nContent-Type: text/html; charset=utf-8\n\n"
            + (
                "<style>x{}</style><script>alert('xin')</script><h1>Mời họp</h1><p onclick='x()'>Ngày&nbsp;5"
                "<img src='http://theo-doi.example/x.gif'><a href='http://that.example'>http://gia.example</a>"
            ).encode()
        )
        text = parse(data).text
        assert "Mời họp" in text
        assert "http://gia.example <http://that.example>" in text
        assert not any(word in text for word in ("alert", "onclick", "x{}", "theo-doi"))

    def test_a_forwarded_message_is_opened_and_so_is_what_it_carries(self):
        outer = letter(files=())
        outer.add_attachment(letter("bên trong", "chữ bên trong"))
        [nested, held] = parse(outer.as_bytes()).parts
        assert (nested.media_type, nested.name) == ("message/rfc822", "bên trong.eml")
        assert "chữ bên trong" in nested.text
        assert (held.name, held.inside, held.data) == ("cong-van-12.pdf", "bên trong", PDF)

    def test_a_message_sent_as_a_file_is_opened_too(self):
        read = parse(raw(files=(("thu.eml", "application/octet-stream", raw("trong tệp")),)))
        assert [part.name for part in read.parts] == ["thu.eml", "cong-van-12.pdf"]

    def test_messages_in_messages_are_opened_to_a_depth(self):
        message = letter("tận cùng")
        for level in range(8):
            outer = letter(f"lớp {level}", files=())
            outer.add_attachment(message)
            message = outer
        assert [part.obstacle for part in parse(message.as_bytes()).parts] == [""] * 5 + ["too_deep"]

    def test_winmail_is_unpacked(self):
        read = parse(raw(files=(("winmail.dat", "application/ms-tnef", winmail(b"phu-luc.pdf", PDF)),)))
        assert [(part.name, part.inside, part.data) for part in read.parts] == [("phu-luc.pdf", "winmail.dat", PDF)]

    def test_a_broken_winmail_is_kept_with_its_reason(self):
        [part] = parse(raw(files=(("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22rac"),))).parts
        assert (part.name, part.obstacle) == ("winmail.dat", "winmail_broken")

    def test_names_that_hide_their_end_or_their_place_are_made_plain(self):
        names = [part.name for part in parse(raw(files=(("a\u202efdp.exe", "application/pdf", PDF),))).parts]
        assert names == ["afdp.exe"]

    def test_a_wrong_charset_is_read_and_noted(self):
        data = b"From: a@b.c\nContent-Type: text/plain; charset=us-ascii\n\n" + "Kính gửi".encode()
        assert (parse(data).text, "charset" in parse(data).oddities) == ("Kính gửi", True)

    def test_an_encoded_word_brings_no_line_into_a_header(self):
        read = parse(b"From: a@b.c\nSubject: =?utf-8?B?eA0KQmNjOiBldmlsQHguZXhhbXBsZQ==?=\n\nx")
        assert read.subject == "x Bcc: evil@x.example"

    @pytest.mark.parametrize(
        ("head", "code"),
        [
            (b"From: ai do", "no_sender"),
            (b'From: "vanthu@tinh.example" <evil@x.example>', "name_is_address"),
            (b"From: a@b.example\nReply-To: c@d.example", "reply_elsewhere"),
            (b"From: a@b.example, c@d.example", "many_senders"),
            (b"From: a@b.example\nDate: hom qua", "bad_date"),
            (b"From: a@b.example\nContent-Type: application/pkcs7-mime", "encrypted"),
        ],
    )
    def test_what_is_odd_is_noted(self, head, code):
        assert code in parse(head + b"\n\nx").oddities

    def test_the_same_letter_by_two_ways_has_one_fingerprint(self):
        data = raw()
        by_another_way = b"Received: from x by y\r\n" + data.replace(b"\n", b"\r\n")
        assert parse(data).fingerprint == parse(by_another_way).fingerprint
        assert parse(data).fingerprint != parse(raw(text="khác")).fingerprint


class TestReports:
    def test_a_bounce(self):
        report = parse(bounce("abc@x", "noi-nhan@x.example")).report
        assert (report.kind, report.message_id) == ("delivery", "abc@x")
        [outcome] = report.outcomes
        assert (outcome.address, outcome.action) == ("noi-nhan@x.example", "failed")
        assert outcome.sentence == "550 5.1.1 User unknown"

    def test_a_receipt(self):
        report = parse(receipt("abc@x")).report
        assert (report.kind, report.message_id, report.displayed) == ("reading", "abc@x", True)

    def test_an_ordinary_letter_is_none(self):
        assert parse(raw()).report is None


class TestSenderChecks:
    OURS = "mx.lamson.example; spf=pass (x) smtp.mailfrom=a@b; dkim=fail; dkim=pass header.d=b; dmarc=pass"

    def test_only_the_topmost_header_of_the_trusted_server_is_believed(self):
        forged = "mx.lamson.example; spf=fail; dmarc=fail"
        assert checked([self.OURS, forged], "MX.lamson.example").spf == "pass"
        assert checked(["mx.evil.example; spf=pass", self.OURS], "mx.lamson.example").dmarc == "pass"
        assert checked([self.OURS], "mx.lamson.example").dkim == "pass"

    @pytest.mark.parametrize("trusted", ["", "mx.other.example"])
    def test_nobody_else_is(self, trusted):
        result = checked([self.OURS], trusted)
        assert (result.spf, result.dkim, result.dmarc) == ("", "", "")

    def test_a_comment_cannot_pretend(self):
        assert checked(["mx.a (x; spf=pass); spf=fail (y; dmarc=pass)"], "mx.a").spf == "fail"
        assert checked(["mx.a; none"], "mx.a").spf == ""


class TestHostileBytes:
    def test_ten_thousand_parts_are_refused_before_they_are_read(self):
        bomb = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 10_000
        with pytest.raises(BadMail) as bad:
            parse(bomb)
        assert bad.value.reason == "too_many_parts"

    def test_parts_nested_without_end_are_refused(self):
        deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(2000))
        with pytest.raises(BadMail):
            parse(deep)

    @given(st.binary(max_size=2000))
    @settings(max_examples=150, deadline=None)
    def test_any_bytes_are_read_or_refused(self, data):
        self.read(data)

    @given(
        st.lists(
            st.sampled_from(
                [
                    b"From: =?utf-8?q?", b"?=", b"Content-Type: multipart/mixed; boundary=b", b"--b", b"--b--", b"\n",
                    b"Content-Type: message/rfc822", b"Content-Type: text/html; charset=utf-7", b"<a href='",
                    b"Content-Transfer-Encoding: base64", b"AAAA====", b"\xff\xfe",
                    b"Content-Disposition: attachment; filename*=x''%",
                    b"Subject: x", b"Date: Mon, 99 Foo", b"Content-Type: multipart/report; boundary=b", b"<![CDATA[",
                    b"Content-Type: message/delivery-status", b"Action: failed", b"Message-ID: <", b"begin 644 x\nM",
                    b"Content-Type: application/ms-tnef", b"\x78\x9f\x3e\x22\x01\x00\x02", b": ", b"\r\n", b"\x00",
                ]
            ),
            max_size=40,
        )
    )  # fmt: skip
    @settings(max_examples=250, deadline=None)
    def test_pieces_of_messages_in_any_order_are_read_or_refused(self, pieces):
        self.read(b"\n".join(pieces))

    @given(st.binary(max_size=300), st.integers(0, 900))
    @settings(max_examples=150, deadline=None)
    def test_a_damaged_letter_is_read_or_refused(self, noise, place):
        whole = raw(html="<p>x", files=(("winmail.dat", "application/ms-tnef", winmail(b"a.pdf", PDF)),))
        self.read(whole[:place] + noise + whole[place:])

    def read(self, data: bytes) -> None:
        try:
            message = parse(data)
        except BadMail:
            return
        values, blob = packed(message)
        assert unpacked(json.loads(json.dumps(values)), blob) == message
        told = [message.subject, message.sender_name, message.sender_address, *(part.name for part in message.parts)]
        assert not any(ord(sign) < 32 or sign in "\u202e\u2066" for text in told for sign in text)

    @given(st.text(alphabet="<>/a!-[]&;'\"= scriptCDATA#\n", max_size=300))
    @settings(max_examples=200, deadline=None)
    def test_any_html_becomes_text(self, html):
        assert isinstance(text_of(html), str)

    def test_a_child_reads_it_and_answers_the_same(self):
        data = raw()
        assert mail_reader.read(data) == parse(data)
        with pytest.raises(BadMail):
            mail_reader.read(b"  ")


class TestWriting:
    def given(self, **changes):
        values = {
            "message_id": "m1@lamson.example",
            "sender_name": "Sở Nội vụ",
            "sender_address": "hopthu@lamson.example",
            "recipient_name": "Ủy ban",
            "recipient_address": "noi-nhan@x.example",
            "subject": "12/SNV-VP Về việc báo cáo",
            "text": "Kính gửi",
            "at": datetime(2026, 9, 1, tzinfo=UTC),
            "files": [("12-SNV-VP.pdf", "application/pdf", PDF)],
            "ask_receipt": True,
        }
        return Letter(**{**values, **changes})

    def test_what_is_written_reads_back_with_the_file_unchanged(self):
        read = parse(build(self.given()))
        assert (read.subject, read.text, read.message_id) == (
            "12/SNV-VP Về việc báo cáo",
            "Kính gửi",
            "m1@lamson.example",
        )
        assert [(part.name, part.data) for part in read.parts] == [("12-SNV-VP.pdf", PDF)]
        assert ("Disposition-Notification-To", "hopthu@lamson.example") in read.headers

    def test_no_word_breaks_out_of_its_header(self):
        read = parse(build(self.given(subject="a\r\nBcc: x@y.example", recipient_name="b\r\nCc: x@y.example")))
        assert not any(name in ("Bcc", "Cc") for name, _value in read.headers)

    @pytest.mark.parametrize("address", ["", "a@", "x\r\nBcc: y@z", "ngườinhận@x.example"])
    def test_what_is_no_address_is_refused(self, address):
        with pytest.raises(ValueError, match="address"):
            build(self.given(recipient_address=address))
