"""Stored objects over the API: the same bytes, readers and log of reads as the page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from ninja import Router

from .download import sent

router = Router(tags=["content"])


@router.get("/{pk}", summary="The bytes of a stored object, whole or one range")
def stored_object(request: Any, pk: UUID) -> HttpResponseBase:
    return sent(request, pk, request.actor)
