"""The verbs of the exchange, one module a noun."""

from .incidents import erase_ids, freeze_ids
from .mail_deciding import answer_mail, capture_mail, decline_mail, register_mail, restore_mail, retry_mail
from .mail_fetching import fetch, fetch_soon
from .mail_receiving import Place, take
from .mail_sending import OutgoingMail, hand_over, queue_mail, record_report, send_again, sends_mail
from .mailboxes import MailboxFields, make_capture_address, set_mailbox, try_mailbox
from .recalls import agree_recall, decline_recall, send_recall
from .receiving import receive_pending
from .sending import OutgoingPacket, send_document
from .statuses import accept, record_status, refuse, report

__all__ = [
    "MailboxFields",
    "OutgoingMail",
    "OutgoingPacket",
    "Place",
    "accept",
    "agree_recall",
    "answer_mail",
    "capture_mail",
    "decline_mail",
    "decline_recall",
    "erase_ids",
    "fetch",
    "fetch_soon",
    "freeze_ids",
    "hand_over",
    "make_capture_address",
    "queue_mail",
    "receive_pending",
    "record_report",
    "record_status",
    "refuse",
    "register_mail",
    "report",
    "restore_mail",
    "retry_mail",
    "send_again",
    "send_document",
    "sends_mail",
    "send_recall",
    "set_mailbox",
    "take",
    "try_mailbox",
]
