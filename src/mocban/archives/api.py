"""Submissions and holdings over the API: the same forms and services as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import FileResponse
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from mocban.api.forms import cleaned, values
from mocban.api.paging import Listing, PageQuery, listing
from mocban.people.models import Organisation, Unit
from mocban.people.selectors import today
from mocban.preservation.download import sent
from mocban.preservation.models import Package
from mocban.preservation.services import take_out
from mocban.records.shapes import HistoryOut, Reason, Versioned, history_of
from mocban.ui.pages import get
from mocban.ui.paging import keyset

from . import selectors
from .forms import FondsForm, PlaceForm, PlacingForm, ReceiptForm, ReturnForm, SubmissionForm
from .models import Holding, Submission
from .services.holdings import pack_holding, place_holding
from .services.places import create_fonds, create_place
from .services.submissions import receive_submission, return_submission, submit_files

router = Router(tags=["archives"])


class SubmissionIn(Schema):
    files: list[UUID] = Field(description="closed files of the caller's unit")
    title: str | None = Field(None, examples=["Hồ sơ năm 2026 của Phòng Văn thư – Lưu trữ"])


class ReceiptIn(Versioned):
    condition: str = Field(examples=["Đầy đủ, tình trạng tốt"])


class SubmissionOut(Schema):
    id: UUID
    unit_id: UUID
    title: str
    state: str = Field(examples=["sent"])
    sent_by: str
    sent_at: datetime
    received_by: str
    received_at: datetime | None
    condition: str
    return_reason: str
    version: int


class SubmittedFileOut(Schema):
    ordinal: int
    file_id: UUID
    notation: str
    title: str
    retention_term: str
    documents: int


class SubmissionDetail(Schema):
    submission: SubmissionOut
    lines: list[SubmittedFileOut]
    history: list[HistoryOut]


class PlacingIn(Versioned):
    fonds: UUID
    place: UUID


class HoldingOut(Schema):
    id: UUID
    file_id: UUID
    notation: str
    title: str
    retention_term: str
    submission_id: UUID
    fonds_id: UUID | None
    place_id: UUID | None
    archival_code: str
    package_id: UUID | None
    received_at: datetime
    version: int

    @staticmethod
    def resolve_notation(holding: Any) -> str:
        return str(holding.file.notation)

    @staticmethod
    def resolve_title(holding: Any) -> str:
        return str(holding.file.title)

    @staticmethod
    def resolve_retention_term(holding: Any) -> str:
        return str(holding.file.retention_term)


class HoldingDetail(Schema):
    holding: HoldingOut
    history: list[HistoryOut]


class FondsIn(Schema):
    code: str | None = Field(None, examples=["SNV"])
    title: str | None = Field(None, examples=["Phông Sở Nội vụ"])
    history: str | None = Field(None, examples=["Thành lập năm 2025 trên cơ sở hợp nhất hai cơ quan."])


class FondsOut(Schema):
    id: UUID
    code: str
    title: str
    started_on: date | None
    ended_on: date | None


class PlaceIn(Schema):
    store: str | None = Field(None, examples=["Kho 1"])
    shelf: str | None = Field(None, examples=["Giá A1"])
    box: str | None = Field(None, examples=["Hộp 01"])


class PlaceOut(Schema):
    id: UUID
    store: str
    shelf: str
    box: str


@router.get("/submissions", response=Listing[SubmissionOut], summary="Submissions, newest first")
def submission_list(request: Any, q: Query[PageQuery]) -> dict[str, Any]:
    rows = selectors.submissions_for(request.actor)
    return listing(keyset(rows, order=("-sent_at",), cursor=q.cursor, size=q.size, exact=q.exact))


@router.post("/submissions", response={201: SubmissionDetail}, summary="Hand closed files of the unit over")
def submission_send(request: Any, given: SubmissionIn) -> Status[dict[str, Any]]:
    actor = request.actor
    unit = get(Unit, actor, pk=actor.unit_id, related=("organisation",))
    form = cleaned(SubmissionForm(values(given), files=selectors.submittable(actor, unit)))
    files, title = list(form.cleaned_data["files"]), form.cleaned_data["title"]
    made = submit_files(unit=unit, files=files, title=title, actor=actor, on=today())
    return Status(201, submission_shape(actor, made.pk))


@router.get("/submissions/{uuid:pk}", response=SubmissionDetail, summary="One submission with its list of files")
def submission_detail(request: Any, pk: UUID) -> dict[str, Any]:
    return submission_shape(request.actor, pk)


@router.post("/submissions/{uuid:pk}/receive", response=SubmissionDetail, summary="Take the files into custody")
def submission_receive(request: Any, pk: UUID, given: ReceiptIn) -> dict[str, Any]:
    submission = get(Submission, request.actor, pk=pk)
    form = cleaned(ReceiptForm(values(given)))
    receive_submission(submission=submission, actor=request.actor, on=today(), **form.cleaned_data)
    return submission_shape(request.actor, pk)


@router.post("/submissions/{uuid:pk}/return", response=SubmissionDetail, summary="Send the files back, with a reason")
def submission_return(request: Any, pk: UUID, given: Reason) -> dict[str, Any]:
    submission = get(Submission, request.actor, pk=pk)
    form = cleaned(ReturnForm(values(given)))
    return_submission(submission=submission, actor=request.actor, on=today(), **form.cleaned_data)
    return submission_shape(request.actor, pk)


@router.get("/holdings", response=Listing[HoldingOut], summary="Files in custody, newest first")
def holding_list(request: Any, q: Query[PageQuery], which: Literal["all", "unplaced"] = "all") -> dict[str, Any]:
    held = selectors.holdings_for(request.actor, unplaced=which == "unplaced")
    return listing(keyset(held, order=("-received_at",), cursor=q.cursor, size=q.size, exact=q.exact))


@router.get("/holdings/{uuid:pk}", response=HoldingDetail, summary="One file in custody")
def holding_detail(request: Any, pk: UUID) -> dict[str, Any]:
    return holding_shape(request.actor, pk)


@router.post("/holdings/{uuid:pk}/place", response=HoldingDetail, summary="Put a file into a fonds and a box")
def holding_place(request: Any, pk: UUID, given: PlacingIn) -> dict[str, Any]:
    actor = request.actor
    holding = get(Holding, actor, pk=pk)
    shelves = {"fonds": selectors.fonds_for(actor), "places": selectors.places_for(actor)}
    form = cleaned(PlacingForm(values(given), **shelves))
    place_holding(holding=holding, actor=actor, on=today(), **form.cleaned_data)
    return holding_shape(actor, pk)


@router.post("/holdings/{uuid:pk}/pack", response=HoldingDetail, summary="Write and check the archive package")
def holding_pack(request: Any, pk: UUID) -> dict[str, Any]:
    pack_holding(holding=get(Holding, request.actor, pk=pk), actor=request.actor, on=today())
    return holding_shape(request.actor, pk)


@router.get("/holdings/{uuid:pk}/package", summary="Download the archive package (.zip)")
def holding_package(request: Any, pk: UUID) -> FileResponse:
    holding = get(Holding, request.actor, pk=pk)
    package = get(Package, request.actor, pk=holding.package_id)
    return sent(package, take_out(package=package, actor=request.actor))


@router.get("/fonds", response=list[FondsOut], summary="Fonds of the body")
def fonds_list(request: Any) -> Any:
    return selectors.fonds_for(request.actor)


@router.post("/fonds", response={201: FondsOut}, summary="Create a fonds")
def fonds_create(request: Any, given: FondsIn) -> Status[Any]:
    form = cleaned(FondsForm(values(given)))
    return Status(201, create_fonds(actor=request.actor, on=today(), organisation=own(request), **form.cleaned_data))


@router.get("/places", response=list[PlaceOut], summary="Stores, shelves and boxes")
def place_list(request: Any) -> Any:
    return selectors.places_for(request.actor)


@router.post("/places", response={201: PlaceOut}, summary="Create a box on a shelf")
def place_create(request: Any, given: PlaceIn) -> Status[Any]:
    form = cleaned(PlaceForm(values(given)))
    return Status(201, create_place(actor=request.actor, on=today(), organisation=own(request), **form.cleaned_data))


def own(request: Any) -> Organisation:
    return get(Organisation, request.actor, pk=request.actor.organisation_id)  # type: ignore[no-any-return]


def submission_shape(actor: Any, pk: UUID) -> dict[str, Any]:
    """The submission as it stands now, with its list."""
    submission = get(Submission, actor, pk=pk, related=("unit", "organisation"))
    return {
        "submission": submission,
        "lines": [
            {
                "ordinal": line.ordinal,
                "file_id": line.file_id,
                "notation": line.file.notation,
                "title": line.file.title,
                "retention_term": line.file.retention_term,
                "documents": line.documents,
            }
            for line in selectors.lines(submission)
        ],
        "history": history_of(submission),
    }


def holding_shape(actor: Any, pk: UUID) -> dict[str, Any]:
    holding = get(Holding, actor, pk=pk, related=("file", "fonds", "place", "package"))
    return {"holding": holding, "history": history_of(holding)}
