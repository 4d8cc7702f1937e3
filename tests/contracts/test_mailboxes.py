"""What the exchange asks of mail servers, held against a real dovecot and a real SMTP server."""

from __future__ import annotations

import socket
import threading

import pytest

from mocban.exchange.adapters.imap import inbox
from mocban.exchange.adapters.smtp import SmtpSink
from mocban.exchange.ports import MailAccount, MailFailed
from tests.mail_servers import LOGIN, PASSWORD, certificate, free_port, imap_server, smtp_server

FIRST = b"Subject: mot\r\nMessage-ID: <1@x>\r\n\r\nxin chao\r\n"
SECOND = b"Subject: hai\r\nMessage-ID: <2@x>\r\n\r\n" + b"y" * 5000 + b"\r\n"


@pytest.fixture(scope="module")
def dovecot():
    with imap_server() as server:
        yield server


@pytest.fixture
def server(dovecot):
    dovecot.empty()
    return dovecot


@pytest.fixture(scope="module")
def sink():
    with smtp_server() as server:
        yield server


@pytest.fixture
def box(sink):
    sink.box.letters.clear()
    sink.box.refuse.clear()
    sink.box.after_data, sink.box.drop_after_data = "250 OK kept", False
    return sink.box


def account(port: int, **changes) -> MailAccount:
    given = {"host": "127.0.0.1", "port": port, "security": "none", "login": LOGIN, "password": PASSWORD}
    return MailAccount(**{**given, **changes})


def failure(step) -> MailFailed:
    with pytest.raises(MailFailed) as failed:
        step()
    return failed.value


def opened(given: MailAccount) -> None:
    with inbox(given):
        pass


class TestInbox:
    def test_it_lists_and_gives_messages_byte_for_byte_and_leaves_them_unread(self, server):
        server.put(FIRST, SECOND)
        with inbox(account(server.port)) as source:
            listed = source.listing(0)
            assert [size for _uid, size in listed] == [len(FIRST), len(SECOND)]
            data, received_at = source.message(listed[1][0])
            assert data == SECOND
            assert received_at.tzinfo is not None
            assert source.head(listed[0][0]).startswith(b"Subject: mot")
            assert source.listing(listed[0][0]) == listed[1:]
            assert source.listing(listed[1][0]) == []
        assert server.seen() == [False, False]

    def test_numbers_stay_while_the_validity_stays(self, server):
        server.put(FIRST)
        seen = []
        for _time in range(2):
            with inbox(account(server.port)) as source:
                seen.append((source.validity, source.listing(0)))
        assert seen[0] == seen[1]

    def test_done_marks_a_message_as_read_as_often_as_asked(self, server):
        server.put(FIRST, SECOND)
        with inbox(account(server.port)) as source:
            for _time in range(2):
                source.done(source.listing(0)[0][0])
        assert server.seen() == [True, False]

    def test_done_moves_to_a_folder_that_it_makes(self, server):
        server.put(FIRST, SECOND)
        with inbox(account(server.port, done_folder="DaNhan")) as source:
            source.done(source.listing(0)[0][0])
            assert len(source.listing(0)) == 1
        assert (server.count(), server.count("DaNhan")) == (1, 1)

    def test_what_somebody_removed_is_none(self, server):
        server.put(FIRST)
        with inbox(account(server.port)) as source:
            assert source.message(999) is None
            assert source.head(999) == b""

    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_a_protected_line_needs_a_certificate_that_is_trusted(self, server, settings, tmp_path, security):
        settings.KEYS_ROOT = tmp_path
        port = server.tls_port if security == "tls" else server.port
        given = account(port, security=security)
        assert failure(lambda: opened(given)).reason == "tls"
        (tmp_path / "mail").mkdir()
        (tmp_path / "mail" / "server.pem").write_bytes(server.certificate.read_bytes())
        opened(given)

    def test_a_wrong_password_a_wrong_port_and_a_wrong_name_have_sentences_of_their_own(self, server):
        wrong = failure(lambda: opened(account(server.port, password="sai")))
        assert (wrong.reason, "mật khẩu" in wrong.sentence) == ("login", True)
        closed = failure(lambda: opened(account(free_port())))
        assert (closed.reason, "cổng" in closed.sentence) == ("unreachable", True)
        nobody = failure(lambda: opened(account(143, host="khong-co.invalid")))
        assert (nobody.reason, "tên máy chủ" in nobody.sentence) == ("unreachable", True)
        assert PASSWORD not in wrong.sentence

    def test_a_server_that_talks_nonsense_is_a_failure_with_a_sentence(self):
        with talking(b"220 toi khong phai IMAP\r\n") as port:
            assert failure(lambda: opened(account(port))).reason in ("unreachable", "dropped", "login")


class talking:  # noqa: N801 - used like a function
    """A server that says one thing and hangs up."""

    def __init__(self, *lines: bytes) -> None:
        self.lines = lines

    def __enter__(self) -> int:
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._answer, daemon=True).start()
        return self.listener.getsockname()[1]

    def __exit__(self, *_error: object) -> None:
        self.listener.close()

    def _answer(self) -> None:
        try:
            line, _who = self.listener.accept()
            with line:
                for said in self.lines:
                    line.sendall(said)
        except OSError:
            return


def send(port: int, data: bytes = FIRST, to: str = "noi-nhan@x.example", **changes) -> str:
    sink = SmtpSink(account(port, **changes))
    return sink.send(data, sender="hopthu@lamson.example", recipient=to, envelope_id="abc123")


class TestSink:
    def test_a_message_goes_out_whole_with_a_request_for_reports(self, sink, box):
        data = b"Subject: x\n\n.mot cham\n..hai\r\nhet"
        assert "kept" in send(sink.port, data)
        [letter] = box.letters
        assert letter.content == b"Subject: x\r\n\r\n.mot cham\r\n..hai\r\nhet\r\n"
        assert (letter.mail_from, letter.rcpt_tos) == ("hopthu@lamson.example", ["noi-nhan@x.example"])
        assert "ENVID=ABC123" in letter.mail_options  # this server takes options in capitals
        assert "NOTIFY=SUCCESS,FAILURE,DELAY" in letter.rcpt_options

    @pytest.mark.parametrize(
        ("answer", "reason"), [("550 5.1.1 khong co nguoi nay", "refused"), ("451 cho", "dropped")]
    )
    def test_a_recipient_that_the_server_refuses_for_good_or_for_now(self, sink, box, answer, reason):
        box.refuse["noi-nhan@x.example"] = answer
        failed = failure(lambda: send(sink.port))
        assert (failed.reason, answer[4:] in failed.sentence) == (reason, True)
        assert box.letters == []

    @pytest.mark.parametrize(("answer", "reason"), [("554 thu rac", "refused"), ("452 day", "dropped")])
    def test_a_message_that_the_server_refuses_after_reading_it(self, sink, box, answer, reason):
        box.after_data = answer
        assert failure(lambda: send(sink.port)).reason == reason

    def test_a_line_that_breaks_after_the_final_dot_leaves_it_uncertain(self, sink, box):
        box.drop_after_data = True
        assert failure(lambda: send(sink.port)).reason == "uncertain"
        assert len(box.letters) == 1

    def test_signing_in(self, sink, box):
        SmtpSink(account(sink.port)).check()
        assert failure(lambda: SmtpSink(account(sink.port, password="sai")).check()).reason == "login"
        assert failure(lambda: SmtpSink(account(free_port())).check()).reason == "unreachable"
        assert failure(lambda: SmtpSink(account(sink.port, security="starttls")).check()).reason == "tls"

    def test_a_protected_line(self, tmp_path, settings):
        settings.KEYS_ROOT = tmp_path
        (tmp_path / "mail").mkdir()
        public, private = certificate(tmp_path)
        with smtp_server(tls=(public, private)) as server:
            given = account(server.port, security="tls")
            assert failure(lambda: SmtpSink(given).check()).reason == "tls"
            (tmp_path / "mail" / "server.pem").write_bytes(public.read_bytes())
            SmtpSink(given).check()

    def test_a_server_that_hangs_up_before_the_message_can_be_asked_again(self):
        with talking(b"220 x\r\n250 x\r\n250 ok\r\n250 ok\r\n") as port:
            assert failure(lambda: send(port, login="")).reason in ("unreachable", "dropped")
