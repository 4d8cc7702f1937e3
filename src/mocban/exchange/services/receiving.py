"""Take in what waits at the transport (QĐ 28/2018/QĐ-TTg, Điều 9): read, inspect, keep, answer, acknowledge."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.examine import Examined, describe
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.lib.hashing import sha256_hex
from mocban.notices import services as notices
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation
from mocban.people.selectors import holders
from mocban.secrecy import services as secrecy
from mocban.secrecy.choices import Channel

from .. import access, edxml, events, ports
from ..choices import PacketDirection, PacketState, ParcelState, Purpose, StatusCode
from ..models import Packet, PacketAttachment
from .recalls import find_recalls, note_recall
from .sending import EDXML_TYPE, earlier, reference_to
from .statuses import record_status, send_status, take_status

_UNNAMED = "tep-dinh-kem"


def receive_pending(*, organisation: Organisation, actor: Actor, on: date) -> int:
    """Take in every message that waits for the organisation; return how many.

    Each message is one transaction of its own and may be taken in again after a crash. Call it outside a transaction:
    the secrecy check keeps an incident that nothing may roll back. A message that fails for no reason of its sender
    stays waiting and does not hold up the others: the first such error is raised after them. Raises PermissionDenied.
    """
    access.require(actor, "packet.receive", organisation)
    carrier, taken = ports.transport(), 0
    failures: list[Exception] = []
    for delivery in carrier.receive(organisation.code):
        try:
            _take(delivery, carrier, organisation, actor=actor, on=on)
        except Exception as failure:
            failures.append(failure)
        else:
            taken += 1
    if failures:
        raise failures[0]
    return taken


def _take(
    delivery: ports.Delivery, carrier: ports.Transport, organisation: Organisation, *, actor: Actor, on: date
) -> None:
    """Nothing of a document is written before the inspector has let every file of it pass."""
    try:
        message = edxml.parse(delivery.data)
        _check_poster(message, delivery)
    except RuleBroken as refused:
        _turn_away(delivery, carrier, None, refused, organisation, actor=actor, on=on)
        return
    if isinstance(message, edxml.StatusPacket):
        take_status(message, delivery, carrier, organisation, actor=actor, on=on)
        return
    try:
        examined = _inspect(message, delivery, organisation, actor)
    except RuleBroken as refused:
        _turn_away(delivery, carrier, message, refused, organisation, actor=actor, on=on)
        return
    _keep(delivery, carrier, message, examined, organisation, actor=actor, on=on)


def _check_poster(message: edxml.Packet, delivery: ports.Delivery) -> None:
    """A recall or a status is believed only of the body that posted it: it decides about what another one sent.

    Raises RuleBroken `exchange.other_sender`.
    """
    decides = isinstance(message, edxml.StatusPacket) or message.business.kind is edxml.BusinessKind.REVOKE
    if decides and message.sender.code != delivery.sender_code:
        sentence = _("Gói tin ghi nơi gửi khác với nơi đã gửi nó lên trục liên thông nên không được nhận.")
        raise RuleBroken("exchange.other_sender", sentence)


def _inspect(
    message: edxml.DocumentPacket, delivery: ports.Delivery, organisation: Organisation, actor: Actor
) -> list[Examined]:
    """Look at the words of the header, then at each file, in memory. Raises RuleBroken for what may not be kept."""
    about: dict[str, Any] = {
        "channel": Channel.EXCHANGE,
        "sender": message.sender.name or message.sender.code,
        "packet_id": message.document_id,
        "actor": actor,
        "organisation": organisation,
    }
    words = [message.subject, message.content, message.business.reason, *message.other.appendixes, *message.to_places]
    digest = sha256_hex(delivery.data)
    secrecy.refuse_if_secret(declared_level=message.secrecy_hint, text="\n".join(words), sha256=digest, **about)
    look = ports.inspector()
    return [look(file.data, file.name or _UNNAMED, **about).examined for file in message.attachments]


@transaction.atomic
def _keep(
    delivery: ports.Delivery,
    carrier: ports.Transport,
    message: edxml.DocumentPacket,
    examined: list[Examined],
    organisation: Organisation,
    *,
    actor: Actor,
    on: date,
) -> None:
    """Keep a packet: raw bytes, files, a row that waits for the clerk; report 01; acknowledge.

    A packet known by its key is acknowledged when it is the same, and kept beside the other, with an alarm, when not.
    """
    access.require(actor, "packet.receive", organisation)
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # two workers must not both find it unknown
    digest = sha256_hex(delivery.data)
    known = list(_same_key(message, organisation))
    if any(packet.sha256 == digest for packet in known):
        carrier.acknowledge(delivery.transport_id, ParcelState.DONE)
        return
    packet = _row(delivery, message, digest, organisation, actor, conflicting=bool(known))
    kept = []
    for place, (file, look) in enumerate(zip(message.attachments, examined, strict=True), 1):
        stored = content.store(examined=look, data=file.data, organisation=organisation, actor=actor)
        name = (file.name or stored.name)[:500]
        PacketAttachment.objects.create(packet=packet, object=stored, ordinal=place, name=name)
        kept.append(stored)
    grants.allow(packet, [grants.role_token(organisation.pk, role) for role in access.READERS], reason="exchange")
    held = basis("receive_incoming", on=on, regime=organisation.regime)
    sender = packet.peer_name or packet.peer_code
    audit.record(actor, events.PACKET_RECEIVED, packet, basis=held.citations, details={"sender": sender})
    clerks, url = holders(organisation.pk, Role.CLERK, on=on), reverse("exchange:packet", args=[packet.pk])
    if packet.business_type == Purpose.RECALL:
        note_recall(packet, actor=actor, on=on)
    else:
        notices.send(events.TELL_WAITING, to=clerks, about=packet, url=url)
        find_recalls(packet, actor=actor, on=on)
    if known:
        Packet.objects.filter(pk__in=[other.pk for other in known]).update(conflicting=True)
        audit.record(actor, events.PACKET_CONFLICTING, packet, about=known)
        notices.send(events.TELL_CONFLICTING, to=clerks, about=packet, url=url)
    ports.signatures().queue(kept)
    record_status(packet=packet, code=StatusCode.ARRIVED, reported_by=organisation.name, at=packet.at, actor=actor)
    send_status(reference_to(packet), StatusCode.ARRIVED, "", organisation, at=packet.at)
    carrier.acknowledge(delivery.transport_id, ParcelState.DONE)


def _row(
    delivery: ports.Delivery,
    message: edxml.DocumentPacket,
    digest: str,
    organisation: Organisation,
    actor: Actor,
    *,
    conflicting: bool,
) -> Packet:
    """The packet's row: fields longer than a column are cut, with a note; the raw bytes hold the whole."""
    raw_name = f"{digest[:16]}.edxml"
    raw = content.store(
        examined=describe(delivery.data, raw_name, EDXML_TYPE),
        data=delivery.data,
        organisation=organisation,
        actor=actor,
    )
    signer = message.signer or edxml.Signer("")
    texts = {
        "document_key": message.document_id,
        "peer_code": message.sender.code,
        "peer_name": message.sender.name,
        "code_number": message.code_number,
        "code_notation": message.code_notation,
        "kind_name": message.type_name,
        "subject": message.subject,
        "reason": message.business.reason,
        "about_key": _about(message),
        "signer_name": signer.name,
        "signer_title": " ".join(part for part in (signer.competence, signer.position) if part),
    }
    fitted = {name: text[: _longest(name)] for name, text in texts.items()}
    cut = [edxml.Oddity("text_cut", name) for name, text in texts.items() if fitted[name] != text]
    noted = [*message.oddities, *cut]
    return Packet.objects.create(
        **fitted,
        refers_to=earlier(organisation, PacketDirection.IN, fitted["peer_code"], fitted["about_key"]),
        organisation=organisation,
        direction=PacketDirection.IN,
        state=PacketState.WAITING,
        transport_id=delivery.transport_id,
        business_type=message.business.kind,
        issued_on=message.issued_on,
        urgency=message.other.priority or 0,
        due_on=message.due_on,
        raw=raw,
        sha256=digest,
        warnings=[{"code": oddity.code, "where": oddity.where, "raw": oddity.raw} for oddity in noted],
        conflicting=conflicting,
        at=timezone.now(),
    )


def _about(message: edxml.DocumentPacket) -> str:
    """The DocumentId of the earlier document: a recall may repeat it as its own, a replacement lists it."""
    business = message.business
    if business.kind is edxml.BusinessKind.NEW:
        return ""
    listed = business.replacements[0].document_id if business.replacements else ""
    own = message.document_id if business.kind is edxml.BusinessKind.REVOKE else ""
    return business.document_id or listed or own


def _longest(column: str) -> int | None:
    return cast("models.CharField[str, str]", Packet._meta.get_field(column)).max_length


def _same_key(message: edxml.DocumentPacket, organisation: Organisation) -> Any:
    """Packets with the same business key. Updates and revocations reuse a DocumentId, so the purpose is part of it."""
    return Packet.objects.filter(
        organisation=organisation,
        direction=PacketDirection.IN,
        peer_code=message.sender.code,
        document_key=message.document_id[: _longest("document_key")],
        business_type=message.business.kind,
    )


@transaction.atomic
def _turn_away(
    delivery: ports.Delivery,
    carrier: ports.Transport,
    message: edxml.DocumentPacket | None,
    refused: RuleBroken,
    organisation: Organisation,
    *,
    actor: Actor,
    on: date,
) -> None:
    """Keep nothing of a packet that may not come in: only who sent it, its digest and why; answer 02 when possible."""
    access.require(actor, "packet.receive", organisation)
    sender = (message.sender.name or message.sender.code) if message else delivery.sender_code
    details = {"sender": sender[:200], "reason": str(refused.message)[:400], "sha256": sha256_hex(delivery.data)}
    basis_of_refusal = [refused.citation] if refused.citation else []
    audit.record(actor, events.PACKET_TURNED_AWAY, organisation, basis=basis_of_refusal, details=details)
    clerks = holders(organisation.pk, Role.CLERK, on=on)
    told = {name: details[name] for name in ("sender", "reason")}
    url = reverse("exchange:waiting_list")
    notices.send(events.TELL_TURNED_AWAY, to=clerks, about=organisation, url=url, details=told)
    if message:
        code = "/".join(part for part in (message.code_number, message.code_notation) if part)
        about = edxml.DocumentReference(message.sender.code, code, message.issued_on, message.document_id)
        reason = _("Hệ thống không nhận: %(reason)s") % {"reason": details["reason"]}
        send_status(about, StatusCode.REFUSED, reason, organisation, at=timezone.now())
    carrier.acknowledge(delivery.transport_id, ParcelState.FAIL)
