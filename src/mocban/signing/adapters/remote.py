"""Keys at a remote signing service, by the Cloud Signature Consortium API v2: only digests travel, files stay here."""

# mypy: disallow-untyped-calls=False
# pyHanko leaves some constructors without types.
from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Sequence
from typing import Any

from cryptography import x509
from pyhanko.sign.signers import Signer

from mocban.signing.adapters import csc, signers
from mocban.signing.adapters.credentials import IN_BROWSER, OUTSIDE, Asked, Credential, credential
from mocban.signing.pdf.refusals import Refused, answers, refuse

DIGEST_OIDS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
STEP, TURNS = 2.0, 45  # seconds between two questions whether the person has agreed elsewhere, and how many


class RemoteKeys:
    """A KeyStore over one credential of one holder.

    `pin` is the credential's PIN, `otp` a one-time code where the service asks for one. Every authorisation names its
    digests, and all of them are signed by one call: an authorisation is used once (chapter 9, the second way).
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
    ) -> None:
        self.client = csc.Client(service, hidden=[pin, otp])
        self._credential, self._holder, self._pin, self._otp = credential, holder, pin, otp
        self._chain = list(chain)
        self._known: Credential | None = None

    @answers
    def signer(self, holder: str) -> Signer:
        """See KeyStore.signer."""
        found = self.info(holder)
        if not found.usable:
            refuse("signing.no_key")
        return RemoteSigner(self, found)

    @answers
    def certificate(self, holder: str) -> x509.Certificate:
        """See KeyStore.certificate."""
        return self.info(holder).certificate

    def trust_roots(self) -> list[x509.Certificate]:
        """Return the self-issued certificates of the chain."""
        return signers.roots(self._known.chain if self._known else self._chain)

    def info(self, holder: str) -> Credential:
        """Return what the service says of the key, asked once. Refuses `signing.*`."""
        if holder != self._holder:
            refuse("signing.no_key")
        if self._known is None:
            self._known = credential(self.client, self._credential, self._chain)
        return self._known

    def sign_digests(self, digests: Sequence[bytes], algorithm: str = "sha256") -> list[bytes]:
        """Return the signatures over the digests, authorised and made together as far as the service allows it.

        Where more are wanted than one authorisation covers, the PIN is given again; a one-time code covers one only:
        `signing.service_limit` then. Refuses `signing.*`.
        """
        found = self.info(self._holder)
        if len(digests) > found.at_once and found.once:
            refuse("signing.service_limit", most=str(found.at_once), wanted=str(len(digests)))
        made: list[bytes] = []
        for start in range(0, len(digests), found.at_once):
            some = digests[start : start + found.at_once]
            made += self._signed(found, some, self._authorised(found, some, algorithm), algorithm)
        return made

    def _signed(self, found: Credential, digests: Sequence[bytes], token: str, algorithm: str) -> list[bytes]:
        oid, is_open = found.signing_algorithm(algorithm)
        values: dict[str, Any] = {
            "credentialID": self._credential,
            "SAD": token,
            "hashes": [_text(one) for one in digests],
            "signAlgo": oid,
            "operationMode": "S",
        }
        if is_open:  # else the algorithm of the signature says it, and the standard wants the field left out
            values["hashAlgorithmOID"] = DIGEST_OIDS[algorithm]
        made = csc.texts(self.client.call("signatures/signHash", values), "signatures")
        if len(made) != len(digests):
            refuse("signing.remote_rubbish")
        return [csc.decoded(one) for one in made]

    def _authorised(self, found: Credential, digests: Sequence[bytes], algorithm: str) -> str:
        """Return the signature activation data (SAD) for exactly these digests."""
        if found.mode == IN_BROWSER:
            refuse("signing.in_browser")
        given = [self._given(one) for one in found.asks]
        values = {
            "credentialID": self._credential,
            "numSignatures": len(digests),
            "hashes": [_text(one) for one in digests],
            "hashAlgorithmOID": DIGEST_OIDS[algorithm],
            "authData": given,
        }
        try:
            answer = self.client.call("credentials/authorize", values)
            for _turn in range(TURNS):
                if "handle" not in answer:
                    break
                time.sleep(STEP)  # the person is asked on another device
                answer = self.client.call("credentials/authorizeCheck", {"handle": csc.text(answer, "handle")})
        except Refused as refused:
            if refused.code != "signing.wrong_authentication":
                raise
            _say_what_was_wrong(found)
        if "handle" in answer:
            refuse("signing.not_confirmed")
        return csc.text(answer, "SAD")

    def _given(self, asked: Asked) -> dict[str, str]:
        if asked.kind == OUTSIDE:
            return {"id": asked.id}
        value = self._otp if asked.once else self._pin
        if not value:
            refuse("signing.no_otp" if asked.once else "signing.no_pin")
        return {"id": asked.id, "value": value}


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
        (made,) = self._store.sign_digests([hashlib.new(algorithm, data).digest()], algorithm)
        if not signers.proves(self._certificate, made, data, algorithm):
            refuse("signing.key_changed")
        return made


def _say_what_was_wrong(found: Credential) -> None:
    """The service tells only that something was wrong: name what was asked for."""
    if found.once and found.asks_pin:
        refuse("signing.wrong_pin_or_otp")
    if found.once:
        refuse("signing.wrong_otp")
    refuse("signing.wrong_pin", left="")


def _text(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
