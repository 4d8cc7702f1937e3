"""Old registers over the API: upload, columns, dry run, run, progress, report."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Field, File, Form, Query, Router, Schema, UploadedFile
from ninja.responses import Status

from mocban.api.paging import Listing, PageQuery, listing
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.secrecy.choices import Channel
from mocban.ui.pages import get
from mocban.ui.paging import keyset

from .. import access, import_selectors
from ..importing import columns, report
from ..importing.file_sources import in_zip
from ..models import RegisterImport, Series, SeriesPeriod
from ..services import importing

router = Router()
RELATED = ("organisation", "series__issuer", "period")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportIn(Schema):
    direction: Literal["incoming", "outgoing"] = Field(examples=["incoming"])


class SheetOut(Schema):
    name: str = Field(examples=["Sổ 2016"])
    header: list[str] = Field(examples=[["Số đến", "Ngày đến", "Tác giả", "Trích yếu"]])
    header_row: int
    encodings: list[str] = Field(description="tcvn3, vni or nothing, for each column", examples=[["", "", "tcvn3"]])
    year: int = Field(description="what the sheet's name or title says, or 0")


class ImportOut(Schema):
    id: UUID
    direction: str
    file_name: str
    state: str = Field(examples=["checked"])
    counts: dict[str, int] = Field(examples=[{"rows": 1200, "good": 1187, "bad": 13, "entered": 0}])
    mapping: dict[str, Any] = Field(examples=[{"columns": {"number": "Số đến", "arrived_on": "Ngày đến"}}])
    sheets: list[SheetOut]
    series_id: UUID | None
    period_id: UUID | None
    incident_id: UUID | None = Field(description="set when rows bear a secrecy level: they were refused")
    created_at: datetime
    finished_at: datetime | None
    version: int


class MappingIn(Schema):
    """What the columns mean; a field that is left out has no column."""

    columns: dict[str, str] = Field(
        description="field → header label",
        examples=[{"number": "Số đến", "arrived_on": "Ngày đến", "issuer_name": "Tác giả", "subject": "Trích yếu"}],
    )
    carry: list[Literal["arrived_on", "issued_on", "issuer_name"]] = Field([], description="empty cell: as above")
    year: int = Field(0, examples=[2016], description="of the whole file; 0: as sheets and days say")
    sheets: list[int] = Field([], description="places of the sheets to read; none: all")
    files: Literal["", "name", "code", "number"] = Field("", description="how files are found")
    series: UUID | None = None
    period: UUID | None = None
    version: int = Field(ge=0, examples=[1])


class RowOut(Schema):
    id: int
    sheet: int
    line: int = Field(description="row number in the sheet")
    state: str = Field(examples=["bad"])
    problem: str = Field(examples=["Thiếu “Ngày đến”."])
    fields: dict[str, str] = Field(examples=[{"number": "15a", "arrived_on": "5/1/2016", "subject": "Về việc…"}])
    entry_id: UUID | None


class CorrectionOfRow(Schema):
    id: int
    fields: dict[str, str] = Field(examples=[{"number": "15", "arrived_on": "05/01/2016", "subject": "Về việc họp"}])


class VersionIn(Schema):
    version: int = Field(ge=0, examples=[1])


def held_import(request: Any, pk: UUID) -> RegisterImport:
    held: RegisterImport = get(RegisterImport, request.actor, pk=pk, related=RELATED)
    access.require(request.actor, "import.prepare", held)
    return held


@router.get("", response=Listing[ImportOut], summary="Imports of old registers, newest first")
def import_list(request: Any, q: Query[PageQuery]) -> dict[str, Any]:
    organisation = get(Organisation, request.actor, pk=request.actor.organisation_id)
    access.require(request.actor, "import.prepare", organisation)
    rows = import_selectors.imports_of(request.actor)
    return listing(keyset(rows, order=("-created_at",), cursor=q.cursor, size=q.size, exact=q.exact))


@router.post("", response={201: ImportOut}, summary="Upload an old register (multipart): read and kept row by row")
def import_upload(request: Any, given: Form[ImportIn], file: File[UploadedFile]) -> Status[RegisterImport]:
    organisation = get(Organisation, request.actor, pk=request.actor.organisation_id)
    made = importing.stage_import(
        data=file.read(),
        name=file.name or "",
        direction=given.direction,
        organisation=organisation,
        channel=Channel.API,
        actor=request.actor,
        on=today(),
    )
    return Status(201, made)


@router.get("/{uuid:pk}", response=ImportOut, summary="One import: columns, counts, progress")
def import_detail(request: Any, pk: UUID) -> RegisterImport:
    return held_import(request, pk)


@router.put("/{uuid:pk}/mapping", response=ImportOut, summary="Say what the columns mean and start the dry run")
def import_mapping(request: Any, pk: UUID, given: MappingIn) -> RegisterImport:
    held, actor = held_import(request, pk), request.actor
    series = get(Series, actor, pk=given.series) if given.series else None
    period = get(SeriesPeriod, actor, pk=given.period) if given.period else None
    return importing.check_import(
        register_import=held,
        mapping=columns.mapping_of(given.model_dump()),
        series=series,
        period=period,
        actor=actor,
        version=given.version,
    )


@router.post("/{uuid:pk}/run", response=ImportOut, summary="Enter the good rows in the background, or go on")
def import_run(request: Any, pk: UUID, given: VersionIn) -> RegisterImport:
    held = held_import(request, pk)
    return importing.start_import(register_import=held, actor=request.actor, version=given.version)


@router.post("/{uuid:pk}/stop", response=ImportOut, summary="Stop after the chunk that is being entered")
def import_stop(request: Any, pk: UUID) -> RegisterImport:
    return importing.stop_import(register_import=held_import(request, pk), actor=request.actor)


@router.post("/{uuid:pk}/discard", response=ImportOut, summary="Drop an import that has entered nothing")
def import_discard(request: Any, pk: UUID) -> RegisterImport:
    return importing.discard_import(register_import=held_import(request, pk), actor=request.actor)


@router.get("/{uuid:pk}/rows", response=Listing[RowOut], summary="The report: rows with their state and reason")
def import_rows(request: Any, pk: UUID, q: Query[PageQuery], state: str = "") -> dict[str, Any]:
    rows = import_selectors.rows_of(held_import(request, pk), state)
    return listing(keyset(rows, order=("ordinal",), cursor=q.cursor, size=q.size, exact=q.exact))


@router.post("/{uuid:pk}/rows", response=ImportOut, summary="Correct rows; only they are checked again")
def import_correct(request: Any, pk: UUID, given: list[CorrectionOfRow]) -> RegisterImport:
    held = held_import(request, pk)
    corrections = [(one.id, one.fields) for one in given]
    importing.correct_rows(register_import=held, corrections=corrections, actor=request.actor, on=today())
    return held_import(request, pk)


@router.get("/{uuid:pk}/report.xlsx", summary="The bad rows as a sheet, to be corrected and given back")
def import_report(request: Any, pk: UUID) -> HttpResponse:
    return HttpResponse(report.bad_rows_sheet(held_import(request, pk)), content_type=XLSX)


@router.post("/{uuid:pk}/files", response=dict[str, int], summary="Files of the documents as a zip (multipart)")
def import_files(request: Any, pk: UUID, file: File[UploadedFile]) -> dict[str, int]:
    taken = importing.stage_files(
        register_import=held_import(request, pk),
        files=in_zip(file.read()),
        channel=Channel.API,
        actor=request.actor,
    )
    return {"stored": taken.stored, "refused": taken.refused, "known": taken.known}
