"""The helper's side of checking signatures: mathematics, chain of trust, and what was changed after each."""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of its PDF objects without types.
from __future__ import annotations

import base64
import dataclasses
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from mocban.signing.pdf import guard
from mocban.signing.pdf.reports import SignatureReport

SIGNATURES_READ = 50  # more on one document is an attack on the reader, not a practice of any office
USES = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)


def check(pdf: bytes, values: dict[str, Any]) -> dict[str, Any]:
    """Return {"reports": [SignatureReport as values]}; `values` holds DER `roots` in base64 and the time `at`."""
    roots = [asn1_x509.Certificate.load(base64.b64decode(root)) for root in values["roots"]]
    moment = datetime.fromisoformat(str(values["at"]))
    with guard.hostile_input():
        reader = guard.reader(pdf)
        reports = [_report(reader, name, ref, roots, moment) for name, ref in _filled(reader)]
    reports.sort(key=lambda item: item[0])
    return {"reports": [dataclasses.asdict(report) for _order, report in reports]}


def _filled(reader: PdfFileReader) -> Iterator[tuple[str, Any]]:
    for number, (name, value, field) in enumerate(enumerate_sig_fields(reader, filled_status=True)):
        if number >= SIGNATURES_READ:
            return
        if value.get_object().get("/Type", "/Sig") == "/Sig":
            yield name, field


def _report(
    reader: PdfFileReader, name: str, field: Any, roots: list[asn1_x509.Certificate], moment: datetime
) -> tuple[int, SignatureReport]:
    try:
        embedded = EmbeddedPdfSignature(reader, field, name)
        context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail", moment=moment)
        status = validate_pdf_signature(embedded, context, key_usage_settings=USES)
    except (SignatureValidationError, *guard.HOSTILE):
        broken = SignatureReport(name, "", "", "", "", False, False, "other", False, False, "unreadable")
        return 1 << 60, broken
    return embedded.signed_revision, _found(name, embedded, status, len_of(reader))


def len_of(reader: PdfFileReader) -> int:
    """Return the length of the file behind `reader` in bytes."""
    reader.stream.seek(0, io.SEEK_END)
    return int(reader.stream.tell())


def _found(name: str, embedded: EmbeddedPdfSignature, status: PdfSignatureStatus, length: int) -> SignatureReport:
    subject = embedded.signer_cert.subject.native
    intact = bool(status.intact and status.valid)
    changed = status.diff_result is not None and not isinstance(status.diff_result, DiffResult)
    permitted = bool(status.docmdp_ok) and not changed
    level = _level(status.modification_level)
    signed_at = embedded.self_reported_timestamp
    start, head, tail_start, tail = (int(value) for value in embedded.byte_range)
    return SignatureReport(
        field=name,
        signer=str(subject.get("common_name", "")),
        organisation=str(subject.get("organization_name", "")),
        serial=f"{embedded.signer_cert.serial_number:x}",
        signed_at=signed_at.isoformat() if signed_at else "",
        intact=intact,
        trusted=bool(status.trusted),
        modification=level,
        permitted=permitted,
        whole=start == 0 and tail_start + tail == length and head < tail_start,
        verdict=_verdict(intact=intact, permitted=permitted, trusted=bool(status.trusted), level=level),
    )


def _level(found: ModificationLevel | None) -> str:
    names = {
        None: "none",
        ModificationLevel.NONE: "none",
        ModificationLevel.LTA_UPDATES: "archive",
        ModificationLevel.FORM_FILLING: "form",
    }
    return names.get(found, "other")


def _verdict(*, intact: bool, permitted: bool, trusted: bool, level: str) -> str:
    if not intact:
        return "broken"
    if not permitted:
        return "changed"
    if not trusted:
        return "unknown_issuer"
    return "valid_filled" if level == "form" else "valid"
