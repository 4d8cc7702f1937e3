"""A small remote signing service after the Cloud Signature Consortium API 2.0.0.2, on loopback, for the tests.

It keeps keys in memory and is strict where a real one is: who signs in, the PIN and its tries, codes that work once,
what an authorisation (SAD) covers and that it is used once. It can also be told to misbehave. Its OAuth 2
server knows one client and the grant "client_credentials".
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
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

HASHES = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
RSA = "1.2.840.113549.1.1.1"
SIGNS_WITH = {"rsa": RSA, "ec": "1.2.840.10045.4.3.2"}
TRIES = 3
LIFE = 300  # seconds of an authorisation
USER, PASSWORD = "mocban", "mat-khau-dich-vu"
CLIENT, SECRET = "ung-dung", "bi-mat-ung-dung"
METHODS = [
    "auth/login", "credentials/list", "credentials/info", "credentials/authorize", "credentials/authorizeCheck",
    "credentials/getChallenge", "signatures/signHash", "oauth2/token",
]  # fmt: skip


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
    otp: str = ""  # the code that is good now: each works once, the next one is `otp` and so many more letters "1"
    kind: str = "Password"  # of the one-time code: Password, ChallengeResponse
    outside: bool = False  # the person agrees on another device
    mode: str = "explicit"
    algorithms: tuple[str, ...] = ()


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
    methods: list[str] = field(default_factory=lambda: list(METHODS))
    question: str = ""  # asked instead of sending a code
    sent: list[str] = field(default_factory=list)  # credentials for which a code was sent
    confirmed: bool = True  # whether the person has agreed on the other device

    def answer(self, method: str, values: dict[str, Any], authorization: str) -> dict[str, Any]:
        self.asked.append(method)
        if method == "info":
            known = {"specs": "2.0.0.2", "name": "Dịch vụ thử", "region": "VN", "lang": "vi", "methods": self.methods}
            return known | {"authType": ["basic", "oauth2client"], "oauth2": self.url}
        if method == "auth/login":
            return self.login(authorization)
        if authorization.removeprefix("Bearer ") not in self.tokens:
            raise Wrong("invalid_token", status=401)
        methods = {
            "credentials/list": self.list,
            "credentials/info": self.info,
            "credentials/authorize": self.authorize,
            "credentials/authorizeCheck": self.check,
            "credentials/getChallenge": self.challenge,
            "credentials/sendOTP": self.challenge,
            "signatures/signHash": self.sign,
        }
        if method not in methods or method not in self.methods:
            raise Wrong("invalid_request", status=404)
        return methods[method](values)

    def login(self, authorization: str) -> dict[str, Any]:
        if authorization != "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode():
            raise Wrong("authentication_error")
        token = secrets.token_urlsafe(16)
        self.tokens.add(token)
        return {"access_token": token, "expires_in": 3600}

    def list(self, values: dict[str, Any]) -> dict[str, Any]:
        return {"credentialIDs": list(self.keys)}

    def info(self, values: dict[str, Any]) -> dict[str, Any]:
        key = self.key(values)
        certificates = [base64.b64encode(one.public_bytes(serialization.Encoding.DER)).decode() for one in key.chain]
        objects: list[dict[str, str]] = []
        if key.pin:
            objects.append({"type": "Password", "id": "PIN", "format": "A", "label": "PIN"})
        if key.otp:
            more = {"generator": "totp"} if key.kind == "Password" else {}
            objects.append({"type": key.kind, "id": "OTP", "format": "N", "label": "OTP", **more})
        if key.outside:
            objects.append({"type": "ChallengeResponseOOB", "id": "mobile", "label": "mobile"})
        auth: dict[str, Any] = {"mode": key.mode}
        if key.mode == "explicit":
            auth |= {"expression": " AND ".join(one["id"] for one in objects), "objects": objects}
        return {
            "key": {
                "status": key.status,
                "algo": list(key.algorithms or [SIGNS_WITH[_kind(key)]]),
                "len": key.key.key_size,
            },
            "cert": {"status": "valid", "certificates": certificates},
            "auth": auth,
            "SCAL": key.scal,
            "multisign": key.multisign,
        }

    def challenge(self, values: dict[str, Any]) -> dict[str, Any]:
        self.key(values)
        if self.asked[-1] == "credentials/getChallenge" and values.get("authObjectID") != "OTP":
            raise Wrong("invalid_request", "Invalid parameter authObjectID")
        self.sent.append(values["credentialID"])
        return {"challenge": self.question} if self.question else {}

    def authorize(self, values: dict[str, Any]) -> dict[str, Any]:
        key = self.key(values)
        if key.mode != "explicit":
            raise Wrong("invalid_request", "Not for this authorization mode")
        given = {one["id"]: one.get("value", "") for one in values.get("authData", [])}
        if key.tries == 0:
            raise Wrong("invalid_request", "Credential locked")
        if given.get("PIN", "") != key.pin or given.get("OTP", "") != key.otp:
            key.tries -= 1
            raise Wrong("invalid_authentication_data", "The authentication data is invalid")
        key.tries = TRIES
        count, digests = self.check_digests(key, values.get("numSignatures"), values.get("hashes", []))
        if digests and values.get("hashAlgorithmOID") not in HASHES:
            raise Wrong("invalid_request", "Missing (or invalid type) string parameter hashAlgorithmOID")
        if key.otp:
            key.otp += "1"  # each code works once
        token = self.permit(values["credentialID"], count, digests if key.scal == "2" else [])
        if key.outside:
            if "mobile" not in given:
                raise Wrong("invalid_authentication_data", "The authentication data is invalid")
            return {"handle": token}
        return {"SAD": token, "expiresIn": LIFE}

    def check_digests(self, key: Key, count: Any, digests: list[str]) -> tuple[int, list[str]]:
        if not isinstance(count, int):
            raise Wrong("invalid_request", "Missing (or invalid type) integer parameter numSignatures")
        if count > key.multisign:
            raise Wrong("invalid_request", "Numbers of signatures is too high")
        if key.scal == "2" and (not digests or len(digests) > count):
            raise Wrong("invalid_request", "hashes are missing")
        return count, digests

    def permit(self, credential: str, count: int, digests: list[str]) -> str:
        token = secrets.token_urlsafe(16)
        self.permissions[token] = Permission(credential, count, digests, self.clock + LIFE)
        return token

    def check(self, values: dict[str, Any]) -> dict[str, Any]:
        if values.get("handle") not in self.permissions:
            raise Wrong("invalid_request", "Invalid parameter handle")
        return {"SAD": values["handle"]} if self.confirmed else {"handle": values["handle"]}

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        """oauth2/token."""
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            raise Wrong("invalid_request", "Invalid parameter client_secret")
        if form.get("grant_type") != "client_credentials":
            raise Wrong("invalid_request", "Invalid parameter grant_type")
        return self.login_token()

    def login_token(self) -> dict[str, Any]:
        token = secrets.token_urlsafe(16)
        self.tokens.add(token)
        return {"access_token": token, "token_type": "Bearer", "expires_in": 3600}

    def sign(self, values: dict[str, Any]) -> dict[str, Any]:
        key, asked = self.key(values), values.get("hashes", [])
        held = self.permissions.pop(str(values.get("SAD")), None)  # for one call: more need extendTransaction
        if held is None or held.credential != values["credentialID"]:
            raise Wrong("invalid_request", "Invalid parameter SAD")
        if self.clock > held.until:
            raise Wrong("invalid_request", "SAD expired")
        if not asked or len(asked) > held.left:
            raise Wrong("invalid_request", "Empty hash array")
        if held.digests and not set(asked) <= set(held.digests):
            raise Wrong("invalid_request", "Hash is not authorized by the SAD")
        oid = values.get("signAlgo")
        if oid not in (key.algorithms or [SIGNS_WITH[_kind(key)]]):
            raise Wrong("invalid_request", "Invalid parameter signAlgo")
        if (oid == RSA) != ("hashAlgorithmOID" in values):
            raise Wrong("invalid_request", "Missing (or invalid type) string parameter hashAlgorithmOID")
        algorithm = HASHES[values.get("hashAlgorithmOID", "2.16.840.1.101.3.4.2.1")]
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

    def answered(self, method: str, data: bytes) -> dict[str, Any]:
        """What the service answers to one request."""
        if method == "oauth2/token":
            self.service.asked.append(method)
            return self.service.token(dict(parse_qsl(data.decode())))
        return self.service.answer(method, json.loads(data), self.headers.get("Authorization", ""))

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            found = self.answered(self.path.removeprefix("/csc/v2/"), data)
            status = 202 if "handle" in found else 200 if found else 204
            body = json.dumps(found) if found else ""
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
