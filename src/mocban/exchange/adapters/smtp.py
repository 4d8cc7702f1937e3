"""Sending over SMTP, one message to one address a connection."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.utils.translation import gettext as _

from ..choices import MailSecurity
from ..ports import MailAccount, MailFailed
from . import tls
from .imap import said, unreachable

SECONDS = 60
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")


class SmtpSink:
    """A MailSink over SMTP with delivery reports (RFC 3461) where the server offers them."""

    def __init__(self, account: MailAccount) -> None:
        self._account = account

    def check(self) -> None:
        """Sign in and out again. Raises MailFailed."""
        with self._session():
            pass

    def send(self, data: bytes, *, sender: str, recipient: str, envelope_id: str) -> str:
        with self._session() as session:
            asks = session.has_extn("dsn")
            size = [f"SIZE={len(data)}"] if session.has_extn("size") else []
            about = ["RET=HDRS", f"ENVID={envelope_id}"] if asks else []
            wanted = ["NOTIFY=SUCCESS,FAILURE,DELAY", f"ORCPT=rfc822;{recipient}"] if asks else []
            with _temporary():
                _check(*session.mail(sender, [*size, *about]))
                _check(*session.rcpt(recipient, wanted))
                _check(*session.docmd("DATA"), wanted=354)
                session.send(_quoted(data))
            # From the final dot on nobody but the server knows whether it took the message.
            try:
                session.send(b".\r\n")
                code, answer = session.getreply()
            except (OSError, smtplib.SMTPException) as broken:
                message = _("Mất kết nối khi máy chủ gửi thư chưa kịp xác nhận: chưa rõ thư đã đi hay chưa.")
                raise MailFailed("uncertain", message) from broken
            _check(code, answer)
            return _text(answer)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        account = self._account
        session: smtplib.SMTP | None = None
        try:
            if account.security == MailSecurity.TLS:
                session = smtplib.SMTP_SSL(account.host, account.port, timeout=SECONDS, context=tls.context())
            else:
                session = smtplib.SMTP(account.host, account.port, timeout=SECONDS)
            session.ehlo_or_helo_if_needed()
            if account.security == MailSecurity.STARTTLS:
                session.starttls(context=tls.context())
                session.ehlo()
            if account.login:
                session.login(account.login, account.password)
        except BaseException as broken:
            _close(session)
            raise _refused_session(broken, account.host) from broken
        try:
            yield session
        finally:
            _close(session)


def _close(session: smtplib.SMTP | None) -> None:
    if session is not None:
        with suppress(OSError, smtplib.SMTPException):
            session.quit()


def _refused_session(error: BaseException, host: str) -> BaseException:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        message = _("Máy chủ gửi thư không nhận tên đăng nhập hoặc mật khẩu này: %(said)s")
        return MailFailed("login", message % {"said": _text(error.smtp_error)})
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return MailFailed("tls", _("Máy chủ gửi thư không có kiểu bảo mật hoặc cách đăng nhập đã chọn."))
    if isinstance(error, ssl.SSLError | ssl.CertificateError):
        message = _("Không lập được đường truyền bảo mật với máy chủ gửi thư: chứng thư không tin cậy hoặc sai cổng.")
        return MailFailed("tls", message)
    if isinstance(error, smtplib.SMTPResponseException):
        message = _("Máy chủ gửi thư từ chối kết nối: %(said)s")
        return MailFailed("unreachable", message % {"said": _text(error.smtp_error)})
    if isinstance(error, OSError | smtplib.SMTPException):
        return MailFailed("unreachable", unreachable(host, error))
    return error


@contextmanager
def _temporary() -> Iterator[None]:
    """Before the final dot a broken line means that the message did not go out."""
    try:
        yield
    except (OSError, smtplib.SMTPException) as broken:
        message = _("Máy chủ gửi thư ngắt kết nối giữa chừng (%(said)s); hệ thống sẽ gửi lại.")
        raise MailFailed("dropped", message % {"said": said(broken)}) from broken


def _check(code: int, answer: bytes, wanted: int = 250) -> None:
    if code == wanted or (wanted == 250 and code in (251, 252)):
        return
    words = f"{code} {_text(answer)}"
    if 500 <= code < 600:
        raise MailFailed("refused", _("Máy chủ thư từ chối: %(said)s") % {"said": words})
    raise MailFailed("dropped", _("Máy chủ thư chưa nhận (%(said)s); hệ thống sẽ gửi lại.") % {"said": words})


def _quoted(data: bytes) -> bytes:
    """Lines end with CRLF, a leading dot is doubled (RFC 5321, 4.5.2)."""
    lines = _LEADING_DOT.sub(b"..", _LINE_END.sub(b"\r\n", data))
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:300]
