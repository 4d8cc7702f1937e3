"""The incoming register over the API."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from ninja import File, Form, Query, Router, UploadedFile
from ninja.responses import Status

from mocban.api.forms import cleaned, values
from mocban.api.paging import Listing, PageQuery, listing
from mocban.exchange.choices import PacketDirection
from mocban.exchange.models import Packet
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.records.shapes import history_of, parts_of
from mocban.secrecy.choices import Channel
from mocban.ui.pages import get
from mocban.ui.paging import keyset

from .. import access, selectors
from ..border import enter_arrival, enter_correction, enter_packet, orders_of, packet_values
from ..choices import Direction
from ..forms import ArrivalForm, CorrectionForm, InstructionForm, PacketArrivalForm
from ..models import Incoming
from ..selectors import instruction_choices
from ..services.instructions import instruct
from .desk import taken_scan
from .schemas import ArrivalIn, BookOut, CorrectionIn, IncomingDetail, IncomingOut, OrdersIn, PacketArrivalIn
from .shared import books_of

router = Router()
RELATED = ("document", "book", "organisation", "number", "packet")


@router.get("", response=Listing[IncomingOut], summary="The incoming register, newest first")
def incoming_list(
    request: Any,
    q: Query[PageQuery],
    book: UUID | None = None,
    status: Literal["", "registered", "instructed", "resolved"] = "",
    words: str = "",
    without_file: bool = False,
) -> dict[str, Any]:
    entries = selectors.incoming_for(
        request.actor, book=book, status=status, text=words[:200], without_file=without_file
    )
    return listing(keyset(entries, order=("-created_at",), cursor=q.cursor, size=q.size, exact=q.exact))


@router.get("/books", response=list[BookOut], summary="Open books of the year, with the number each gives next")
def incoming_books(request: Any) -> list[dict[str, Any]]:
    return books_of(request.actor, Direction.INCOMING)


@router.post("", response={201: IncomingDetail}, summary="Register a document with its files (multipart)")
def incoming_register(
    request: Any,
    given: Form[ArrivalIn],
    file: File[UploadedFile] = None,  # type: ignore[assignment]
    annexes: File[list[UploadedFile]] = None,  # type: ignore[assignment]
) -> Status[dict[str, Any]]:
    actor, on = request.actor, today()
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "incoming.register", organisation)
    books = selectors.open_books(actor, Direction.INCOMING, year=on.year)
    form = cleaned(ArrivalForm(values(given), request.FILES, organisation=organisation, on=on, books=books))
    scan = taken_scan(actor, given.scan, organisation) if given.scan else None
    entry, _files = enter_arrival(form, channel=Channel.API, actor=actor, organisation=organisation, on=on, scan=scan)
    return Status(201, shape(actor, entry.pk))


@router.post("/from-packet/{uuid:pk}", response={201: IncomingDetail}, summary="Accept and register a waiting packet")
def incoming_from_packet(request: Any, pk: UUID, given: PacketArrivalIn) -> Status[dict[str, Any]]:
    actor, on = request.actor, today()
    packet = get(Packet, actor, pk=pk, direction=PacketDirection.IN)
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "incoming.register", organisation)
    books = selectors.open_books(actor, Direction.INCOMING, year=on.year)
    data = {**packet_values(packet, organisation, on=on), **values(given)}
    form = cleaned(PacketArrivalForm(data, organisation=organisation, on=on, books=books))
    entry = enter_packet(form, packet, channel=Channel.API, actor=actor, organisation=organisation, on=on)
    return Status(201, shape(actor, entry.pk))


@router.get("/{uuid:pk}", response=IncomingDetail, summary="One entry with files, instructions, replies and history")
def incoming_detail(request: Any, pk: UUID) -> dict[str, Any]:
    return shape(request.actor, pk)


@router.put("/{uuid:pk}", response=IncomingDetail, summary="Correct the fields of an entry; number and day stay")
def incoming_correct(request: Any, pk: UUID, given: CorrectionIn) -> dict[str, Any]:
    actor, on = request.actor, today()
    entry = get(Incoming, actor, pk=pk, related=RELATED)
    access.require(actor, "incoming.change", entry)
    form = cleaned(CorrectionForm(values(given), organisation=entry.organisation, on=on))
    enter_correction(form, entry, channel=Channel.API, actor=actor, on=on)
    return shape(actor, pk)


@router.post("/{uuid:pk}/instruct", response=IncomingDetail, summary="Write an instruction (bút phê): tasks follow")
def incoming_instruct(request: Any, pk: UUID, given: OrdersIn) -> dict[str, Any]:
    actor = request.actor
    entry = get(Incoming, actor, pk=pk, related=RELATED)
    form = cleaned(InstructionForm(values(given), **instruction_choices(actor, on=today())))
    instruct(entry=entry, orders=orders_of(form), actor=actor, on=today(), version=given.version)
    return shape(actor, pk)


def shape(actor: Any, pk: UUID) -> dict[str, Any]:
    """The entry as it stands now, with all that belongs to it."""
    entry = get(Incoming, actor, pk=pk, related=RELATED)
    files = parts_of(entry.document)
    entry.has_file = any(part["role"] in ("main", "issued") for part in files)
    return {
        "entry": entry,
        "files": files,
        "instructions": [
            {
                "id": line.pk,
                "opinion": line.opinion,
                "lead_unit_id": line.lead_unit_id,
                "written_by": line.written_by,
                "written_at": line.written_at,
                "handle_by": line.handle_by,
                "tasks": [task.pk for task in line.tasks.all()],
            }
            for line in selectors.instructions(entry)
        ],
        "replies": list(selectors.drafts(actor).filter(reply_to=entry).values_list("pk", flat=True)),
        "history": history_of(entry),
    }
