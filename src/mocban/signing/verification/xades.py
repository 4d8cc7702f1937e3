"""The qualifying properties of XAdES (ETSI EN 319 132-1): what the signer fixed about itself, and what came after."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from asn1crypto import x509
from lxml import etree

from . import carried
from .xml_references import DS, Referred, Unfit, decoded, digest_name

NAMESPACES = tuple(f"http://uri.etsi.org/01903/v{version}#" for version in ("1.3.2", "1.2.2", "1.1.1"))
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")  # what a time without a zone is taken for


@dataclass(frozen=True)
class Properties:
    """What the properties say. `fixed` are the digests of the signer's certificate, by algorithm, that were signed."""

    claimed_at: datetime | None
    fixed: tuple[tuple[str, bytes], ...]
    unsigned: etree._Element | None  # what came after the signer: time stamps, and what to judge them by
    certificates: tuple[x509.Certificate, ...]
    crls: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]


def properties_of(signature: etree._Element, covered: Sequence[Referred]) -> Properties | None:
    """Return the properties of a signature, None when it has none.

    `covered` are its references that hold. Raises Unfit when there are signed properties which they do not cover:
    whoever added them is not known.
    """
    for namespace in NAMESPACES:
        for holder in signature.iterfind(f"{{{DS}}}Object/{{{namespace}}}QualifyingProperties"):
            signed = holder.find(f"{{{namespace}}}SignedProperties")
            if signed is None:
                continue
            if not any(one.element is signed for one in covered):
                raise Unfit("xml.properties_unsigned")
            return _read(holder, signed, namespace)
    return None


def matches(certificate: x509.Certificate, properties: Properties) -> bool:
    """Whether the certificate is the one that the signer fixed; True when none was."""
    der = certificate.dump()
    return all(hashlib.new(name, der).digest() == value for name, value in properties.fixed)


def claimed_beside(covered: Sequence[Referred]) -> datetime | None:
    """Return the time in signed SignatureProperties: Vietnamese invoices carry it so, without XAdES."""
    found = [
        part
        for one in covered
        if one.element is not None and one.element.tag in (f"{{{DS}}}Object", f"{{{DS}}}SignatureProperties")
        for holder in one.element.iter(f"{{{DS}}}SignatureProperty")
        for part in holder.iter(etree.Element)
        if etree.QName(part).localname == "SigningTime"
    ]
    return _moment(found[0].text or "") if len(found) == 1 else None


def _read(holder: etree._Element, signed: etree._Element, namespace: str) -> Properties:
    def all_of(parent: etree._Element, path: str) -> list[etree._Element]:
        return parent.findall("/".join(f"{{{namespace}}}{name}" for name in path.split("/")))

    fixed = [
        _digest(first[0], namespace)
        for name in ("SigningCertificateV2", "SigningCertificate")
        if (first := all_of(signed, f"SignedSignatureProperties/{name}/Cert"))
    ]
    after = all_of(holder, "UnsignedProperties/UnsignedSignatureProperties")
    unsigned = after[0] if len(after) == 1 else None
    times = all_of(signed, "SignedSignatureProperties/SigningTime")
    return Properties(
        _moment(times[0].text or "") if len(times) == 1 else None,
        tuple(fixed),
        unsigned,
        tuple(carried.certificates(_held(unsigned, "EncapsulatedX509Certificate"))),
        tuple(_held(unsigned, "EncapsulatedCRLValue")),
        tuple(carried.answer(der) for der in _held(unsigned, "EncapsulatedOCSPValue")),
    )


def _held(unsigned: etree._Element | None, name: str) -> list[bytes]:
    """Return the values of that name among the unsigned properties, also those kept for time stamps.

    What a countersignature carries is its own.
    """
    found = [] if unsigned is None else unsigned.iter(*(f"{{{namespace}}}{name}" for namespace in NAMESPACES))
    own = (
        one for one in found if not any(etree.QName(up).localname == "CounterSignature" for up in one.iterancestors())
    )
    return [decoded(one) for one in itertools.islice(own, carried.MOST)]


def _digest(certificate: etree._Element, namespace: str) -> tuple[str, bytes]:
    holder = certificate.find(f"{{{namespace}}}CertDigest")
    method = holder.find(f"{{{DS}}}DigestMethod") if holder is not None else None
    value = holder.find(f"{{{DS}}}DigestValue") if holder is not None else None
    if method is None or value is None:
        raise Unfit("xml.malformed_signature")
    return digest_name(method), decoded(value)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=LOCAL)
