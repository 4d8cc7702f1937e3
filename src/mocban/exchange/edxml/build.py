"""Writing packets: element order and prefixes as the national packet library writes them.

The prefix is written by hand on purpose: with the same namespace bound twice a generic builder drops it, and some
receivers then refuse the packet.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import BinaryIO
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken
from mocban.lib.text import nfc

from . import names, wrapping
from .model import (
    Attachment,
    Business,
    Contact,
    DocumentPacket,
    DocumentReference,
    OrganisationRef,
    OtherInfo,
    Packet,
    Signer,
    StatusPacket,
    TraceHop,
)

_CHUNK = 3 * 16_384  # bytes encoded at a time: a multiple of 3, so that base64 pieces join
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NEEDS_REFERENCE = {"\r": "&#13;"}  # a bare carriage return would be read back as a line feed

Lines = Iterator[str]


def build(packet: Packet) -> bytes:
    """Return the packet as UTF-8 edXML. Raises RuleBroken `edxml.text` for a character that XML cannot hold."""
    out = io.BytesIO()
    write(packet, out)
    return out.getvalue()


def write(packet: Packet, out: BinaryIO) -> None:
    """Write the packet to a binary stream piece by piece: base64 is never held whole. Raises as `build`."""
    for piece in _pieces(packet):
        out.write(piece.encode())


def _pieces(packet: Packet) -> Lines:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<edXML xmlns="{names.NAMESPACE}">\n'
    yield f'<{names.PREFIX}:edXMLEnvelope xmlns:{names.PREFIX}="{names.NAMESPACE}">\n'
    if isinstance(packet, StatusPacket):
        yield from _element("edXMLHeader", _element("MessageHeader", _status_header(packet)))
        yield f"</{names.PREFIX}:edXMLEnvelope>\n"
    else:
        yield from _element("edXMLHeader", _document_header(packet))
        yield from _element("edXMLBody", _manifest(packet.attachments))
        yield f"</{names.PREFIX}:edXMLEnvelope>\n"
        yield from _attachments(packet.attachments)
    yield "</edXML>\n"


def _document_header(packet: DocumentPacket) -> Lines:
    yield from _element("MessageHeader", _message_header(packet))
    yield from _element("TraceHeaderList", _trace(packet.trace, packet.business))


def _message_header(packet: DocumentPacket) -> Lines:
    yield from _element("From", _organisation(packet.sender))
    for recipient in packet.recipients:
        yield from _element("To", _organisation(recipient))
    yield from _text("DocumentId", packet.document_id)
    yield from _element("Code", _texts(("CodeNumber", packet.code_number), ("CodeNotation", packet.code_notation)))
    yield from _element(
        "PromulgationInfo", _texts(("Place", packet.place), ("PromulgationDate", _day(packet.issued_on)))
    )
    kind = (
        ("Type", _number(packet.type_code)),
        ("TypeDetail", _number(packet.type_detail)),
        ("TypeName", packet.type_name),
    )
    yield from _element("DocumentType", _texts(*kind))
    yield from _text("Subject", packet.subject)
    yield from _text("Content", packet.content)
    if packet.signer:
        yield from _element("SignerInfo", _signer(packet.signer))
    yield from _text("DueDate", _day(packet.due_on))
    yield from _element("OtherInfo", _other_info(packet.other))
    for answered in packet.answers:
        yield from _element("ResponseFor", _reference(answered))
    yield from _text("SteeringType", _number(packet.steering_type))
    if packet.to_places:
        yield from _element("ToPlaces", _texts(*(("Place", place) for place in packet.to_places)))


def _status_header(packet: StatusPacket) -> Lines:
    yield from _element("From", _organisation(packet.sender))
    yield from _element("ResponseFor", _reference(packet.about))
    if packet.contact:
        yield from _element("StaffInfo", _contact(packet.contact))
    yield from _texts(("StatusCode", packet.code), ("Description", packet.description), ("Timestamp", _time(packet.at)))


def _organisation(body: OrganisationRef) -> Lines:
    yield from _texts(
        ("OrganId", body.code),
        ("OrganizationInCharge", body.in_charge),
        ("OrganName", body.name),
        ("OrganAdd", body.address),
        ("Email", body.email),
        ("Telephone", body.telephone),
        ("Fax", body.fax),
        ("Website", body.website),
    )


def _signer(signer: Signer) -> Lines:
    yield from _texts(("Competence", signer.competence), ("Position", signer.position), ("FullName", signer.name))


def _other_info(other: OtherInfo) -> Lines:
    yield from _texts(
        ("Priority", _number(other.priority)),
        ("SphereOfPromulgation", other.sphere),
        ("TyperNotation", other.typist),
        ("PromulgationAmount", _number(other.copies)),
        ("PageAmount", _number(other.pages)),
    )
    if other.appendixes:
        yield from _element("Appendixes", _texts(*(("Appendix", title) for title in other.appendixes)))


def _reference(reference: DocumentReference) -> Lines:
    yield from _texts(
        ("OrganId", reference.organisation_code),
        ("Code", reference.code),
        ("PromulgationDate", _day(reference.issued_on)),
        ("DocumentId", reference.document_id),
    )


def _contact(contact: Contact) -> Lines:
    yield from _texts(
        ("Department", contact.department),
        ("Staff", contact.staff),
        ("Mobile", contact.mobile),
        ("Email", contact.email),
    )


def _trace(hops: tuple[TraceHop, ...], business: Business) -> Lines:
    for hop in hops:
        yield from _element("TraceHeader", _texts(("OrganId", hop.organisation_code), ("Timestamp", _time(hop.at))))
    yield from _element("Bussiness", _business(business))


def _business(business: Business) -> Lines:
    yield from _texts(
        ("BussinessDocType", str(int(business.kind))),
        ("BussinessDocReason", business.reason),
        ("DocumentId", business.document_id),
    )
    if business.update:
        yield from _element("BussinessDocumentInfo", _update(business))
    if business.replacements:
        yield from _element("ReplacementInfoList", _replacements(business))
    if business.contact:
        yield from _element("StaffInfo", _contact(business.contact))
    yield from _text("Paper", _number(business.paper))


def _update(business: Business) -> Lines:
    update = business.update
    if update is None:
        return
    yield from _texts(
        ("DocumentInfo", str(int(update.fields_changed))), ("DocumentReceiver", str(int(update.receivers_changed)))
    )
    if update.receivers:
        changes = (
            _element(
                "Receiver", _texts(("OrganId", change.organisation_code), ("ReceiverType", str(int(change.added))))
            )
            for change in update.receivers
        )
        yield from _element("ReceiverList", _joined(changes))


def _replacements(business: Business) -> Lines:
    for replaced in business.replacements:
        holders = _texts(*(("OrganId", code) for code in replaced.organisation_codes))
        parts = [_text("DocumentId", replaced.document_id)]
        if replaced.organisation_codes:
            parts.append(_element("OrganIdList", holders))
        yield from _element("ReplacementInfo", _joined(iter(parts)))


def _manifest(attachments: tuple[Attachment, ...]) -> Lines:
    yield f'<{names.PREFIX}:edXMLManifest version="1.0">\n'
    for ordinal, attachment in enumerate(attachments, 1):
        yield from _element(
            "Reference",
            _texts(
                ("ContentId", _content_id(attachment, ordinal)),
                ("ContentType", wrapping.wrapped_type(attachment.name, attachment.data)),
                ("Description", attachment.description),
                ("AttachmentName", attachment.name),
            ),
        )
    yield f"</{names.PREFIX}:edXMLManifest>\n"


def _attachments(attachments: tuple[Attachment, ...]) -> Lines:
    if not attachments:
        return
    yield "<AttachmentEncoded>\n"
    for ordinal, attachment in enumerate(attachments, 1):
        content_type, data = wrapping.wrap(attachment.name, attachment.data)
        yield "<Attachment>\n"
        yield from _texts(
            ("ContentType", content_type),
            ("ContentId", _content_id(attachment, ordinal)),
            ("Description", attachment.description),
            ("AttachmentName", attachment.name),
            prefix="",
        )
        yield f'<{names.PREFIX}:ContentTransferEncoded xmlns:{names.PREFIX}="{names.NAMESPACE}">'
        view = memoryview(data)
        for start in range(0, len(data), _CHUNK):
            yield base64.b64encode(view[start : start + _CHUNK]).decode("ascii")
        yield f"</{names.PREFIX}:ContentTransferEncoded>\n</Attachment>\n"
    yield "</AttachmentEncoded>\n"


def _content_id(attachment: Attachment, ordinal: int) -> str:
    return names.CONTENT_ID_SCHEME + (attachment.content_id or f"attachment-{ordinal}")


def _element(name: str, children: Lines) -> Lines:
    yield f"<{names.PREFIX}:{name}>\n"
    yield from children
    yield f"</{names.PREFIX}:{name}>\n"


def _joined(parts: Iterator[Lines]) -> Lines:
    for part in parts:
        yield from part


def _texts(*pairs: tuple[str, str], prefix: str = names.PREFIX + ":") -> Lines:
    for name, text in pairs:
        yield from _text(name, text, prefix)


def _text(name: str, text: str, prefix: str = names.PREFIX + ":") -> Lines:
    """One element with text; an empty text writes nothing, for an invented value would forge the record."""
    if not text:
        return
    if _NOT_XML.search(text):
        raise RuleBroken(
            "edxml.text", _("Trường %(name)s có ký tự điều khiển, không đưa được vào gói tin.") % {"name": name}
        )
    yield f"<{prefix}{name}>{escape(nfc(text), _NEEDS_REFERENCE)}</{prefix}{name}>\n"


def _day(value: date | None) -> str:
    return f"{value.year:04}/{value.month:02}/{value.day:02}" if value else ""


def _time(value: datetime | None) -> str:
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(names.TIME_ZONE))
    return f"{_day(local)} {local:%H:%M:%S}"


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
