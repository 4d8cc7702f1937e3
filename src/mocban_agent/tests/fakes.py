"""A token in memory, for what a real one does only when it is broken, locked or pulled out."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import NameOID

from mocban_agent.tokens import AskPin, Certificate, PinState, Sign, Trouble

NAME = "Trần Thị Bích Ngọc"
PIN = "1234"
HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def certificate_of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, name: str = NAME) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=9))
    return builder.sign(key, hashes.SHA256())


def verifies(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, signature: bytes, digest: bytes, name: str) -> None:
    """Raises InvalidSignature unless `signature` is the key's over `digest`."""
    kind = Prehashed(HASHES[name])
    if isinstance(key, rsa.RSAPrivateKey):
        key.public_key().verify(signature, digest, padding.PKCS1v15(), kind)
    else:
        key.public_key().verify(signature, digest, ec.ECDSA(kind))


@dataclass
class FakeTokens:
    """One token with one certificate. `broken` names digests it refuses; after `pulled_after` signatures it is gone."""

    pin_state: PinState = field(default_factory=PinState)
    broken: frozenset[bytes] = frozenset()
    pulled_after: int = 1000
    there: bool = True

    def __post_init__(self) -> None:
        der = certificate_of(rsa_key()).public_bytes(serialization.Encoding.DER)
        self.certificate = Certificate(hashlib.sha256(der).hexdigest(), der, "token đỏ", authority=False)

    def certificates(self) -> list[Certificate]:
        if not self.there:
            raise Trouble("no_token")
        return [self.certificate]

    @contextmanager
    def opened(self, identity: str, ask_pin: AskPin) -> Iterator[Sign]:
        pin = ask_pin(self.pin_state)
        if not pin:
            raise Trouble("cancelled")
        if pin != PIN:
            raise Trouble("wrong_pin")
        done = 0

        def sign(algorithm: str, digest: bytes) -> bytes:
            nonlocal done
            if done >= self.pulled_after:
                raise Trouble("no_token")
            done += 1
            if digest in self.broken:
                raise Trouble("not_signed")
            return rsa_key().sign(digest, padding.PKCS1v15(), Prehashed(HASHES[algorithm]))

        yield sign
