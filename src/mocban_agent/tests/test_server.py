"""Who may talk to the program over HTTP, and in what words."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable
from typing import Any

import pytest

from mocban_agent.requests import MOST_DOCUMENTS
from mocban_agent.server import LARGEST

from .conftest import Running
from .people import OTHER, PAGE, digests

DIGEST = hashlib.sha256(b"so 12").digest()
Start = Callable[..., Running]


@pytest.mark.parametrize("path", ["/state", "/certificates", "/sign", "/pair/begin"])
@pytest.mark.parametrize("origin", [None, "null", "file://", "https://a b", "https://van.example/path", "javascript:1"])
def test_what_comes_from_no_page_is_refused(running: Start, path: str, origin: str | None) -> None:
    made = running()
    page = made.paired()
    page.origin = origin
    method, values = ("GET", None) if path == "/state" else ("POST", {})
    assert page.ask(path, values, method=method) == (403, {"error": "no_origin"})


@pytest.mark.parametrize("host", ["vanthu.anhoa.example", "127.0.0.1", "127.0.0.1:1", "evil.example:80", "[::1]"])
def test_another_host_name_that_points_here_is_refused(running: Start, host: str) -> None:
    made = running()
    page = made.paired()
    page.host = host
    assert page.ask("/certificates", {}) == (421, {"error": "wrong_host"})


def test_the_name_localhost_is_this_computer_too(running: Start) -> None:
    made = running()
    page = made.paired()
    page.host = f"localhost:{page.port}"
    assert page.ask("/certificates", {})[0] == 200


def test_it_listens_on_the_loopback_address_only(running: Start) -> None:
    assert running().agent.socket.getsockname()[0] == "127.0.0.1"


def test_the_secret_of_one_page_is_worth_nothing_on_another(running: Start) -> None:
    made = running()
    mine, other = made.paired(), made.paired(OTHER)
    other.token = mine.token
    assert other.ask("/certificates", {}) == (401, {"error": "not_paired"})


@pytest.mark.parametrize("path", ["/certificates", "/sign", "/job", "/cancel", "/unpair"])
def test_a_stranger_gets_nothing_and_its_browser_may_not_even_read_that(running: Start, path: str) -> None:
    made = running()
    made.paired()
    stranger = made.page(origin=OTHER)
    assert stranger.ask(path, {}) == (403, {"error": "not_paired"})
    assert stranger.headers["Access-Control-Allow-Origin"] is None
    assert stranger.ask(path, method="OPTIONS")[0] == 403


def test_the_browsers_own_question_is_answered_for_a_page_that_was_let_in(running: Start) -> None:
    page = running().paired()
    status, _nothing = page.ask("/sign", method="OPTIONS", Access_Control_Request_Private_Network="true")
    assert status == 204
    assert page.headers["Access-Control-Allow-Origin"] == PAGE
    assert page.headers["Access-Control-Allow-Private-Network"] == "true"
    assert "authorization" in page.headers["Access-Control-Allow-Headers"]
    assert page.headers["Vary"] == "Origin"


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/", "GET", 404), ("/sign", "GET", 405), ("/state", "POST", 405), ("/../x", "GET", 404)],
)
def test_there_is_nothing_else(running: Start, path: str, method: str, status: int) -> None:
    page = running().paired()
    assert page.ask(path, b"{}" if method == "POST" else None, method=method)[0] == status


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {"Content_Type": "text/plain"}, 415),
        (b"code=1", {"Content_Type": "application/x-www-form-urlencoded"}, 415),
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b"\xff", {}, 400),
        (b"[" * 100_000, {}, 400),
        (b"x" * (LARGEST + 1), {}, 413),
        (b"{}", {"Content_Length": "-1"}, 411),
        (b"{}", {"Content_Length": "²"}, 411),
    ],
)
def test_a_body_that_is_no_small_json_object_is_refused(
    running: Start, body: bytes, headers: dict[str, str], status: int
) -> None:
    page = running().paired()
    if "Content_Length" in headers:
        assert raw(page.port, headers["Content_Length"], page.token) == status
    else:
        assert page.ask("/certificates", body, **headers)[0] == status


def raw(port: int, length: str, token: str) -> int:
    """The status for a length that no client library would send."""
    lines = [
        "POST /certificates HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Origin: {PAGE}", f"Authorization: Bearer {token}",
        "Content-Type: application/json", f"Content-Length: {length}", "", "",
    ]  # fmt: skip
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode("latin-1"))
        return int(connection.recv(100).split()[1])


def one(**changes: Any) -> dict[str, Any]:
    request = digests(hashlib.sha256(b"certificate").hexdigest(), DIGEST)
    request["documents"][0].update(changes)
    return request


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (one(digest="Kính gửi: Sở Nội vụ"), "not_a_digest"),
        (one(digest=DIGEST.hex()[:-2]), "not_a_digest"),
        (one(digest=DIGEST.hex() + "00"), "not_a_digest"),
        (one(digest=DIGEST.hex().upper()), "not_a_digest"),
        (one(digest=["a"]), "not_a_digest"),
        (one(algorithm="sha512"), "not_a_digest"),
        (one(algorithm="sha1", digest="00" * 20), "not_a_digest"),
        (one(algorithm="raw"), "not_a_digest"),
        (one(algorithm=None), "not_a_digest"),
        (one(text=""), "malformed"),
        (one(text="\u202e\x1b"), "malformed"),
        (one(text="a" * 301), "malformed"),
        (one(id="../1"), "malformed"),
        (one(data="JVBERi0="), "malformed"),
        ({**one(), "pin": "1234"}, "malformed"),
        ({**one(), "documents": []}, "malformed"),
        ({**one(), "documents": [1]}, "malformed"),
        ({**one(), "documents": one()["documents"] * 2}, "malformed"),
        ({**one(), "documents": one()["documents"] * (MOST_DOCUMENTS + 1)}, "too_many_documents"),
        ({**one(), "certificate": "1"}, "not_a_digest"),
        ({}, "malformed"),
    ],
)
def test_nothing_but_named_digests_is_ever_signed(running: Start, request_: dict[str, Any], code: str) -> None:
    made = running()
    status, answer = made.paired().ask("/sign", request_)
    assert (400 <= status < 500, answer) == (True, {"error": code})
    assert made.person.questions == []
