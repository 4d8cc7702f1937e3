"""Issuers, series, periods, the ledger, and the steps on single numbers over the API."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Query, Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict

from mocban.api.forms import cleaned, values
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.ui.pages import get

from .. import access
from ..choices import NumberState
from ..ledger import MISSING, ledger_page, ledger_summary
from ..models import Issuer, Number, Series, SeriesPeriod
from ..numbering_forms import ReasonLineForm, ReserveForm
from ..services import numbering

router = Router()
PAGE = 500
RESERVED: dict[str, Any] = {
    "id": "0199f1a2-0000-7000-8000-000000000001",
    "period_id": "0199f1a2-0000-7000-8000-000000000002",
    "value": 15,
    "mark": "",
    "state": "reserved",
    "taken_on": "2026-11-04",
    "true_date": None,
    "expires_on": "2026-11-06",
    "reason": "Công văn đang trình ký",
}


class IssuerOut(Schema):
    id: UUID
    kind: str = Field(examples=["served"])
    name: str = Field(examples=["Tỉnh ủy Đông Lĩnh"])
    symbol: str = Field(examples=["TU"])
    code: str
    closed_on: date | None


class PeriodOut(Schema):
    id: UUID
    name: str = Field(examples=["2026"])
    starts_on: date = Field(examples=["2026-01-01"])
    ends_on: date | None = Field(examples=["2026-12-31"])
    last_number: int = Field(examples=[214])


class SeriesOut(Schema):
    id: UUID
    issuer_id: UUID
    direction: str = Field(examples=["outgoing"])
    name: str = Field(examples=["Quyết định, Quy định"])
    period: str = Field(description="what it counts by", examples=["term"])
    kind_symbols: list[str] = Field(description="with both lists empty it counts every kind", examples=[["QĐ"]])
    kind_codes: list[str]
    closed_on: date | None
    periods: list[PeriodOut]

    @staticmethod
    def resolve_periods(series: Any) -> list[Any]:
        return list(series.periods.all())


class NumberOut(Schema):
    model_config = ConfigDict(json_schema_extra={"example": RESERVED})

    id: UUID
    period_id: UUID
    value: int
    mark: str
    state: str
    taken_on: date
    true_date: date | None
    expires_on: date | None
    reason: str


class LedgerLine(Schema):
    value: int = Field(examples=[12])
    mark: str = Field(description="the letter that an old register gave; never one of ours", examples=[""])
    state: str = Field(description='used, reserved, void, elsewhere or "missing"', examples=["void"])
    taken_on: date | None
    true_date: date | None = Field(description="late entry: the day on the document itself")
    late: bool
    document_code: str = Field(description="empty where the caller may not see the document")
    subject: str
    taken_by: str
    reason: str = Field(examples=["In hỏng phôi"])
    expires_on: date | None
    number_id: UUID | None


class LedgerOut(Schema):
    period: PeriodOut
    counts: dict[str, int] = Field(examples=[{"used": 210, "void": 4}])
    missing: int
    late: int
    rows: list[LedgerLine]
    following: int | None = Field(description="pass as `start` for the next page; null on the last")


class ReserveIn(Schema):
    reason: str = Field(examples=["Công văn đang trình ký"])
    expires_on: date = Field(examples=["2026-11-06"])


class VoidIn(Schema):
    reason: str = Field(examples=["In hỏng phôi"])


@router.get("/issuers", response=list[IssuerOut], summary="The bodies in whose name the registry numbers documents")
def issuers(request: Any) -> Any:
    access.require(request.actor, "ledger.read", Organisation(pk=request.actor.organisation_id))
    return Issuer.objects.visible_to(request.actor)


@router.get("/series", response=list[SeriesOut], summary="Number series with their periods")
def series_list(request: Any) -> Any:
    access.require(request.actor, "ledger.read", Organisation(pk=request.actor.organisation_id))
    return Series.objects.visible_to(request.actor).order_by("direction", "name").prefetch_related("periods")


@router.get("/series/{uuid:pk}", response=SeriesOut, summary="One series")
def series_detail(request: Any, pk: UUID) -> Any:
    series = get(Series, request.actor, pk=pk)
    access.require(request.actor, "ledger.read", series)
    return series


@router.get("/periods/{uuid:pk}/ledger", response=LedgerOut, summary="Every number of a period once")
def period_ledger(
    request: Any,
    pk: UUID,
    state: Literal["", *NumberState.values, MISSING] = "",  # type: ignore[valid-type]
    start: int = Query(1, ge=1, le=2_147_483_647, description="the value to begin at"),  # type: ignore[type-arg]
    size: int = Query(100, ge=1, le=PAGE),  # type: ignore[type-arg]
) -> dict[str, Any]:
    period = get(SeriesPeriod, request.actor, pk=pk, related=("series",))
    access.require(request.actor, "ledger.read", period.series)
    summary = ledger_summary(period)
    found = ledger_page(period, request.actor, state=state, start=start, size=size)
    return {
        "period": period,
        "counts": summary.counts,
        "missing": summary.missing,
        "late": summary.late,
        "rows": found.rows,
        "following": found.following,
    }


@router.post(
    "/series/{uuid:pk}/reserve",
    response={201: NumberOut},
    summary="Hold the next number back before the signature, under the body's own rule",
    description="This departs from NĐ 30/2020/NĐ-CP, Điều 14–15, which give the number after the signature.",
)
def number_reserve(request: Any, pk: UUID, given: ReserveIn) -> Status[Number]:
    form = cleaned(ReserveForm(values(given)))
    series = get(Series, request.actor, pk=pk, related=("organisation",))
    return Status(201, numbering.reserve(series=series, **form.cleaned_data, actor=request.actor, on=today()))


@router.post("/series/{uuid:pk}/void", response={201: NumberOut}, summary="Leave the next number without a document")
def number_skip(request: Any, pk: UUID, given: VoidIn) -> Status[Number]:
    form = cleaned(ReasonLineForm(values(given)))
    series = get(Series, request.actor, pk=pk, related=("organisation",))
    return Status(201, numbering.take_void(series=series, **form.cleaned_data, actor=request.actor, on=today()))


@router.post("/series/{uuid:pk}/elsewhere", response={201: NumberOut}, summary="The next number was used elsewhere")
def number_elsewhere(request: Any, pk: UUID) -> Status[Number]:
    series = get(Series, request.actor, pk=pk, related=("organisation",))
    return Status(201, numbering.record_elsewhere(series=series, actor=request.actor, on=today()))


@router.post("/numbers/{uuid:pk}/void", response=NumberOut, summary="Make a reserved number void, with the reason")
def number_void(request: Any, pk: UUID, given: VoidIn) -> Number:
    form = cleaned(ReasonLineForm(values(given)))
    number = get(Number, request.actor, pk=pk, related=("period__series__organisation",))
    return numbering.void(number=number, **form.cleaned_data, actor=request.actor, on=today())


@router.post("/numbers/{uuid:pk}/give-back", response={204: None}, summary="Give the last reserved number back, today")
def number_give_back(request: Any, pk: UUID) -> Status[None]:
    number = get(Number, request.actor, pk=pk, related=("period__series__organisation",))
    numbering.give_back(number=number, actor=request.actor, on=today())
    return Status(204, None)
