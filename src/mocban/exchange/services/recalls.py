"""Ask for a document back, and answer such a request (NĐ 30/2020, Điều 18 khoản 4; QĐ 28/2018/QĐ-TTg, Điều 8, 9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.choices import ObjectState
from mocban.content.examine import describe
from mocban.content.models import DigitalObject
from mocban.law.basis import basis
from mocban.lib.text import clean_line
from mocban.notices import services as notices
from mocban.people import grants
from mocban.people.actor import Actor, system_actor
from mocban.people.choices import Role
from mocban.people.models import Organisation
from mocban.people.selectors import holders

from .. import access, edxml, events, ports, rules
from ..choices import MessageKind, PacketDirection, PacketState, Purpose, StatusCode
from ..models import Packet
from ..selectors import asked_back, recall_of
from .sending import EDXML_TYPE, sender_of
from .statuses import DESCRIPTION_LENGTH, answer, locked, record_status

SUBJECT = "Thu hồi văn bản số {code}"  # never the subject of the document: the receiver destroys that
DESTROYED = "(văn bản đã hủy theo lệnh thu hồi)"


@transaction.atomic
def send_recall(*, packets: Sequence[Packet], reason: str, actor: Actor, on: date) -> list[Packet]:
    """Ask the bodies that got these packets to destroy the document; return one packet for each body asked.

    Who refused the document, was asked before, or is out of reach by now gets none. Raises PermissionDenied;
    RuleBroken `packet.no_reason`, `packet.long_reason`.
    """
    asked = []
    reason = clean_line(reason)
    carrier = ports.transport()
    for sent in packets:
        access.require(actor, "packet.recall", sent)
        packet = locked(sent)
        held = basis("recall_outgoing", on=on, regime=packet.organisation.regime)
        rules.check_reason(reason, longest=DESCRIPTION_LENGTH, citation=held.citation)
        if packet.state == PacketState.REFUSED or recall_of(packet) or not carrier.reaches(packet.peer_code):
            continue
        request = _post(packet, reason, carrier, actor)
        record_status(
            packet=packet,
            code=StatusCode.TAKE_BACK,
            description=reason,
            reported_by=packet.organisation.name,
            at=request.at,
            actor=actor,
        )
        details = {"recipient": packet.peer_name or packet.peer_code}
        audit.record(actor, events.RECALL_SENT, packet, basis=held.citations, about=[request], details=details)
        asked.append(request)
    return asked


def _post(packet: Packet, reason: str, carrier: ports.Transport, actor: Actor) -> Packet:
    organisation, at = packet.organisation, timezone.now()
    subject = SUBJECT.format(code=packet.trail_name)
    message = edxml.DocumentPacket(
        sender=sender_of(organisation),
        recipients=(edxml.OrganisationRef(packet.peer_code, packet.peer_name),),
        document_id=packet.document_key,
        subject=subject,
        code_number=packet.code_number,
        code_notation=packet.code_notation,
        place=organisation.place,
        issued_on=packet.issued_on,
        trace=(edxml.TraceHop(organisation.code, at),),
        business=edxml.Business(edxml.BusinessKind.REVOKE, reason=reason, document_id=packet.document_key),
    )
    data = edxml.build(message)
    examined = describe(data, f"thu-hoi-{packet.code_number}-{packet.code_notation}.edxml", EDXML_TYPE)
    raw = content.store(examined=examined, data=data, organisation=organisation, actor=actor)
    request = Packet.objects.create(
        organisation=organisation,
        direction=PacketDirection.OUT,
        state=PacketState.SENT,
        transport_id=carrier.send(data, sender=organisation.code, to=packet.peer_code, kind=MessageKind.DOCUMENT),
        document_key=packet.document_key,
        business_type=Purpose.RECALL,
        reason=reason,
        about_key=packet.document_key,
        refers_to=packet,
        peer_code=packet.peer_code,
        peer_name=packet.peer_name,
        code_number=packet.code_number,
        code_notation=packet.code_notation,
        issued_on=packet.issued_on,
        subject=subject,
        raw=raw,
        sha256=examined.sha256,
        document_id=packet.document_id,
        at=at,
    )
    readers = [grants.role_token(organisation.pk, role) for role in access.READERS]
    grants.allow(request, readers, reason="exchange")
    return request


def note_recall(packet: Packet, *, actor: Actor, on: date) -> None:
    """Say 13 of the document that a recall names, and tell the clerks and the head of office."""
    organisation = packet.organisation
    if packet.refers_to:
        _ask_back(packet.refers_to, packet, actor=actor)
    sender = packet.peer_name or packet.peer_code
    about = [packet.refers_to] if packet.refers_to else []
    audit.record(actor, events.RECALL_ARRIVED, packet, about=about, details={"sender": sender})
    for role in (Role.CLERK, Role.HEAD_OF_OFFICE):
        notices.send(
            events.TELL_TAKE_BACK,
            to=holders(organisation.pk, role, on=on),
            about=packet,
            url=reverse("exchange:packet", args=[packet.pk]),
            details={"reason": packet.reason[:400]},
        )


def find_recalls(packet: Packet, *, actor: Actor, on: date) -> None:
    """Tie a document that just came to a recall of it that came before."""
    waiting = Packet.objects.filter(
        organisation=packet.organisation,
        direction=PacketDirection.IN,
        business_type=Purpose.RECALL,
        peer_code=packet.peer_code,
        about_key=packet.document_key,
        refers_to=None,
        state=PacketState.WAITING,
    )
    for request in waiting:
        request.refers_to = packet
        request.save(update_fields=["refers_to"])
        _ask_back(packet, request, actor=actor)


def _ask_back(packet: Packet, request: Packet, *, actor: Actor) -> None:
    record_status(
        packet=packet,
        code=StatusCode.TAKE_BACK,
        description=request.reason,
        reported_by=request.peer_name or request.peer_code,
        at=request.at,
        actor=actor,
    )


@transaction.atomic
def agree_recall(*, packet: Packet, actor: Actor, on: date) -> Packet | None:
    """Agree to a recall, named by its own packet or the document's: the document's packet is destroyed, 15 goes back.

    What the register made of it is destroyed by the register. Returns the document's packet, None when none ever came.
    Raises PermissionDenied; RuleBroken `packet.not_asked_back`.
    """
    access.require(actor, "packet.answer_recall", packet)
    meant, request = _asked(packet, on=on)
    organisation = packet.organisation
    held = basis("recall_outgoing", on=on, regime=organisation.regime)
    if meant and meant.state != PacketState.RECALLED:  # a sender may ask again for what is destroyed already
        _destroy(meant, organisation)
    _close(request, PacketState.ACCEPTED)
    told = meant or packet
    audit.record(actor, events.RECALL_AGREED, told, basis=held.citations, about=[request] if request else [])
    answer(told, StatusCode.AGREED, "", actor=actor)
    return meant


@transaction.atomic
def decline_recall(*, packet: Packet, reason: str, actor: Actor, on: date) -> Packet | None:
    """Refuse to give a document back, with a reason: 16 goes to the sender. Returns as `agree_recall`.

    Raises PermissionDenied; RuleBroken `packet.not_asked_back`, `packet.no_reason`, `packet.long_reason`.
    """
    access.require(actor, "packet.answer_recall", packet)
    meant, request = _asked(packet, on=on)
    held = basis("recall_outgoing", on=on, regime=packet.organisation.regime)
    reason = clean_line(reason)
    rules.check_reason(reason, longest=DESCRIPTION_LENGTH, citation=held.citation)
    _close(request, PacketState.REFUSED)
    told = meant or packet
    about = [request] if request else []
    audit.record(actor, events.RECALL_DECLINED, told, basis=held.citations, about=about, details={"reason": reason})
    answer(told, StatusCode.DECLINED, reason, actor=actor)
    return meant


def _asked(packet: Packet, *, on: date) -> tuple[Packet | None, Packet | None]:
    """The document's packet and the recall's, both locked; a sender may ask by the status 13 alone.

    Raises RuleBroken `packet.not_asked_back`.
    """
    packet = locked(packet)
    recall = packet.business_type == Purpose.RECALL
    meant, request = (packet.refers_to, packet) if recall else (packet, recall_of(packet))
    meant, request = (locked(meant) if meant else None), (locked(request) if request else None)
    waits = request.state == PacketState.WAITING if request else bool(meant and asked_back(meant))
    held = basis("recall_outgoing", on=on, regime=packet.organisation.regime)
    rules.check_asked_back(waits, citation=held.citation)
    return meant, request


def _close(request: Packet | None, state: PacketState) -> None:
    if request:
        request.state = state
        request.save(update_fields=["state"])


def _destroy(packet: Packet, organisation: Organisation) -> None:
    """Take words and files of a received packet away; code, sender and day say what was recalled."""
    system = system_actor(organisation)
    packet.state = rules.next_state(packet.state, "recall")
    notices.forget(packet.subject, organisation_id=organisation.pk)
    for name in ("kind_name", "signer_name", "signer_title"):
        setattr(packet, name, "")
    packet.subject, packet.warnings = DESTROYED, []
    packet.save()
    packet.attachments.update(name=DESTROYED)
    ids = [packet.raw_id, *packet.attachments.values_list("object_id", flat=True)]
    for stored in DigitalObject.objects.filter(pk__in=ids, state=ObjectState.STORED):
        content.freeze(stored, actor=system)
    wipe_packet.defer(packet_id=str(packet.pk))


@app.task(queue="interactive", name="exchange.wipe_packet", pass_context=False)
def wipe_packet(packet_id: str) -> None:
    """Wipe the bytes of a recalled packet after the transaction; a job that runs again finds them erased."""
    packet = (
        Packet.objects.select_related("organisation").filter(pk=UUID(packet_id), state=PacketState.RECALLED).first()
    )
    if packet is None:
        return
    ids = [packet.raw_id, *packet.attachments.values_list("object_id", flat=True)]
    for stored in DigitalObject.objects.filter(pk__in=ids, state=ObjectState.FROZEN):
        content.erase(stored, actor=system_actor(packet.organisation))
