"""Shapes that the API of records, and of the apps above it, answer with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from mocban.audit.selectors import history

from . import selectors


class DocumentOut(Schema):
    """A document with the fields of NĐ 30/2020, PL VI part II."""

    id: UUID
    kind_code: str
    kind_name: str = Field(examples=["Công văn"])
    printed_code: str = Field(examples=["12/SNV-VP"])
    code_number: str
    code_notation: str
    issued_on: date | None
    issuer_name: str
    subject: str = Field(examples=["Về việc báo cáo công tác văn thư năm 2026"])
    signer_name: str
    signer_title: str
    urgency: int
    page_amount: int | None
    due_on: date | None
    description: str
    state: str


class PartOut(Schema):
    """A stored object in its role for the document; its bytes are at `url`."""

    object_id: UUID
    role: str = Field(examples=["main"])
    ordinal: int
    name: str
    media_type: str
    size: int
    sha256: str
    url: str
    added_at: datetime


class HistoryOut(Schema):
    """One step in a sentence, with the articles that allowed it."""

    at: datetime
    sentence: str
    basis: list[str]


class Versioned(Schema):
    """The version that the caller saw: an older one is answered with 412."""

    version: int = Field(ge=0, examples=[1])


class Reason(Versioned):
    reason: str = Field(examples=["Sửa lại phần căn cứ."])


def parts_of(document: Any) -> list[dict[str, Any]]:
    """The files of a document in order."""
    return [
        {
            "object_id": part.object_id,
            "role": part.role,
            "ordinal": part.ordinal,
            "name": part.object.name,
            "media_type": part.object.media_type,
            "size": part.object.size,
            "sha256": part.object.sha256,
            "url": f"/content/{part.object_id}/",
            "added_at": part.added_at,
        }
        for part in selectors.parts(document)
    ]


def history_of(obj: Any) -> list[dict[str, Any]]:
    return [{"at": line.at, "sentence": line.sentence, "basis": list(line.basis)} for line in history(obj)]
