"""Who am I, which positions do I hold, and the directory of the organisation."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404
from ninja import Field, Query, Router, Schema

from mocban.api.paging import Listing, PageQuery, listing
from mocban.ui.paging import keyset

from . import directory, selectors
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


class SuccessorOut(Schema):
    code: str = Field(examples=["H99.03"])
    name: str = Field(examples=["Sở Nội vụ tỉnh Đông Lĩnh"])


class AgencyOut(Schema):
    code: str = Field(examples=["H99.03"], description="the code of today (mã định danh điện tử)")
    former_codes: list[str] = Field(examples=[["000.00.03.H99"]])
    name: str = Field(examples=["Sở Nội vụ tỉnh Đông Lĩnh"])
    short_name: str = Field(examples=["Sở Nội vụ"])
    abbreviations: list[str] = Field(examples=[["SNV"]])
    parent_name: str = Field(examples=["Ủy ban nhân dân tỉnh Đông Lĩnh"])
    parent_code: str = Field(examples=["H99"])
    regime: str = Field(examples=["state"])
    level: str = Field(examples=["province"])
    place: str = Field(examples=["Đông Lĩnh"])
    email: str = Field(examples=["vanthu.snv@donglinh.gov.vn"])
    valid_from: date | None
    valid_to: date | None = Field(description="the last day of an agency that was closed or merged")
    successor: SuccessorOut | None


@router.get("/agencies", response=list[AgencyOut], summary="Agencies of the directory, by what a clerk would type")
def agencies(
    request: Any,
    q: Annotated[
        str, Query(description="a code, new or old; words of the name; abbreviations", examples=["ubnd tinh"])
    ],
    limit: Annotated[int, Query(ge=1, le=100)] = directory.SHOWN,
) -> Any:
    return directory.find_agencies(q, on=selectors.today(), limit=limit)


@router.get("/agencies/{code}", response=AgencyOut, summary="The agency that has this code, or had it before")
def agency(request: Any, code: str) -> Any:
    found = directory.agency_by_code(code, on=selectors.today())
    if found is None:
        raise Http404
    return directory.with_successors([found])[0]
