"""Stored reports of verification as files to take away, in the style of ETSI TS 119 102-2."""

from __future__ import annotations

import json

from mocban.content.models import DigitalObject

from .models import Verification
from .verification.findings import FileFinding

XML, JSON = "xml", "json"


def as_file(row: Verification, stored: DigitalObject, form: str) -> tuple[bytes, str]:
    """Return the whole report as XML or JSON, and its media type."""
    from .verification import etsi  # loads lxml, which few requests need

    finding = FileFinding.read(row.finding)
    subject = etsi.Subject(stored.name, bytes.fromhex(stored.sha256), row.checked_at, row.trust)
    if form == XML:
        return etsi.as_xml(finding, subject), "application/xml"
    return json.dumps(etsi.as_json(finding, subject), ensure_ascii=False, indent=2).encode(), "application/json"
