"""The verbs of signing, one module a noun (ADR 0023)."""

from .documents import excerpt_page, fill_and_seal, paper_copy, printable, seal_copy, sign_as_person, stamped_copy
from .keys import issue_organisation_key, issue_person_key, set_image
from .verifying import verify, verify_signatures

__all__ = [
    "excerpt_page",
    "fill_and_seal",
    "issue_organisation_key",
    "issue_person_key",
    "paper_copy",
    "printable",
    "seal_copy",
    "set_image",
    "sign_as_person",
    "stamped_copy",
    "verify",
    "verify_signatures",
]
