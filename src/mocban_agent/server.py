"""HTTP on the loopback address: which page may ask what. The work is in `pairing` and `desk`."""

from __future__ import annotations

import base64
import contextlib
import json
import os
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from . import __version__
from .desk import Desk
from .journal import Journal
from .pairing import DIGITS, LIFE, Pairing
from .requests import Refusal, only, origin, sign_request
from .tokens import Trouble

LARGEST = 512 * 1024  # bytes of a request: 500 digests with their texts
DRAINED = 8 * LARGEST  # bytes of a refused request that are taken in and thrown away
SECONDS = 20.0  # for one request to arrive


class Agent(ThreadingHTTPServer):
    """The server with its parts. Bind it to 127.0.0.1 only."""

    daemon_threads = True
    # On Windows this option would let a second program take the same port.
    allow_reuse_address = os.name != "nt"

    def __init__(self, port: int, *, pairing: Pairing, desk: Desk, journal: Journal, show_code: ShowCode) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.pairing, self.desk, self.journal, self.show_code = pairing, desk, journal, show_code
        # A page of another name that was made to point here (DNS rebinding) still names its own host.
        self.hosts = {f"127.0.0.1:{self.server_port}", f"localhost:{self.server_port}"}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing when a browser hangs up."""


ShowCode = Callable[[str, str], None]
Values = dict[str, Any]


class Handler(BaseHTTPRequestHandler):
    """One request. Order of the checks: host, path, origin, pairing, length, shape."""

    server: Agent
    protocol_version = "HTTP/1.1"
    server_version = "mocban-agent"
    sys_version = ""
    timeout = SECONDS

    def do_OPTIONS(self) -> None:
        """The browser's own question before a page of another origin may send anything."""
        self._answered(self._preflight)

    def do_GET(self) -> None:
        """Only the state is read by GET."""
        self._answered(lambda: self._call("GET"))

    def do_POST(self) -> None:
        """Everything else."""
        self._answered(lambda: self._call("POST"))

    def log_message(self, format: str, *args: Any) -> None:
        """Addresses and answers are no matter for the console; the log tells what was signed."""

    def _answered(self, work: Callable[[], Values | None]) -> None:
        self._allowed = ""
        self._read = False
        try:
            values, status = work(), 200
        except Refusal as refusal:
            values, status = {"error": refusal.code}, refusal.status
        except Trouble as trouble:
            values, status = {"error": trouble.code}, 409
        except Exception:
            self._send({"error": "fault"}, 500)
            raise
        self._send(values, 204 if values is None else status)

    def _send(self, values: Values | None, status: int) -> None:
        self._drain()
        body = b"" if values is None else json.dumps(values).encode()
        self.close_connection = True
        self.send_response(status)
        self.send_header("Connection", "close")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Vary", "Origin")
        self.send_header("X-Content-Type-Options", "nosniff")
        if self._allowed:
            self.send_header("Access-Control-Allow-Origin", self._allowed)
        if status == 204:
            self.send_header("Access-Control-Allow-Methods", "GET, POST")
            self.send_header("Access-Control-Allow-Headers", "authorization, content-type")
            if self.headers.get("Access-Control-Request-Private-Network") == "true":
                self.send_header("Access-Control-Allow-Private-Network", "true")
        else:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drain(self) -> None:
        """Take in what a refused request still sends: a connection closed before that loses the answer on its way."""
        length = self.headers.get("Content-Length", "")
        if self._read or not length.isascii() or not length.isdigit():
            return
        left = min(int(length), DRAINED)
        with contextlib.suppress(OSError):
            while left > 0 and (piece := self.rfile.read(min(left, 64 * 1024))):
                left -= len(piece)

    def _page(self) -> str:
        """The origin of the page that asks, after the checks that need no body. From here on it may read the answer."""
        if len(self.headers.get_all("Host", [])) != 1 or self.headers["Host"].lower() not in self.server.hosts:
            raise Refusal("wrong_host", 421)
        if self.path not in PATHS:
            raise Refusal("no_such_path", 404)
        page = origin(self.headers.get("Origin"))
        if PATHS[self.path][1] and not self.server.pairing.is_paired(page):
            raise Refusal("not_paired", 403)
        self._allowed = page
        return page

    def _preflight(self) -> None:
        self._page()

    def _call(self, method: str) -> Values:
        page = self._page()
        wanted, for_paired, answer = PATHS[self.path]
        if method != wanted:
            raise Refusal("no_such_path", 405)
        if for_paired and not self._is_known(page):
            raise Refusal("not_paired", 401)
        return answer(self, page, self._body() if method == "POST" else {})

    def _is_known(self, page: str) -> bool:
        scheme, _, secret = self.headers.get("Authorization", "").partition(" ")
        return scheme == "Bearer" and self.server.pairing.knows(page, secret)

    def _body(self) -> Values:
        # Only this type makes the browser ask first; a form of any page could send the others.
        if self.headers.get_content_type() != "application/json":
            raise Refusal("malformed", 415)
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            raise Refusal("malformed", 411)
        if int(length) > LARGEST:
            raise Refusal("too_large", 413)
        self._read = True
        try:
            values = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError, OSError) as problem:
            raise Refusal("malformed") from problem
        if not isinstance(values, dict):
            raise Refusal("malformed")
        return values

    def state(self, page: str, values: Values) -> Values:
        """Whether this program runs and knows the page; anybody may ask that, and no more."""
        return {"agent": "mocban", "version": __version__, "paired": self._is_known(page)}

    def begin(self, page: str, values: Values) -> Values:
        """Show a code to the person at this computer, together with the page that wants it."""
        code = self.server.pairing.begin(page)
        self.server.show_code(page, code)
        return {"digits": DIGITS, "seconds": int(LIFE)}

    def pair(self, page: str, values: Values) -> Values:
        """Exchange the code for the page's secret."""
        secret = self.server.pairing.finish(page, only(values, "code"))
        self.server.journal.note("paired", page)
        return {"token": secret}

    def unpair(self, page: str, values: Values) -> Values:
        """Forget the page."""
        self.server.pairing.forget(page)
        self.server.journal.note("unpaired", page)
        return {}

    def certificates(self, page: str, values: Values) -> Values:
        """List the certificates on the tokens."""
        return {
            "certificates": [
                {
                    "id": one.identity,
                    "der": base64.b64encode(one.der).decode(),
                    "token": one.token,
                    "authority": one.authority,
                }
                for one in self.server.desk.certificates()
            ]
        }

    def sign(self, page: str, values: Values) -> Values:
        """Begin a job."""
        return self.server.desk.start(page, sign_request(values)).values()

    def job(self, page: str, values: Values) -> Values:
        """Tell how far a job is, and its signatures so far."""
        return self.server.desk.job(page, only(values, "job")).values()

    def cancel(self, page: str, values: Values) -> Values:
        """Stop a job."""
        return self.server.desk.cancel(page, only(values, "job")).values()


# path: method, whether the page must be paired, what answers
PATHS: dict[str, tuple[str, bool, Callable[[Handler, str, Values], Values]]] = {
    "/state": ("GET", False, Handler.state),
    "/pair/begin": ("POST", False, Handler.begin),
    "/pair": ("POST", False, Handler.pair),
    "/unpair": ("POST", True, Handler.unpair),
    "/certificates": ("POST", True, Handler.certificates),
    "/sign": ("POST", True, Handler.sign),
    "/job": ("POST", True, Handler.job),
    "/cancel": ("POST", True, Handler.cancel),
}
