"""What waits to be read."""

from __future__ import annotations

from django.db.models import QuerySet

from mocban.people.actor import Actor

from . import kinds
from .models import Notice

COUNT_LIMIT = 100  # the header prints "99+" beyond


def sentence(notice: Notice) -> str:
    """Return the notice as a sentence in the active language."""
    return kinds.sentence(notice.kind, {"object": notice.label, **notice.details})


def listed(actor: Actor, *, unread_only: bool) -> QuerySet[Notice]:
    """Return the notices of the actor's present position."""
    notices = Notice.objects.visible_to(actor)
    return notices.filter(read_at=None) if unread_only else notices


def unread_count(actor: Actor) -> int:
    """Return how many notices wait for the present position, at most COUNT_LIMIT."""
    return Notice.objects.visible_to(actor).filter(read_at=None)[:COUNT_LIMIT].count()


def unread_elsewhere(actor: Actor) -> int:
    """Return how many notices wait for the person's other positions, at most COUNT_LIMIT."""
    if actor.person_id is None:
        return 0
    waiting = Notice.objects.filter(position__person_id=actor.person_id, read_at=None)
    return waiting.exclude(position_id=actor.position_id)[:COUNT_LIMIT].count()
