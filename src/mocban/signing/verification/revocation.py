"""What CRLs and OCSP answers say about one certificate; each is believed only from its issuer and under its signature.

Direct CRLs, and OCSP answers of the issuer or of a responder that it certified (RFC 5280, section 6.3; RFC 6960).
Indirect and delta CRLs are left out: what they list is not seen, so it is never taken for "not revoked" either.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from asn1crypto import algos, crl, keys, ocsp, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

KNOWN_CRL_EXTENSIONS = frozenset({"issuing_distribution_point", "authority_key_identifier", "crl_number"})
WITHOUT_NEXT = timedelta(days=1)  # how long a word without "next update" is taken for current
BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, OverflowError)


@dataclasses.dataclass(frozen=True)
class Status:
    """One believable word about a certificate: revoked at a time, or good as of `since` until `until` (None: open)."""

    revoked_at: datetime | None
    reason: str
    since: datetime
    until: datetime | None

    def covers(self, moment: datetime) -> bool:
        """Whether "good" is said for `moment`: issued after it, or current at it."""
        return self.since >= moment or moment <= (self.until or self.since + WITHOUT_NEXT)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What all words together say. `revoked_at` is None when nobody reports the certificate as revoked."""

    revoked_at: datetime | None = None
    reason: str = ""
    good: tuple[Status, ...] = ()

    def covers(self, moment: datetime) -> bool:
        return any(one.covers(moment) for one in self.good)


def outcome(
    certificate: x509.Certificate, issuer: x509.Certificate, crls: Sequence[bytes], ocsps: Sequence[bytes]
) -> Outcome:
    """Return what the DER data in `crls` and `ocsps` say about `certificate`, which `issuer` issued.

    Data that are damaged, of somebody else or wrongly signed say nothing.
    """
    words = [*_from_crls(certificate, issuer, crls), *_from_ocsps(certificate, issuer, ocsps)]
    good = tuple(word for word in words if word.revoked_at is None)
    newest = max((word.since for word in good), default=None)
    revoked = [
        word
        for word in words
        # A hold that was lifted: a newer word says good.
        if word.revoked_at and not (word.reason == "certificate_hold" and newest is not None and newest > word.since)
    ]
    if not revoked:
        return Outcome(good=good)
    first = min(revoked, key=lambda word: word.revoked_at or word.since)
    return Outcome(first.revoked_at, first.reason, good)


def _from_crls(certificate: x509.Certificate, issuer: x509.Certificate, crls: Sequence[bytes]) -> Iterable[Status]:
    for data in crls:
        try:
            # The name is compared first: checking the signature of a long list that is not needed costs most.
            listed = _crl(data)
            if (
                listed is not None
                and listed.issuer == certificate.issuer
                and _signed_crl(data, issuer.public_key.dump())
            ):
                found = _in_list(data, listed, certificate)
                if found is not None:
                    yield found
        except BROKEN:
            continue


@lru_cache(maxsize=64)
def _crl(data: bytes) -> crl.CertificateList | None:
    try:
        return crl.CertificateList.load(data, strict=True)
    except BROKEN:
        return None


@lru_cache(maxsize=256)
def _signed_crl(data: bytes, public_key: bytes) -> bool:
    listed = _crl(data)
    if listed is None:
        return False
    return signed_by(
        keys.PublicKeyInfo.load(public_key),
        listed["tbs_cert_list"].dump(),
        listed["signature"].native,
        listed["signature_algorithm"],
    )


@lru_cache(maxsize=64)
def _entries(data: bytes) -> dict[int, crl.RevokedCertificate]:
    listed = _crl(data)
    entries = listed["tbs_cert_list"]["revoked_certificates"] if listed is not None else None
    return {entry["user_certificate"].native: entry for entry in entries or ()}


def _in_list(data: bytes, listed: crl.CertificateList, certificate: x509.Certificate) -> Status | None:
    body = listed["tbs_cert_list"]
    extensions = {one["extn_id"].native: one for one in body["crl_extensions"] or ()}
    if any(one["critical"].native and name not in KNOWN_CRL_EXTENSIONS for name, one in extensions.items()):
        return None
    since, until = body["this_update"].native, body["next_update"].native
    entry = _entries(data).get(certificate.serial_number)
    if entry is not None:
        reason = entry.crl_reason_value.native if entry.crl_reason_value else "unspecified"
        if reason != "remove_from_crl":
            return Status(entry["revocation_date"].native, str(reason), since, until)
    scope = listed.issuing_distribution_point_value
    if scope is not None and not _in_scope(scope, certificate):
        return None
    # A certificate that expired is no longer listed: silence about it proves nothing.
    if since > certificate.not_valid_after:
        return None
    return Status(None, "", since, until)


def _in_scope(scope: crl.IssuingDistributionPoint, certificate: x509.Certificate) -> bool:
    if scope["only_contains_attribute_certs"].native or scope["indirect_crl"].native:
        return False
    if scope["only_some_reasons"].native:
        return False
    if scope["only_contains_ca_certs"].native:
        return bool(certificate.ca)
    return not (scope["only_contains_user_certs"].native and certificate.ca)


def _from_ocsps(certificate: x509.Certificate, issuer: x509.Certificate, ocsps: Sequence[bytes]) -> Iterable[Status]:
    for data in ocsps:
        try:
            basic = _basic(data)
            if basic is None:
                continue
            matching = [
                one for one in basic["tbs_response_data"]["responses"] if _about(one["cert_id"], certificate, issuer)
            ]
            if matching and _answered_by(data, basic, issuer):
                yield from filter(None, map(_single, matching))
        except BROKEN:
            continue


@lru_cache(maxsize=256)
def _basic(data: bytes) -> ocsp.BasicOCSPResponse | None:
    try:
        answer = ocsp.OCSPResponse.load(data, strict=True)
        if answer["response_status"].native != "successful":
            return None
        return answer.basic_ocsp_response
    except BROKEN:
        return None


def _about(identity: ocsp.CertId, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    kind = identity["hash_algorithm"]["algorithm"].native
    name = hashlib.new(kind, issuer.subject.dump()).digest()
    key = hashlib.new(kind, bytes(issuer.public_key["public_key"])).digest()
    asked = (identity["serial_number"].native, identity["issuer_key_hash"].native, identity["issuer_name_hash"].native)
    return bool(asked == (certificate.serial_number, key, name))


def _single(one: ocsp.SingleResponse) -> Status | None:
    since, until = one["this_update"].native, one["next_update"].native
    status = one["cert_status"]
    if status.name == "good":
        return Status(None, "", since, until)
    if status.name == "revoked":
        reason = status.chosen["revocation_reason"].native or "unspecified"
        return Status(status.chosen["revocation_time"].native, str(reason), since, until)
    return None


def _answered_by(data: bytes, basic: ocsp.BasicOCSPResponse, issuer: x509.Certificate) -> bool:
    """Whether the answer is signed by the issuer itself or by a responder that the issuer certified for it."""
    if _signed_answer(data, issuer.public_key.dump()):
        return True
    produced = basic["tbs_response_data"]["produced_at"].native
    for one in basic["certs"] or ():
        uses = one.extended_key_usage_value
        if uses is None or "ocsp_signing" not in uses.native or one.issuer != issuer.subject:
            continue
        if not one.not_valid_before <= produced <= one.not_valid_after:
            continue
        if issued_by(one, issuer) and _signed_answer(data, one.public_key.dump()):
            return True
    return False


@lru_cache(maxsize=512)
def _signed_answer(data: bytes, public_key: bytes) -> bool:
    basic = _basic(data)
    if basic is None:
        return False
    return signed_by(
        keys.PublicKeyInfo.load(public_key),
        basic["tbs_response_data"].dump(),
        basic["signature"].native,
        basic["signature_algorithm"],
    )


def issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the certificate carries the signature of the issuer's key."""
    return signed_by(
        issuer.public_key,
        certificate["tbs_certificate"].dump(),
        certificate["signature_value"].native,
        certificate["signature_algorithm"],
    )


def signed_by(key: keys.PublicKeyInfo, data: bytes, signature: bytes, algorithm: algos.SignedDigestAlgorithm) -> bool:
    """Whether `signature` over `data` was made with the key; unknown and unfitting algorithms are no."""
    try:
        DefaultSignatureValidator().validate_signature(signature, data, key, algorithm)
    except (InvalidSignature, UnsupportedAlgorithm, *BROKEN):
        return False
    return True
