"""Searching over the API: the same question and the same answer as the page."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Query, Router, Schema

from . import selectors
from .query import TEXT_LIMIT, Filters

router = Router(tags=["search"])


class SearchQuery(Schema):
    """What is asked; `q` knows "phrases", -words and the marks số: loại: từ: đến:."""

    q: str = Field("", max_length=TEXT_LIMIT)
    type: str = Field("", max_length=60, description="object type, as in a facet")
    kind: str = Field("", max_length=100)
    organisation: UUID | None = None
    year: int | None = Field(None, ge=1, le=9999, examples=[2026])
    cursor: str | None = Field(None, max_length=10, description="next_cursor or previous_cursor of another page")
    size: int = Field(selectors.PAGE, ge=1, le=100)


class HitOut(Schema):
    """One found object; title, number and snippet are HTML with <mark>, everything else escaped."""

    object_type: str
    object_id: UUID
    organisation_id: UUID
    title: str
    number: str
    kind: str
    day: date | None
    url: str
    snippet: str


class FacetOut(Schema):
    name: Literal["type", "kind", "organisation", "year"]
    value: str
    label: str
    count: int


class AnswerOut(Schema):
    items: list[HitOut]
    total: str
    facets: list[FacetOut]
    next_cursor: str | None
    previous_cursor: str | None
    notes: list[str]
    ready: bool


@router.get("", response=AnswerOut, summary="Search what the caller may see")
def search(request: Any, asked: Query[SearchQuery]) -> dict[str, Any]:
    filters = Filters(asked.type, asked.kind, asked.organisation, asked.year)
    results = selectors.search(request.actor, asked.q, filters=filters, cursor=asked.cursor, limit=asked.size)
    return {
        "items": results.hits,
        "total": results.total_text,
        "facets": [value for facet in results.facets for value in facet.values],
        "next_cursor": results.next_cursor,
        "previous_cursor": results.previous_cursor,
        "notes": list(results.notes),
        "ready": results.ready,
    }
