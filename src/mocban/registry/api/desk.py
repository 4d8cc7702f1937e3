"""The clerk's desk over the API: the scan folder, batches, probable duplicates, scans for paper entries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Field, File, Router, Schema, UploadedFile
from ninja.responses import Status

from mocban.api.forms import cleaned
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.secrecy.choices import Channel
from mocban.ui.pages import get

from .. import access, attaching, batching, desk, taking
from ..border import may_be_earlier
from ..choices import BatchRowState, ScanState
from ..desk_forms import ScanForm
from ..models import Batch, BatchRow, Incoming, Scan
from ..services.batches import drop_row, edit_row, start_batch
from ..services.scans import set_scan_aside
from ..taking import TakenScan

router = Router()
ROW = ("batch", "organisation", "object", "scan", "incoming")


class ScanOut(Schema):
    key: str = Field(description="names this state of the file when it is taken")
    name: str = Field(examples=["scan-0012.pdf"], description="empty for a refused secret")
    size: int = Field(examples=[44800])
    scanned_at: datetime
    state: str = Field(examples=[""], description='"" waits; growing, taken, aside, refused')
    reason: str
    free: bool


class TakenOut(Schema):
    id: UUID = Field(description="give it as `scan` when the document is registered")
    name: str
    guessed: dict[str, str] = Field(
        examples=[{"printed_code": "12/QĐ-UBND", "issued_on": "20/11/2026"}], description="boxes read from the page"
    )


class TakeIn(Schema):
    key: str | None = Field(
        None, description="one file of the list; without it the next one", examples=["cv-12.pdf:20480:1762225800"]
    )


class CheckIn(Schema):
    issuer_name: str = Field("", examples=["Ủy ban nhân dân xã Hòa Bình"])
    printed_code: str = Field("", examples=["12/UBND-VP"])
    issued_on: date | None = Field(None, examples=["2026-11-02"])
    sha256: str = ""


class EarlierOut(Schema):
    reason: str = Field(examples=["Cùng số, ký hiệu, cơ quan ban hành và năm"])
    entry_id: UUID | None
    document_id: UUID | None
    packet_id: UUID | None


class RowIn(Schema):
    """The boxes of a row as text; a date as dd/mm/yyyy or shorter."""

    values: dict[str, str] = Field(examples=[{"printed_code": "12/UBND-VP", "issued_on": "5/11"}])


class RowOut(Schema):
    id: UUID
    ordinal: int
    name: str
    state: Literal["waiting", "registered", "failed", "refused", "dropped"]
    reason: str
    values: dict[str, str]
    readable: bool
    incoming_id: UUID | None
    number: int | None

    @staticmethod
    def resolve_number(row: Any) -> int | None:
        return row.incoming.number_value if row.incoming else None


class BatchOut(Schema):
    id: UUID
    created_at: datetime
    made_by: str
    rows: list[RowOut]
    left: list[str] = Field([], description="names of files that found no room")


def body(request: Any) -> Organisation:
    organisation: Organisation = get(Organisation, request.actor, pk=request.actor.organisation_id)
    access.require(request.actor, "incoming.register", organisation)
    return organisation


def taken_scan(actor: Any, pk: UUID, organisation: Organisation) -> TakenScan:
    """A file that the caller has taken, with its bytes."""
    scan = get(Scan, actor, pk=pk, state=ScanState.TAKEN, in_batch=False, related=("organisation",))
    return taking.taken(scan, organisation=organisation)


@router.get("/scans", response=list[ScanOut], summary="The scan folder of the desk, oldest first")
def scan_list(request: Any) -> list[dict[str, Any]]:
    return [
        {
            "key": one.key,
            "name": one.shown,
            "size": one.file.size,
            "scanned_at": one.file.changed_at,
            "state": one.state,
            "reason": one.reason,
            "free": one.free,
        }
        for one in desk.waiting_scans(body(request), request.actor)
    ]


@router.post("/scans/take", response={200: TakenOut, 204: None}, summary="Take the next file, or the one named")
def scan_take(request: Any, given: TakeIn) -> Any:
    organisation = body(request)
    if given.key:
        found = next((one for one in desk.waiting_scans(organisation, request.actor) if one.key == given.key), None)
        if found is None:
            raise RuleBroken("scan.gone", _("Tệp quét không còn trong thư mục; có thể đã bị chuyển đi."))
        scan, accepted = taking.take(found.file, organisation=organisation, actor=request.actor)
    else:
        following = taking.take_next(organisation=organisation, actor=request.actor)
        if following is None:
            return Status(204, None)
        scan, accepted = following
    guessed = desk.guessed_values(accepted.text, on=today())
    return Status(200, {"id": scan.pk, "name": scan.name, "guessed": guessed})


@router.post("/scans/{uuid:pk}/aside", response={204: None}, summary="Leave a taken file for later")
def scan_aside(request: Any, pk: UUID) -> Status[None]:
    set_scan_aside(scan=get(Scan, request.actor, pk=pk), actor=request.actor)
    return Status(204, None)


@router.post("/duplicates", response=list[EarlierOut], summary="Probable duplicates of what is typed so far")
def duplicates(request: Any, given: CheckIn) -> list[dict[str, Any]]:
    typed = {**given.dict(), "issued_on": given.issued_on or ""}
    found = may_be_earlier(typed, organisation=body(request), actor=request.actor, on=today())
    return [
        {
            "reason": str(one.reason),
            "entry_id": one.entry.pk if one.entry else None,
            "document_id": one.document.pk if one.document else None,
            "packet_id": one.packet.pk if one.packet else None,
        }
        for one in found
    ]


@router.post("/incoming/{uuid:pk}/attach", response={204: None}, summary="Attach the scan of a paper entry (multipart)")
def incoming_attach(request: Any, pk: UUID, file: File[UploadedFile]) -> Status[None]:
    entry = get(Incoming, request.actor, pk=pk, related=("document", "organisation"))
    access.require(request.actor, "incoming.change", entry)
    form = cleaned(ScanForm({}, request.FILES))
    upload = form.cleaned_data["file"]
    attaching.attach_upload(upload, entry, channel=Channel.API, actor=request.actor, on=today())
    return Status(204, None)


@router.post("/batches", response={201: BatchOut}, summary="Stage up to fifty files as a batch (multipart)")
def batch_create(request: Any, files: File[list[UploadedFile]]) -> Status[dict[str, Any]]:
    actor, on = request.actor, today()
    batch = start_batch(organisation=body(request), actor=actor)
    left = batching.stage_uploads(batch, files, channel=Channel.API, actor=actor, on=on)
    return Status(201, shape(batch, left))


@router.post("/batches/from-folder", response={201: BatchOut}, summary="Stage what waits in the scan folder")
def batch_from_folder(request: Any) -> Status[dict[str, Any]]:
    batch = start_batch(organisation=body(request), actor=request.actor)
    batching.stage_folder(batch, actor=request.actor, on=today())
    return Status(201, shape(batch))


@router.get("/batches/{uuid:pk}", response=BatchOut, summary="A batch with its rows, their states and numbers")
def batch_detail(request: Any, pk: UUID) -> dict[str, Any]:
    body(request)
    return shape(get(Batch, request.actor, pk=pk))


@router.post("/batches/{uuid:pk}/register", response=BatchOut, summary="Register the rows that wait, in their order")
def batch_register(request: Any, pk: UUID) -> dict[str, Any]:
    body(request)
    batch = get(Batch, request.actor, pk=pk, related=("organisation",))
    batching.register_waiting(batch, channel=Channel.API, actor=request.actor, on=today())
    return shape(batch)


@router.put("/batch-rows/{uuid:pk}", response=RowOut, summary="Type the boxes of a row")
def row_edit(request: Any, pk: UUID, given: RowIn) -> BatchRow:
    row = get(BatchRow, request.actor, pk=pk, related=ROW)
    access.require(request.actor, "incoming.register", row)
    known = batching.form_of(row, request.actor, on=today()).fields
    typed = {name: value[:600] for name, value in given.values.items() if name in known}
    return edit_row(row=row, values={**row.values, **typed}, actor=request.actor)


@router.delete("/batch-rows/{uuid:pk}", response={204: None}, summary="Take a file out of its batch")
def row_drop(request: Any, pk: UUID) -> Status[None]:
    drop_row(row=get(BatchRow, request.actor, pk=pk, related=ROW), actor=request.actor)
    return Status(204, None)


def shape(batch: Batch, left: list[str] | None = None) -> dict[str, Any]:
    rows = [row for row in batching.rows_of(batch) if row.state != BatchRowState.DROPPED]
    return {"id": batch.pk, "created_at": batch.created_at, "made_by": batch.made_by, "rows": rows, "left": left or []}
