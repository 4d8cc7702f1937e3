"""Reads of copies, paper issued, amendments and recalls."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from mocban.exchange.choices import Purpose
from mocban.exchange.models import Packet
from mocban.exchange.selectors import asked_back
from mocban.lib.text import clean_line
from mocban.people.actor import Actor
from mocban.records.models import Document

from .choices import AmendmentKind, AmendmentState, CopyState
from .models import Amendment, Copy, Incoming, Outgoing, PaperIssue, PaperReturn


def copies_for(
    actor: Actor, *, state: str = "", kind: str = "", text: str = "", book: UUID | None = None
) -> QuerySet[Any]:
    """Copies that the actor may see: by state, kind, book, and words of number, document or recipients."""
    copies = Copy.objects.visible_to(actor).select_related("document", "signer__person")
    if state in CopyState.values:
        copies = copies.filter(state=state)
    if kind:
        copies = copies.filter(kind=kind)
    if book:
        copies = copies.filter(book_id=book)
    if text:
        words = clean_line(text)
        copies = copies.filter(
            Q(printed_code__icontains=words)
            | Q(document__subject__icontains=words)
            | Q(document__printed_code__icontains=words)
            | Q(recipients__icontains=words)
        )
    return copies


def copies_of(document: Document, actor: Actor) -> QuerySet[Any]:
    """Copies of one document that the actor may see, newest first."""
    return Copy.objects.visible_to(actor).filter(document=document).order_by("-created_at")


def after_issue(outgoing: Outgoing, actor: Actor) -> dict[str, Any]:
    """What became of an issued document: copies, paper, amendments either way, recall and its paper."""
    seen = Amendment.objects.visible_to(actor).exclude(state=AmendmentState.CANCELLED)
    sides = seen.filter(Q(outgoing=outgoing) | Q(by_outgoing=outgoing)).select_related(
        "outgoing__document", "by_outgoing__document", "by_outgoing"
    )
    listed = list(sides)
    recall = next((one for one in listed if one.kind == AmendmentKind.RECALL), None)
    return {
        "recall": recall,
        "put_right": [one for one in listed if one.outgoing_id == outgoing.pk and one.kind != AmendmentKind.RECALL],
        "puts_right": next((one for one in listed if one.by_outgoing_id == outgoing.pk), None),
        "paper_back": list(PaperReturn.objects.filter(amendment=recall)) if recall else [],
        "paper_issues": list(PaperIssue.objects.filter(outgoing=outgoing)),
        "copies": list(copies_of(outgoing.document, actor)),
    }


def recall_side(entry: Incoming, actor: Actor) -> dict[str, Any]:
    """What the sender of a received document sent about it afterwards, and what this one is about."""
    packet = entry.packet
    context: dict[str, Any] = {"copies": list(copies_of(entry.document, actor)), "recall": None, "followed_by": []}
    if packet is None:
        return context
    later = list(packet.followers.select_related("incoming__document").order_by("at"))
    visible = set(
        Incoming.objects.visible_to(actor)
        .filter(packet__in=[one.pk for one in later] + [packet.refers_to_id])
        .values_list("packet_id", flat=True)
    )
    context["recall"] = next((one for one in later if one.business_type == Purpose.RECALL), None)
    context["recall_waits"] = asked_back(packet)
    context["followed_by"] = [
        (one, one.incoming if one.pk in visible else None) for one in later if one.business_type != Purpose.RECALL
    ]
    if packet.refers_to_id:
        earlier = Incoming.objects.visible_to(actor).filter(packet_id=packet.refers_to_id)
        context["about"] = earlier.select_related("document").first()
    return context


def entry_of_packet(packet: Packet, actor: Actor) -> Incoming | None:
    """The entry that the register made of a packet, or of the packet that a recall names."""
    meant = packet.refers_to_id if packet.business_type == Purpose.RECALL else packet.pk
    found: Incoming | None = (
        Incoming.objects.visible_to(actor).filter(packet_id=meant).select_related("document").first()
    )
    return found
