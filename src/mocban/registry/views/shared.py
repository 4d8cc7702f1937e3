"""Choices and lines that several pages of the registry need."""

from __future__ import annotations

from typing import Any

from mocban import law
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Unit
from mocban.people.selectors import holders, today
from mocban.signing.pdf.stamp import StampLines

from ..models import Incoming


def instruction_choices(actor: Actor) -> dict[str, Any]:
    """Units and officers to whom the actor may give work."""
    units = Unit.objects.visible_to(actor).filter(closed_on=None)
    officers = holders(actor.organisation_id, Role.OFFICER, on=today()).select_related("person", "unit")
    return {"units": units, "officers": officers}


def stamp_lines(entry: Incoming) -> StampLines:
    """What the ĐẾN stamp says about an entry; its size is law data."""
    regime = entry.organisation.regime
    size = law.value("stamp.incoming", on=entry.arrived_on, regime=regime).value
    leading = entry.instructions.select_related("lead_unit").last()
    filed = entry.document.file_entries.select_related("file").first()
    return StampLines(
        body=entry.organisation.name,
        number=str(entry.number_value),
        day=f"{entry.arrived_on:%d/%m/%Y}",
        forwarded=leading.lead_unit.name if leading else "",
        file_code=filed.file.notation if filed else "",
        width=size["width"],
        height=size["height"],
    )
