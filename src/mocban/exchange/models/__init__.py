"""Packets that travel between bodies, and the official mail of a body."""

from .mail import CaptureAddress, Mail, MailAttachment, Mailbox, MailDelivery
from .packets import Packet, PacketAttachment, PacketStatus, Parcel

__all__ = [
    "CaptureAddress",
    "Mail",
    "MailAttachment",
    "MailDelivery",
    "Mailbox",
    "Packet",
    "PacketAttachment",
    "PacketStatus",
    "Parcel",
]
