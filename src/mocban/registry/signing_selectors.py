"""Reads for signing many documents: what waits, which of it was opened, and how far a batch has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from mocban.lib.text import clean_line
from mocban.people.actor import Actor

from . import access, reading
from .choices import OutgoingStatus, SigningItemState, SigningPurpose, SigningState
from .models import Outgoing, SigningBatch, SigningItem
from .selectors import to_sign

ROWS_AT_MOST = 500  # of the list to choose from
RECENT = 10


@dataclass(frozen=True)
class Waiting:
    """One document to choose, and whether the person has opened what would be signed."""

    outgoing: Outgoing
    read: bool


def waiting(actor: Actor, purpose: SigningPurpose, *, text: str = "", unit: str = "", read: str = "") -> list[Waiting]:
    """What waits for the actor's own signature, or for the seal, oldest first; `read` is "yes", "no" or "" for all."""
    found = to_issue(actor) if purpose == SigningPurpose.ISSUE else to_sign(actor)
    if text:
        words = clean_line(text)
        found = found.filter(Q(document__subject__icontains=words) | Q(document__printed_code__icontains=words))
    if unit:
        found = found.filter(unit__name=unit)
    rows = list(found.select_related("document", "unit", "signer__person").order_by("created_at")[:ROWS_AT_MOST])
    opened = reading.read_documents([row.pk for row in rows], actor)
    shown = [Waiting(row, row.pk in opened) for row in rows]
    return [one for one in shown if not read or one.read == (read == "yes")]


def to_issue(actor: Actor) -> QuerySet[Any]:
    """Numbered documents that the actor's desk may seal and issue."""
    numbered = Outgoing.objects.visible_to(actor).filter(
        status=OutgoingStatus.NUMBERED, organisation_id=actor.organisation_id
    )
    probe = Outgoing(organisation_id=actor.organisation_id)
    return numbered if access.may(actor, "outgoing.issue", probe) else numbered.none()


def batches_of(actor: Actor) -> QuerySet[Any]:
    """The actor's own batches, newest first, without those given up."""
    own = SigningBatch.objects.visible_to(actor).filter(position_id=actor.position_id)
    return own.exclude(state=SigningState.DISCARDED).order_by("-created_at")[:RECENT]


@dataclass(frozen=True)
class Shown:
    """One item of a batch on its page."""

    item: SigningItem
    read: bool


@dataclass(frozen=True)
class Progress:
    """How far a batch has come. `left` is an estimate from what was done so far; none before the first."""

    total: int
    done: int
    failed: int
    waiting: int
    current: SigningItem | None
    elapsed: timedelta
    left: timedelta | None

    @property
    def dealt(self) -> int:
        return self.done + self.failed


def items_of(batch: SigningBatch, actor: Actor) -> list[Shown]:
    """The items in order, and which were opened: three queries."""
    related = ("outgoing__document", "outgoing__unit", "outgoing__signer__person")
    items = list(batch.items.select_related(*related).order_by("ordinal"))
    opened = reading.read_documents([item.outgoing_id for item in items], actor)
    return [Shown(item, item.outgoing_id in opened) for item in items]


def progress_of(batch: SigningBatch, items: list[Shown]) -> Progress:
    """Counts, the present one, and times, from items that were read already."""
    held = [one.item for one in items if one.item.state != SigningItemState.DROPPED]
    dealt = [item for item in held if item.state != SigningItemState.WAITING]
    waits = [item for item in held if item.state == SigningItemState.WAITING]
    until = batch.finished_at or timezone.now()
    elapsed = until - batch.started_at if batch.started_at else timedelta()
    mean = sum(item.seconds for item in dealt) / len(dealt) if dealt else None
    return Progress(
        total=len(held),
        done=sum(item.state == SigningItemState.DONE for item in dealt),
        failed=sum(item.state == SigningItemState.FAILED for item in dealt),
        waiting=len(waits),
        current=waits[0] if waits and batch.state == SigningState.RUNNING else None,
        elapsed=timedelta(seconds=round(elapsed.total_seconds())),
        left=timedelta(seconds=round(mean * len(waits))) if mean is not None and waits else None,
    )
