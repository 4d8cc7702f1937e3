"""The wire of the Cloud Signature Consortium API 2.0.0.2: JSON over TLS to one service that may err, lie or be slow.

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
from urllib.parse import SplitResult, urlencode, urlsplit

from mocban.lib.text import clean_line
from mocban.signing.pdf.refusals import Refused, refuse

SECONDS = 20.0  # for one connection, and for one wait on an answer
ANSWER_BYTES = 1024 * 1024
SAID = 200  # characters of the service's own words that a person sees
CREDENTIALS = 200  # looked at for one account
LOOPBACK = ("127.0.0.1", "::1", "localhost")
GOOD = (http.client.OK, http.client.CREATED, http.client.ACCEPTED, http.client.NO_CONTENT)
# Chapter 10.2 and the tables of errors of each method; what is no code of its own is told by the description.
LOGIN = ("access_denied", "unauthorized_client", "invalid_token", "expired_token", "authentication_error")
AWAY = ("server_error", "temporarily_unavailable")
LOCKED = "credential locked"
DISABLED = "the credential identified by credentialid is disabled"


@dataclass(frozen=True)
class Service:
    """One allowed service. `url` ends in /csc/v2/ or the like; `ca` is a PEM file, empty for the system's roots.

    The system signs in with `bearer` (an OAuth 2 access token), with `user` and `password` (auth/login), or as the
    OAuth 2 client `client_id` with `client_secret`. `oauth2` is the base address of the authorisation server; empty:
    what the service itself says.
    """

    name: str
    title: str
    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    bearer: str = field(default="", repr=False)
    ca: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    oauth2: str = ""


def usable_address(url: str) -> bool:
    """Whether the address may be called: https, or plain http to this machine itself."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


class Client:
    """Calls one service. `hidden` are texts that never leave in a message (PIN, OTP)."""

    def __init__(
        self,
        service: Service,
        *,
        hidden: Sequence[str] = (),
        seconds: float = SECONDS,
    ) -> None:
        self.service, self._hidden, self._seconds = service, [one for one in hidden if one], seconds
        self._bearer = service.bearer

    def call(self, method: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer of `method` ("credentials/list"), signing in first. Refuses `signing.remote_*`, PINs."""
        fresh = not self._bearer
        if fresh:
            self._sign_in()
        try:
            return self._answered(method, values, f"Bearer {self._bearer}")
        except Refused as refused:
            if fresh or self.service.bearer or refused.code != "signing.remote_login":
                raise
        self._sign_in()  # the access ended in the middle of a batch
        return self._answered(method, values, f"Bearer {self._bearer}")

    def info(self) -> dict[str, Any]:
        """Return what the service says about itself; no sign-in."""
        return self._answered("info", {"lang": "vi"}, "")

    def fetched(self, url: str) -> dict[str, Any]:
        """Return the JSON object at an address of the service's authorisation server. Refuses `signing.remote_*`."""
        return self._read_answer(*self._asked("GET", url, b"", {}))

    def form(self, url: str, values: Mapping[str, str]) -> dict[str, Any]:
        """Return the answer of the authorisation server to a form. Refuses `signing.remote_*`."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._read_answer(*self._asked("POST", url, urlencode(values).encode(), headers))

    def _sign_in(self) -> None:
        service = self.service
        if service.client_id:
            from mocban.signing.adapters import oauth

            self._bearer = oauth.client_token(self)
            return
        if not service.user:
            refuse("signing.remote_login")
        secret = base64.b64encode(f"{service.user}:{service.password}".encode()).decode()
        self._bearer = text(self._answered("auth/login", {"rememberMe": False}, f"Basic {secret}"), "access_token")

    def _answered(self, method: str, values: Mapping[str, Any], authorization: str) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": authorization} if authorization else {})
        url = f"{self.service.url.rstrip('/')}/{method}"
        return self._read_answer(*self._asked("POST", url, json.dumps(dict(values)).encode(), headers))

    def _read_answer(self, status: int, body: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if status == http.client.UNAUTHORIZED:
            refuse("signing.remote_login")
        if status >= http.client.INTERNAL_SERVER_ERROR or status == http.client.TOO_MANY_REQUESTS:
            refuse("signing.remote_down")
        if status == http.client.NO_CONTENT:
            return {}
        if not isinstance(answer, dict) or 300 <= status < 400:
            refuse("signing.remote_rubbish")
        if status not in GOOD:
            self._refused(answer)
        return answer

    def _refused(self, answer: Mapping[str, Any]) -> None:
        """Turn an error of the service into a sentence."""
        code, told = str(answer.get("error", "")), str(answer.get("error_description", ""))
        if code == "invalid_authentication_data":
            refuse("signing.wrong_authentication")  # which one of several was wrong, the service does not say
        if code == "invalid_pin":  # services after version 1 of the API
            refuse("signing.wrong_pin", left="")
        if code == "invalid_otp":
            refuse("signing.wrong_otp")
        if told.casefold().startswith(LOCKED):
            refuse("signing.pin_locked")
        if told.casefold().startswith(DISABLED):
            refuse("signing.no_key")
        if code in LOGIN:
            refuse("signing.remote_login")
        if code in AWAY:
            refuse("signing.remote_down")
        said = clean_line(told or code)[:SAID]
        for secret in self._hidden:
            said = said.replace(secret, "…")
        refuse("signing.remote_refused", said=said or "?")

    def _asked(self, verb: str, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        if not usable_address(url):
            refuse("signing.not_allowed_place")
        parts = urlsplit(url)
        connection = self._connection(parts)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(verb, path, body or None, {"Accept": "application/json", **headers})
            answer = connection.getresponse()
            data = self._read(answer)
        except (OSError, http.client.HTTPException, ValueError):
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
        host = parts.hostname or ""
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, parts.port, timeout=self._seconds)
        try:
            context = ssl.create_default_context(cafile=self.service.ca or None)
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
