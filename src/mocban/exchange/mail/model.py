"""What a message says, as plain values. Every text is NFC, without control or direction-changing characters."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


class BadMail(Exception):
    """The message cannot be taken apart. `reason`: broken, too_many_parts, empty."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Part:
    """A file that travels in the message.

    `inside` names the container (a forwarded message, winmail.dat), "" for the message itself. `text` is what a nested
    message says; `obstacle` a code of `oddities.SENTENCES` when the part could not be opened.
    """

    name: str
    media_type: str
    data: bytes = field(repr=False)
    inside: str = ""
    text: str = ""
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a delivery report says about one recipient (RFC 3464): `action` failed, delayed, delivered, relayed, …"""

    address: str
    action: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report about a message of ours: "delivery" (RFC 3464) or "reading" (RFC 8098)."""

    kind: Literal["delivery", "reading"]
    message_id: str = ""
    envelope_id: str = ""
    outcomes: tuple[Outcome, ...] = ()
    displayed: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `texts` holds every text of it, both alternatives and nested messages, for the secrecy check."""

    message_id: str
    subject: str
    sender_name: str
    sender_address: str
    recipients: tuple[str, ...]  # addresses of To, Cc, Delivered-To, X-Original-To
    sent_at: datetime | None
    text: str
    texts: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    authentication: tuple[str, ...]  # raw Authentication-Results, topmost first
    parts: tuple[Part, ...]
    oddities: tuple[str, ...]
    automatic: bool  # written by a program: never answered by one
    fingerprint: str  # SHA-256 of what the sender wrote: the same when the message comes twice by different ways
    report: Report | None = None
