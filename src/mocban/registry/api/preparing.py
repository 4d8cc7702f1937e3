"""Before the signature, over the API: where the fields will stand, and annexes in files of their own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Field, File, Form, Query, Router, Schema, UploadedFile

from mocban.people.selectors import today
from mocban.records.shapes import Versioned
from mocban.secrecy.choices import Channel
from mocban.ui.pages import get

from .. import access
from ..border import next_enclosed
from ..models import Outgoing, SigningPlan
from ..services.enclosing import enclose_files, leave_out_file, standing_enclosed
from ..services.placing import place_fields
from ..services.preparing import first_places

router = Router()
RELATED = ("document", "organisation", "unit")
MILLIMETRES = 2_000.0


class PlaceIn(Schema):
    page: int = Field(ge=0, description="from 0")
    left: float = Field(ge=0, le=MILLIMETRES, description="millimetres from the left edge")
    top: float = Field(ge=0, le=MILLIMETRES, description="millimetres from the upper edge")


class PlacesIn(Versioned):
    moved: dict[str, PlaceIn] = Field(
        description="by field (number, date, signature, signature_2 …, seal); empty: all are found anew", examples=[{}]
    )


class PlaceOut(Schema):
    name: str = Field(examples=["signature"])
    page: int
    left: float
    top: float
    width: float
    height: float


class PlacesOut(Schema):
    """Where the fields stand, in millimetres, and the sizes of the pages."""

    version: int
    fields: list[PlaceOut]
    pages: list[tuple[float, float]]
    moved: list[str] = Field(description="fields whose place somebody chose")


class AnnexOut(Schema):
    id: UUID
    object_id: UUID
    ordinal: int
    name: str
    media_type: str
    size: int


class AnnexesOut(Schema):
    version: int
    annexes: list[AnnexOut]


@router.get("/{uuid:pk}/places", response=PlacesOut, summary="Where number, date, signatures and seal will stand")
def places(request: Any, pk: UUID) -> dict[str, Any]:
    return places_of(request, _outgoing(request, pk))


@router.put("/{uuid:pk}/places", response=PlacesOut, summary="Move fields, before the first signature")
def places_move(request: Any, pk: UUID, given: PlacesIn) -> dict[str, Any]:
    moved = {name: place.model_dump() for name, place in given.moved.items()}
    place_fields(outgoing=_outgoing(request, pk), moved=moved, actor=request.actor, on=today(), version=given.version)
    return places_of(request, _outgoing(request, pk))


@router.get("/{uuid:pk}/annexes", response=AnnexesOut, summary="Annexes in files of their own, in order")
def annexes(request: Any, pk: UUID) -> dict[str, Any]:
    return annexes_of(_outgoing(request, pk))


@router.post("/{uuid:pk}/annexes", response=AnnexesOut, summary="Add annexes to a draft (multipart)")
def annexes_add(request: Any, pk: UUID, given: Form[Versioned], files: File[list[UploadedFile]]) -> dict[str, Any]:
    outgoing = _outgoing(request, pk)
    access.require(request.actor, "outgoing.enclose", outgoing)
    taken = next_enclosed(files, outgoing, channel=Channel.API, actor=request.actor)
    enclose_files(outgoing=outgoing, files=taken, actor=request.actor, on=today(), version=given.version)
    return annexes_of(_outgoing(request, pk))


@router.delete("/{uuid:pk}/annexes/{uuid:annex}", response=AnnexesOut, summary="Leave an annex out of a draft")
def annexes_leave_out(request: Any, pk: UUID, annex: UUID, given: Query[Versioned]) -> dict[str, Any]:
    outgoing = _outgoing(request, pk)
    leave_out_file(outgoing=outgoing, part_id=annex, actor=request.actor, on=today(), version=given.version)
    return annexes_of(_outgoing(request, pk))


def places_of(request: Any, outgoing: Outgoing) -> dict[str, Any]:
    """The places of the prepared file; before there is one, where the fields would lie."""
    access.require(request.actor, "outgoing.place", outgoing)
    plan = SigningPlan.objects.visible_to(request.actor).filter(outgoing=outgoing).first()
    if plan is not None and plan.prepared_id and plan.fields:
        laid = {"fields": plan.fields, "pages": plan.pages, "moved": sorted(plan.moved)}
    else:
        found = first_places(outgoing, on=today())
        laid = {"fields": [one.as_values() for one in found.fields], "pages": list(found.pages), "moved": []}
    return {"version": outgoing.version, **laid}


def annexes_of(outgoing: Outgoing) -> dict[str, Any]:
    parts = [
        {
            "id": part.pk,
            "object_id": part.object_id,
            "ordinal": part.ordinal,
            "name": part.object.name,
            "media_type": part.object.media_type,
            "size": part.object.size,
        }
        for part in standing_enclosed(outgoing)
    ]
    return {"version": outgoing.version, "annexes": parts}


def _outgoing(request: Any, pk: UUID) -> Outgoing:
    outgoing: Outgoing = get(Outgoing, request.actor, pk=pk, related=RELATED)
    return outgoing
