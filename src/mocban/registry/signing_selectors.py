"""Reads for signing many documents: what waits, which of it was opened, and how far a batch has come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from mocban.lib.text import clean_line
from mocban.people.actor import Actor
from mocban.ui.paging import Page, keyset

from . import access, reading
from .choices import OutgoingStatus, SigningItemState, SigningPurpose, SigningState
from .models import Outgoing, SigningBatch, SigningItem
from .selectors import to_sign, uuid_or_none

RECENT = 10


@dataclass(frozen=True)
class Waiting:
    """One document to choose, and whether the person has opened what would be signed."""

    outgoing: Outgoing
    read: bool


@dataclass(frozen=True)
class Filters:
    """What a person looks for among what waits. `read` is "yes", "no" or "" for all, `unit` the id of a unit."""

    text: str = ""
    unit: str = ""
    kind: str = ""
    read: str = ""


NONE = Filters()


def waiting(actor: Actor, purpose: SigningPurpose, filters: Filters = NONE) -> QuerySet[Any]:
    """What waits for the actor's own signature, or for the seal."""
    found = to_issue(actor) if purpose == SigningPurpose.ISSUE else to_sign(actor)
    if filters.text:
        words = clean_line(filters.text)
        found = found.filter(Q(document__subject__icontains=words) | Q(document__printed_code__icontains=words))
    if filters.kind:
        found = found.filter(document__kind_name=clean_line(filters.kind))
    if unit := uuid_or_none(filters.unit):
        found = found.filter(unit_id=unit)
    if filters.read and purpose == SigningPurpose.SIGN:
        opened = reading.read_documents(found.values_list("pk", flat=True), actor)
        found = found.filter(pk__in=opened) if filters.read == "yes" else found.exclude(pk__in=opened)
    return found.select_related("document", "unit", "signer__person")


def waiting_page(
    actor: Actor, purpose: SigningPurpose, filters: Filters, *, cursor: str | None, exact: bool = False
) -> Page:
    """One page of what waits, oldest first; the rows are `Waiting`."""
    page = keyset(waiting(actor, purpose, filters), order=("created_at",), cursor=cursor, exact=exact)
    opened = reading.read_documents([row.pk for row in page.rows], actor)
    return replace(page, rows=[Waiting(row, row.pk in opened) for row in page.rows])


def first_waiting(
    actor: Actor, purpose: SigningPurpose, filters: Filters, *, most: int, beyond: SigningBatch | None = None
) -> list[Outgoing]:
    """The oldest of what waits, whatever page they stand on, without what a batch (`beyond`) has already."""
    found = waiting(actor, purpose, filters)
    if beyond is not None:
        found = found.exclude(pk__in=beyond.items.values("outgoing_id"))
    return list(found.order_by("created_at", "pk")[:most])


def choices(actor: Actor, purpose: SigningPurpose) -> tuple[list[tuple[str, str]], list[str]]:
    """Units and kinds that the waiting documents have, to look for; two queries."""
    found = waiting(actor, purpose).order_by()
    units = found.exclude(unit=None).values_list("unit_id", "unit__name").distinct()
    kinds = found.values_list("document__kind_name", flat=True).distinct()
    return sorted(((str(pk), name) for pk, name in units), key=lambda one: one[1]), sorted(kinds)


def to_issue(actor: Actor) -> QuerySet[Any]:
    """Numbered documents that the actor's desk may seal and issue."""
    numbered = Outgoing.objects.visible_to(actor).filter(
        status=OutgoingStatus.NUMBERED, organisation_id=actor.organisation_id
    )
    probe = Outgoing(organisation_id=actor.organisation_id)
    return numbered if access.may(actor, "outgoing.issue", probe) else numbered.none()


def open_batch_of(actor: Actor, purpose: SigningPurpose, pk: UUID | None) -> SigningBatch | None:
    """The actor's own batch that waits to be started and may still grow."""
    own = SigningBatch.objects.visible_to(actor).filter(position_id=actor.position_id, purpose=purpose)
    return own.filter(pk=pk, state=SigningState.READY).first() if pk else None


def batches_of(actor: Actor) -> QuerySet[Any]:
    """The actor's own batches, newest first, without those given up."""
    own = SigningBatch.objects.visible_to(actor).filter(position_id=actor.position_id)
    return own.exclude(state=SigningState.DISCARDED).order_by("-created_at")[:RECENT]


@dataclass(frozen=True)
class Shown:
    """One item of a batch on its page."""

    item: SigningItem
    read: bool

    @property
    def is_open(self) -> bool:
        """Whether it is still to be signed or issued."""
        return self.item.state in (SigningItemState.WAITING, SigningItemState.FAILED)


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
