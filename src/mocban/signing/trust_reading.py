"""Parse certificates, CRLs and OCSP answers that somebody uploaded; runs in the helper process (`pdf/helper.py`).

What is found is plain values; what is refused is a `Refused` whose code `trust_files.py` puts into a sentence.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from asn1crypto import ocsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .pdf.refusals import Refused
from .verification import revocation

NAME_LENGTH = 300  # characters of the columns that hold names
ANSWERS_READ = 100  # lines of one OCSP answer
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
# What the parser throws at hostile bytes: it has no common error class.
PARSE_ERRORS = (
    ValueError,
    TypeError,
    OverflowError,
    AttributeError,
    KeyError,
    IndexError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


def certificate(_values: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the values of the one certificate in `data`, DER or PEM, and its DER."""
    with _readable():
        found = x509.load_der_x509_certificate(_der(data, ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE")))
        return described(found), found.public_bytes(Encoding.DER)


def issued(values: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return whether one of the `issuers` in `values` (base64 of DER) issued the certificate `data` (DER)."""
    with _readable():
        found = x509.load_der_x509_certificate(data)
        return {"issued": any(_issued(found, candidate) for candidate in _loaded(values["issuers"]))}, b""


def revocation_data(values: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the values of the CRL or OCSP answer in `data`, which one of the `issuers` signed, and its DER."""
    with _readable():
        der = _der(data, ("X509 CRL", "CRL", "OCSP RESPONSE"))
        found = _crl(der, values["issuers"]) or _ocsp(der, values["issuers"])
    if found is None:
        raise Refused("trust.unreadable")
    return {**found, "sha256": hashlib.sha256(der).hexdigest()}, der


def revoked(_values: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the serial numbers (hexadecimal, a line each) that a CRL or OCSP answer (DER) reports as revoked."""
    with _readable():
        try:
            numbers = [one.serial_number for one in x509.load_der_x509_crl(data)]
        except ValueError:
            lines = ocsp.OCSPResponse.load(data).response_data["responses"]
            named = [one for one in lines if one["cert_status"].name == "revoked"]
            numbers = [one["cert_id"]["serial_number"].native for one in named]
    return {}, "\n".join(f"{number:x}" for number in numbers).encode()


def described(certificate: x509.Certificate) -> dict[str, Any]:
    """Return what a certificate says, as plain values. May raise what the parser raises for its extensions."""
    der = certificate.public_bytes(Encoding.DER)
    subject, issuer = certificate.subject.rfc4514_string(), certificate.issuer.rfc4514_string()
    return {
        "sha256": hashlib.sha256(der).hexdigest(),
        "subject": subject[:NAME_LENGTH],
        "name": _name(certificate.subject)[:NAME_LENGTH] or subject[:NAME_LENGTH],
        "issuer": issuer[:NAME_LENGTH],
        "serial": f"{certificate.serial_number:x}",
        "not_before": certificate.not_valid_before_utc.isoformat(),
        "not_after": certificate.not_valid_after_utc.isoformat(),
        "key": _key_words(certificate.public_key()),
        "algorithm": _algorithm_words(certificate),
        "self_signed": certificate.subject == certificate.issuer and _issued(certificate, certificate),
        "authority": _may_issue(certificate),
        "timestamping": ExtendedKeyUsageOID.TIME_STAMPING in _usages(certificate),
    }


def _der(data: bytes, labels: tuple[str, ...]) -> bytes:
    """The one object in a file: as it is, or unpacked from PEM."""
    if b"PRIVATE KEY-----" in data:
        raise Refused("trust.private_key")
    if b"-----BEGIN" not in data:
        return data
    found = [body for label, body in _PEM.findall(data) if label.decode() in labels]
    if len(found) > 1:
        raise Refused("trust.several", count=str(len(found)))
    if not found:
        raise Refused("trust.unreadable")
    return base64.b64decode(found[0], validate=False)


def _crl(der: bytes, issuers: list[str]) -> dict[str, Any] | None:
    try:
        crl = x509.load_der_x509_crl(der)
    except ValueError:
        return None
    if any(isinstance(one.value, x509.DeltaCRLIndicator) for one in crl.extensions):
        raise Refused("trust.delta")
    named = [one for one in _loaded(issuers) if one.subject == crl.issuer]
    issuer = crl.issuer.rfc4514_string()[:NAME_LENGTH]
    if not named:
        raise Refused("trust.unknown_issuer", issuer=issuer)
    signed = [one for one in named if _may_sign_crls(one) and _signs(crl.is_signature_valid, one)]
    if not signed:
        raise Refused("trust.bad_signature", issuer=issuer)
    until = crl.next_update_utc
    return {
        "kind": "crl",
        "issuer": issuer,
        "this_update": crl.last_update_utc.isoformat(),
        "next_update": until.isoformat() if until else "",
        "scope": _scope("crl", _key_id(signed[0]), _distribution_point(crl)),
        "serial": "",
    }


def _ocsp(der: bytes, issuers: list[str]) -> dict[str, Any] | None:
    """Return the values of an answer, which may be about several certificates of one issuer."""
    try:
        answer = ocsp.OCSPResponse.load(der, strict=True)
        if answer["response_status"].native != "successful":
            raise Refused("trust.no_answer")
        lines = list(answer.response_data["responses"])
    except revocation.BROKEN:
        return None
    if not 0 < len(lines) <= ANSWERS_READ:
        raise Refused("trust.several", count=str(len(lines)))
    candidates = [asn1.Certificate.load(base64.b64decode(one)) for one in issuers]
    named = [one for one in candidates if all(revocation.is_of(line["cert_id"], one) for line in lines)]
    if not named:
        raise Refused("trust.unknown_issuer", issuer="")
    issuer = x509.load_der_x509_certificate(named[0].dump())
    name = issuer.subject.rfc4514_string()[:NAME_LENGTH]
    if not any(revocation.is_answered(der, one) for one in named):
        raise Refused("trust.bad_signature", issuer=name)
    serials = sorted({f"{line['cert_id']['serial_number'].native:x}" for line in lines})
    ends = [line["next_update"].native for line in lines]
    return {
        "kind": "ocsp",
        "issuer": name,
        "this_update": min(line["this_update"].native for line in lines).isoformat(),
        "next_update": "" if None in ends else min(ends).isoformat(),
        "scope": _scope("ocsp", _key_id(issuer), *serials),
        "serial": ", ".join(serials),
    }


def _scope(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _key_id(certificate: x509.Certificate) -> str:
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key).hexdigest()


def _signs(check: Any, certificate: x509.Certificate) -> bool:
    try:
        return bool(check(certificate.public_key()))
    except (*PARSE_ERRORS, InvalidSignature):
        return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (*PARSE_ERRORS, InvalidSignature):
        return False
    return True


def _loaded(candidates: Iterable[str]) -> list[x509.Certificate]:
    """Those of our own certificates that parse: an old PEM folder may hold what this library refuses."""
    return list(_those_that_parse(candidates))


def _those_that_parse(candidates: Iterable[str]) -> Iterator[x509.Certificate]:
    for text in candidates:
        try:
            yield x509.load_der_x509_certificate(base64.b64decode(text))
        except PARSE_ERRORS:
            continue


def _may_issue(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False


def _may_sign_crls(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign)
    except x509.ExtensionNotFound:
        return True


def _usages(certificate: x509.Certificate) -> list[x509.ObjectIdentifier]:
    try:
        return list(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return []


def _distribution_point(crl: x509.CertificateRevocationList) -> str:
    try:
        return repr(crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value)
    except x509.ExtensionNotFound:
        return ""


def _name(subject: x509.Name) -> str:
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        found = subject.get_attributes_for_oid(kind)
        if found:
            return str(found[0].value)
    return ""


def _key_words(key: Any) -> str:
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"ECDSA {key.curve.name}"
    return type(key).__name__.removesuffix("PublicKey").lstrip("_")


def _algorithm_words(certificate: x509.Certificate) -> str:
    """Return the name of the digest that the issuer signed, empty where its algorithm names none."""
    try:
        digest = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return certificate.signature_algorithm_oid.dotted_string
    return digest.name.upper() if isinstance(digest, hashes.HashAlgorithm) else ""


@contextmanager
def _readable() -> Iterator[None]:
    """Turn what the parsers throw into the one sentence a person needs."""
    try:
        yield
    except PARSE_ERRORS as error:
        raise Refused("trust.unreadable") from error
