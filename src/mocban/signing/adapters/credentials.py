"""What a remote signing service says of its keys (credentials/list, credentials/info of the CSC API 2.0.0.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from mocban.lib.text import clean_line
from mocban.signing.adapters import csc, fitness
from mocban.signing.pdf.refusals import refuse

EXPLICIT, IN_BROWSER = "explicit", "oauth2code"
IMPLICIT = "implicit"  # of version 1; in version 2 an explicit mode without objects
BOUND = "2"  # SCAL 2: an authorisation is good for the digests named in it and for no other
PASSWORD, CHALLENGE, OUTSIDE = "password", "challenge", "outside"
KINDS = {
    "Password": PASSWORD,
    "PasswordOOB": OUTSIDE,
    "ChallengeResponse": CHALLENGE,
    "ChallengeResponseOOB": OUTSIDE,
}
SENDING = ("credentials/getChallenge", "credentials/sendOTP")  # in the order in which they are preferred
RSA_OID = "1.2.840.113549.1.1.1"
RSA_OIDS = {
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
}
ECDSA_OIDS = {"sha256": "1.2.840.10045.4.3.2", "sha384": "1.2.840.10045.4.3.3", "sha512": "1.2.840.10045.4.3.4"}
ALTERNATIVES = 32  # of one expression that are looked at
_TOKEN = re.compile(r"\s*(\(|\)|[^\s()]+)")


@dataclass(frozen=True)
class Asked:
    """One thing that the service wants before it signs: `kind` password, challenge, or given outside of this program.

    `once` is a one-time code, `id` how the service names it.
    """

    id: str
    kind: str
    once: bool


@dataclass(frozen=True)
class Credential:
    """One key at the service, as credentials/info tells of it."""

    id: str
    certificate: x509.Certificate
    chain: list[x509.Certificate]
    usable: bool  # key enabled and certificate not expired, revoked or suspended
    bound: bool  # SCAL 2
    at_once: int  # signatures that one authorisation may cover (multisign)
    mode: str  # explicit, or oauth2code: authorised in the person's own browser
    asks: tuple[Asked, ...]
    algorithms: tuple[str, ...]  # OIDs of key/algo

    @property
    def asks_pin(self) -> bool:
        """Whether the person must give something that stays the same: a PIN or password."""
        return any(one.kind != OUTSIDE and not one.once for one in self.asks)

    @property
    def once(self) -> Asked | None:
        """The one-time code that is wanted, if any."""
        return next((one for one in self.asks if one.once and one.kind != OUTSIDE), None)

    def signing_algorithm(self, algorithm: str) -> tuple[str, bool]:
        """Return the OID to sign with, out of those that the key has, and whether it leaves the digest open."""
        if isinstance(self.certificate.public_key(), ec.EllipticCurvePublicKey):
            return ECDSA_OIDS[algorithm], False
        whole = RSA_OIDS[algorithm]
        return (whole, False) if whole in self.algorithms and RSA_OID not in self.algorithms else (RSA_OID, True)


def credentials(client: csc.Client, *, account: str = "") -> list[Credential]:
    """Return the usable keys of the account (of the system's own where empty). Refuses `signing.remote_*`."""
    names = csc.texts(client.call("credentials/list", {"userID": account} if account else {}), "credentialIDs")
    found = [credential(client, name, []) for name in names[: csc.CREDENTIALS]]
    return [one for one in found if one.usable]


def credential(client: csc.Client, name: str, chain: Sequence[x509.Certificate]) -> Credential:
    """Return one key as credentials/info tells of it; `chain` completes what the service gives."""
    asked = {"credentialID": name, "certificates": "chain", "certInfo": True, "authInfo": True}
    answer = client.call("credentials/info", asked)
    key, cert, auth = (_part(answer, part) for part in ("key", "cert", "auth"))
    try:
        given = [x509.load_der_x509_certificate(csc.decoded(one)) for one in csc.texts(cert, "certificates")]
    except ValueError:
        refuse("signing.remote_rubbish")
    if not given:
        refuse("signing.remote_rubbish")
    at_once = answer.get("multisign", 1)
    return Credential(
        id=name,
        certificate=given[0],
        chain=fitness.order(given[0], [*given[1:], *chain]),
        usable=key.get("status") == "enabled" and cert.get("status", "valid") == "valid",
        bound=str(answer.get("SCAL", "1")) == BOUND,
        at_once=at_once if isinstance(at_once, int) and at_once > 0 else 1,
        mode=IN_BROWSER if auth.get("mode") == IN_BROWSER else EXPLICIT,
        asks=_asks(auth),
        algorithms=tuple(csc.texts(key, "algo")),
    )


def sends_with(client: csc.Client, found: Credential) -> str:
    """Return the method by which the service sends a one-time code; empty where it sends none."""
    once = found.once
    if once is None:
        return ""
    if once.kind == CHALLENGE:
        return SENDING[0]
    methods = client.info().get("methods", [])
    return next((one for one in SENDING if isinstance(methods, list) and one in methods), "")


def send(client: csc.Client, name: str, once: str, method: str) -> str:
    """Let the service send its one-time code, or give its question. Returns the question, empty where it was sent."""
    asked = {"credentialID": name} | ({"authObjectID": once} if method == SENDING[0] else {})
    said = client.call(method, asked).get("challenge", "")
    return clean_line(said)[: csc.SAID] if isinstance(said, str) else ""


def chosen(names: Sequence[str], expression: object) -> frozenset[str]:
    """Return the names to give so that `expression` ("PIN AND (OTP OR SMS)") holds: its first way that is known.

    All names where there is no expression, or one that is not understood.
    """
    known = frozenset(names)
    try:
        ways = _ways(_TOKEN.findall(expression)) if isinstance(expression, str) and expression.strip() else []
    except (IndexError, ValueError, RecursionError):
        ways = []
    return next((way for way in ways if way <= known), known)


def _ways(tokens: list[str]) -> list[frozenset[str]]:
    found = _any(tokens)
    if tokens:
        raise ValueError("more follows")
    return found


def _any(tokens: list[str]) -> list[frozenset[str]]:
    found = _all(tokens)
    while tokens and tokens[0].upper() in ("OR", "XOR"):
        del tokens[0]
        found = [*found, *_all(tokens)][:ALTERNATIVES]
    return found


def _all(tokens: list[str]) -> list[frozenset[str]]:
    found = _one(tokens)
    while tokens and tokens[0].upper() == "AND":
        del tokens[0]
        more = _one(tokens)
        found = [way | other for way in found for other in more][:ALTERNATIVES]
    return found


def _one(tokens: list[str]) -> list[frozenset[str]]:
    first = tokens.pop(0)
    if first != "(":
        return [frozenset([first])]
    found = _any(tokens)
    if tokens.pop(0) != ")":
        raise ValueError("not closed")
    return found


def _asks(auth: dict[str, Any]) -> tuple[Asked, ...]:
    """Return what the service wants to be given; refuses a way that this program does not know."""
    mode, objects = auth.get("mode"), auth.get("objects")
    if mode in (IMPLICIT, IN_BROWSER):
        return ()
    if mode != EXPLICIT:
        refuse("signing.remote_refused", said=str(mode)[: csc.SAID])
    if not isinstance(objects, list):
        return ()
    given = [one for one in objects if isinstance(one, dict) and isinstance(one.get("id"), str)]
    wanted = chosen([one["id"] for one in given], auth.get("expression"))
    found = []
    for one in given:
        if one["id"] not in wanted:
            continue
        kind = KINDS.get(str(one.get("type")))
        if kind is None:
            refuse("signing.remote_refused", said=str(one.get("type"))[: csc.SAID])
        once = kind == CHALLENGE or "otp" in f"{one['id']} {one.get('generator', '')}".lower()
        found.append(Asked(one["id"], kind, once))
    return tuple(found)


def _part(answer: dict[str, Any], name: str) -> dict[str, Any]:
    part = answer.get(name)
    if not isinstance(part, dict):
        refuse("signing.remote_rubbish")
    return part
