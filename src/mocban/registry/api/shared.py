"""What several endpoints of the registry need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from mocban.people.selectors import today

from .. import selectors
from ..choices import Direction
from ..services import numbering
from ..services.key_steps import KeyStep, carry_out
from .schemas import KeyIn

NOTHING: Mapping[str, Any] = MappingProxyType({})


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


def signed_by(
    start: Callable[..., KeyStep[Any]], given: KeyIn, more: Mapping[str, Any] = NOTHING, **subject: Any
) -> None:
    """Do the verb that `start` states, with the key where it lies."""
    step = start(**subject, **more, version=given.version)
    carry_out(step, pin=given.pin, otp=given.otp, last_try=given.last_try)
