"""Signing or issuing many documents in one go, over the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Router, Schema
from ninja.responses import Status

from mocban.people.models import Organisation
from mocban.records.shapes import Versioned
from mocban.ui.pages import get

from .. import access, signing_selectors
from ..choices import SigningPurpose
from ..models import Outgoing, SigningBatch
from ..services import signing_batches as batches

router = Router()


class BatchIn(Schema):
    documents: list[UUID] = Field(description="in the order in which they are to be signed")
    purpose: Literal["sign", "issue"] = "sign"


class StartIn(Versioned):
    pin: str = Field("", examples=[""], description="PIN or pass phrase of the key, where it asks for one")
    otp: str = Field("", examples=[""], description="one-time code of a remote signing service, where it asks for one")
    last_try: bool = Field(False, description="spend the last try of the PIN before the token locks")
    unread_confirmed: list[UUID] = Field([], description="items to sign although the caller never opened them")


class ItemOut(Schema):
    id: UUID
    ordinal: int
    outgoing_id: UUID
    state: str = Field(examples=["waiting"])
    reason: str
    read: bool = Field(description="whether the caller has opened the prepared file")


class BatchOut(Schema):
    id: UUID
    purpose: str = Field(examples=["sign"])
    state: str = Field(examples=["running"])
    reason: str
    version: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    items: list[ItemOut]


@router.post("", response={201: BatchOut}, summary="Select documents; nothing is signed yet")
def batch_create(request: Any, given: BatchIn) -> Status[dict[str, Any]]:
    actor = request.actor
    documents = [get(Outgoing, actor, pk=pk, related=("document",)) for pk in dict.fromkeys(given.documents)]
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    purpose = SigningPurpose(given.purpose)
    made = batches.make_signing_batch(documents=documents, purpose=purpose, organisation=organisation, actor=actor)
    return Status(201, shape(request, made.pk))


@router.get("/{uuid:pk}", response=BatchOut, summary="One batch of the caller's, with the result of each document")
def batch_detail(request: Any, pk: UUID) -> dict[str, Any]:
    return shape(request, pk)


@router.post("/{uuid:pk}/start", response=BatchOut, summary="Start, go on, or try again what failed")
def batch_start(request: Any, pk: UUID, given: StartIn) -> dict[str, Any]:
    batches.start_signing_batch(batch=held(request, pk), actor=request.actor, **given.model_dump())
    return shape(request, pk)


@router.post("/{uuid:pk}/stop", response=BatchOut, summary="Stop after the document that is being signed")
def batch_stop(request: Any, pk: UUID) -> dict[str, Any]:
    batches.stop_signing_batch(batch=held(request, pk), actor=request.actor)
    return shape(request, pk)


@router.post("/{uuid:pk}/discard", response=BatchOut, summary="Give the batch up; what is signed stays signed")
def batch_discard(request: Any, pk: UUID) -> dict[str, Any]:
    batches.discard_signing_batch(batch=held(request, pk), actor=request.actor)
    return shape(request, pk)


def held(request: Any, pk: UUID) -> SigningBatch:
    """The caller's own batch."""
    batch: SigningBatch = get(SigningBatch, request.actor, pk=pk, related=("organisation",))
    access.require(request.actor, "signing_batch.run", batch)
    return batch


def shape(request: Any, pk: UUID) -> dict[str, Any]:
    """The batch as it stands now."""
    batch = held(request, pk)
    names = ("id", "purpose", "state", "reason", "version", "created_at", "started_at", "finished_at")
    items = [
        {
            "id": one.item.pk,
            "ordinal": one.item.ordinal,
            "outgoing_id": one.item.outgoing_id,
            "state": one.item.state,
            "reason": one.item.reason,
            "read": one.read,
        }
        for one in signing_selectors.items_of(batch, request.actor)
    ]
    return {**{name: getattr(batch, name) for name in names}, "items": items}
