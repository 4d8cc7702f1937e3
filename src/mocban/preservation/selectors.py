"""Reads of packages."""

from __future__ import annotations

from typing import Any

from mocban.people.actor import Actor

from .models import Package
from .package.findings import SENTENCES


def packages_for(actor: Actor, *, state: str = "") -> Any:
    """The packages that the actor may see, newest first."""
    found = Package.objects.visible_to(actor).order_by("-built_at", "-id")
    return found.filter(state=state) if state else found


def findings(package: Package) -> list[tuple[Any, str, str]]:
    """The faults of the last check as (sentence, path in the package, more)."""
    return [(SENTENCES.get(row["code"], row["code"]), row["path"], row["detail"]) for row in package.findings]
