"""Whether a file carries a digital signature, told from its bytes without parsing them: quick enough for every upload.

It errs on the side of yes: what it lets pass has no signature that converting or rewriting the file could destroy.
"""

from __future__ import annotations

from mocban.lib.disk import DiskFile, content_of

from .pdf.refusals import answers, refuse
from .sniff import may_be_signed

# The parts of a signed office file; the names of the parts of an archive are never compressed.
OFFICE_MARKS = (b"_xmlsignatures/", b"META-INF/documentsignatures.xml")
_ZIP = b"PK\x03\x04"


def carries_signature(file: bytes | DiskFile) -> bool:
    """Return whether it is an office file, a PDF or another file that carries a signature."""
    data = content_of(file)
    if data.startswith(_ZIP):
        return any(mark in data for mark in OFFICE_MARKS)
    return may_be_signed(file)


@answers
def refuse_signed_draft(file: bytes | DiskFile) -> None:
    """Raise RuleBroken "signing.signed_draft" for a draft whose signature the way to our own would destroy."""
    if carries_signature(file):
        refuse("signing.signed_draft")
