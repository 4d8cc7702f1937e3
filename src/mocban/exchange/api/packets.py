"""Packets over the API: the same lists and the same refusal as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Query, Router, Schema

from mocban.api.paging import Listing, PageQuery, listing
from mocban.people.selectors import today
from mocban.secrecy.choices import Channel
from mocban.ui.pages import get
from mocban.ui.paging import keyset

from .. import border, selectors, services
from ..models import Packet

router = Router(tags=["exchange"])


class PacketOut(Schema):
    id: UUID
    direction: str
    state: str
    peer_code: str
    peer_name: str
    code_number: str
    code_notation: str
    issued_on: date | None
    kind_name: str
    subject: str
    urgency: int
    due_on: date | None
    document_key: str
    transport_id: str
    document_id: UUID | None
    conflicting: bool
    sha256: str
    at: datetime


class StatusOut(Schema):
    code: str
    name: str
    description: str
    reported_by: str
    at: datetime


class FileOut(Schema):
    object_id: UUID
    name: str
    media_type: str
    size: int


class PacketDetail(PacketOut):
    statuses: list[StatusOut]
    files: list[FileOut]
    warnings: list[dict[str, str]]


class Refusal(Schema):
    reason: str = Field(examples=["Văn bản gửi nhầm nơi nhận"])


LISTS = {"waiting": selectors.waiting, "received": selectors.received, "sent": selectors.sent}


@router.get("", response=Listing[PacketOut], summary="Packets that wait, were received, or were sent, newest first")
def packet_list(
    request: Any, q: Query[PageQuery], show: Literal["waiting", "received", "sent"] = "waiting"
) -> dict[str, Any]:
    packets = LISTS[show](request.actor)
    return listing(keyset(packets, order=("-at",), cursor=q.cursor, size=q.size, exact=q.exact))


@router.get("/{uuid:pk}", response=PacketDetail, summary="One packet with its statuses and files")
def packet_detail(request: Any, pk: UUID) -> dict[str, Any]:
    return _shape(get(Packet, request.actor, pk=pk, related=["organisation"]))


@router.post("/{uuid:pk}/refuse", response=PacketDetail, summary="Refuse a waiting packet, with a reason")
def packet_refuse(request: Any, pk: UUID, given: Refusal) -> dict[str, Any]:
    packet = get(Packet, request.actor, pk=pk, related=["organisation"])
    border.check_words(given.reason, packet=packet, actor=request.actor, channel=Channel.API)
    return _shape(services.refuse(packet=packet, reason=given.reason, actor=request.actor, on=today()))


def _shape(packet: Packet) -> dict[str, Any]:
    lines = selectors.history(packet, regime=packet.organisation.regime, on=today())
    return {
        **{name: getattr(packet, name) for name in PacketOut.model_fields},
        "statuses": [
            {
                "code": line.status.code,
                "name": line.name,
                "description": line.status.description,
                "reported_by": line.status.reported_by,
                "at": line.status.at,
            }
            for line in lines
        ],
        "files": [
            {
                "object_id": attachment.object_id,
                "name": attachment.name,
                "media_type": attachment.object.media_type,
                "size": attachment.object.size,
            }
            for attachment in packet.attachments.select_related("object")
        ],
        "warnings": packet.warnings,
    }
