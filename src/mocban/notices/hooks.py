"""What this app adds to the shell around every page (settings.SHELL_HOOKS)."""

from __future__ import annotations

from django.http import HttpRequest

from . import selectors


def shell(request: HttpRequest) -> dict[str, int]:
    """Return the number of unread notices for the bell in the header: one query."""
    actor = getattr(request, "actor", None)
    return {"unread": selectors.unread_count(actor) if actor else 0}
