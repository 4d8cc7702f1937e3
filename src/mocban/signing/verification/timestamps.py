"""RFC 3161 time stamps: whether one is about these bytes, and whether its time can be relied on."""

# mypy: disallow-untyped-calls=False
from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime

from asn1crypto import cms, tsp, x509
from cryptography.exceptions import UnsupportedAlgorithm
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import CMSStructuralError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity

from . import chain, digests
from .algorithms import judge_algorithms, known
from .findings import Conclusion, Reason, unique
from .revocation import BROKEN
from .sentences import weight
from .trust import TIMESTAMPING, Trust

UNREADABLE = (SignatureValidationError, CMSStructuralError, PdfError, NotImplementedError, *BROKEN)


@dataclasses.dataclass(frozen=True)
class TimestampFinding:
    """`at` is the time proved, None when nothing is proved; `said` what the stamp says, proved or not."""

    reasons: tuple[Reason, ...]
    at: datetime | None
    by: str
    said: datetime | None = None
    chain: tuple[str, ...] = ()
    certificate: x509.Certificate | None = None


def judge_timestamp(
    token: cms.ContentInfo | cms.SignedData,
    *,
    digest: Callable[[str], bytes],
    trust: Trust,
    proved_at: datetime | None = None,
    others: Sequence[x509.Certificate] = (),
    crls: Sequence[bytes] = (),
    ocsps: Sequence[bytes] = (),
) -> TimestampFinding:
    """Judge a time stamp token. `digest` returns the digest of the stamped bytes for the name of an algorithm.

    `proved_at` is a time at which the token certainly existed, from a later trusted stamp over it: a service whose
    certificate has expired since is then still believed. Revocation data (DER) and certificates found beside may help.
    Never raises for what the token holds.
    """
    try:
        signed = token["content"] if isinstance(token, cms.ContentInfo) else token
        return _judged(signed, digest, trust, proved_at, others, crls, ocsps)
    except UNREADABLE:
        return TimestampFinding((Reason("time.unreadable"),), None, "")


def _judged(
    signed: cms.SignedData,
    digest: Callable[[str], bytes],
    trust: Trust,
    proved_at: datetime | None,
    others: Sequence[x509.Certificate],
    crls: Sequence[bytes],
    ocsps: Sequence[bytes],
) -> TimestampFinding:
    content = signed["encap_content_info"]
    if content["content_type"].native != "tst_info" or len(signed["signer_infos"]) != 1:
        return TimestampFinding((Reason("time.unreadable"),), None, "")
    stamp: tsp.TSTInfo = content["content"].parsed
    said: datetime = stamp["gen_time"].native
    found = extract_certs_for_validation(signed)
    service, info = found.signer_cert, signed["signer_infos"][0]
    by = chain.common_name(service.subject)
    imprint = stamp["message_imprint"]
    imprint_digest = imprint["hash_algorithm"]["algorithm"].native
    own_digest = info["digest_algorithm"]["algorithm"].native
    if not known(info["signature_algorithm"]) or not digests.known(imprint_digest) or not digests.known(own_digest):
        return TimestampFinding((Reason("time.unknown_algorithm", {"by": by}),), None, by, said)
    try:
        own = digests.of(own_digest, bytes(content["content"]))
        intact, valid = validate_sig_integrity(info, service, "tst_info", own)
    except UnsupportedAlgorithm:
        return TimestampFinding((Reason("time.unknown_algorithm", {"by": by}),), None, by, said)
    if not (intact and valid) or imprint["hashed_message"].native != digest(imprint_digest):
        return TimestampFinding((Reason("time.broken", {"by": by}),), None, by, said)
    weak = judge_algorithms(imprint_digest, info["signature_algorithm"], service.public_key)
    weak += judge_algorithms(own_digest, None, service.public_key)
    led = chain.judge_chain(
        service,
        others=[*found.other_certs, *others],
        trust=trust,
        purpose=TIMESTAMPING,
        claimed_at=said,
        proved_at=proved_at,
        crls=crls,
        ocsps=ocsps,
    )
    reasons = unique((*weak, *led.reasons, *_order(said, trust, proved_at)))
    failing = tuple(_about_time(one, by) for one in reasons if weight(one) != Conclusion.VALID)
    return TimestampFinding(failing, None if failing else said, by, said, led.chain, service)


def _order(said: datetime, trust: Trust, proved_at: datetime | None) -> tuple[Reason, ...]:
    latest = (proved_at or trust.at) + chain.CLOCK
    return (Reason("time.in_future"),) if said > latest else ()


def _about_time(reason: Reason, by: str) -> Reason:
    """Turn what is wrong with a service's certificate into a reason about the time: the claim of time is then open."""
    if reason.code.startswith("time."):
        return reason
    code = {"chain.unknown_root": "time.unknown_root", "chain.revoked": "time.revoked"}.get(
        reason.code, "time.untrusted"
    )
    return Reason(code, {"by": by, "why": reason.code})
