"""The verbs of the exchange, one module a noun."""

from .receiving import receive_pending
from .sending import OutgoingPacket, send_document
from .statuses import accept, record_status, refuse, report

__all__ = ["OutgoingPacket", "accept", "receive_pending", "record_status", "refuse", "report", "send_document"]
