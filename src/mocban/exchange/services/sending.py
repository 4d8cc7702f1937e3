"""Send an issued document to the bodies that can be reached (QĐ 28/2018/QĐ-TTg, Điều 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mocban import law
from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.examine import describe
from mocban.content.models import DigitalObject
from mocban.law.basis import basis
from mocban.notices import services as notices
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation
from mocban.people.selectors import holders, in_force

from .. import access, edxml, events, ports, rules
from ..choices import MessageKind, PacketDirection, PacketState, Purpose
from ..models import Packet, PacketAttachment

EDXML_TYPE = "application/edxml+xml"


@dataclass(frozen=True)
class OutgoingPacket:
    """An issued document as its register hands it over. `recipients`: (electronic code, name); `reply_to`: ours."""

    document_id: UUID
    code_number: str
    code_notation: str
    issued_on: date | None
    kind_name: str
    subject: str
    recipients: Sequence[tuple[str, str]]
    files: Sequence[DigitalObject]
    signer_name: str = ""
    signer_title: str = ""
    urgency: int = 0
    due_on: date | None = None
    reply_to: Packet | None = None
    secrecy_level: str = ""
    # An update or replacement: what for, why, and the DocumentId of the earlier document.
    purpose: int = Purpose.NEW
    reason: str = ""
    about_key: str = ""


@transaction.atomic
def send_document(*, packet: OutgoingPacket, organisation: Organisation, actor: Actor, on: date) -> list[Packet]:
    """Send a document to every recipient that the transport reaches; return one packet a recipient reached.

    Recipients out of reach are recorded and told to the clerks, so that they send by another way.
    Raises PermissionDenied; RuleBroken `exchange.secret`, `exchange.incomplete`, `exchange.not_issued`,
    `exchange.recipients`, `exchange.too_large`.
    """
    access.require(actor, "packet.send", organisation)
    held = basis("issue_outgoing", on=on, regime=organisation.regime)
    limit = in_force(organisation, "exchange.packet_size_at_most", on=on)
    rules.check_sendable(
        secrecy_level=packet.secrecy_level,
        code_number=packet.code_number,
        code_notation=packet.code_notation,
        subject=packet.subject,
        issued_on=packet.issued_on,
        recipients=[code for code, _name in packet.recipients],
        files=len(packet.files),
        on=on,
        secrecy_citation=law.value("secrecy.exchange_allowed", on=on, regime=organisation.regime).citation,
        citation=held.citation,
    )
    carrier, at = ports.transport(), timezone.now()
    reached = [(code, name) for code, name in packet.recipients if carrier.reaches(code)]
    sent = _send(packet, reached, organisation, carrier, actor, at, limit, held.citations) if reached else []
    missed = [name or code for code, name in packet.recipients if (code, name) not in reached]
    if missed:
        _tell_missed(packet, missed, organisation, actor=actor, on=on, citations=held.citations)
    return sent


def _send(  # the parts of one change, each worked out before it
    packet: OutgoingPacket,
    reached: list[tuple[str, str]],
    organisation: Organisation,
    carrier: ports.Transport,
    actor: Actor,
    at: datetime,
    limit: law.Held,
    citations: Sequence[str],
) -> list[Packet]:
    message = message_of(packet, reached, organisation, at)
    data = edxml.build(message)
    rules.check_size(len(data), megabytes=limit.value, citation=limit.citation)
    examined = describe(data, f"{packet.code_number}-{packet.code_notation}.edxml", EDXML_TYPE)
    raw = content.store(examined=examined, data=data, organisation=organisation, actor=actor)
    sent = []
    for code, name in reached:
        row = Packet.objects.create(
            organisation=organisation,
            direction=PacketDirection.OUT,
            state=PacketState.SENT,
            transport_id=carrier.send(data, sender=organisation.code, to=code, kind=MessageKind.DOCUMENT),
            document_key=message.document_id,
            business_type=message.business.kind,
            reason=packet.reason,
            about_key=packet.about_key,
            refers_to=earlier(organisation, PacketDirection.OUT, code, packet.about_key),
            peer_code=code,
            peer_name=name,
            code_number=packet.code_number,
            code_notation=packet.code_notation,
            issued_on=packet.issued_on,
            kind_name=packet.kind_name,
            subject=packet.subject,
            signer_name=packet.signer_name,
            signer_title=packet.signer_title,
            urgency=packet.urgency,
            due_on=packet.due_on,
            raw=raw,
            sha256=examined.sha256,
            document_id=packet.document_id,
            at=at,
        )
        for place, stored in enumerate(packet.files, 1):
            PacketAttachment.objects.create(packet=row, object=stored, ordinal=place, name=stored.name)
        grants.allow(row, [grants.role_token(organisation.pk, role) for role in access.READERS], reason="exchange")
        audit.record(actor, events.PACKET_SENT, row, basis=citations, details={"recipient": name or code})
        sent.append(row)
    return sent


def message_of(
    packet: OutgoingPacket, recipients: Sequence[tuple[str, str]], organisation: Organisation, at: datetime
) -> edxml.DocumentPacket:
    """Return the edXML message of a document. Nothing that is unknown is made up."""
    files = [edxml.Attachment(stored.name, content.read_bytes(stored)) for stored in packet.files]
    return edxml.DocumentPacket(
        sender=sender_of(organisation),
        recipients=tuple(edxml.OrganisationRef(code, name) for code, name in recipients),
        document_id=document_key(packet, organisation),
        subject=packet.subject,
        code_number=packet.code_number,
        code_notation=packet.code_notation,
        place=organisation.place,
        issued_on=packet.issued_on,
        type_name=packet.kind_name,
        signer=edxml.Signer(packet.signer_name, packet.signer_title) if packet.signer_name else None,
        due_on=packet.due_on,
        other=edxml.OtherInfo(priority=packet.urgency),
        answers=(reference_to(packet.reply_to),) if packet.reply_to else (),
        trace=(edxml.TraceHop(organisation.code, at),),
        business=_business(packet, recipients),
        attachments=tuple(files),
    )


def _business(packet: OutgoingPacket, recipients: Sequence[tuple[str, str]]) -> edxml.Business:
    """What the packet is for, and of which earlier document."""
    kind = edxml.BusinessKind(packet.purpose)
    codes = tuple(code for code, _name in recipients)
    return edxml.Business(
        kind=kind,
        reason=packet.reason,
        document_id=packet.about_key,
        update=edxml.UpdateInfo(fields_changed=True) if kind is edxml.BusinessKind.UPDATE else None,
        replacements=(edxml.Replacement(packet.about_key, codes),) if kind is edxml.BusinessKind.REPLACE else (),
    )


def earlier(organisation: Organisation, direction: PacketDirection, peer: str, key: str) -> Packet | None:
    """The latest packet of the document with this DocumentId that went between the two bodies; recalls are none."""
    if not key:
        return None
    found = Packet.objects.filter(
        organisation=organisation, direction=direction, peer_code=peer, document_key=key
    ).exclude(business_type=Purpose.RECALL)
    latest: Packet | None = found.order_by("-at").first()
    return latest


def document_key(packet: OutgoingPacket, organisation: Organisation) -> str:
    """The sender's DocumentId in the form in use: organisation code, day, number/symbol."""
    day = packet.issued_on.strftime("%Y/%m/%d") if packet.issued_on else ""
    return f"{organisation.code},{day},{packet.code_number}/{packet.code_notation}"


def sender_of(organisation: Organisation) -> edxml.OrganisationRef:
    return edxml.OrganisationRef(
        organisation.code, organisation.name, in_charge=organisation.parent_name, address=organisation.address
    )


def reference_to(packet: Packet) -> edxml.DocumentReference:
    """How another message names the document of a received packet."""
    code = "/".join(part for part in (packet.code_number, packet.code_notation) if part)
    return edxml.DocumentReference(packet.peer_code, code, packet.issued_on, packet.document_key)


def _tell_missed(
    packet: OutgoingPacket,
    missed: list[str],
    organisation: Organisation,
    *,
    actor: Actor,
    on: date,
    citations: Sequence[str],
) -> None:
    details = {"code": f"{packet.code_number}/{packet.code_notation}", "recipients": ", ".join(missed)}
    audit.record(actor, events.PACKET_NOT_SENT, organisation, basis=citations, details=details)
    clerks = holders(organisation.pk, Role.CLERK, on=on)
    notices.send(
        events.TELL_NOT_SENT, to=clerks, about=organisation, url=reverse("exchange:sent_list"), details=details
    )
