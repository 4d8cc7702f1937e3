"""X.509 certificates of the demo authority: an authority that says in its name that it is for trial use."""

from __future__ import annotations

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes, CertificatePublicKeyTypes
from cryptography.x509.oid import NameOID

AUTHORITY_NAME = "Mộc Bản – Chứng thực dùng thử"  # noqa: RUF001
VALID = datetime.timedelta(days=5 * 365 + 1)
SKEW = datetime.timedelta(hours=1)  # a reader's clock may be behind ours


def new_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return a fresh RSA key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def name(common: str, organisation: str) -> x509.Name:
    """Return a distinguished name; long Vietnamese names pass the 64 letters of X.520, as real certificates do."""
    parts = [(NameOID.COUNTRY_NAME, "VN"), (NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, common)]
    return x509.Name(x509.NameAttribute(oid, value, _validate=False) for oid, value in parts if value)


def authority(key: rsa.RSAPrivateKey, *, now: datetime.datetime) -> x509.Certificate:
    """Return the self-signed certificate of the demo authority, valid twice as long as what it issues."""
    subject = name(AUTHORITY_NAME, "")
    usage = _usage(key_cert_sign=True, crl_sign=True)
    builder = _builder(subject, subject, key.public_key(), key.public_key(), now, 2 * VALID)
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def issue(
    subject: x509.Name,
    public_key: CertificatePublicKeyTypes,
    *,
    issuer: x509.Certificate,
    issuer_key: CertificateIssuerPrivateKeyTypes,
    now: datetime.datetime,
) -> x509.Certificate:
    """Return a certificate for signing documents (digital signature, non-repudiation), valid five years from `now`."""
    issuer_public = issuer_key.public_key()
    builder = _builder(subject, issuer.subject, public_key, issuer_public, now, VALID)
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: CertificatePublicKeyTypes,
    issuer_public: CertificatePublicKeyTypes,
    now: datetime.datetime,
    valid: datetime.timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + valid)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_public),  # type: ignore[arg-type]
            critical=False,
        )
    )


def _usage(**chosen: bool) -> x509.KeyUsage:
    uses = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{use: chosen.get(use, False) for use in uses})
