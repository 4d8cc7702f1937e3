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
    report = values.pop("report")
    sent_at = values.pop("sent_at")
    lists = {name: tuple(str(one) for one in values.pop(name)) for name in ("recipients", "authentication", "oddities")}
    headers = tuple((str(name), str(value)) for name, value in values.pop("headers"))
    values.pop("parts")
    return Message(
        **{name: bool(value) if name == "automatic" else str(value) for name, value in values.items()},
        **lists,
        headers=headers,
        parts=tuple(parts),
        sent_at=datetime.fromisoformat(sent_at) if sent_at else None,
        report=_report(report) if report else None,
    )


def _report(values: dict[str, Any]) -> Report:
    outcomes = tuple(Outcome(**{name: str(text) for name, text in one.items()}) for one in values.pop("outcomes"))
    return Report(outcomes=outcomes, **values)
