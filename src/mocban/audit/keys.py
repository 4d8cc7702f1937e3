"""How the trail names an object: the model's label and the primary key, kept as text, so no table is tied to it."""

from __future__ import annotations

from django.db.models import Model


def key(obj: Model) -> str:
    """Return the name of an object in the trail, e.g. "records.document:0197…"."""
    return f"{obj._meta.label_lower}:{obj.pk}"


def split(text: str) -> tuple[str, str]:
    """Return (model label, primary key) of a name made by `key`."""
    label, _, pk = text.partition(":")
    return label, pk
