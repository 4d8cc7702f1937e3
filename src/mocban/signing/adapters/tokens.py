"""Keys on a PKCS#11 device: a USB token, a smart card, a hardware security module. The key never leaves it."""

# mypy: disallow-untyped-calls=False
# pyHanko leaves some constructors without types.
from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from asn1crypto import algos
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import Attribute, Mechanism, ObjectClass
from pkcs11.util.ec import encode_ecdsa_signature
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
        self._held: dict[str, tuple[x509.Certificate, Any]] = {}  # good for the login in `_login`

    @answers
    def signer(self, holder: str) -> Signer:
        """See KeyStore.signer. The signer outlives a token that was pulled out: it goes on when the token is back."""
        certificate, _key = self.found(holder)
        return TokenSigner(self, holder, certificate, fitness.order(certificate, self._chain), pin=self._pin)

    @answers
    def certificate(self, holder: str) -> x509.Certificate:
        """See KeyStore.certificate."""
        return self.found(holder)[0]

    def trust_roots(self) -> list[x509.Certificate]:
        """Return the self-issued certificates of the chain."""
        return signers.roots(self._chain)

    def close(self) -> None:
        """Let go of the login; it ends when no other store uses it."""
        self._login = None
        self._held.clear()

    def found(self, holder: str) -> tuple[x509.Certificate, Any]:
        """Return certificate and key, exactly one of each on the token; entering the PIN when that is still to do."""
        wanted = self._wanted(holder)
        login = self._login
        if login is None or not login.alive:
            self._held.clear()
            login = self._login = devices.log_in(self._name, self._pin, last_try=self._last_try)
        if holder not in self._held:
            with self.in_use(login):
                self._held[holder] = _read(login, wanted)
        return self._held[holder]

    @contextlib.contextmanager
    def in_use(self, login: devices.Login | None = None) -> Iterator[None]:
        """Be alone with the token; what fails inside ends the login, and the next use opens a new one."""
        try:
            with devices.device():
                yield
        except Refused as refused:
            current = login or self._login
            if current is not None and refused.code == "signing.no_token":
                current.end()
            raise

    def mechanisms(self) -> frozenset[Mechanism]:
        """Return the ways in which the token can sign; asked once for each login."""
        assert self._login is not None
        if self._login.mechanisms is None:
            self._login.mechanisms = frozenset(self._login.session.token.slot.get_mechanisms())
        return self._login.mechanisms

    def _wanted(self, holder: str) -> dict[Attribute, Any]:
        if holder not in self._labels:
            refuse("signing.no_key")
        label = self._labels[holder]
        return {Attribute.ID: label} if isinstance(label, bytes) else {Attribute.LABEL: label}


class TokenSigner(Signer):
    """Signs with a key inside a token, alone with the device, and believes no signature that it has not checked."""

    def __init__(
        self,
        store: TokenKeys,
        holder: str,
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
        self._store, self._holder, self._certificate, self._pin = store, holder, certificate, pin

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Return the signature over `data`; refuses when the token is gone or answers with something else."""
        if dry_run:
            return bytes(signers.longest_signature(self._certificate))
        digest = digest_algorithm.lower()
        certificate, key = self._store.found(self._holder)
        with self._store.in_use():
            made = self._made(key, data, digest)
        if certificate != self._certificate or not signers.proves(self._certificate, made, data, digest):
            refuse("signing.key_changed")
        return made

    def _made(self, key: Any, data: bytes, digest: str) -> bytes:
        """Have the token sign the digest, or, where it can only do both, digest and sign."""
        # Some tokens ask for the PIN again before each signature (CKA_ALWAYS_AUTHENTICATE).
        again = {"pin": self._pin} if _asks_each_time(key) else {}
        offered = self._store.mechanisms()
        hashed = hashlib.new(digest, data).digest()
        if isinstance(self._certificate.public_key(), ec.EllipticCurvePublicKey):
            if Mechanism.ECDSA in offered:
                return encode_ecdsa_signature(key.sign(hashed, mechanism=Mechanism.ECDSA, **again))
            return encode_ecdsa_signature(key.sign(data, mechanism=Mechanism[f"ECDSA_{digest.upper()}"], **again))
        whole = Mechanism[f"{digest.upper()}_RSA_PKCS"]
        if whole in offered:
            return bytes(key.sign(data, mechanism=whole, **again))
        info = algos.DigestInfo({"digest_algorithm": {"algorithm": digest}, "digest": hashed}).dump()
        return bytes(key.sign(info, mechanism=Mechanism.RSA_PKCS, **again))


def _read(login: devices.Login, wanted: dict[Attribute, Any]) -> tuple[x509.Certificate, Any]:
    certificates = [
        entry[Attribute.VALUE]
        for entry in login.session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE, **wanted})
    ]
    keys = list(login.session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, **wanted}))
    if len(certificates) != 1 or len(keys) != 1:
        refuse("signing.no_key")
    return x509.load_der_x509_certificate(certificates[0]), keys[0]


def _asks_each_time(key: Any) -> bool:
    from pkcs11.exceptions import AttributeTypeInvalid, FunctionFailed

    try:
        return bool(key[Attribute.ALWAYS_AUTHENTICATE])
    except (AttributeTypeInvalid, FunctionFailed):  # old modules do not know the question
        return False
