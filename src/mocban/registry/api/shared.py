"""What several endpoints of the registry need."""

from __future__ import annotations

from typing import Any

from mocban.people.selectors import today

from .. import selectors
from ..choices import Direction
from ..services import numbering


def books_of(actor: Any, direction: Direction) -> list[dict[str, Any]]:
    """Open books of this year with their next number."""
    on = today()
    return [
        {
            "id": book.pk,
            "name": book.name,
            "year": book.year,
            "direction": book.kind,
            "next_number": numbering.next_number(book.series, on=on),
        }
        for book in selectors.open_books(actor, direction, year=on.year)
    ]
