"""Judge signed XML: XML-DSig (W3C) and XAdES (ETSI EN 319 132-1). Runs in the helper process."""

# mypy: disallow-untyped-calls=False
from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from asn1crypto import x509
from lxml import etree

from mocban.lib.errors import RuleBroken
from mocban.signing.pdf.guard import HOSTILE

from . import xades, xml_reading
from .algorithms import judge_algorithms
from .cms import level
from .findings import Conclusion, FileFinding, Reason, SignatureFinding
from .identity import concluded, filed, moment, unreadable, with_reasons
from .stamps import judge_signer, judge_stamps
from .trust import Trust
from .xml_archiving import Source, stamps_of
from .xml_coverage import judge_coverage
from .xml_references import DS, Referred, Resolve, Unfit, ids_of
from .xml_signature import Signed, follow_all, octets_of_all, open_signature, signer_of

SIGNATURES_READ = 50
_SIGNATURE, _INFO = f"{{{DS}}}Signature", f"{{{DS}}}SignedInfo"


def judge_xml(data: bytes, *, trust: Trust) -> FileFinding:
    """Return what the signatures in the XML document `data` are worth."""
    try:
        root = xml_reading.read(data)
    except RuleBroken as refused:
        return unreadable("file.too_large" if refused.code == "xml.too_large" else "file.unreadable")
    except HOSTILE:
        return unreadable()
    nodes = signatures_of(root)
    reasons = []
    if len(nodes) > SIGNATURES_READ:
        reasons.append(Reason("file.too_many_signatures", {"most": str(SIGNATURES_READ)}))
    if not nodes and any(etree.QName(one).localname == "Signature" for one in root.iter(etree.Element)):
        reasons.append(Reason("xml.nothing_to_check"))
    ids = ids_of(root)
    found = [
        judge_signature(node, nodes, ids, str(number), trust) for number, node in enumerate(nodes[:SIGNATURES_READ], 1)
    ]
    return filed("xml", reasons, _together(found))


def _together(found: list[SignatureFinding]) -> list[SignatureFinding]:
    """Say of each what the others sign: where a good one leaves nothing unsigned, nothing is unsigned.

    So a tax authority signs the invoice with its own number, after the seller signed the invoice alone. A second
    element of the same name stays what it is, whoever signed it.
    """
    if not any(one.conclusion is Conclusion.VALID for one in found):
        return found
    return [
        with_reasons(dataclasses.replace(one, reasons=()), [_by_others(kept) for kept in one.reasons]) for one in found
    ]


def _by_others(reason: Reason) -> Reason:
    return Reason("xml.part_by_other", reason.values) if reason.code == "xml.part_unsigned" else reason


def signatures_of(root: etree._Element) -> list[etree._Element]:
    """Return the Signature elements that hold something to check, but no countersignatures of another."""
    return [
        one
        for one in root.iter(_SIGNATURE)
        if one.find(_INFO) is not None
        and not any(etree.QName(above).localname == "CounterSignature" for above in one.iterancestors())
    ]


def judge_signature(
    node: etree._Element,
    signatures: Collection[etree._Element],
    ids: Mapping[str, list[etree._Element]],
    number: str,
    trust: Trust,
    resolve: Resolve | None = None,
) -> SignatureFinding:
    """Return what one signature is worth. `resolve` gives the bytes of objects outside the document (a container).

    Without it a signature that points outside is refused, and what it covers of the document is judged.
    """
    name = (node.get("Id") or number)[:100]
    try:
        return _judged(node, signatures, ids, name, trust, resolve)
    except Unfit as unfit:
        return concluded(name, "xmldsig", [Reason(unfit.code, unfit.values)])
    except (RuleBroken, etree.LxmlError, *HOSTILE):
        return concluded(name, "xmldsig", [Reason("signature.unreadable")])


def _judged(
    node: etree._Element,
    signatures: Collection[etree._Element],
    ids: Mapping[str, list[etree._Element]],
    name: str,
    trust: Trust,
    resolve: Resolve | None,
) -> SignatureFinding:
    signed = open_signature(node)
    followed = follow_all(signed, node, ids, resolve or _nothing)
    covered = [one for one in followed if one.matches]
    properties = xades.properties_of(node, covered) if len(covered) == len(followed) else None
    candidates = signed.certificates
    if properties is not None:
        fixed = [one for one in candidates if xades.matches(one, properties)]
        if candidates and not fixed:
            return concluded(name, "xades", [Reason("signature.certificate_differs")], candidates[0])
        candidates = fixed
    signer, holds = signer_of(signed, candidates)
    reasons = [] if holds and len(covered) == len(followed) else [Reason("signature.broken")]
    if signer is None:
        return concluded(name, "xmldsig", [Reason("signature.certificate_missing")])
    whole = resolve is not None
    if resolve is None and not reasons:
        whole, told = _coverage(node, covered, signatures)
        reasons += told
    for digest in dict.fromkeys([signed.digest, *(one.digest for one in followed)]):
        reasons += judge_algorithms(digest, None, signer.public_key)
    claimed_at = properties.claimed_at if properties is not None else xades.claimed_beside(covered)
    source = Source(node, partial(octets_of_all, signed, node, ids, resolve or _nothing))
    return _in_time(name, signed, signer, properties, claimed_at, reasons, trust, whole, source)


def _coverage(
    node: etree._Element, covered: Sequence[Referred], signatures: Collection[etree._Element]
) -> tuple[bool, list[Reason]]:
    elements = [one.element for one in covered if one.element is not None]
    whole, bare = any(one.uri == "" for one in covered), any(one.bare for one in covered)
    return judge_coverage(node, elements, signatures, prolog=whole, bare=bare)


def _in_time(
    name: str,
    signed: Signed,
    signer: x509.Certificate,
    properties: xades.Properties | None,
    claimed_at: datetime | None,
    reasons: list[Reason],
    trust: Trust,
    whole: bool,
    source: Source,
) -> SignatureFinding:
    """Judge the time stamps and the chain, and conclude."""
    held = properties or xades.Properties(None, (), None, (), (), ())
    beside: dict[str, Any] = {
        "others": [*signed.certificates, *held.certificates],
        "trust": trust,
        "crls": held.crls,
        "ocsps": held.ocsps,
    }
    proof = judge_stamps(stamps_of(source, held.unsigned), **beside)
    if any(etree.QName(one).localname == "CounterSignature" for one in _elements(held.unsigned)):
        reasons.append(Reason("signature.countersigned"))
    led = judge_signer(signer, proof, claimed_at=claimed_at, **beside)
    return concluded(
        name, "xades" if properties else "xmldsig", [*reasons, *proof.reasons, *led.reasons], signer,
        level=level(bool(held.fixed), proof, evidence=bool(held.crls or held.ocsps)), digest=signed.digest,
        claimed_at=moment(claimed_at), proved_at=moment(proof.at), time_by=proof.by, chain=led.chain, whole=whole,
    )  # fmt: skip


def _elements(holder: etree._Element | None) -> list[etree._Element]:
    return [] if holder is None else list(holder.iterchildren(etree.Element))


def _nothing(_uri: str) -> bytes | None:
    return None
