"""The verbs of records: documents, files, the yearly plan, and the freezing of what should never have been stored."""

from .bulk import add_documents
from .captured_mail import capture_into_file
from .documents import (
    DocumentFields,
    add_document,
    attach,
    can_read_object,
    supersede_part,
    supersede_parts,
    update_document,
)
from .files import add_to_file, close_file, open_file, remove_from_file, reopen_file
from .incidents import erase_ids, freeze_ids, report_secret
from .plans import add_plan_line, approve_plan, create_plan
from .recalls import destroy_document, hold_document, mark_document
from .renewed import attach_renewed

__all__ = [
    "DocumentFields",
    "add_document",
    "add_documents",
    "add_plan_line",
    "add_to_file",
    "approve_plan",
    "attach",
    "attach_renewed",
    "capture_into_file",
    "can_read_object",
    "close_file",
    "create_plan",
    "destroy_document",
    "erase_ids",
    "freeze_ids",
    "hold_document",
    "mark_document",
    "open_file",
    "remove_from_file",
    "report_secret",
    "reopen_file",
    "supersede_part",
    "supersede_parts",
    "update_document",
]
