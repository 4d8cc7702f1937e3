"""What this app adds to the shell around every page (settings.SHELL_HOOKS)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the positions to choose from; the middleware has read them already, so this costs no query."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {}
    return {
        "positions": [
            {
                "id": str(position.pk),
                "label": f"{position.title}, {position.organisation}",
                "current": position.pk == actor.position_id,
            }
            for position in getattr(request, "positions", [])
        ]
    }
