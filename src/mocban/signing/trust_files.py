"""Certificates, CRLs and OCSP answers as files from outside: read, checked, described in plain values.

Everything here raises RuleBroken with a sentence for the administrator, and nothing else for what a file holds.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

from .choices import RevocationKind

MAX_CERTIFICATE = 64 * 1024  # bytes; real ones have one to three thousand
MAX_REVOCATION = 20 * 1024 * 1024  # bytes; the lists of large authorities have some millions
CLOCK_SKEW = timedelta(minutes=10)  # by which an issuer's clock may be ahead of ours
SUBJECT_LENGTH = 300  # characters of the columns that hold names
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
# What the parser throws at hostile bytes: it has no common error class.
_PARSE_ERRORS = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


@dataclass(frozen=True)
class CertificateFacts:
    """A certificate in words. `sha256` is hexadecimal, of the DER bytes."""

    der: bytes
    sha256: str
    subject: str
    name: str  # the shortest name that still says who it is
    issuer: str
    serial: str  # hexadecimal
    not_before: datetime
    not_after: datetime
    key: str  # "RSA 2048"
    algorithm: str  # "sha256 RSA"
    self_signed: bool
    authority: bool  # may issue certificates
    timestamping: bool  # may stamp the time


@dataclass(frozen=True)
class RevocationFacts:
    """A CRL or an OCSP answer in words. What has the same `scope` replaces the older one."""

    kind: RevocationKind
    der: bytes
    sha256: str
    issuer: str
    this_update: datetime
    next_update: datetime | None
    scope: str
    serial: str = ""  # of the certificate that an OCSP answer is about


def grouped(sha256: str) -> str:
    """Return a fingerprint in groups of four that two people can read to each other."""
    return " ".join(sha256[place : place + 4].upper() for place in range(0, len(sha256), 4))


def read_certificate(data: bytes) -> CertificateFacts:
    """Describe the one certificate in `data`, DER or PEM.

    Raises RuleBroken `trust.too_large`, `trust.unreadable`, `trust.several`, `trust.private_key`.
    """
    with _readable():
        return facts_of(_certificate(data))


def facts_of(certificate: x509.Certificate) -> CertificateFacts:
    """Describe a certificate that could be parsed. May raise what the parser raises for its extensions."""
    der = certificate.public_bytes(Encoding.DER)
    subject, issuer = certificate.subject.rfc4514_string(), certificate.issuer.rfc4514_string()
    return CertificateFacts(
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        subject=subject[:SUBJECT_LENGTH],
        name=_name(certificate.subject)[:SUBJECT_LENGTH] or subject[:SUBJECT_LENGTH],
        issuer=issuer[:SUBJECT_LENGTH],
        serial=f"{certificate.serial_number:x}",
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        key=_key_words(certificate.public_key()),
        algorithm=_algorithm_words(certificate),
        self_signed=certificate.subject == certificate.issuer and _issued(certificate, certificate),
        authority=_may_issue(certificate),
        timestamping=ExtendedKeyUsageOID.TIME_STAMPING in _usages(certificate),
    )


def all_facts(certificates: Iterable[x509.Certificate]) -> list[CertificateFacts]:
    """Describe certificates of our own folder, without those whose extensions cannot be read."""
    found = []
    for certificate in certificates:
        try:
            found.append(facts_of(certificate))
        except _PARSE_ERRORS:
            continue
    return found


def issuer_among(facts: CertificateFacts, candidates: Iterable[bytes]) -> bool:
    """Whether one of the candidate certificates (DER) issued the one that `facts` describes."""
    with _readable():
        certificate = x509.load_der_x509_certificate(facts.der)
        return any(_issued(certificate, candidate) for candidate in _loaded(candidates))


def read_revocation(data: bytes, *, issuers: Iterable[bytes], at: datetime) -> RevocationFacts:
    """Describe the CRL or OCSP answer in `data` (DER or PEM), which one of `issuers` (DER) must have signed.

    Raises RuleBroken `trust.too_large`, `trust.unreadable`, `trust.several`, `trust.no_answer`, `trust.delta`,
    `trust.unknown_issuer`, `trust.bad_signature`, `trust.from_the_future`.
    """
    if len(data) > MAX_REVOCATION:
        raise _too_large(MAX_REVOCATION)
    with _readable():
        der, candidates = _der(data, ("X509 CRL", "CRL", "OCSP RESPONSE")), _loaded(issuers)
        found = _crl(der, candidates) or _ocsp(der, candidates)
    if found is None:
        raise _unreadable()
    if found.this_update > at + CLOCK_SKEW:
        message = _("Dữ liệu này ghi ngày lập %(day)s, sau thời điểm hiện tại; hãy kiểm tra đồng hồ máy chủ.")
        raise RuleBroken("trust.from_the_future", message % {"day": f"{found.this_update:%d/%m/%Y %H:%M}"})
    return found


def revoked_serials(crl: bytes) -> set[str]:
    """Return the serial numbers (hexadecimal) that a CRL of ours (DER) lists as revoked."""
    return {f"{one.serial_number:x}" for one in x509.load_der_x509_crl(crl)}


def _certificate(data: bytes) -> x509.Certificate:
    if len(data) > MAX_CERTIFICATE:
        raise _too_large(MAX_CERTIFICATE)
    return x509.load_der_x509_certificate(_der(data, ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE")))


def _der(data: bytes, labels: tuple[str, ...]) -> bytes:
    """The one object in a file: as it is, or unpacked from PEM."""
    if b"PRIVATE KEY-----" in data:
        message = _("Tệp chứa khóa bí mật! Không bao giờ tải khóa bí mật lên đây; chỉ cần chứng thư (phần công khai).")
        raise RuleBroken("trust.private_key", message)
    if b"-----BEGIN" not in data:
        return data
    found = [body for label, body in _PEM.findall(data) if label.decode() in labels]
    if len(found) > 1:
        message = _("Tệp chứa %(count)d mục; hãy tách ra và tải lên từng mục một.")
        raise RuleBroken("trust.several", message % {"count": len(found)})
    if not found:
        raise _unreadable()
    return base64.b64decode(found[0], validate=False)


def _crl(der: bytes, candidates: list[x509.Certificate]) -> RevocationFacts | None:
    try:
        crl = x509.load_der_x509_crl(der)
    except ValueError:
        return None
    if any(isinstance(one.value, x509.DeltaCRLIndicator) for one in crl.extensions):
        raise RuleBroken("trust.delta", _("Đây là danh sách thu hồi bổ sung (delta); hãy lấy danh sách đầy đủ."))
    named = [one for one in candidates if one.subject == crl.issuer]
    issuer = crl.issuer.rfc4514_string()[:SUBJECT_LENGTH]
    if not named:
        raise _unknown_issuer(issuer)
    signed = [one for one in named if _may_sign_crls(one) and _signs(crl.is_signature_valid, one)]
    if not signed:
        raise _bad_signature(issuer)
    return RevocationFacts(
        kind=RevocationKind.CRL,
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        issuer=issuer,
        this_update=crl.last_update_utc,
        next_update=crl.next_update_utc,
        scope=_scope("crl", _key_id(signed[0]), _distribution_point(crl)),
    )


def _ocsp(der: bytes, candidates: list[x509.Certificate]) -> RevocationFacts | None:
    try:
        response = ocsp.load_der_ocsp_response(der)
    except ValueError:
        return None
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        message = _("Tệp là lời từ chối của máy chủ OCSP, không phải câu trả lời về một chứng thư.")
        raise RuleBroken("trust.no_answer", message)
    answers = list(response.responses)
    if len(answers) != 1:
        message = _("Tệp chứa %(count)d mục; hãy tách ra và tải lên từng mục một.")
        raise RuleBroken("trust.several", message % {"count": len(answers)})
    answer = answers[0]
    issuers = [one for one in candidates if _key_digest(one, answer.hash_algorithm) == answer.issuer_key_hash]
    if not issuers:
        raise _unknown_issuer(_("(không nêu tên)"))
    issuer = issuers[0].subject.rfc4514_string()[:SUBJECT_LENGTH]
    signers = issuers + [one for one in response.certificates if _is_responder(one, issuers)]
    if not any(_signed_by(response, one) for one in signers):
        raise _bad_signature(issuer)
    serial = f"{answer.serial_number:x}"
    return RevocationFacts(
        kind=RevocationKind.OCSP,
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        issuer=issuer,
        this_update=answer.this_update_utc,
        next_update=answer.next_update_utc,
        scope=_scope("ocsp", _key_id(issuers[0]), serial),
        serial=serial,
    )


def _scope(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _key_id(certificate: x509.Certificate) -> str:
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key).hexdigest()


def _key_digest(certificate: x509.Certificate, algorithm: Any) -> bytes:
    """The digest by which an OCSP answer names its issuer: of the bits of the public key alone."""
    digest = hashlib.new(algorithm.name)
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        bits = key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        bits = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        bits = key.public_bytes_raw()
    else:
        return b""
    digest.update(bits)
    return digest.digest()


def _is_responder(certificate: x509.Certificate, issuers: list[x509.Certificate]) -> bool:
    """Whether the issuer itself let this certificate answer in its name (RFC 6960, 4.2.2.2)."""
    named = ExtendedKeyUsageOID.OCSP_SIGNING in _usages(certificate)
    return named and any(_issued(certificate, one) for one in issuers)


def _signed_by(response: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    key, data, signature = signer.public_key(), response.tbs_response_bytes, response.signature
    algorithm = response.signature_hash_algorithm
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm is not None:
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm is not None:
            key.verify(signature, data, ec.ECDSA(algorithm))
        elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            key.verify(signature, data)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _signs(check: Any, certificate: x509.Certificate) -> bool:
    try:
        return bool(check(certificate.public_key()))
    except (*_PARSE_ERRORS, InvalidSignature):
        return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (*_PARSE_ERRORS, InvalidSignature):
        return False
    return True


def _loaded(candidates: Iterable[bytes]) -> list[x509.Certificate]:
    """Those of our own certificates that parse: an old PEM folder may hold what this library refuses."""
    return list(_those_that_parse(candidates))


def _those_that_parse(candidates: Iterable[bytes]) -> Iterator[x509.Certificate]:
    for der in candidates:
        try:
            yield x509.load_der_x509_certificate(der)
        except _PARSE_ERRORS:
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
    try:
        digest = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return certificate.signature_algorithm_oid.dotted_string
    return f"{digest.name.upper()}" if isinstance(digest, hashes.HashAlgorithm) else _("kèm trong loại khóa")


@contextmanager
def _readable() -> Iterator[None]:
    """Turn what the parser throws into the one sentence a person needs."""
    try:
        yield
    except _PARSE_ERRORS as error:
        raise _unreadable() from error


def _too_large(limit: int) -> RuleBroken:
    message = _("Tệp lớn quá %(limit)d kB nên không phải loại tệp cần ở đây.")
    return RuleBroken("trust.too_large", message % {"limit": limit // 1024})


def _unreadable() -> RuleBroken:
    message = _("Không đọc được tệp: không phải chứng thư, danh sách thu hồi hay trả lời OCSP (dạng DER hoặc PEM).")
    return RuleBroken("trust.unreadable", message)


def _unknown_issuer(issuer: str) -> RuleBroken:
    message = _("Nơi lập “%(issuer)s” chưa được tin cậy ở đây; hãy thêm chứng thư của nơi đó trước.")
    return RuleBroken("trust.unknown_issuer", message % {"issuer": issuer})


def _bad_signature(issuer: str) -> RuleBroken:
    message = _("Chữ ký trên dữ liệu không phải của “%(issuer)s”; tệp bị sửa hoặc giả mạo, không được nhận.")
    return RuleBroken("trust.bad_signature", message % {"issuer": issuer})
