"""The clerk's answer to a packet, and the statuses that travel between the two bodies."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.text import clean_line
from mocban.notices import services as notices
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation
from mocban.people.selectors import holders

from .. import access, edxml, events, ports, rules
from ..choices import MessageKind, PacketDirection, ParcelState, Purpose, StatusCode
from ..models import Packet, PacketStatus
from ..selectors import asked_back, status_name
from .sending import reference_to, sender_of

DESCRIPTION_LENGTH = 500  # characters of PacketStatus.description


@transaction.atomic
def accept(*, packet: Packet, document_id: UUID, actor: Actor, on: date) -> Packet:
    """Accept a waiting packet that was entered in the register as `document_id`, and report 03 to the sender.

    Raises PermissionDenied; RuleBroken `packet.wrong_state`.
    """
    access.require(actor, "packet.accept", packet)
    packet = locked(packet)
    held = basis("receive_incoming", on=on, regime=packet.organisation.regime)
    recall = packet.business_type == Purpose.RECALL
    rules.check_registrable(recall=recall, asked_back=asked_back(packet), citation=held.citation)
    packet.state = rules.next_state(packet.state, "accept", citation=held.citation)
    packet.document_id = document_id
    packet.save(update_fields=["state", "document_id"])
    audit.record(actor, events.PACKET_ACCEPTED, packet, basis=held.citations)
    answer(packet, StatusCode.ACCEPTED, "", actor=actor)
    return packet


@transaction.atomic
def refuse(*, packet: Packet, reason: str, actor: Actor, on: date) -> Packet:
    """Refuse a waiting packet with a reason, which the sender is told (QĐ 28/2018/QĐ-TTg, Điều 5(4)).

    Raises PermissionDenied; RuleBroken `packet.wrong_state`, `packet.no_reason`, `packet.long_reason`.
    """
    access.require(actor, "packet.refuse", packet)
    packet = locked(packet)
    held = basis("receive_incoming", on=on, regime=packet.organisation.regime)
    reason = clean_line(reason)
    recall = packet.business_type == Purpose.RECALL
    rules.check_registrable(recall=recall, asked_back=False, citation=held.citation)
    rules.check_reason(reason, longest=DESCRIPTION_LENGTH, citation=held.citation)
    packet.state = rules.next_state(packet.state, "refuse", citation=held.citation)
    packet.save(update_fields=["state"])
    audit.record(actor, events.PACKET_REFUSED, packet, basis=held.citations, details={"reason": reason})
    answer(packet, StatusCode.REFUSED, reason, actor=actor)
    return packet


@transaction.atomic
def report(*, packet: Packet, code: str, actor: Actor, on: date, description: str = "") -> PacketStatus | None:
    """Report to the sender how far the document is ("04", "05", "06", "15", "16"); None when it was reported before.

    Raises PermissionDenied; RuleBroken `packet.status_unknown`.
    """
    access.require(actor, "packet.report", packet)
    rules.check_reportable(code)
    packet = locked(packet)
    if packet.statuses.filter(code=code).exists():
        return None
    held = basis("receive_incoming", on=on, regime=packet.organisation.regime)
    name = _recorded_name(code, packet.organisation, on=on)
    audit.record(actor, events.STATUS_REPORTED, packet, basis=held.citations, details={"status": name})
    return answer(packet, StatusCode(code), clean_line(description)[:DESCRIPTION_LENGTH], actor=actor)


@transaction.atomic
def record_status(
    *, packet: Packet, code: str, reported_by: str, at: datetime, actor: Actor, description: str = ""
) -> PacketStatus | None:
    """Keep a status in the history of a packet, once a code, and move the state of a sent packet forward.

    A status that comes late is kept, and the state stays where it is. None when the code was kept before.
    Raises PermissionDenied.
    """
    access.require(actor, "packet.report", packet)
    packet = locked(packet)
    status, new = PacketStatus.objects.get_or_create(
        packet=packet,
        code=code[:2],
        defaults={"description": description[:DESCRIPTION_LENGTH], "reported_by": reported_by[:200], "at": at},
    )
    if not new:
        return None
    state = rules.state_after(packet.state, code, recall=packet.business_type == Purpose.RECALL)
    if packet.direction == PacketDirection.OUT and state != packet.state:
        packet.state = state
        packet.save(update_fields=["state"])
    return status


@transaction.atomic
def take_status(
    message: edxml.StatusPacket,
    delivery: ports.Delivery,
    carrier: ports.Transport,
    organisation: Organisation,
    *,
    actor: Actor,
    on: date,
) -> None:
    """Keep a status message that arrived: about a document of ours, or (13) the sender's wish to take one back."""
    access.require(actor, "packet.receive", organisation)
    packet = _meant(message, organisation)
    name = _recorded_name(message.code, organisation, on=on)
    sender = (message.sender.name or message.sender.code)[:200]
    if packet is None:
        details = {"sender": sender, "status": name, "key": message.about.document_id[:255]}
        audit.record(actor, events.STATUS_UNMATCHED, organisation, details=details)
        carrier.acknowledge(delivery.transport_id, ParcelState.FAIL)
        return
    kept = record_status(
        packet=packet,
        code=message.code,
        description=message.description,
        reported_by=sender,
        at=message.at or timezone.now(),
        actor=actor,
    )
    if kept:
        audit.record(actor, events.STATUS_RECEIVED, packet, details={"sender": sender, "status": name})
        _tell(packet, message, organisation, on=on)
    carrier.acknowledge(delivery.transport_id, ParcelState.DONE)


def send_status(
    about: edxml.DocumentReference,
    code: StatusCode,
    description: str,
    organisation: Organisation,
    *,
    at: datetime,
    contact: edxml.Contact | None = None,
) -> None:
    """Post a status to the body that sent the document; one that cannot be reached is not answered."""
    carrier = ports.transport()
    if not carrier.reaches(about.organisation_code):
        return
    message = edxml.StatusPacket(sender_of(organisation), about, code.value, description, at, contact)
    data = edxml.build(message)
    carrier.send(data, sender=organisation.code, to=about.organisation_code, kind=MessageKind.STATUS)


def answer(packet: Packet, code: StatusCode, description: str, *, actor: Actor) -> PacketStatus | None:
    """Keep our own status of a received packet and send it to the sender; the caller has asked and records."""
    at = timezone.now()
    kept = record_status(
        packet=packet,
        code=code,
        description=description,
        reported_by=packet.organisation.name,
        at=at,
        actor=actor,
    )
    contact = edxml.Contact(department=actor.unit_name, staff=actor.person_name)
    send_status(reference_to(packet), code, description, packet.organisation, at=at, contact=contact)
    return kept


def _meant(message: edxml.StatusPacket, organisation: Organisation) -> Packet | None:
    """The packet a status is about: ours to the reporter, or, for a take-back, the reporter's to us."""
    direction = PacketDirection.IN if message.code == StatusCode.TAKE_BACK else PacketDirection.OUT
    found = Packet.objects.filter(
        organisation=organisation,
        direction=direction,
        document_key=message.about.document_id,
        peer_code=message.sender.code,
    )
    documents = found.exclude(business_type=Purpose.RECALL)
    if message.code in (StatusCode.AGREED, StatusCode.DECLINED):
        return found.filter(business_type=Purpose.RECALL).order_by("-at").first() or documents.order_by("-at").first()
    if message.code == StatusCode.ARRIVED:  # a recall repeats the key: the first packet that has not arrived is meant
        return found.exclude(statuses__code=message.code).order_by("at").first() or documents.order_by("-at").first()
    return documents.order_by("-at").first()


def _tell(packet: Packet, message: edxml.StatusPacket, organisation: Organisation, *, on: date) -> None:
    """The clerks hear of what asks for a step of theirs; the other statuses stand in the packet's page."""
    kinds = {
        StatusCode.REFUSED: events.TELL_REFUSED,
        StatusCode.TAKE_BACK: events.TELL_TAKE_BACK,
        StatusCode.AGREED: events.TELL_AGREED,
        StatusCode.DECLINED: events.TELL_DECLINED,
    }
    kind = kinds.get(message.code)  # type: ignore[call-overload]
    if kind:
        clerks = holders(organisation.pk, Role.CLERK, on=on)
        url = reverse("exchange:packet", args=[packet.pk])
        notices.send(kind, to=clerks, about=packet, url=url, details={"reason": message.description[:400]})


def locked(packet: Packet) -> Packet:
    """The packet, read again with its row locked."""
    held: Packet = Packet.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=packet.pk)
    return held


def _recorded_name(code: str, organisation: Organisation, *, on: date) -> str:
    """The name of a status as the trail keeps it: in Vietnamese, whatever the screen shows."""
    with translation.override("vi"):
        return status_name(code, regime=organisation.regime, on=on)
