"""What CRLs and OCSP answers say about one certificate; each is believed only from its issuer and under its signature.

Lists are read in `crls.py`; here are the answers, of the issuer or of a responder that it certified (RFC 6960).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from asn1crypto import keys, ocsp, x509

from . import digests
from .crls import BROKEN as BROKEN
from .crls import HOLD, Authorities, Status, nobody, signed_by
from .crls import words as listed

# What a critical extension of a single answer may be: how long the responder remembers, and which list it read.
KNOWN_EXTENSIONS = frozenset({"archive_cutoff", "crl", "crl_reason", "invalidity_date"})


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What all words together say. `revoked_at` is None when nobody reports the certificate as revoked."""

    revoked_at: datetime | None = None
    reason: str = ""
    good: tuple[Status, ...] = ()

    def covers(self, moment: datetime) -> bool:
        return any(one.covers(moment) for one in self.good)


def outcome(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    crls: Sequence[bytes],
    ocsps: Sequence[bytes],
    authorities: Authorities = nobody,
) -> Outcome:
    """Return what the DER data in `crls` and `ocsps` say about `certificate`, which `issuer` issued.

    Data that are damaged, of somebody else or wrongly signed say nothing. `authorities` gives the certificates, of a
    name, of those that may sign lists besides the issuer.
    """
    told: dict[str, Any] = {"crls": crls, "authorities": authorities}
    words = [*listed(certificate, issuer, **told), *_from_ocsps(certificate, issuer, ocsps, **told)]
    good = tuple(word for word in words if word.revoked_at is None)
    newest = max((word.since for word in good), default=None)
    revoked = [
        word
        for word in words
        # A hold that was lifted: a newer word says good.
        if word.revoked_at and not (word.reason == HOLD and newest is not None and newest > word.since)
    ]
    if not revoked:
        return Outcome(good=good)
    for_good = [word for word in revoked if word.reason != HOLD]
    first = min(for_good or revoked, key=lambda word: word.revoked_at or word.since)
    return Outcome(first.revoked_at, first.reason, good)


def _from_ocsps(
    certificate: x509.Certificate, issuer: x509.Certificate, ocsps: Sequence[bytes], **told: Any
) -> Iterable[Status]:
    for data in ocsps:
        try:
            basic = _basic(data)
            if basic is None:
                continue
            matching = [
                one for one in basic["tbs_response_data"]["responses"] if _about(one["cert_id"], certificate, issuer)
            ]
            if matching and _answered_by(data, basic, issuer, **told):
                yield from filter(None, (_single(one, certificate) for one in matching))
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


def is_of(identity: ocsp.CertId, issuer: x509.Certificate) -> bool:
    """Whether a line of an answer is about a certificate of this issuer."""
    kind = identity["hash_algorithm"]["algorithm"].native
    if not digests.known(kind):
        return False
    name = digests.of(kind, issuer.subject.dump())
    key = digests.of(kind, bytes(issuer.public_key["public_key"]))
    return bool((identity["issuer_key_hash"].native, identity["issuer_name_hash"].native) == (key, name))


def is_answered(data: bytes, issuer: x509.Certificate) -> bool:
    """Whether an answer (DER) is signed by this issuer, or by a responder that it certified; False for what is none."""
    try:
        basic = _basic(data)
        return basic is not None and _answered_by(data, basic, issuer, crls=())
    except BROKEN:
        return False


def _about(identity: ocsp.CertId, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    return bool(identity["serial_number"].native == certificate.serial_number) and is_of(identity, issuer)


def _single(one: ocsp.SingleResponse, certificate: x509.Certificate) -> Status | None:
    since, until = one["this_update"].native, one["next_update"].native
    status = one["cert_status"]
    if not one.critical_extensions <= KNOWN_EXTENSIONS:
        return None
    if status.name == "good":
        # Of a certificate that expired a responder may have forgotten the revocation, unless it says how long it knows.
        kept = one.archive_cutoff_value
        forgotten = since > certificate.not_valid_after and (kept is None or kept.native > certificate.not_valid_after)
        return None if forgotten else Status(None, "", since, until)
    if status.name == "revoked":
        reason = status.chosen["revocation_reason"].native or "unspecified"
        return Status(status.chosen["revocation_time"].native, str(reason), since, until)
    return None


def _answered_by(data: bytes, basic: ocsp.BasicOCSPResponse, issuer: x509.Certificate, **told: Any) -> bool:
    """Whether the answer is signed by the issuer itself or by a responder that the issuer certified for it."""
    if _signed_answer(data, issuer.public_key.dump()):
        return True
    produced = basic["tbs_response_data"]["produced_at"].native
    return any(
        _may_answer(one, issuer, produced)
        and _signed_answer(data, one.public_key.dump())
        and not _ended(one, issuer, **told)
        for one in basic["certs"] or ()
    )


def _may_answer(responder: x509.Certificate, issuer: x509.Certificate, produced: datetime) -> bool:
    """Whether the issuer let this certificate answer in its name (RFC 6960, 4.2.2.2) at the time of the answer."""
    uses = responder.extended_key_usage_value
    if uses is None or "ocsp_signing" not in uses.native or responder.issuer != issuer.subject:
        return False
    return bool(responder.not_valid_before <= produced <= responder.not_valid_after and issued_by(responder, issuer))


def _ended(responder: x509.Certificate, issuer: x509.Certificate, **told: Any) -> bool:
    """Whether a list reports the responder's own certificate as revoked; one marked so is not looked up."""
    if responder.ocsp_no_check_value is not None:
        return False
    return any(word.revoked_at is not None for word in listed(responder, issuer, **told))


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
