"""What every adapter shares: certificates in two libraries' forms, keys in memory as signers, proof of a signature."""

# mypy: disallow-untyped-calls=False
# pyHanko leaves some constructors without types.
from __future__ import annotations

from collections.abc import Sequence

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


def asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """Return the certificate as pyHanko takes it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def registry(certificates: Sequence[x509.Certificate]) -> SimpleCertificateStore:
    """Return the certificates as a store that pyHanko embeds."""
    store = SimpleCertificateStore()
    store.register_multiple([asn1(one) for one in certificates])
    return store


class MemorySigner(SimpleSigner):
    """Keeps room for the longest signature: those of ECDSA differ in length from one to the next."""

    certificate: x509.Certificate

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Return the signature over `data`, or as many zero bytes as it can at most have."""
        if dry_run:
            return bytes(longest_signature(self.certificate))
        made: bytes = await super().async_sign_raw(data, digest_algorithm)
        return made


def in_memory(key: PrivateKey, certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> MemorySigner:
    """Return a signer with a key that this process holds."""
    plain = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = MemorySigner(
        signing_cert=asn1(certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(plain),
        cert_registry=registry(chain),
    )
    signer.certificate = certificate
    return signer


def roots(chain: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Return the self-issued certificates of a chain."""
    return [link for link in chain if link.issuer == link.subject]


def proves(certificate: x509.Certificate, signature: bytes, data: bytes, digest: str) -> bool:
    """Whether `signature` (PKCS#1 v1.5 or ECDSA) over `data` was made with the certificate's key.

    Asked of every signature made outside this process: a device or service that errs must not spoil a document.
    """
    key, algorithm = certificate.public_key(), HASHES[digest]()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def longest_signature(certificate: x509.Certificate) -> int:
    """Return the most bytes that one signature with the certificate's key can have: room is kept before signing."""
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return 2 * ((key.key_size + 7) // 8) + 16  # two numbers in DER
    return (getattr(key, "key_size", 4096) + 7) // 8
