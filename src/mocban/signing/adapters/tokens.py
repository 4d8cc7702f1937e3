"""Keys on a PKCS#11 device: a USB token, a smart card, a hardware security module. The key never leaves it."""

# mypy: disallow-untyped-calls=False
# pyHanko leaves some constructors without types.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography import x509
from pkcs11 import Attribute, ObjectClass
from pyhanko.sign.pkcs11 import select_pkcs11_signing_params
from pyhanko.sign.signers import Signer

from mocban.signing.adapters import devices, fitness, signers
from mocban.signing.pdf.refusals import Refused, answers, refuse


class TokenKeys:
    """A KeyStore over one token of one PKCS#11 module, entered with one PIN.

    `labels` says under which label (text) or identifier (bytes, CKA_ID) the token keeps a holder's key and certificate;
    holders without one have no key here. `chain` are the certificates between the holders' and the root, the root
    included: tokens rarely carry them. The PIN is entered once and serves until the token is pulled out; the last try
    before the token locks is made only with `last_try`. Nothing is sent to the token before a signer is asked for.
    """

    def __init__(
        self,
        module: Path,
        *,
        token_label: str,
        pin: str,
        labels: Mapping[str, str | bytes],
        chain: Sequence[x509.Certificate],
        serial: str = "",
        last_try: bool = False,
    ) -> None:
        self._name = devices.TokenName(module, token_label, serial)
        self._pin, self._last_try = pin, last_try
        self._labels, self._chain = dict(labels), list(chain)
        self._login: devices.Login | None = None

    @answers
    def signer(self, holder: str) -> Signer:
        """See KeyStore.signer."""
        wanted = self._wanted(holder)
        certificate, key = self._found(wanted)
        return TokenSigner(self._open(), key, certificate, fitness.order(certificate, self._chain), pin=self._pin)

    @answers
    def certificate(self, holder: str) -> x509.Certificate:
        """See KeyStore.certificate."""
        return self._found(self._wanted(holder))[0]

    def trust_roots(self) -> list[x509.Certificate]:
        """Return the self-issued certificates of the chain."""
        return signers.roots(self._chain)

    def close(self) -> None:
        """Let go of the login; it ends when no signer and no other store uses it."""
        self._login = None

    def _wanted(self, holder: str) -> dict[Attribute, Any]:
        if holder not in self._labels:
            refuse("signing.no_key")
        label = self._labels[holder]
        return {Attribute.ID: label} if isinstance(label, bytes) else {Attribute.LABEL: label}

    def _found(self, wanted: dict[Attribute, Any]) -> tuple[x509.Certificate, Any]:
        """Return certificate and key; exactly one of each must be on the token."""
        login = self._open()
        try:
            with devices.device():
                certificates = [
                    entry[Attribute.VALUE]
                    for entry in login.session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE, **wanted})
                ]
                keys = list(login.session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, **wanted}))
        except Refused:
            login.end()  # the token was pulled out, or the session ended: the next call opens a new one
            raise
        if len(certificates) != 1 or len(keys) != 1:
            refuse("signing.no_key")
        return x509.load_der_x509_certificate(certificates[0]), keys[0]

    def _open(self) -> devices.Login:
        if self._login is None or not self._login.alive:
            self._login = devices.log_in(self._name, self._pin, last_try=self._last_try)
        return self._login


class TokenSigner(Signer):
    """Signs with a key inside a token, alone with the device, and believes no signature that it has not checked."""

    def __init__(
        self,
        login: devices.Login,
        key: Any,
        certificate: x509.Certificate,
        chain: Sequence[x509.Certificate],
        *,
        pin: str,
    ) -> None:
        super().__init__(
            signing_cert=signers.asn1(certificate),
            cert_registry=signers.registry([certificate, *chain]),
            embed_roots=True,
        )
        self._login, self._key, self._certificate, self._pin = login, key, certificate, pin

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Return the signature over `data`; refuses when the token is gone or answers with something else."""
        if dry_run:
            return bytes(signers.longest_signature(self._certificate))
        digest = digest_algorithm.lower()
        try:
            with devices.device():
                made = self._made(data, digest)
        except Refused:
            self._login.end()
            raise
        if not signers.proves(self._certificate, made, data, digest):
            refuse("signing.key_changed")
        return made

    def _made(self, data: bytes, digest: str) -> bytes:
        # Some tokens ask for the PIN again before each signature (CKA_ALWAYS_AUTHENTICATE).
        again = {"pin": self._pin} if _asks_each_time(self._key) else {}
        how = select_pkcs11_signing_params(
            self.get_signature_mechanism_for_digest(digest), digest, use_raw_mechanism=False, sign_kwargs=again
        )
        prepared = how.pre_sign_transform(data) if how.pre_sign_transform else data
        signature: bytes = self._key.sign(prepared, **how.sign_kwargs)
        return how.post_sign_transform(signature) if how.post_sign_transform else signature


def _asks_each_time(key: Any) -> bool:
    from pkcs11.exceptions import AttributeTypeInvalid, FunctionFailed

    try:
        return bool(key[Attribute.ALWAYS_AUTHENTICATE])
    except (AttributeTypeInvalid, FunctionFailed):  # old modules do not know the question
        return False
