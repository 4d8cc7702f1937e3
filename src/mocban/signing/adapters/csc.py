"""The wire of the Cloud Signature Consortium API v2: JSON over TLS to one service, which may err, lie or be slow.

Every answer is limited in size and time, no redirect is followed, certificates of servers are checked, and what the
service says is shown only as a short cleaned line, never with the PIN in it.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from mocban.lib.text import clean_line
from mocban.signing.pdf.refusals import Refused, refuse

SECONDS = 20.0  # for one connection, and for one wait on an answer
ANSWER_BYTES = 1024 * 1024
SAID = 200  # characters of the service's own words that a person sees
CREDENTIALS = 200  # looked at for one account
LOOPBACK = ("127.0.0.1", "::1", "localhost")
LOCKED = ("pin_locked", "credential_locked", "locked", "too_many_attempts")


@dataclass(frozen=True)
class Service:
    """One allowed service. `url` ends in /csc/v2/ or the like; `ca` is a PEM file, empty for the system's roots.

    The system signs in with `bearer` (an OAuth 2 access token) or with `user` and `password` (auth/login).
    """

    name: str
    title: str
    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    bearer: str = field(default="", repr=False)
    ca: str = ""


def usable_address(url: str) -> bool:
    """Whether the address may be called: https, or plain http to this machine itself."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


class Client:
    """Calls one service. `hidden` are texts that never leave in a message (PIN, OTP)."""

    def __init__(self, service: Service, *, hidden: Sequence[str] = (), seconds: float = SECONDS) -> None:
        self._service, self._hidden, self._seconds = service, [one for one in hidden if one], seconds
        self._bearer = service.bearer

    def call(self, method: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer of `method` ("credentials/list"), signing in first. Refuses `signing.remote_*`, PINs."""
        fresh = not self._bearer
        if fresh:
            self._sign_in()
        try:
            return self._answered(method, values, f"Bearer {self._bearer}")
        except Refused as refused:
            if fresh or not self._service.user or refused.code != "signing.remote_login":
                raise
        self._sign_in()  # the access ended in the middle of a batch
        return self._answered(method, values, f"Bearer {self._bearer}")

    def info(self) -> dict[str, Any]:
        """Return what the service says about itself; no sign-in."""
        return self._answered("info", {"lang": "vi"}, "")

    def _sign_in(self) -> None:
        service = self._service
        if not service.user:
            refuse("signing.remote_login")
        secret = base64.b64encode(f"{service.user}:{service.password}".encode()).decode()
        self._bearer = text(self._answered("auth/login", {"rememberMe": False}, f"Basic {secret}"), "access_token")

    def _answered(self, method: str, values: Mapping[str, Any], authorization: str) -> dict[str, Any]:
        status, body = self._posted(method, json.dumps(dict(values)).encode(), authorization)
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if status == http.client.UNAUTHORIZED:
            refuse("signing.remote_login")
        if status >= http.client.INTERNAL_SERVER_ERROR:
            refuse("signing.remote_down")
        if not isinstance(answer, dict) or 300 <= status < 400:
            refuse("signing.remote_rubbish")
        if status != http.client.OK:
            self._refused(answer)
        return answer

    def _refused(self, answer: Mapping[str, Any]) -> None:
        """Turn an error of the service into a sentence."""
        code = str(answer.get("error", ""))
        if code == "invalid_pin":
            refuse("signing.wrong_pin", left="")
        if code == "invalid_otp":
            refuse("signing.wrong_otp")
        if code in LOCKED:
            refuse("signing.pin_locked")
        if code in ("access_denied", "unauthorized", "invalid_token"):
            refuse("signing.remote_login")
        said = clean_line(str(answer.get("error_description", "") or code))[:SAID]
        for secret in self._hidden:
            said = said.replace(secret, "…")
        refuse("signing.remote_refused", said=said or "?")

    def _posted(self, method: str, body: bytes, authorization: str) -> tuple[int, bytes]:
        parts = urlsplit(self._service.url)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if authorization:
            headers["Authorization"] = authorization
        connection = self._connection(parts)
        try:
            connection.request("POST", f"{parts.path.rstrip('/')}/{method}", body, headers)
            answer = connection.getresponse()
            data = self._read(answer)
        except (OSError, http.client.HTTPException):
            refuse("signing.remote_down")
        finally:
            connection.close()
        if len(data) > ANSWER_BYTES:
            refuse("signing.remote_rubbish")
        return answer.status, data

    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        """Return the body, at most one byte more than allowed; one that drips is cut off like one that is silent."""
        end, data = time.monotonic() + self._seconds, b""
        while len(data) <= ANSWER_BYTES and (piece := answer.read1(ANSWER_BYTES + 1 - len(data))):
            data += piece
            if time.monotonic() > end:
                raise TimeoutError
        return data

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        if not usable_address(self._service.url):
            refuse("signing.not_allowed_place")
        host = parts.hostname or ""
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, parts.port, timeout=self._seconds)
        try:
            context = ssl.create_default_context(cafile=self._service.ca or None)
        except OSError:
            refuse("signing.remote_down")
        return http.client.HTTPSConnection(host, parts.port, timeout=self._seconds, context=context)


def text(answer: Mapping[str, Any], name: str) -> str:
    """Return a text of an answer; refuses when it is missing or something else."""
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        refuse("signing.remote_rubbish")
    return value


def texts(answer: Mapping[str, Any], name: str) -> list[str]:
    """Return a list of texts of an answer; refuses when it is something else."""
    values = answer.get(name)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        refuse("signing.remote_rubbish")
    return values


def decoded(value: str) -> bytes:
    """Return the bytes of a base64 text; refuses anything else."""
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        refuse("signing.remote_rubbish")
