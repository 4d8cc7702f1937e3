"""Check every signature of a PDF: mathematics, chain of trust, and what was changed after it."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from mocban.signing.pdf import contained
from mocban.signing.pdf.refusals import answers

if TYPE_CHECKING:
    from cryptography import x509


@dataclasses.dataclass(frozen=True)
class SignatureReport:
    """What checking one signature found. `verdict` names the sentence shown, see signing.choices.Verdict."""

    field: str
    signer: str  # common name of the certificate
    organisation: str  # organisation name of the certificate, often empty
    serial: str  # hexadecimal
    signed_at: str  # ISO 8601 as the signer's machine says; empty when not given
    intact: bool  # the bytes signed are the bytes here and the mathematics holds
    trusted: bool  # the certificate leads to a trusted root and was valid at the time of checking
    modification: str  # none, archive, form, other: the gravest change made after this signature
    permitted: bool  # the signature permits those changes
    whole: bool  # nothing was added to the file after this signature
    verdict: str

    @property
    def valid(self) -> bool:
        """Whether the signature stands without reserve."""
        return self.intact and self.trusted and self.permitted


@answers
def verify(pdf: bytes, *, trust_roots: Sequence[x509.Certificate], at: datetime) -> list[SignatureReport]:
    """Return one report for each signature in `pdf`, in the order of signing; an empty list when there is none.

    The file is read in a helper process. `at` (aware) is the time for which certificates are judged. Raises RuleBroken
    when the file is no readable PDF, is encrypted, or takes too long.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    roots = [base64.b64encode(root.public_bytes(Encoding.DER)).decode() for root in trust_roots]
    values, _data = contained.run("verify", pdf, {"roots": roots, "at": at.isoformat()})
    return [SignatureReport(**report) for report in values["reports"]]
