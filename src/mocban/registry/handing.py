"""Fetch what a clerk chose to hand over, through what the clerk may see: the border of pages and endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404

from mocban.people.actor import Actor

from .models import Envelope, Incoming, Outgoing
from .services.logs import Handed

MODELS: dict[str, type[Any]] = {"incoming": Incoming, "outgoing": Outgoing, "envelope": Envelope}


def chosen_items(actor: Actor, wanted: Sequence[tuple[str, UUID | None]]) -> list[Handed]:
    """The rows by kind ("incoming", "outgoing", "envelope") and id; one query a kind.

    Raises Http404 when one does not exist or is hidden from the actor.
    """
    ids: dict[str, list[UUID]] = {}
    for kind, key in dict.fromkeys(wanted):
        if kind not in MODELS or key is None:
            raise Http404
        ids.setdefault(kind, []).append(key)
    found: list[Handed] = []
    for kind, keys in ids.items():
        related = ("organisation", "position__person") if kind == "envelope" else ("organisation", "document")
        held = MODELS[kind].objects.visible_to(actor).select_related(*related).in_bulk(keys)
        if len(held) != len(keys):
            raise Http404
        found += [held[key] for key in keys]
    return found
