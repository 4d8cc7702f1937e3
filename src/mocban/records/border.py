"""What pages and endpoints offer to choose from when a file is opened or planned."""

from __future__ import annotations

from datetime import date
from typing import Any

from mocban import law
from mocban.people.actor import Actor

from . import selectors
from .services.plans import term_text


def retention_choices(regime: str, on: date) -> list[tuple[str, str]]:
    """The rows of the schedule in force that may be chosen, with term and source row."""
    return [
        (row.code, f"{selectors.term_shown(term_text(row))} – {row.text[:110]} ({row.code})")
        for row in law.retention(regime=regime, on=on)
        if row.selectable
    ]


def file_choices(actor: Actor, *, regime: str, on: date) -> dict[str, Any]:
    """What a FileForm of the actor's unit offers on that day."""
    return {"lines": selectors.lines_to_open(actor, year=on.year), "retention": retention_choices(regime, on)}
