"""The inbox over IMAP."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from imapclient import SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from ..choices import MailSecurity
from ..ports import MailAccount, MailFailed
from . import tls

CONNECT_SECONDS, READ_SECONDS = 15, 60
INBOX = "INBOX"
_BATCH = 500  # sizes asked for at a time
_LINE = (OSError, EOFError, imaplib.IMAP4.abort)
_ANSWER = (IMAPClientError, imaplib.IMAP4.error, ValueError, KeyError, TypeError, AssertionError)


@contextmanager
def inbox(account: MailAccount) -> Iterator[Inbox]:
    """Sign in, open the inbox, and sign out at the end. Raises MailFailed."""
    client = _connected(account)
    try:
        yield Inbox(client, account)
    finally:
        with suppress(*_LINE, *_ANSWER):
            client.logout()


class Inbox:
    """A MailSource over one connection."""

    def __init__(self, client: IMAPClient, account: MailAccount) -> None:
        self._client = client
        self._folder = account.done_folder
        with _translated("folder"):
            self.validity = int(client.select_folder(INBOX)[b"UIDVALIDITY"])

    def listing(self, after: int) -> list[tuple[int, int]]:
        with _translated():
            # "n:*" always names the last message, even when its number is smaller.
            uids = sorted(uid for uid in self._client.search(["UID", f"{after + 1}:*"]) if uid > after)
            sizes: dict[int, int] = {}
            for start in range(0, len(uids), _BATCH):
                for uid, held in self._client.fetch(uids[start : start + _BATCH], ["RFC822.SIZE"]).items():
                    sizes[uid] = int(held[b"RFC822.SIZE"])
        return [(uid, sizes[uid]) for uid in uids if uid in sizes]

    def message(self, uid: int) -> tuple[bytes, datetime] | None:
        held = self._fetch(uid, "BODY.PEEK[]", "INTERNALDATE")
        data = held.get(b"BODY[]")
        if data is None:
            return None
        moment = held.get(b"INTERNALDATE")
        return bytes(data), moment if isinstance(moment, datetime) else datetime.now(UTC)

    def head(self, uid: int) -> bytes:
        return bytes(self._fetch(uid, "BODY.PEEK[HEADER]").get(b"BODY[HEADER]") or b"")

    def done(self, uid: int) -> None:
        with _translated():
            if not self._folder:
                self._client.add_flags([uid], [SEEN])
                return
            if not self._client.folder_exists(self._folder):
                self._client.create_folder(self._folder)
            if self._client.has_capability("MOVE"):
                self._client.move([uid], self._folder)
                return
            self._client.copy([uid], self._folder)
            self._client.delete_messages([uid])
            self._client.expunge([uid])

    def _fetch(self, uid: int, *items: str) -> dict[bytes, Any]:
        with _translated():
            return dict(self._client.fetch([uid], list(items)).get(uid, {}))


def _connected(account: MailAccount) -> IMAPClient:
    with _translated("unreachable", account.host):
        client = IMAPClient(
            account.host,
            port=account.port,
            ssl=account.security == MailSecurity.TLS,
            ssl_context=tls.context() if account.security == MailSecurity.TLS else None,
            timeout=SocketTimeout(CONNECT_SECONDS, READ_SECONDS),
        )
        client.normalise_times = False
        if account.security == MailSecurity.STARTTLS:
            client.starttls(tls.context())
    with _translated("login"):
        client.login(account.login, account.password)
    return client


@contextmanager
def _translated(reason: str = "dropped", host: str = "") -> Iterator[None]:
    try:
        yield
    except LoginError as refused:
        message = _("Máy chủ thư không nhận tên đăng nhập hoặc mật khẩu này: %(said)s")
        raise MailFailed("login", message % {"said": said(refused)}) from refused
    except (ssl.SSLError, ssl.CertificateError) as refused:
        message = _("Không lập được đường truyền bảo mật với máy chủ nhận thư: chứng thư không tin cậy hoặc sai cổng.")
        raise MailFailed("tls", message) from refused
    except _LINE as broken:
        if reason == "unreachable":
            raise MailFailed(reason, unreachable(host, broken)) from broken
        raise MailFailed("dropped", _("Máy chủ nhận thư ngắt kết nối giữa chừng; lần sau sẽ nhận tiếp.")) from broken
    except _ANSWER as strange:
        message = _("Máy chủ nhận thư trả lời không như mong đợi: %(said)s")
        raise MailFailed(reason, message % {"said": said(strange)}) from strange


def unreachable(host: str, error: BaseException) -> str:
    """The sentence for a server that does not answer."""
    if isinstance(error, socket.gaierror):
        return _("Không tìm thấy máy chủ “%(host)s”; hãy kiểm tra tên máy chủ.") % {"host": host}
    if isinstance(error, TimeoutError):
        return _("Máy chủ “%(host)s” không trả lời; hãy kiểm tra tên máy chủ, cổng và tường lửa.") % {"host": host}
    return _("Không kết nối được tới máy chủ “%(host)s”; hãy kiểm tra cổng và kiểu bảo mật.") % {"host": host}


def said(error: BaseException) -> str:
    """The server's own words, shortened; never more than one line."""
    return " ".join(str(error).split())[:200]
