"""A small HTTP client for services that answer machines: time stamps, OCSP, CRL.

Every answer has a limit of time and size; a redirect counts as no answer, so no service sends us anywhere else.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

_CHUNK = 1 << 16
SCHEMES = ("http", "https")


class Unanswered(Exception):
    """No usable answer. `reason` is "address", "unreachable", "late", "status", "large"; `detail` its figure."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason, self.detail = reason, detail


class Web:
    """Asks services and keeps the connections open between questions. One thread uses one Web.

    `seconds` is the time for one whole answer, `at_most` its size in bytes.
    """

    def __init__(self, *, seconds: float = 10.0, at_most: int = 1 << 20) -> None:
        self._seconds, self._at_most = seconds, at_most
        self._open: dict[tuple[str, str], http.client.HTTPConnection] = {}

    def post(self, url: str, body: bytes, *, content_type: str, accept: str) -> bytes:
        """Return what the service answers to `body`. Raises Unanswered."""
        return self._ask("POST", url, body, {"Content-Type": content_type, "Accept": accept})

    def get(self, url: str) -> bytes:
        """Return what lies at `url`. Raises Unanswered."""
        return self._ask("GET", url, None, {})

    def close(self) -> None:
        """Close the connections; the next question opens new ones."""
        for connection in self._open.values():
            connection.close()
        self._open.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        try:
            parts = urlsplit(url)
            key = (parts.scheme, parts.netloc)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            target.encode("ascii")
        except ValueError as wrong:
            raise Unanswered("address") from wrong
        if parts.scheme not in SCHEMES or not parts.hostname or parts.username:
            raise Unanswered("address")
        kept = key in self._open
        try:
            return self._exchange(key, method, target, body, headers)
        except (http.client.HTTPException, ConnectionError):
            if not kept:
                raise Unanswered("unreachable") from None
        except TimeoutError:
            raise Unanswered("late") from None
        except (OSError, ValueError):
            raise Unanswered("unreachable") from None
        # The service closed a connection that we had kept: that is no failure yet.
        try:
            return self._exchange(key, method, target, body, headers)
        except TimeoutError:
            raise Unanswered("late") from None
        except (OSError, ValueError, http.client.HTTPException):
            raise Unanswered("unreachable") from None

    def _exchange(
        self, key: tuple[str, str], method: str, target: str, body: bytes | None, headers: dict[str, str]
    ) -> bytes:
        deadline = time.monotonic() + self._seconds
        connection = self._open.pop(key, None) or self._connection(*key)
        done = False
        try:
            connection.request(method, target, body, {"User-Agent": "mocban", **headers})
            if isinstance(connection.sock, socket.socket):
                connection.sock.settimeout(max(0.1, deadline - time.monotonic()))
            response = connection.getresponse()
            if response.status != http.client.OK:
                raise Unanswered("status", str(response.status))
            data = self._read(response, deadline)
            done = not response.will_close
            return data
        finally:
            if done:
                self._open[key] = connection
            else:
                connection.close()

    def _read(self, response: http.client.HTTPResponse, deadline: float) -> bytes:
        data = bytearray()
        while piece := response.read1(_CHUNK):
            data += piece
            if len(data) > self._at_most:
                raise Unanswered("large")
            if time.monotonic() > deadline:  # a service may also send one byte a second for ever
                raise TimeoutError
        return bytes(data)

    def _connection(self, scheme: str, netloc: str) -> http.client.HTTPConnection:
        if scheme == "https":
            return http.client.HTTPSConnection(netloc, timeout=self._seconds, context=ssl.create_default_context())
        return http.client.HTTPConnection(netloc, timeout=self._seconds)
