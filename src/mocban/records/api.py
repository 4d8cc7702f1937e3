"""Files and documents over the API: the same forms and services as the pages."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from mocban.api.forms import cleaned, values
from mocban.api.paging import Listing, PageQuery, listing
from mocban.people.models import Position, Unit
from mocban.people.selectors import today
from mocban.ui.pages import get
from mocban.ui.paging import keyset

from . import selectors
from .border import file_choices
from .forms import FileForm, ReopenForm
from .models import Document, File
from .services import add_to_file, close_file, open_file, remove_from_file, reopen_file
from .shapes import DocumentOut, HistoryOut, PartOut, Reason, Versioned, history_of, parts_of

router = Router(tags=["records"])
RELATED = ("unit", "maker__person", "organisation")


class RecordFileIn(Schema):
    """A file by a line of the plan, whose values fill what is left out, or outside the plan."""

    plan_line: UUID | None = None
    notation: str | None = Field(None, examples=["01.VTLT"])
    title: str | None = Field(None, examples=["Hồ sơ trao đổi công tác văn thư năm 2026"])
    retention_code: str | None = Field(None, examples=["1.2"])
    description: str | None = Field(None, examples=["Gồm bản giấy và bản điện tử"])


class RecordFileOut(Schema):
    id: UUID
    year: int
    notation: str = Field(examples=["01.VTLT"])
    title: str
    unit_id: UUID
    maker_id: UUID
    state: str = Field(examples=["open"])
    permanent: bool
    retention_code: str
    retention_term: str
    retention_citation: str
    started_on: date
    ended_on: date | None
    submit_by: date | None
    version: int


class FileEntryOut(Schema):
    ordinal: int
    document: DocumentOut


class FileDetail(Schema):
    file: RecordFileOut
    entries: list[FileEntryOut]
    history: list[HistoryOut]


class DocumentDetail(Schema):
    document: DocumentOut
    files: list[PartOut]
    in_files: list[UUID]
    history: list[HistoryOut]


class FileEntryIn(Schema):
    document: UUID


class PlanLineOut(Schema):
    id: UUID
    notation: str
    title: str
    retention_code: str


@router.get("/files", response=Listing[RecordFileOut], summary="Files that the caller may see, newest first")
def file_list(
    request: Any,
    q: Query[PageQuery],
    state: Literal["", "open", "closed", "submitted", "archived"] = "",
    words: str = "",
) -> dict[str, Any]:
    files = selectors.files_for(request.actor, state=state, text=words[:200])
    return listing(keyset(files, order=("-created_at",), cursor=q.cursor, size=q.size, exact=q.exact))


@router.get("/plan-lines", response=list[PlanLineOut], summary="Planned files of the caller's unit for this year")
def plan_lines(request: Any) -> Any:
    return selectors.lines_to_open(request.actor, year=today().year)


@router.post("/files", response={201: FileDetail}, summary="Open a file of the caller's unit")
def file_open(request: Any, given: RecordFileIn) -> Status[dict[str, Any]]:
    actor, on = request.actor, today()
    unit = get(Unit, actor, pk=actor.unit_id, related=("organisation",))
    form = cleaned(FileForm(values(given), **file_choices(actor, regime=unit.organisation.regime, on=on)))
    maker = get(Position, actor, pk=actor.position_id)
    file = open_file(unit=unit, maker=maker, actor=actor, on=on, **form.cleaned_data)
    return Status(201, shape(actor, file.pk))


@router.get("/files/{uuid:pk}", response=FileDetail, summary="One file with its documents and history")
def file_detail(request: Any, pk: UUID) -> dict[str, Any]:
    return shape(request.actor, pk)


@router.post("/files/{uuid:pk}/documents", response=FileDetail, summary="Put a document into an open file")
def file_add(request: Any, pk: UUID, given: FileEntryIn) -> dict[str, Any]:
    actor = request.actor
    document = get(Document, actor, pk=given.document)
    add_to_file(file=get(File, actor, pk=pk), document=document, actor=actor, on=today())
    return shape(actor, pk)


@router.delete("/files/{uuid:pk}/documents/{uuid:document}", response=FileDetail, summary="Take a document out again")
def file_remove(request: Any, pk: UUID, document: UUID) -> dict[str, Any]:
    actor = request.actor
    held = get(Document, actor, pk=document)
    remove_from_file(file=get(File, actor, pk=pk), document=held, actor=actor, on=today())
    return shape(actor, pk)


@router.post("/files/{uuid:pk}/close", response=FileDetail, summary="Close a file whose work is done")
def file_close(request: Any, pk: UUID, given: Versioned) -> dict[str, Any]:
    actor = request.actor
    close_file(file=get(File, actor, pk=pk), actor=actor, on=today(), version=given.version)
    return shape(actor, pk)


@router.post("/files/{uuid:pk}/reopen", response=FileDetail, summary="Open a closed file again, with a reason")
def file_reopen(request: Any, pk: UUID, given: Reason) -> dict[str, Any]:
    actor = request.actor
    file = get(File, actor, pk=pk)
    form = cleaned(ReopenForm(values(given)))
    reason = form.cleaned_data["reason"]
    reopen_file(file=file, reason=reason, actor=actor, on=today(), version=given.version)
    return shape(actor, pk)


@router.get("/documents/{uuid:pk}", response=DocumentDetail, summary="One document, whatever desk it belongs to")
def document_detail(request: Any, pk: UUID) -> dict[str, Any]:
    document = get(Document, request.actor, pk=pk)
    return {
        "document": document,
        "files": parts_of(document),
        "in_files": list(selectors.files_with(document, request.actor).values_list("pk", flat=True)),
        "history": history_of(document),
    }


def shape(actor: Any, pk: UUID) -> dict[str, Any]:
    """The file as it stands now, with all that belongs to it."""
    file = get(File, actor, pk=pk, related=RELATED)
    return {"file": file, "entries": list(selectors.contents(file)), "history": history_of(file)}
