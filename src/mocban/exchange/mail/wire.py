"""A parsed message as JSON and one run of bytes, for the way out of the sandbox child and back."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from .model import Message, Outcome, Part, Report


def packed(message: Message) -> tuple[dict[str, Any], bytes]:
    """Return the values, and the bytes of the parts one after the other."""
    values: dict[str, Any] = {
        field.name: getattr(message, field.name) for field in fields(message) if field.name not in ("parts", "report")
    }
    values["sent_at"] = message.sent_at.isoformat() if message.sent_at else ""
    values["report"] = asdict(message.report) if message.report else None
    values["parts"] = [
        {"name": p.name, "media_type": p.media_type, "inside": p.inside, "text": p.text, "obstacle": p.obstacle,
         "size": len(p.data)}
        for p in message.parts
    ]  # fmt: skip
    return values, b"".join(part.data for part in message.parts)


def unpacked(values: dict[str, Any], data: bytes) -> Message:
    """Return the message. Raises ValueError, KeyError, TypeError when the values have another shape."""
    parts, offset = [], 0
    for one in values["parts"]:
        size = int(one.pop("size"))
        if size < 0 or offset + size > len(data):
            raise ValueError("parts longer than the bytes")
        parts.append(Part(data=data[offset : offset + size], **{name: str(value) for name, value in one.items()}))
        offset += size
    sent_at = str(values["sent_at"])
    return Message(
        message_id=str(values["message_id"]),
        subject=str(values["subject"]),
        sender_name=str(values["sender_name"]),
        sender_address=str(values["sender_address"]),
        recipients=_texts(values["recipients"]),
        sent_at=datetime.fromisoformat(sent_at) if sent_at else None,
        text=str(values["text"]),
        texts=_texts(values["texts"]),
        headers=tuple((str(name), str(value)) for name, value in values["headers"]),
        authentication=_texts(values["authentication"]),
        parts=tuple(parts),
        oddities=_texts(values["oddities"]),
        automatic=bool(values["automatic"]),
        fingerprint=str(values["fingerprint"]),
        report=_report(values["report"]) if values["report"] else None,
    )


def _texts(values: list[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _report(values: dict[str, Any]) -> Report:
    outcomes = tuple(Outcome(**{name: str(text) for name, text in one.items()}) for one in values.pop("outcomes"))
    return Report(outcomes=outcomes, **values)
