"""The verbs of the exchange, one module a noun."""

from .incidents import erase_ids, freeze_ids
from .receiving import receive_pending
from .sending import OutgoingPacket, send_document
from .statuses import accept, record_status, refuse, report

__all__ = [
    "OutgoingPacket",
    "accept",
    "erase_ids",
    "freeze_ids",
    "receive_pending",
    "record_status",
    "refuse",
    "report",
    "send_document",
]
