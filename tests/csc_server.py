"""A small remote signing service after the Cloud Signature Consortium API v2, on the loopback address, for the tests.

It keeps keys in memory and is strict where a real one is: who signs in, the PIN and its tries, what an authorisation
(SAD) covers, how often and how long it is good. It can also be told to misbehave.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

HASHES = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
SIGNS_WITH = {"rsa": "1.2.840.113549.1.1.1", "ec": "1.2.840.10045.4.3.2"}
TRIES = 3
LIFE = 300  # seconds of an authorisation
USER, PASSWORD = "mocban", "mat-khau-dich-vu"


class Wrong(Exception):
    """An error that the service answers with."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(error)
        self.body, self.status = {"error": error, "error_description": description or error}, status


@dataclass
class Key:
    """One credential."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    chain: list[x509.Certificate]
    pin: str
    scal: str = "2"
    multisign: int = 10
    status: str = "enabled"
    tries: int = TRIES
    otp: str = ""


@dataclass
class Permission:
    credential: str
    left: int
    digests: list[str]
    until: float


@dataclass
class Service:
    """The state of the service and what it was asked, in order; `clock` is moved by the tests."""

    keys: dict[str, Key]
    clock: float = 0.0
    tokens: set[str] = field(default_factory=set)
    permissions: dict[str, Permission] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    misbehave: str = ""  # rubbish, huge, redirect, broken, foreign
    url: str = ""

    def answer(self, method: str, values: dict[str, Any], authorization: str) -> dict[str, Any]:
        self.asked.append(method)
        if method == "info":
            return {"specs": "2.0.0.2", "name": "Dịch vụ thử", "region": "VN", "lang": "vi", "authType": ["basic"]}
        if method == "auth/login":
            return self.login(authorization)
        if authorization.removeprefix("Bearer ") not in self.tokens:
            raise Wrong("invalid_token", status=401)
        methods = {
            "credentials/list": self.list,
            "credentials/info": self.info,
            "credentials/authorize": self.authorize,
            "signatures/signHash": self.sign,
        }
        if method not in methods:
            raise Wrong("invalid_request", status=404)
        return methods[method](values)

    def login(self, authorization: str) -> dict[str, Any]:
        if authorization != "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode():
            raise Wrong("authentication_error", status=401)
        token = secrets.token_urlsafe(16)
        self.tokens.add(token)
        return {"access_token": token, "expires_in": 3600}

    def list(self, values: dict[str, Any]) -> dict[str, Any]:
        """One a page, as a service with many might."""
        names = list(self.keys)
        place = int(values.get("pageToken", 0))
        more = {"nextPageToken": str(place + 1)} if place + 1 < len(names) else {}
        return {"credentialIDs": names[place : place + 1], **more}

    def info(self, values: dict[str, Any]) -> dict[str, Any]:
        key = self.key(values)
        certificates = [base64.b64encode(one.public_bytes(serialization.Encoding.DER)).decode() for one in key.chain]
        objects = [{"type": "Password", "id": "PIN", "format": "A", "label": "PIN"}]
        if key.otp:
            objects.append({"type": "Password", "id": "OTP", "format": "N", "generator": "totp", "label": "OTP"})
        return {
            "key": {"status": key.status, "algo": [SIGNS_WITH[_kind(key)]], "len": key.key.key_size},
            "cert": {"status": "valid", "certificates": certificates},
            "auth": {"mode": "explicit", "expression": "PIN AND OTP" if key.otp else "PIN", "objects": objects},
            "SCAL": key.scal,
            "multisign": key.multisign,
        }

    def authorize(self, values: dict[str, Any]) -> dict[str, Any]:
        key = self.key(values)
        given = {one["id"]: one["value"] for one in values.get("authData", [])}
        if key.tries == 0:
            raise Wrong("pin_locked", "The PIN is locked.")
        if given.get("PIN") != key.pin:
            key.tries -= 1
            raise Wrong("invalid_pin", f"The PIN {given.get('PIN')} is wrong.")
        if key.otp and given.get("OTP") != key.otp:
            raise Wrong("invalid_otp")
        key.tries = TRIES
        count, digests = values.get("numSignatures"), values.get("hashes", [])
        if not isinstance(count, int) or not 1 <= count <= key.multisign:
            raise Wrong("invalid_request", f"numSignatures must be 1 to {key.multisign}")
        if key.scal == "2" and (not digests or len(digests) > count or values.get("hashAlgorithmOID") not in HASHES):
            raise Wrong("invalid_request", "hashes are missing")
        token = secrets.token_urlsafe(16)
        bound = digests if key.scal == "2" else []
        self.permissions[token] = Permission(values["credentialID"], count, bound, self.clock + LIFE)
        return {"SAD": token, "expiresIn": LIFE}

    def sign(self, values: dict[str, Any]) -> dict[str, Any]:
        key, asked = self.key(values), values.get("hashes", [])
        held = self.permissions.get(str(values.get("SAD")))
        if held is None or held.credential != values["credentialID"] or self.clock > held.until:
            raise Wrong("invalid_request", "Invalid or expired SAD")
        if not asked or len(asked) > held.left:
            raise Wrong("invalid_request", "More signatures than authorised")
        if held.digests and not set(asked) <= set(held.digests):
            raise Wrong("invalid_request", "Hash not authorised")
        if values.get("signAlgo") != SIGNS_WITH[_kind(key)]:
            raise Wrong("invalid_request", "Invalid signAlgo")
        held.left -= len(asked)
        algorithm = HASHES[values["hashAlgorithmOID"]]
        return {
            "signatures": [base64.b64encode(self.made(key, base64.b64decode(one), algorithm)).decode() for one in asked]
        }

    def made(self, key: Key, digest: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
        if self.misbehave == "foreign":
            digest = bytes(len(digest))
        if isinstance(key.key, rsa.RSAPrivateKey):
            return key.key.sign(digest, padding.PKCS1v15(), utils.Prehashed(algorithm))
        return key.key.sign(digest, ec.ECDSA(utils.Prehashed(algorithm)))

    def key(self, values: Mapping[str, Any]) -> Key:
        try:
            return self.keys[values["credentialID"]]
        except KeyError:
            raise Wrong("invalid_request", "Invalid parameter credentialID") from None


def _kind(key: Key) -> str:
    return "rsa" if isinstance(key.key, rsa.RSAPrivateKey) else "ec"


class Handler(BaseHTTPRequestHandler):
    service: Service

    def do_POST(self) -> None:
        values = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        method = self.path.removeprefix("/csc/v2/")
        try:
            body, status = json.dumps(self.service.answer(method, values, self.headers.get("Authorization", ""))), 200
        except Wrong as wrong:
            body, status = json.dumps(wrong.body), wrong.status
        bad = self.service.misbehave
        if bad == "rubbish":
            body = "<html>" + body
        if bad == "huge":
            body = '{"x": "' + "x" * (2 << 20) + '"}'
        self.send_response({"redirect": 302, "broken": 500}.get(bad, status))
        if bad == "redirect":
            self.send_header("Location", self.path)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on the console of the tests."""


@contextmanager
def serving(keys: dict[str, Key]) -> Iterator[Service]:
    """Run the service while the block lasts; `url` tells where."""
    service = Service(keys)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"service": service}))
    service.url = f"http://127.0.0.1:{server.server_address[1]}/csc/v2/"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
