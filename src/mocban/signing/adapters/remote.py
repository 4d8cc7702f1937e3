"""Keys at a remote signing service, by the Cloud Signature Consortium API v2: only digests travel, files stay here."""

# mypy: disallow-untyped-calls=False
# pyHanko leaves some constructors without types.
from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.sign.signers import Signer

from mocban.signing.adapters import csc, fitness, signers
from mocban.signing.pdf.refusals import answers, refuse

DIGEST_OIDS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
RSA_OID = "1.2.840.113549.1.1.1"
ECDSA_OIDS = {"sha256": "1.2.840.10045.4.3.2", "sha384": "1.2.840.10045.4.3.3", "sha512": "1.2.840.10045.4.3.4"}
BOUND = "2"  # SCAL2: an authorisation is good for the digests named in it and for no other
EARLY = 10.0  # seconds before its end after which an authorisation is not used any more
LIFE = 3600.0  # seconds, where the service does not say (the standard's own default)


@dataclass(frozen=True)
class Credential:
    """One key at the service, as credentials/info tells of it."""

    id: str
    certificate: x509.Certificate
    chain: list[x509.Certificate]
    usable: bool  # key enabled and certificate not expired, revoked or suspended
    bound: bool  # SCAL 2
    at_once: int  # signatures that one authorisation may cover
    asks: tuple[tuple[str, bool], ...]  # what the person must give: name, and whether it is a one-time code


@dataclass
class _Authorisation:
    token: str
    left: int
    until: float  # of the monotonic clock
    digests: frozenset[bytes]  # empty: good for any


class RemoteKeys:
    """A KeyStore over one credential of one holder.

    `pin` is the credential's PIN, `otp` a one-time code where the service asks for one. `expected` is how many
    signatures one authorisation should cover, as far as the service allows it: a batch then authorises once. Where
    authorisations are bound to digests (SCAL 2), name these first with `authorise`, or each signature asks for its own.
    """

    def __init__(
        self,
        service: csc.Service,
        *,
        credential: str,
        holder: str,
        pin: str,
        otp: str = "",
        chain: Sequence[x509.Certificate] = (),
        expected: int = 1,
    ) -> None:
        self._client = csc.Client(service, hidden=[pin, otp])
        self._credential, self._holder, self._pin, self._otp = credential, holder, pin, otp
        self._chain, self._expected = list(chain), max(1, expected)
        self._known: Credential | None = None
        self._authorisation: _Authorisation | None = None

    @answers
    def signer(self, holder: str) -> Signer:
        """See KeyStore.signer."""
        found = self._info(holder)
        if not found.usable:
            refuse("signing.no_key")
        return RemoteSigner(self, found)

    @answers
    def certificate(self, holder: str) -> x509.Certificate:
        """See KeyStore.certificate."""
        return self._info(holder).certificate

    def trust_roots(self) -> list[x509.Certificate]:
        """Return the self-issued certificates of the chain."""
        return signers.roots(self._known.chain if self._known else self._chain)

    @answers
    def authorise(self, digests: Sequence[bytes], *, algorithm: str = "sha256") -> None:
        """Enter the PIN once for the signatures over exactly these digests. Raises RuleBroken."""
        self._authorise(self._info(self._holder), list(digests), len(digests), algorithm)

    def sign_digest(self, digest: bytes, algorithm: str) -> bytes:
        """Return the signature over `digest`, authorising first where that is still to do. Refuses `signing.*`."""
        found = self._info(self._holder)
        held = self._authorisation
        good = held and held.left > 0 and time.monotonic() < held.until and (not held.digests or digest in held.digests)
        if not good:
            held = self._authorise(found, [digest], 1 if found.bound else self._expected, algorithm)
        assert held is not None
        values = {
            "credentialID": self._credential,
            "SAD": held.token,
            "hashes": [_text(digest)],
            "hashAlgorithmOID": DIGEST_OIDS[algorithm],
            "signAlgo": _sign_algorithm(found.certificate, algorithm),
            "operationMode": "S",
        }
        made = csc.texts(self._client.call("signatures/signHash", values), "signatures")
        held.left -= 1
        if len(made) != 1:
            refuse("signing.remote_rubbish")
        return csc.decoded(made[0])

    def _authorise(self, found: Credential, digests: list[bytes], wanted: int, algorithm: str) -> _Authorisation:
        count = max(1, min(wanted, found.at_once))
        if found.bound and count < len(digests):
            digests = digests[:count]  # the rest asks for its own when it comes
        values: dict[str, Any] = {
            "credentialID": self._credential,
            "numSignatures": count,
            "authData": [self._given(name, once=once) for name, once in found.asks],
        }
        if found.bound:
            values |= {"hashes": [_text(one) for one in digests], "hashAlgorithmOID": DIGEST_OIDS[algorithm]}
        answer = self._client.call("credentials/authorize", values)
        life = answer.get("expiresIn", LIFE)
        seconds = float(life) if isinstance(life, int | float) and 0 < life < 1e6 else LIFE
        bound = frozenset(digests if found.bound else ())
        made = _Authorisation(
            csc.text(answer, "SAD"), count, time.monotonic() + seconds - min(EARLY, seconds / 2), bound
        )
        self._authorisation = made
        return made

    def _given(self, name: str, *, once: bool) -> dict[str, str]:
        value = self._otp if once else self._pin
        if not value:
            refuse("signing.wrong_otp" if once else "signing.no_pin")
        return {"id": name, "value": value}

    def _info(self, holder: str) -> Credential:
        if holder != self._holder:
            refuse("signing.no_key")
        if self._known is None:
            self._known = credential(self._client, self._credential, self._chain)
        return self._known


class RemoteSigner(Signer):
    """Sends digests to the service and believes no signature that it has not checked."""

    def __init__(self, store: RemoteKeys, found: Credential) -> None:
        super().__init__(
            signing_cert=signers.asn1(found.certificate),
            cert_registry=signers.registry([found.certificate, *found.chain]),
            embed_roots=True,
        )
        self._store, self._certificate = store, found.certificate

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Return the signature over `data`; refuses `signing.*`."""
        if dry_run:
            return bytes(signers.longest_signature(self._certificate))
        algorithm = digest_algorithm.lower()
        made = self._store.sign_digest(hashlib.new(algorithm, data).digest(), algorithm)
        if not signers.proves(self._certificate, made, data, algorithm):
            refuse("signing.key_changed")
        return made


def credentials(service: csc.Service, *, account: str = "") -> list[Credential]:
    """Return the usable keys of the account (of the system's own where empty). Refuses `signing.remote_*`."""
    client = csc.Client(service)
    asked: dict[str, Any] = {"userID": account} if account else {}
    names: list[str] = []
    while len(names) < csc.CREDENTIALS:
        answer = client.call("credentials/list", {**asked, "maxResults": csc.CREDENTIALS})
        more = csc.texts(answer, "credentialIDs")
        names += more
        if not more or not answer.get("nextPageToken"):
            break
        asked["pageToken"] = str(answer["nextPageToken"])
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
        asks=_asks(auth),
    )


def _asks(auth: dict[str, Any]) -> tuple[tuple[str, bool], ...]:
    """Return what the service wants to be given; refuses a way that only a browser can go."""
    if auth.get("mode") == "implicit":
        return ()
    if auth.get("mode") != "explicit":
        refuse("signing.remote_refused", said=str(auth.get("mode"))[: csc.SAID])
    objects = auth.get("objects")
    if not isinstance(objects, list):
        return (("PIN", False),)
    found = []
    for one in objects:
        if isinstance(one, dict) and isinstance(one.get("id"), str):
            once = "otp" in f"{one['id']} {one.get('type', '')} {one.get('generator', '')}".lower()
            found.append((one["id"], once))
    return tuple(found)


def _part(answer: dict[str, Any], name: str) -> dict[str, Any]:
    part = answer.get(name)
    if not isinstance(part, dict):
        refuse("signing.remote_rubbish")
    return part


def _sign_algorithm(certificate: x509.Certificate, algorithm: str) -> str:
    return ECDSA_OIDS[algorithm] if isinstance(certificate.public_key(), ec.EllipticCurvePublicKey) else RSA_OID


def _text(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
