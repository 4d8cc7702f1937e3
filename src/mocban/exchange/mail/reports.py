"""Reports about messages of ours: delivered or failed (RFC 3464), displayed to a reader (RFC 8098)."""

from __future__ import annotations

from email.message import Message
from email.parser import Parser

from .model import Outcome, Report
from .values import message_ids, words

_OUTCOMES = 50  # recipients of one report; ours have one
_ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})


def report_of(message: Message) -> Report | None:
    """Return what a multipart/report says, None for any other message."""
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    parts = [part for part in message.get_payload() if isinstance(part, Message)]
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            return _delivery(_blocks(part), _original_id(parts))
        if part.get_content_type() == "message/disposition-notification":
            return _reading(_blocks(part), _original_id(parts))
    return None


def _blocks(part: Message) -> list[dict[str, str]]:
    """The groups of fields of a report, lower-case names, clean values."""
    payload = part.get_payload()
    held = [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
    if not held:
        data = part.get_payload(decode=True)
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else str(payload or "")
        held = [Parser().parsestr(block) for block in text.replace("\r\n", "\n").split("\n\n")[: _OUTCOMES + 1]]
    blocks = []
    for one in held[: _OUTCOMES + 1]:
        fields = {name.lower(): words(str(value)) for name, value in one.raw_items()}
        inner = one.get_payload()
        if not fields and isinstance(inner, str) and inner.strip():  # blank line first: the fields became the body
            fields = {name.lower(): words(str(value)) for name, value in Parser().parsestr(inner.lstrip()).raw_items()}
        blocks.append(fields)
    return blocks


def _original_id(parts: list[Message]) -> str:
    """The Message-ID of the message that the report is about, from the copy it brings back."""
    for part in parts:
        kind = part.get_content_type()
        held: Message | None = None
        if kind == "message/rfc822" and isinstance(part.get_payload(), list) and part.get_payload():
            held = next((one for one in part.get_payload() if isinstance(one, Message)), None)
        elif kind == "text/rfc822-headers":
            data = part.get_payload(decode=True)
            held = Parser().parsestr(data.decode("utf-8", "replace")) if isinstance(data, bytes) else None
        for name, value in held.raw_items() if held is not None else ():
            if name.lower() == "message-id" and (found := message_ids(str(value))):
                return found[0]
    return ""


def _delivery(blocks: list[dict[str, str]], original: str) -> Report:
    envelope = next((fields["original-envelope-id"] for fields in blocks if "original-envelope-id" in fields), "")
    outcomes = []
    for fields in blocks:
        action = fields.get("action", "").split(" ")[0].lower()
        if action in _ACTIONS:
            address = fields.get("original-recipient") or fields.get("final-recipient", "")
            said = fields.get("diagnostic-code") or fields.get("status", "")
            outcomes.append(Outcome(_typed(address), action, _typed(said)[:500]))
    return Report("delivery", original, envelope[:100], tuple(outcomes[:_OUTCOMES]))


def _reading(blocks: list[dict[str, str]], original: str) -> Report:
    fields = {name: value for block in blocks for name, value in block.items()}
    ids = message_ids(fields.get("original-message-id", ""))
    disposition = fields.get("disposition", "").rpartition(";")[2].split("/")[0].strip().lower()
    return Report("reading", ids[0] if ids else original, displayed=disposition == "displayed")


def _typed(value: str) -> str:
    """ "rfc822; a@b" → "a@b", "smtp; 550 no such user" → "550 no such user"."""
    kind, found, rest = value.partition(";")
    return rest.strip() if found and " " not in kind.strip() else value.strip()
