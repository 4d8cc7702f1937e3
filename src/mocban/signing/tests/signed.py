"""Signed files for the tests of verification, made with the tests' own authority."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf

from mocban.signing.tests import drafts
from mocban.signing.tests.pki import Pki


@cache
def pdf(made: Pki, label: str = "person", **more: Any) -> bytes:
    """Return a draft with one PAdES signature by the certificate `label`."""
    metadata = PdfSignatureMetadata(field_name="signature", subfilter=SigSeedSubFilter.PADES, **more)
    writer = IncrementalPdfFileWriter(io.BytesIO(drafts.draft()))
    out = sign_pdf(writer, metadata, signer=made.signer(label))
    return bytes(out.getbuffer())
