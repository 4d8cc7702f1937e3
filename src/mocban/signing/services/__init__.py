"""The verbs of signing, one module a noun (ADR 0023)."""

from .documents import excerpt_page, fill_and_seal, paper_copy, printable, seal_copy, sign_as_person, stamped_copy
from .keys import issue_organisation_key, issue_person_key, set_image
from .preparing import LaidField, OpenKey, Prepared, open_key, page_picture, prepare_document, starting_places
from .verifying import verify, verify_signatures

__all__ = [
    "LaidField",
    "OpenKey",
    "Prepared",
    "excerpt_page",
    "fill_and_seal",
    "issue_organisation_key",
    "issue_person_key",
    "open_key",
    "page_picture",
    "paper_copy",
    "prepare_document",
    "printable",
    "seal_copy",
    "set_image",
    "sign_as_person",
    "stamped_copy",
    "starting_places",
    "verify",
    "verify_signatures",
]
