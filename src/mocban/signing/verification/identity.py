"""Who a certificate says the signer is, as plain values of a SignatureFinding; shared by every format."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asn1crypto import x509

from .algorithms import describe_key
from .findings import Conclusion, FileFinding, Reason, SignatureFinding, gravest
from .sentences import weight

SHORT = {
    "common_name": "CN", "organization_name": "O", "organizational_unit_name": "OU", "country_name": "C",
    "locality_name": "L", "state_or_province_name": "ST", "street_address": "STREET", "user_id": "UID",
    "domain_component": "DC", "serial_number": "SERIALNUMBER", "email_address": "E", "title": "T",
}  # fmt: skip
GOOD = Reason("content.unchanged")


def identity(certificate: x509.Certificate) -> dict[str, Any]:
    """Return the fields of a SignatureFinding that tell of its certificate. Raises ValueError for a malformed one."""
    subject = certificate.subject.native
    validity = certificate["tbs_certificate"]["validity"]
    return {
        "signer": _text(subject.get("common_name")),
        "organisation": _text(subject.get("organization_name")),
        "subject": distinguished(certificate.subject),
        "issuer": distinguished(certificate.issuer),
        "serial": f"{certificate.serial_number:x}",
        "valid_from": moment(validity["not_before"].native),
        "valid_until": moment(validity["not_after"].native),
        "algorithm": describe_key(certificate.public_key),
    }


def distinguished(name: x509.Name) -> str:
    """Return a whole distinguished name as RFC 4514 orders and abbreviates it, for readers: "CN=…, O=…, C=VN"."""
    parts = [one for level in name.chosen for one in level]
    return ", ".join(
        f"{SHORT.get(one['type'].native, one['type'].native)}={one['value'].native}" for one in parts[::-1]
    )


def moment(value: datetime | None) -> str:
    """Return a moment as ISO 8601, empty when there is none."""
    return value.isoformat() if value else ""


def concluded(
    name: str, form: str, reasons: Sequence[Reason], certificate: x509.Certificate | None = None, **more: Any
) -> SignatureFinding:
    """Return the finding of a signature: the gravest of its `reasons`, good when none weighs."""
    known = identity(certificate) if certificate is not None else {}
    return with_reasons(SignatureFinding(name, form, Conclusion.VALID, (), **{**known, **more}), reasons)


def with_reasons(finding: SignatureFinding, extra: Sequence[Reason]) -> SignatureFinding:
    """Return the finding with more reasons, concluded anew."""
    said = [one for one in (*finding.reasons, *extra) if one != GOOD]
    graver = [one for one in said if weight(one) is not Conclusion.VALID]
    told = _once(said if graver else [GOOD, *said])
    return dataclasses.replace(finding, reasons=told, conclusion=gravest([weight(one) for one in told]))


def filed(kind: str, reasons: Sequence[Reason], signatures: Sequence[SignatureFinding]) -> FileFinding:
    """Return the finding of a file of the format `kind`: the gravest of what its signatures and `reasons` say."""
    graver = [weight(one) for one in reasons if weight(one) is not Conclusion.VALID]
    said = tuple(reasons) if signatures or reasons else (Reason("file.no_signature"),)
    return FileFinding(kind, gravest([*(one.conclusion for one in signatures), *graver]), said, tuple(signatures))


def unreadable(code: str = "file.unreadable", **values: str) -> FileFinding:
    """Return the finding of a file that cannot be judged at all."""
    return FileFinding("", Conclusion.INDETERMINATE, (Reason(code, values),), readable=False)


def _once(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    kept: list[Reason] = []
    for one in reasons:
        if one not in kept:
            kept.append(one)
    return tuple(kept)


def _text(value: Any) -> str:
    """Return a part of a name, which may occur several times."""
    parts = value if isinstance(value, list) else [value]
    return ", ".join(str(part) for part in parts if part is not None)
