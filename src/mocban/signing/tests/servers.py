"""A loopback server with the authority's time stamping, OCSP and CRL services, and with services that misbehave.

with serving() as served:
    HTTPTimeStamper(served.tsa())              # works
    HTTPTimeStamper(served.tsa("rubbish"))     # answers, but not with a time stamp
    served.pki.signer("person-sources")        # its certificate names this server's CRL and OCSP
"""

from __future__ import annotations

import dataclasses
import datetime
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from asn1crypto import tsp
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ServiceLabel
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from mocban.signing.tests.pki import ARCH, Pki, build

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
REPLY = "application/timestamp-reply"


@dataclasses.dataclass
class Served:
    """The running services. `at` (aware) freezes their clock; `asked` lists the paths that were asked for."""

    pki: Pki
    address: str
    at: datetime.datetime | None = None
    broken: set[str] = dataclasses.field(default_factory=set)
    asked: list[str] = dataclasses.field(default_factory=list)

    def tsa(self, label: str = "tsa") -> str:
        """Return the address of a time stamping service.

        A label of a certificate ("tsa", "tsa-unknown", "tsa-expired", …), or a way to misbehave: "error" (HTTP 500),
        "rubbish", "empty", "refused" (a proper refusal), "wrong-imprint", "wrong-nonce", "day-late", "day-early",
        "down" (nobody listens).
        """
        if label == "down":
            return f"http://127.0.0.1:{free_port()}/"
        return f"{self.address}/misbehaving/{label}" if label in MISBEHAVIOURS else f"{self.address}/{ARCH}/tsa/{label}"

    def ocsp(self) -> str:
        return f"{self.address}/{ARCH}/ocsp/interm"

    def crl(self, issuer: str = "interm") -> str:
        return f"{self.address}/{ARCH}/crls/{issuer}/latest.crl"

    def now(self) -> datetime.datetime:
        return self.at or datetime.datetime.now(datetime.UTC)


def free_port() -> int:
    """Return a port of the loopback address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stamped(served: Served, asked: tsp.TimeStampReq, shift: datetime.timedelta = datetime.timedelta()) -> bytes:
    registry = served.pki.arch.service_registry
    answer = registry.summon_timestamper(ServiceLabel("tsa"), served.now() + shift).request_tsa_response(asked)
    return bytes(answer.dump())


def _other_imprint(served: Served, asked: tsp.TimeStampReq) -> bytes:
    imprint = asked["message_imprint"]
    imprint["hashed_message"] = bytes(len(imprint["hashed_message"].native))
    return _stamped(served, asked)


def _other_nonce(served: Served, asked: tsp.TimeStampReq) -> bytes:
    asked["nonce"] = 1
    return _stamped(served, asked)


def _refusal(_served: Served, _asked: tsp.TimeStampReq) -> bytes:
    return bytes.fromhex("30053003020102")  # status "rejection" and no token, which asn1crypto cannot write


DAY = datetime.timedelta(days=1)
MISBEHAVIOURS: dict[str, Callable[[Served, tsp.TimeStampReq], bytes]] = {
    "error": lambda _served, _asked: b"",
    "rubbish": lambda _served, _asked: b"<html>It works!</html>",
    "empty": lambda _served, _asked: b"",
    "refused": _refusal,
    "wrong-imprint": _other_imprint,
    "wrong-nonce": _other_nonce,
    "day-late": lambda served, asked: _stamped(served, asked, DAY),
    "day-early": lambda served, asked: _stamped(served, asked, -DAY),
}


def _application(served: Served) -> Application:
    honest = Animator(AnimatorArchStore({served.pki.arch.arch_label: served.pki.arch}), with_web_ui=False)

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        served.asked.append(request.path)
        head, _slash, name = request.path.removeprefix("/").partition("/")
        if any(part in request.path for part in served.broken):
            return Response("broken", status=503)(environ, start)
        if head == "misbehaving":
            data = MISBEHAVIOURS[name](served, tsp.TimeStampReq.load(request.get_data()))
            return Response(data, status=500 if name == "error" else 200, mimetype=REPLY)(environ, start)
        honest.fixed_time = served.at
        return honest(environ, start)  # type: ignore[no-any-return]

    return answer


class _Quiet(WSGIRequestHandler):
    def log(self, *_args: Any, **_values: Any) -> None:
        """Say nothing: the tests read what was asked from `Served.asked`."""


@contextmanager
def serving(at: datetime.datetime | None = None) -> Iterator[Served]:
    """Run the services on a free loopback port until the block ends."""
    waiting: list[Application] = []
    server = make_server(
        "127.0.0.1", 0, lambda environ, start: waiting[0](environ, start), threaded=True, request_handler=_Quiet
    )
    address = f"http://127.0.0.1:{server.server_port}"
    served = Served(build(address), address, at)
    waiting.append(_application(served))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
