"""Write a message of ours: signed files unchanged, a receipt asked for, nothing that breaks out of a header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from mocban.lib.text import clean_line, clean_text


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to one address. `message_id` and `answers` come without brackets; `files`: name, media type, bytes."""

    message_id: str
    sender_name: str
    sender_address: str
    recipient_name: str
    recipient_address: str
    subject: str
    text: str
    at: datetime
    files: Sequence[tuple[str, str, bytes]] = field(default=(), repr=False)
    answers: str = ""
    ask_receipt: bool = False
    automatic: bool = False


def build(letter: Letter) -> bytes:
    """Return the message as it travels (CRLF). Raises ValueError for an address that is none."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = _address(letter.sender_name, letter.sender_address)
    message["To"] = _address(letter.recipient_name, letter.recipient_address)
    message["Subject"] = clean_line(letter.subject)
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.message_id}>"
    if letter.answers:
        message["In-Reply-To"] = f"<{letter.answers}>"
        message["References"] = f"<{letter.answers}>"
    if letter.ask_receipt:
        message["Disposition-Notification-To"] = str(_address("", letter.sender_address))
    if letter.automatic:
        message["Auto-Submitted"] = "auto-replied"
    message.set_content(clean_text(letter.text) + "\n", cte="base64")
    for name, media_type, data in letter.files:
        kind, _slash, subtype = media_type.partition("/")
        message.add_attachment(data, maintype=kind, subtype=subtype or "octet-stream", filename=clean_line(name))
    return message.as_bytes()


def _address(name: str, address: str) -> Address:
    plain = clean_line(address)
    local, at, domain = plain.rpartition("@")
    if not (at and local and domain) or not plain.isascii() or plain != address or " " in plain:
        raise ValueError("not an address")
    return Address(display_name=clean_line(name), username=local, domain=domain)
