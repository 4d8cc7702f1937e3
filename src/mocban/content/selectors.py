"""Reads of stored objects."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from mocban.people.actor import Actor

from .models import DigitalObject, Rendition

Reader = Callable[[UUID, Actor], bool]
Namer = Callable[[Collection[UUID], Actor], dict[UUID, str]]
Holder = Callable[[UUID, Actor], tuple[str, str] | None]


def readable(object_id: UUID, actor: Actor) -> DigitalObject | None:
    """Return the object when an app above lets the actor read it, or the original that it is a rendition of."""
    originals = Rendition.objects.filter(object_id=object_id).values_list("original_id", flat=True)
    ids = [object_id, *originals]
    readers: list[Reader] = [import_string(name) for name in settings.CONTENT_READERS]
    if not any(reader(one, actor) for reader in readers for one in ids):
        return None
    return DigitalObject.objects.filter(pk=object_id).first()


def holder(object_id: UUID, actor: Actor) -> tuple[str, str] | None:
    """Return name and address of the page that this actor knows the object from, for the way back; None: from none."""
    holders: list[Holder] = [import_string(name) for name in settings.CONTENT_HOLDERS]
    return next((found for one in holders if (found := one(object_id, actor))), None)


def names(object_ids: Collection[UUID], actor: Actor) -> dict[UUID, str]:
    """Return what the actor knows the objects by, as far as they may be seen: in lists, one query an app above."""
    namers: list[Namer] = [import_string(name) for name in settings.CONTENT_NAMERS]
    return {pk: name for namer in namers for pk, name in namer(object_ids, actor).items()}


def rendition(original: DigitalObject, kind: str) -> DigitalObject | None:
    """Return the rendition of that kind, if there is one."""
    found = Rendition.objects.filter(original=original, kind=kind).select_related("object").first()
    return found.object if found else None
