"""Who am I, which positions do I hold, and the directory of the organisation."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from ninja import Query, Router, Schema

from mocban.api.paging import Listing, PageQuery, listing
from mocban.ui.paging import keyset

from . import selectors
from .models import Person

router = Router(tags=["people"])


class UnitOut(Schema):
    id: UUID
    name: str
    symbol: str


class PositionOut(Schema):
    id: UUID
    title: str
    organisation_id: UUID
    organisation: str
    unit: UnitOut | None
    roles: list[str]
    valid_from: date
    valid_to: date | None

    @staticmethod
    def resolve_organisation(position: Any) -> str:
        return str(position.organisation)


class MeOut(Schema):
    person_id: UUID
    person_name: str
    position_id: UUID
    position_title: str
    organisation_id: UUID
    organisation_name: str
    regime: str
    unit_id: UUID | None
    unit_name: str
    roles: list[str]


@router.get("/me", response=MeOut, summary="The person and position that this token or session acts for")
def me(request: Any) -> dict[str, Any]:
    actor = request.actor
    return {name: getattr(actor, name) for name in MeOut.model_fields if name != "roles"} | {
        "roles": sorted(actor.roles)
    }


@router.get("/positions", response=list[PositionOut], summary="The positions that the person holds today")
def positions(request: Any) -> Any:
    person = Person.objects.visible_to(request.actor).get(pk=request.actor.person_id)
    return selectors.positions_of(person, selectors.today()).filter(organisation_id=request.actor.organisation_id)


@router.get("/units", response=Listing[UnitOut], summary="The units in use of the organisation")
def units(request: Any, q: Query[PageQuery]) -> dict[str, Any]:
    return listing(
        keyset(selectors.units_open(request.actor), order=("sort_name",), cursor=q.cursor, size=q.size, exact=q.exact)
    )
