"""What the endpoints of books and hand-overs take and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema


class BookRow(Schema):
    """A book with what stands in it so far."""

    id: UUID
    kind: str = Field(examples=["incoming"])
    name: str = Field(examples=["Sổ đăng ký văn bản đến"])
    year: int = Field(examples=[2026])
    volume: int = Field(examples=[1])
    state: str = Field(examples=["open"], description="open, locked or closed")
    series_id: UUID | None = Field(description="none for hand-over, post and kept-copy books")
    opened_on: date | None
    closed_on: date | None
    first: int | None = Field(examples=[1], description="first number, or line, that stands in it")
    last: int | None = Field(examples=[215])
    entries: int = Field(examples=[215])
    unfinished: int = Field(
        examples=[12], description="not resolved, not issued, not received, without receipt, not returned"
    )
    printed: int = Field(examples=[0], description="volumes printed and sealed")


class BookDetail(BookRow):
    summary: dict[str, Any] = Field(
        examples=[{"first": 1, "last": 215, "entries": 215, "void": 2, "without_file": 3}],
        description="what the closing page says; of an open book, what it would say now",
    )


class LogBookIn(Schema):
    kind: Literal["handover", "post", "kept_copies"] = Field(examples=["handover"])
    name: str = Field(examples=["Sổ chuyển giao văn bản"])


class ReopenIn(Schema):
    reason: str | None = Field(None, examples=["Ghi thiếu một văn bản đến ngày 31/12"])


class HandOverIn(Schema):
    """Exactly one of unit, position and name says to whom."""

    book: UUID | None = Field(None, description="an open hand-over book of this year")
    incoming: list[UUID] = Field([], description="entries of the incoming register")
    outgoing: list[UUID] = Field([], description="issued documents")
    envelopes: list[UUID] = Field([], description="envelopes that leave unopened")
    unit: UUID | None = None
    position: UUID | None = None
    name: str | None = Field(None, examples=["Công đoàn cơ sở"])
    amount: int | None = Field(1, ge=1, examples=[1])
    note: str | None = Field(None, examples=["Bản giấy, kèm 02 phụ lục"])


class ConfirmIn(Schema):
    lines: list[UUID] = Field(description="lines that wait for the caller's own receipt")


class HandOverOut(Schema):
    id: UUID
    book_id: UUID
    ordinal: int = Field(examples=[17])
    incoming_id: UUID | None
    outgoing_id: UUID | None
    envelope_id: UUID | None
    unit_id: UUID | None
    position_id: UUID | None
    receiver: str = Field(examples=["Phòng Văn thư – Lưu trữ"])
    amount: int
    handed_on: date
    handed_by: str
    received_at: datetime | None
    received_by: str
    note: str
