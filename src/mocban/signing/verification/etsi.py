"""A finding as a validation report in the style of ETSI TS 119 102-2, as XML and as JSON, to be kept or handed over.

Element names, their order and the URNs follow version 1.2.1 of its schema. Where a finding holds only the words of a
certificate and not the certificate, its issuer and number stand for it; the sentences of each reason are added as the
parameter of a constraint.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from .findings import Conclusion, FileFinding, Reason, SignatureFinding
from .sentences import sentence, weight

REPORT = "http://uri.etsi.org/19102/v1.2.1#"
DS = "http://www.w3.org/2000/09/xmldsig#"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_URN = "urn:etsi:019102"
OWN = "urn:mocban:verification"
MAIN = {
    Conclusion.VALID: "total-passed",
    Conclusion.INVALID: "total-failed",
    Conclusion.INDETERMINATE: "indeterminate",
}
# ETSI EN 319 102-1, tables 5 and 6: the sub-indications that each main indication may have.
_FAILED = {
    "signature.broken": "HASH_FAILURE",
    "signature.forged": "SIG_CRYPTO_FAILURE",
    "chain.revoked": "REVOKED",
    "chain.proved_after_expiry": "EXPIRED",
    "chain.proved_before_valid": "NOT_YET_VALID",
}
_OPEN = {
    "chain.unknown_root": "NO_CERTIFICATE_CHAIN_FOUND",
    "chain.constraints": "CHAIN_CONSTRAINTS_FAILURE",
    "chain.anchor_days": "CHAIN_CONSTRAINTS_FAILURE",
    "chain.expired": "OUT_OF_BOUNDS_NO_POE",
    "chain.not_yet_valid": "OUT_OF_BOUNDS_NO_POE",
    "chain.revoked_no_proof": "REVOKED_NO_POE",
    "chain.on_hold": "TRY_LATER",
    "chain.revocation_missing": "TRY_LATER",
    "chain.weak_digest": "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
    "algorithm.weak_digest": "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
    "algorithm.small_key": "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
    "signature.certificate_missing": "NO_SIGNING_CERTIFICATE_FOUND",
    "cms.content_missing": "SIGNED_DATA_NOT_FOUND",
    "xml.reference_unfit": "SIGNED_DATA_NOT_FOUND",
    "xml.reference_outside": "SIGNED_DATA_NOT_FOUND",
    "time.claim_in_future": "TIMESTAMP_ORDER_FAILURE",
}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Subject:
    """What was judged: the name of the file, the SHA-256 of its bytes, when (aware), and on what trust (a digest)."""

    name: str
    sha256: bytes
    checked_at: datetime
    trust: str = ""


def sub_indication(conclusion: Conclusion, reasons: Sequence[Reason]) -> str:
    """Return the sub-indication of ETSI EN 319 102-1 for the first reason that forces `conclusion`."""
    if conclusion == Conclusion.VALID:
        return ""
    table, otherwise = (_FAILED, "FORMAT_FAILURE") if conclusion == Conclusion.INVALID else (_OPEN, "GENERIC")
    codes = [one.code for one in reasons if weight(one) == conclusion]
    return next((table[code] for code in codes if code in table), otherwise)


def as_json(finding: FileFinding, subject: Subject) -> dict[str, Any]:
    """Return the report as plain values with the names of the standard."""
    return {
        "document": {"name": subject.name, "format": finding.format, "sha256": subject.sha256.hex()},
        "validationTime": subject.checked_at.isoformat(),
        "trust": subject.trust,
        **_status(finding.conclusion, finding.reasons),
        "constraints": _constraints(finding.reasons),
        "signatures": [_signature_json(one) for one in finding.signatures],
    }


def _signature_json(one: SignatureFinding) -> dict[str, Any]:
    return {
        "identifier": one.name,
        "form": one.form,
        **_status(one.conclusion, one.reasons),
        "constraints": _constraints(one.reasons),
        "signer": one.signer,
        "organisation": one.organisation,
        "certificate": {
            "subject": one.subject, "issuer": one.issuer, "serial": one.serial,
            "notBefore": one.valid_from, "notAfter": one.valid_until, "chain": list(one.chain),
        },
        "signingTime": one.claimed_at,
        "bestSignatureTime": {"time": one.proved_at, "by": one.time_by},
        "level": one.level,
        "cryptography": {"digest": one.digest, "key": one.algorithm},
        "coverage": {"whole": one.whole, "bytes": one.covered, "revision": one.revision},
        "additions": [
            {"code": added.code, "text": sentence(added), "page": added.page, "revision": added.revision}
            for added in one.additions
        ],
    }  # fmt: skip


def _status(conclusion: Conclusion, reasons: Sequence[Reason]) -> dict[str, str]:
    return {"mainIndication": MAIN[conclusion], "subIndication": sub_indication(conclusion, reasons)}


def _constraints(reasons: Sequence[Reason]) -> list[dict[str, str]]:
    return [{"code": one.code, "text": sentence(one), "mainIndication": MAIN[weight(one)]} for one in reasons]


def as_xml(finding: FileFinding, subject: Subject) -> bytes:
    """Return the report as XML in UTF-8; whatever the texts of the finding hold, it is well-formed."""
    names = {None: REPORT, "ds": DS}
    root = etree.Element(f"{{{REPORT}}}ValidationReport", nsmap=names)  # type: ignore[arg-type]
    for number, one in enumerate(finding.signatures, 1):
        _signature(root, number, one, finding, subject)
    if not finding.signatures:
        report = _add(root, "SignatureValidationReport")
        _constraint_report(report, finding.reasons)
        _add(_add(report, "ValidationTimeInfo"), "ValidationTime", subject.checked_at.isoformat())
        _digested(_add(report, "SignersDocument"), subject.sha256)
        _indicated(report, finding.conclusion, finding.reasons)
    _objects(root, finding, subject)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _signature(
    root: etree._Element, number: int, one: SignatureFinding, finding: FileFinding, subject: Subject
) -> None:
    report = _add(root, "SignatureValidationReport")
    identifier = _add(report, "SignatureIdentifier", id=f"signature-{number}")
    _add(identifier, "HashOnly", "false")
    _add(identifier, "DocHashOnly", "false")
    _add(identifier, "DAIdentifier", one.name)
    _constraint_report(report, (*finding.reasons, *one.reasons))
    times = _add(report, "ValidationTimeInfo")
    _add(times, "ValidationTime", subject.checked_at.isoformat())
    best = _add(times, "BestSignatureTime")
    _add(best, "POETime", one.proved_at or subject.checked_at.isoformat())
    _add(best, "TypeOfProof", f"{_URN}:poetype:{'provided' if one.proved_at else 'validation'}")
    document = _add(report, "SignersDocument")
    _digested(document, subject.sha256)
    _add(document, "SignersDocumentRef", VOReference="#document")
    attributes = _add(report, "SignatureAttributes")
    if one.claimed_at:
        _add(_add(attributes, "SigningTime", Signed="true"), "Time", one.claimed_at)
    signer = _add(report, "SignerInformation")
    _add(signer, "SignerCertificate", VOReference=f"#certificate-{number}")
    _add(signer, "Signer", ", ".join(text for text in (one.signer, one.organisation) if text))
    quality = _add(report, "SignatureQuality")
    for text in filter(None, (one.form, one.level, one.digest, one.algorithm)):
        _add(quality, "SignatureQualityInformation", f"{OWN}:{text.replace(' ', '-')}")
    process = _add(report, "SignatureValidationProcess")
    kind = "LTA" if one.level == "B-LTA" else "LTVM" if one.proved_at else "Basic"
    _add(process, "SignatureValidationProcessID", f"{_URN}:validationprocess:{kind}")
    _indicated(
        report, one.conclusion, (*finding.reasons, *one.reasons), anchor=f"#anchor-{number}" if one.chain else ""
    )


def _constraint_report(report: etree._Element, reasons: Sequence[Reason]) -> None:
    holder = _add(report, "ValidationConstraintsEvaluationReport")
    for one in reasons:
        constraint = _add(holder, "ValidationConstraint")
        _add(constraint, "ValidationConstraintIdentifier", f"{OWN}:{one.code}")
        parameter = _add(constraint, "ValidationConstraintParameter")
        _add(parameter, "Type", f"{OWN}:sentence")
        _add(parameter, "Value", sentence(one))
        _add(_add(constraint, "ConstraintStatus"), "Status", f"{_URN}:constraintStatus:applied")
        _indicated(constraint, weight(one), (one,), name="ValidationStatus")


def _indicated(
    parent: etree._Element,
    conclusion: Conclusion,
    reasons: Sequence[Reason],
    *,
    name: str = "SignatureValidationStatus",
    anchor: str = "",
) -> None:
    status = _add(parent, name)
    _add(status, "MainIndication", f"{_URN}:mainindication:{MAIN[conclusion]}")
    if sub := sub_indication(conclusion, reasons):
        _add(status, "SubIndication", f"{_URN}:subindication:{sub}")
    if anchor:
        _add(_add(status, "AssociatedValidationReportData"), "TrustAnchor", VOReference=anchor)


def _objects(root: etree._Element, finding: FileFinding, subject: Subject) -> None:
    """List what the report speaks of: the document, the certificates, the anchors, the ground of trust."""
    holder = _add(root, "SignatureValidationObjects")
    document = _object(holder, "document", "signedData")
    _digested(document, subject.sha256)
    for number, one in enumerate(finding.signatures, 1):
        data = etree.SubElement(
            _add(_object(holder, f"certificate-{number}", "certificate"), "direct"), f"{{{DS}}}X509Data"
        )
        named = etree.SubElement(data, f"{{{DS}}}X509IssuerSerial")
        etree.SubElement(named, f"{{{DS}}}X509IssuerName").text = _clean(one.issuer)
        etree.SubElement(named, f"{{{DS}}}X509SerialNumber").text = str(int(one.serial or "0", 16))
        etree.SubElement(data, f"{{{DS}}}X509SubjectName").text = _clean(one.subject)
        if one.chain:
            direct = _add(_object(holder, f"anchor-{number}", "certificate"), "direct")
            etree.SubElement(direct, f"{{{DS}}}KeyName").text = _clean(one.chain[-1])
    _add(_object(holder, "file-name", "other"), "URI", f"{OWN}:file:{subject.name}")
    if subject.trust:
        _add(_object(holder, "trust", "other"), "URI", f"{OWN}:trust:{subject.trust}")


def _object(holder: etree._Element, name: str, kind: str) -> etree._Element:
    one = _add(holder, "ValidationObject", id=name)
    _add(one, "ObjectType", f"{_URN}:validationObject:{kind}")
    return _add(one, "ValidationObjectRepresentation")


def _digested(parent: etree._Element, digest: bytes) -> None:
    holder = _add(parent, "DigestAlgAndValue")
    etree.SubElement(holder, f"{{{DS}}}DigestMethod", Algorithm=_SHA256)
    etree.SubElement(holder, f"{{{DS}}}DigestValue").text = base64.b64encode(digest).decode()


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    element = etree.SubElement(
        parent, f"{{{REPORT}}}{name}", attrib={key: _clean(value) for key, value in attributes.items()}
    )
    if text:
        element.text = _clean(text)
    return element


def _clean(text: str) -> str:
    """Replace what XML cannot hold: control characters and halves of pairs."""
    return _NOT_XML.sub("\ufffd", text)
