"""Reads of packets: lists, names of statuses, sentences of oddities, who may read a stored object."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from mocban import law
from mocban.people.actor import Actor
from mocban.ui.language import name_of

from .choices import PacketDirection, PacketState, Purpose, StatusCode
from .edxml.oddities import SENTENCES
from .models import Packet, PacketAttachment, PacketStatus


@dataclass(frozen=True)
class StatusLine:
    """A line of a packet's history."""

    status: PacketStatus
    name: str


def waiting(actor: Actor) -> Any:
    """Packets that wait for the clerk, newest first."""
    return received(actor).filter(state=PacketState.WAITING)


def received(actor: Actor) -> Any:
    return Packet.objects.visible_to(actor).filter(direction=PacketDirection.IN).order_by("-at", "-id")


def sent(actor: Actor) -> Any:
    return Packet.objects.visible_to(actor).filter(direction=PacketDirection.OUT).order_by("-at", "-id")


def asked_back(packet: Packet) -> bool:
    """Whether the sender of a received document wants it back and nobody has answered yet."""
    if packet.direction != PacketDirection.IN or packet.business_type == Purpose.RECALL:
        return False
    codes = set(packet.statuses.values_list("code", flat=True))
    return StatusCode.TAKE_BACK in codes and not codes & {StatusCode.AGREED, StatusCode.DECLINED}


def recall_of(packet: Packet) -> Packet | None:
    """The packet by which a document was recalled, if one came or went."""
    found: Packet | None = packet.followers.filter(business_type=Purpose.RECALL).order_by("-at").first()
    return found


def status_name(code: str, *, regime: str, on: date) -> str:
    """The name of a status from law data, with its code; a code that the table lacks stands for itself."""
    rows = law.table("exchange_statuses", regime=regime, on=on)
    return next((f"{code} {name_of(row['name_vi'], row['name_en'])}" for row in rows if row["code"] == code), code)


def purpose_name(business_type: int, *, regime: str, on: date) -> str:
    """The printed name of what a packet is for, from law data."""
    rows = law.table("packet_purposes", regime=regime, on=on)
    return next(
        (name_of(row["name_vi"], row["name_en"]) for row in rows if row["code"] == str(business_type)),
        str(business_type),
    )


def urgency_name(urgency: int, *, regime: str, on: date) -> str:
    """The printed name of an urgency from law data, "" for an ordinary one."""
    if not urgency:
        return ""
    rows = law.table("urgency", regime=regime, on=on)
    return next(
        (name_of(row["name_vi"], row["name_en"]) for row in rows if row["packet_priority"] == str(urgency)),
        str(urgency),
    )


def history(packet: Packet, *, regime: str, on: date) -> list[StatusLine]:
    return [StatusLine(status, status_name(status.code, regime=regime, on=on)) for status in packet.statuses.all()]


def warnings(packet: Packet) -> list[tuple[Any, str, str]]:
    """The oddities of a packet as (sentence, where, text as received)."""
    return [(SENTENCES.get(row["code"], row["code"]), row["where"], row["raw"]) for row in packet.warnings]


def can_read_object(object_id: UUID, actor: Actor) -> bool:
    """Whether a stored object belongs to a packet that the actor may see (settings.CONTENT_READERS)."""
    mine = Packet.objects.visible_to(actor)
    return bool(mine.filter(Q(raw_id=object_id) | Q(attachments__object_id=object_id)).exists())


def names_of_objects(object_ids: Collection[UUID], actor: Actor) -> dict[UUID, str]:
    """Code and subject of the packets that brought stored objects, as far as they may be seen (CONTENT_NAMERS)."""
    rows = PacketAttachment.objects.filter(object_id__in=object_ids, packet__in=Packet.objects.visible_to(actor))
    return {row.object_id: str(row.packet) for row in rows.select_related("packet")}


def page_of_object(object_id: UUID, actor: Actor) -> tuple[str, str] | None:
    """Name and address of the packet that brought a stored object (settings.CONTENT_HOLDERS)."""
    mine = Packet.objects.visible_to(actor)
    packet = mine.filter(Q(raw_id=object_id) | Q(attachments__object_id=object_id)).order_by("-at").first()
    return (str(packet)[:60], reverse("exchange:packet", args=[packet.pk])) if packet else None
