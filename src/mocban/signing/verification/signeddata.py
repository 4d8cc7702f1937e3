"""One CMS SignedData with one signer over bytes that lie elsewhere: the mathematics, the attributes, the certificate.

Shared by signatures in PDF and by detached CAdES. What is found is a list of reasons; nothing is raised.
"""

# mypy: disallow-untyped-calls=False
from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, core, parser, x509
from cryptography.exceptions import UnsupportedAlgorithm
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    get_signing_cert_attr,
    validate_sig_integrity,
)

from . import carried, digests
from .algorithms import describe_key, judge_algorithms, known
from .findings import Reason
from .revocation import BROKEN
from .timestamps import UNREADABLE


@dataclasses.dataclass(frozen=True)
class SignedDataFinding:
    """What the signed data say by themselves; the chain and the time are judged with it afterwards."""

    reasons: tuple[Reason, ...]
    signer: x509.Certificate | None = None
    others: tuple[x509.Certificate, ...] = ()
    claimed_at: datetime | None = None
    digest: str = ""
    algorithm: str = ""
    names_certificate: bool = False  # the signed attributes fix the signer's certificate, as CAdES and PAdES demand
    signature: bytes = b""  # what a time stamp over this signature covers
    timestamps: tuple[cms.ContentInfo, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


def load(data: bytes) -> cms.SignedData | None:
    """Return the signed data of a ContentInfo (DER or BER), None when the bytes are something else."""
    try:
        info = cms.ContentInfo.load(data)
        if info["content_type"].native != "signed_data":
            return None
        signed = info["content"]
        len(signed["signer_infos"])
        return signed
    except (*BROKEN, RecursionError):
        return None


def followed(data: bytes) -> bool:
    """Whether anything but zeros, with which producers fill the room they reserved, follows the block."""
    try:
        return bool(data[parser.peek(data) :].strip(b"\0"))
    except BROKEN:
        return False


def judge_signed_data(
    signed: cms.SignedData,
    *,
    digest: Callable[[str], bytes],
    content_type: str = "data",
    encapsulated: bool = False,
) -> SignedDataFinding:
    """Judge the one signature in `signed` over bytes whose digest `digest` gives for the name of an algorithm.

    With `encapsulated` the bytes lie inside, else nothing may. Several signers, or none, are not what a document's
    signature is: INVALID.
    """
    try:
        return _judged(signed, digest, content_type, encapsulated=encapsulated)
    except (*UNREADABLE, RecursionError):
        return SignedDataFinding((Reason("signature.unreadable"),))


def _judged(
    signed: cms.SignedData, digest: Callable[[str], bytes], content_type: str, *, encapsulated: bool
) -> SignedDataFinding:
    infos = signed["signer_infos"]
    if len(infos) != 1:
        return SignedDataFinding((Reason("signature.signers", {"count": str(len(infos))}),))
    info = infos[0]
    content = signed["encap_content_info"]
    reasons: list[Reason] = []
    if content["content_type"].native != content_type or (content["content"] is core.VOID) == encapsulated:
        reasons.append(Reason("signature.content"))
    try:
        found = extract_certs_for_validation(signed)
    except UNREADABLE:
        return SignedDataFinding((*reasons, Reason("signature.wrong_certificate")))
    signer = found.signer_cert
    name = str(info["digest_algorithm"]["algorithm"].native)
    attributes = info["signed_attrs"]
    values: dict[str, Any] = {
        "signer": signer,
        "others": tuple(found.other_certs),
        "claimed_at": _claimed(attributes),
        "digest": name,
        "algorithm": describe_key(signer.public_key),
        "signature": info["signature"].native,
        "timestamps": _timestamps(info["unsigned_attrs"]),
        **_revocation(signed, attributes, info["unsigned_attrs"]),
    }
    if not known(info["signature_algorithm"]) or not digests.known(name):
        return SignedDataFinding((*reasons, Reason("algorithm.unknown", {"name": name})), **values)
    values["names_certificate"] = attributes is not core.VOID and get_signing_cert_attr(attributes.untag()) is not None
    try:
        intact, valid = validate_sig_integrity(info, signer, content_type, digest(name))
    except UnsupportedAlgorithm:  # a curve that nobody here knows
        return SignedDataFinding((*reasons, Reason("algorithm.unknown", {"name": values["algorithm"]})), **values)
    if not intact:
        reasons.append(Reason("signature.broken"))
    elif not valid:
        reasons.append(Reason("signature.forged"))
    reasons += judge_algorithms(name, info["signature_algorithm"], signer.public_key)
    return SignedDataFinding(tuple(reasons), **values)


def _attribute(attributes: cms.CMSAttributes, name: str) -> list[Any]:
    if attributes is core.VOID:
        return []
    return [value for one in attributes if one["type"].native == name for value in one["values"]]


def _claimed(attributes: cms.CMSAttributes) -> datetime | None:
    for value in _attribute(attributes, "signing_time"):
        found = value.native
        if isinstance(found, datetime):
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _timestamps(attributes: cms.CMSAttributes) -> tuple[cms.ContentInfo, ...]:
    try:
        return tuple(_attribute(attributes, "signature_time_stamp_token"))
    except BROKEN:
        return ()


def _revocation(signed: cms.SignedData, *places: Sequence[Any]) -> dict[str, tuple[bytes, ...]]:
    """Return the revocation data in the signed data's own field and in Adobe's attribute."""
    crls: list[bytes] = []
    ocsps: list[bytes] = []
    try:
        held, answers = carried.revocation_of(signed)
        crls += held
        ocsps += answers
        for attributes in places:
            for archive in _attribute(attributes, "adobe_revocation_info_archival"):
                crls += [one.dump() for one in archive["crl"] or ()]
                ocsps += [one.dump() for one in archive["ocsp"] or ()]
    except BROKEN:
        pass
    return {"crls": tuple(crls), "ocsps": tuple(ocsps)}
