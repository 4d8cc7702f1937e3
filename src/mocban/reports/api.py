"""Prints over the API: books, sealed volumes, ledgers, slips; the same bytes as the pages give."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.registry import access as registry_access
from mocban.registry.models import Book, Incoming, Series
from mocban.ui.pages import get

from . import access
from .answers import PDF, XLSX, file, paper, printed
from .figures import Asked
from .forms import EARLIEST_YEAR, LATEST_YEAR
from .handling import incoming_report, outgoing_report
from .ledgers import ledger_sheet
from .periods import period
from .registers import book_sheet
from .sealing import print_and_seal, sealed_pdf
from .slips import slip_pdf
from .unsigned import LACKS, Chosen, unsigned_sheet

router = Router(tags=["prints"])
Ending = Literal["pdf", "xlsx"]
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}


def _answers(*media_types: str) -> dict[str, Any]:
    """How a file stands in the OpenAPI document."""
    content = dict.fromkeys(media_types, _BINARY)
    return {"responses": {200: {"description": "The file", "content": content}}}


class BookOut(Schema):
    id: UUID
    kind: str = Field(examples=["incoming"])
    name: str = Field(examples=["Sổ đăng ký văn bản đến"])
    year: int = Field(examples=[2026])
    volume: int = Field(examples=[1])
    state: str = Field(examples=["closed"])


class VolumeOut(Schema):
    """A printed and sealed volume; its PDF has this SHA-256 for ever."""

    id: UUID
    first_number: int | None = Field(examples=[1])
    last_number: int | None = Field(examples=[1240])
    entries: int = Field(examples=[1240])
    sha256: str = Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])
    printed_on: date = Field(examples=["2026-12-31"])
    printed_at: datetime
    printed_by: str = Field(examples=["Trần Thị Mẫu, Văn thư"])


class PeriodIn(Schema):
    year: int = Field(ge=EARLIEST_YEAR, le=LATEST_YEAR, examples=[2026])
    part: str = Field("", pattern="^(q[1-4]|m[1-9]|m1[0-2])?$", examples=["q3"], description="a quarter or a month")


class UnsignedIn(PeriodIn):
    way: Literal["outgoing", "incoming", "copies"] = Field("outgoing", examples=["incoming"])
    unit: UUID | None = Field(None, examples=["01990000-0000-7000-8000-000000000001"])
    lack: Literal[tuple(one.value for one in LACKS)] | None = Field(None, examples=["no_signature"])  # type: ignore[valid-type]


@router.get("/books", response=list[BookOut], summary="The books of the body, newest year first")
def books(request: Any, year: Annotated[int | None, Query(examples=[2026])] = None) -> Any:
    rows = Book.objects.visible_to(request.actor)
    return rows.filter(year=year) if year else rows


@router.get(
    "/books/{uuid:pk}/register.{ending}", openapi_extra=_answers(PDF, XLSX), summary="A book as PDF/A-2b or workbook"
)
def register(request: Any, pk: UUID, ending: Ending) -> HttpResponse:
    book = get(Book, request.actor, pk=pk, related=("organisation", "series"))
    return printed(lambda: book_sheet(book, actor=request.actor, on=today()), ending)


@router.get("/books/{uuid:pk}/volumes", response=list[VolumeOut], summary="The sealed volumes of a book")
def volumes(request: Any, pk: UUID) -> Any:
    return get(Book, request.actor, pk=pk).printed_volumes.all()


@router.post("/books/{uuid:pk}/volumes", response={201: VolumeOut}, summary="Print and seal what no volume shows yet")
def seal(request: Any, pk: UUID) -> Status[Any]:
    book = get(Book, request.actor, pk=pk, related=("organisation", "series"))
    return Status(201, print_and_seal(book, actor=request.actor, on=today()))


@router.get(
    "/books/{uuid:pk}/volumes/{uuid:volume}.pdf",
    openapi_extra=_answers(PDF),
    summary="A sealed volume as it was sealed",
)
def volume_pdf(request: Any, pk: UUID, volume: UUID) -> HttpResponse:
    book = get(Book, request.actor, pk=pk)
    found = get_object_or_404(book.printed_volumes.select_related("object", "book"), pk=volume)
    return file(sealed_pdf(found), PDF, found.object.name)


@router.get(
    "/ledgers/{uuid:pk}.{ending}",
    openapi_extra=_answers(PDF, XLSX),
    summary="Every number of a counting period (its id)",
)
def ledger(request: Any, pk: UUID, ending: Ending) -> HttpResponse:
    series = get(Series, request.actor, periods=pk)
    registry_access.require(request.actor, "ledger.read", series)
    counted = series.periods.select_related("series__organisation").get(pk=pk)
    return printed(lambda: ledger_sheet(counted, actor=request.actor, on=today()), ending)


@router.get("/incoming/{uuid:pk}/slip.pdf", openapi_extra=_answers(PDF), summary="The slip for handling a document")
def slip(request: Any, pk: UUID) -> HttpResponse:
    entry = get(Incoming, request.actor, pk=pk, related=("document", "organisation"))
    return paper(lambda: slip_pdf(entry, on=today()), f"slip-{entry.number_value}.pdf")


@router.get(
    "/handling/{direction}.{ending}",
    openapi_extra=_answers(PDF, XLSX),
    summary="Report on handling in a period: a year, a quarter or a month",
)
def handling(
    request: Any, direction: Literal["incoming", "outgoing"], ending: Ending, asked: Query[PeriodIn]
) -> HttpResponse:
    organisation = get(Organisation, request.actor, pk=request.actor.organisation_id)
    access.require(request.actor, "handling.read", organisation)
    counted = Asked(request.actor, period(asked.year, asked.part), today())
    make = incoming_report if direction == "incoming" else outgoing_report
    return printed(lambda: make(counted, organisation), ending)


@router.get(
    "/unsigned.{ending}",
    openapi_extra=_answers(PDF, XLSX),
    summary="Electronic documents without a sufficient signature, with what each lacks",
)
def unsigned(request: Any, ending: Ending, asked: Query[UnsignedIn]) -> HttpResponse:
    organisation = get(Organisation, request.actor, pk=request.actor.organisation_id)
    access.require(request.actor, "unsigned.read", organisation)
    counted = Asked(request.actor, period(asked.year, asked.part), today())
    chosen = Chosen(counted, asked.way, str(asked.unit or ""), asked.lack or "")
    return printed(lambda: unsigned_sheet(chosen, organisation), ending)
