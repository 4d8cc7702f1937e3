"""Lists of revoked certificates of every kind, and certificates that point at them, for the tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import ocsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509 import ocsp as made_ocsp
from cryptography.x509.oid import NameOID

from mocban.signing.tests.pki import Pki

HERE, THERE = "http://127.0.0.1:9/a.crl", "http://127.0.0.1:9/b.crl"


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def url(address: str) -> list[x509.GeneralName]:
    return [x509.UniformResourceIdentifier(address)]


def certificate(
    made: Pki,
    subject: str,
    *extensions: x509.ExtensionType,
    number: int = 700,
    issuer: str = "interm",
    key: str = "person",
    until: datetime = datetime(2100, 1, 1, tzinfo=UTC),
    name: x509.Name | None = None,
) -> asn1.Certificate:
    """Return a certificate of the `issuer` for the key of another label."""
    public = made.x509(key).public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name or named(subject))
        .issuer_name(made.x509(issuer).subject)
        .public_key(public)
    )
    builder = builder.serial_number(number).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(until)
    for one in extensions:
        builder = builder.add_extension(one, critical=False)
    signed = builder.sign(made.private_key(issuer), hashes.SHA256())  # type: ignore[arg-type]
    return asn1.Certificate.load(signed.public_bytes(serialization.Encoding.DER))


def usage(*names: str) -> x509.KeyUsage:
    """Return the extension that permits the uses named."""
    all_of = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in names for name in all_of})


def points(*found: x509.DistributionPoint) -> x509.CRLDistributionPoints:
    return x509.CRLDistributionPoints(found)


def point(address: str = "", issuer: str = "", reasons: frozenset[x509.ReasonFlags] | None = None) -> Any:
    """Return one place where a list is found, or by whom it is signed."""
    by = [x509.DirectoryName(named(issuer))] if issuer else None
    return x509.DistributionPoint(url(address) if address else None, None, reasons, by)


def scope(address: str = "", **flags: Any) -> x509.IssuingDistributionPoint:
    """Return what a list says it is about; `flags` are those of the extension."""
    values: dict[str, Any] = {
        "relative_name": None, "only_contains_user_certs": False, "only_contains_ca_certs": False,
        "only_some_reasons": None, "indirect_crl": False, "only_contains_attribute_certs": False,
    }  # fmt: skip
    return x509.IssuingDistributionPoint(full_name=url(address) if address else None, **{**values, **flags})


def entry(
    number: int, at: datetime, *, reason: x509.ReasonFlags | None = None, issuer: str | x509.Name = "", **more: Any
) -> x509.RevokedCertificate:
    """Return one line of a list; `issuer` where the certificate is not of the list's own."""
    builder = x509.RevokedCertificateBuilder(number, at)
    if reason is not None:
        builder = builder.add_extension(x509.CRLReason(reason), critical=False)
    if issuer:
        name = named(issuer) if isinstance(issuer, str) else issuer
        builder = builder.add_extension(x509.CertificateIssuer([x509.DirectoryName(name)]), critical=True)
    for one in more.get("extensions", ()):
        builder = builder.add_extension(one, critical=True)
    return builder.build()


def crl(
    made: Pki,
    at: datetime,
    *entries: x509.RevokedCertificate,
    issuer: str = "interm",
    name: x509.Name | None = None,
    number: int = 10,
    base: int | None = None,
    about: x509.IssuingDistributionPoint | None = None,
    days: int = 7,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
) -> bytes:
    """Return a list (DER) signed with the key of the label `issuer`; with `base` it is a delta list to that number."""
    builder = x509.CertificateRevocationListBuilder(
        name or made.x509(issuer).subject, at, at + timedelta(days=days), revoked_certificates=list(entries)
    )
    builder = builder.add_extension(x509.CRLNumber(number), critical=False)
    if base is not None:
        builder = builder.add_extension(x509.DeltaCRLIndicator(base), critical=True)
    if about is not None:
        builder = builder.add_extension(about, critical=True)
    for one, critical in extensions:
        builder = builder.add_extension(one, critical=critical)
    signed = builder.sign(made.private_key(issuer), hashes.SHA256())  # type: ignore[arg-type]
    return signed.public_bytes(serialization.Encoding.DER)


def answer(
    made: Pki, at: datetime, *about: tuple[asn1.Certificate, bool], label: str = "ocsp", responder: Any = None
) -> bytes:
    """Return an OCSP answer given at `at` about several certificates, each good or revoked a day before."""
    key = serialization.load_der_private_key(made.key(label).dump(), None)
    named = responder or made.x509(label)
    builder = made_ocsp.OCSPResponseBuilder()
    single = []
    for one, good in about:
        loaded = x509.load_der_x509_certificate(one.dump())
        status = made_ocsp.OCSPCertStatus.GOOD if good else made_ocsp.OCSPCertStatus.REVOKED
        when = None if good else (at - timedelta(days=1)).replace(tzinfo=None)
        filled = builder.add_response(
            loaded, made.x509("interm"), hashes.SHA256(), status, at.replace(tzinfo=None),
            (at + timedelta(days=2)).replace(tzinfo=None), when, None,
        )  # fmt: skip
        done = filled.responder_id(made_ocsp.OCSPResponderEncoding.HASH, named).certificates([named])
        single.append(done.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))
    return single[0] if len(single) == 1 else joined(single, key)


def joined(single: list[bytes], key: Any) -> bytes:
    """Return one answer with the lines of all, signed anew."""
    whole = ocsp.OCSPResponse.load(single[0])
    basic = whole.basic_ocsp_response
    lines = [ocsp.OCSPResponse.load(one).response_data["responses"][0] for one in single]
    data = basic["tbs_response_data"].copy()
    data["responses"] = lines
    signed = ocsp.BasicOCSPResponse(
        {
            "tbs_response_data": data,
            "signature_algorithm": basic["signature_algorithm"],
            "signature": key.sign(data.dump(force=True), padding.PKCS1v15(), hashes.SHA256()),
            "certs": basic["certs"],
        }
    )
    body = {"response_type": "basic_ocsp_response", "response": signed}
    return bytes(ocsp.OCSPResponse({"response_status": "successful", "response_bytes": body}).dump())
