"""Lists of the API: the same keyset pages as the screens, told as JSON.

`ui` and `api` are strangers, so the page itself is made by the endpoint (`mocban.ui.paging.keyset`) and handed in here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from ninja import Field, Schema

Row = TypeVar("Row")


class KeysetPage(Protocol):
    """What is needed of a page."""

    @property
    def rows(self) -> list[Any]: ...
    @property
    def next_cursor(self) -> str | None: ...
    @property
    def previous_cursor(self) -> str | None: ...
    @property
    def total_text(self) -> str: ...
    @property
    def total_is_exact(self) -> bool: ...


class PageQuery(Schema):
    """Parameters of every list: `q: Query[PageQuery]`."""

    cursor: str | None = Field(None, max_length=4_000, description="next_cursor or previous_cursor of another page")
    size: int = Field(50, ge=1, le=200, description="rows a page")
    exact: bool = Field(False, description="count all rows even beyond 1,000")


class Listing(Schema, Generic[Row]):
    """One page of a list: `response=Listing[IncomingOut]`."""

    items: list[Row]
    next_cursor: str | None
    previous_cursor: str | None
    total: str = Field(description='exact up to 1,000, beyond that "hơn 1.000" unless asked with exact=true')
    total_is_exact: bool


def listing(page: KeysetPage, shape: Callable[[Any], Any] | None = None) -> dict[str, Any]:
    """Return the page as `Listing` wants it, each row put through `shape`."""
    return {
        "items": [shape(row) for row in page.rows] if shape else page.rows,
        "next_cursor": page.next_cursor,
        "previous_cursor": page.previous_cursor,
        "total": page.total_text,
        "total_is_exact": page.total_is_exact,
    }
