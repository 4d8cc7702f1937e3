"""Certificates as they come from a program on a person's own computer."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from .pdf.refusals import answers, refuse

if TYPE_CHECKING:
    from cryptography import x509

LARGEST, MOST = 16 * 1024, 40  # letters of one certificate, certificates of one request


@answers
def read(text: str) -> tuple[x509.Certificate, bytes]:
    """Return the certificate and its DER. Raises RuleBroken("signing.key_unfit") for what is none."""
    from cryptography import x509

    if len(text) > LARGEST:
        refuse("signing.key_unfit")
    try:
        der = base64.b64decode(text, validate=True)
        return x509.load_der_x509_certificate(der), der
    except (ValueError, binascii.Error):
        refuse("signing.key_unfit")
