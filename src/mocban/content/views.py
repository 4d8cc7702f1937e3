"""Viewing and downloading a stored object."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from .download import sent


@require_safe
def stored_object(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Send the bytes, whole or one range. `?download=1` saves instead of showing. 404 for whoever may not read."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    return sent(request, pk, actor)
