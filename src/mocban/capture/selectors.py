"""Reads of extracted text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from mocban.content.choices import ObjectState

from .choices import ExtractionState
from .models import Extraction


def texts(object_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the text of each object that has one and may be read: one query, nothing of frozen or erased objects."""
    rows = Extraction.objects.filter(
        object_id__in=list(object_ids), state=ExtractionState.DONE, object__state=ObjectState.STORED
    )
    return dict(rows.values_list("object_id", "text"))


def waiting() -> int:
    """Return how many objects wait for their text."""
    return Extraction.objects.filter(state=ExtractionState.WAITING).count()


def stuck(*, before: datetime, limit: int = 500) -> list[UUID]:
    """Return objects stored before a moment whose text is still waited for, oldest first."""
    rows = Extraction.objects.filter(state=ExtractionState.WAITING, object__state=ObjectState.STORED)
    return list(
        rows.filter(object__stored_at__lt=before)
        .order_by("object__stored_at")
        .values_list("object_id", flat=True)[:limit]
    )
