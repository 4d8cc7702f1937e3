"""Reading packets: by local name and namespace, in any order, tolerant of what senders do, strict about safety."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

from . import names
from .files import read_attachments
from .limits import Limits
from .model import (
    Business,
    BusinessKind,
    Contact,
    DocumentPacket,
    DocumentReference,
    OrganisationRef,
    OtherInfo,
    Packet,
    ReceiverChange,
    Replacement,
    Signer,
    StatusPacket,
    TraceHop,
    UpdateInfo,
)
from .reader import Node, read
from .values import Notes, day, flag, moment, number

_NO_NODE = Node("")
_PRIORITIES = range(5)
_NULL = "null"  # hubs write it where a code is missing


def parse(data: bytes, limits: Limits | None = None) -> Packet:
    """Read a document or status packet.

    Raises RuleBroken: `edxml.too_large`, `edxml.unsafe` (DTD, entities), `edxml.malformed`, `edxml.zip_bomb`,
    `edxml.base64`, `edxml.not_edxml` (another vocabulary), `edxml.generation` (an older generation), and
    `edxml.incomplete` when what identifies the packet is missing.
    """
    limits = limits or Limits()
    root = read(data, limits)
    if root.name != "edXML":
        raise _other_vocabulary(root)
    header = _child(_child(_child(root, "edXMLEnvelope"), "edXMLHeader"), "MessageHeader")
    if header is _NO_NODE:
        raise RuleBroken("edxml.incomplete", _("Gói tin không có phần MessageHeader."))
    notes = Notes()
    if header.child("StatusCode"):
        return _status(header, notes)
    return _document(root, header, limits, notes)


def _document(root: Node, header: Node, limits: Limits, notes: Notes) -> DocumentPacket:
    envelope = _child(root, "edXMLEnvelope")
    message = _child(envelope, "edXMLHeader")
    sender, recipients = _sender(header), _recipients(header, notes)
    document_id = _required(header, "DocumentId")
    code, issue, kind = _child(header, "Code"), _child(header, "PromulgationInfo"), _child(header, "DocumentType")
    attachments = read_attachments(root, _child(_child(envelope, "edXMLBody"), "edXMLManifest"), limits, notes)
    secrecy = _secrecy(header, notes)
    packet = DocumentPacket(
        sender=sender,
        recipients=recipients,
        document_id=document_id,
        subject=header.value("Subject"),
        code_number=code.value("CodeNumber"),
        code_notation=code.value("CodeNotation"),
        place=issue.value("Place"),
        issued_on=day(issue.value("PromulgationDate"), "PromulgationDate", notes),
        type_code=number(kind.value("Type"), "Type", notes),
        type_detail=number(kind.value("TypeDetail"), "TypeDetail", notes),
        type_name=kind.value("TypeName"),
        content=header.value("Content"),
        signer=_signer(header),
        due_on=day(header.value("DueDate"), "DueDate", notes),
        other=_other_info(_child(header, "OtherInfo"), notes),
        answers=_answers(header, notes),
        steering_type=number(header.value("SteeringType"), "SteeringType", notes),
        to_places=_values(_child(header, "ToPlaces"), "Place"),
        trace=_trace(_child(message, "TraceHeaderList"), notes),
        business=_business(_child(_child(message, "TraceHeaderList"), "Bussiness"), notes),
        attachments=attachments,
        secrecy_hint=secrecy,
        has_signature=any(child.name.rpartition("}")[2] == "Signature" for child in message.children),
    )
    _note_gaps(packet, notes)
    return _with_oddities(packet, notes)


def _status(header: Node, notes: Notes) -> StatusPacket:
    about = _reference(_child(header, "ResponseFor"), notes)
    if not about.document_id:
        raise _missing("ResponseFor/DocumentId")
    return StatusPacket(
        sender=_sender(header),
        about=about,
        code=_required(header, "StatusCode"),
        description=header.value("Description"),
        at=moment(header.value("Timestamp"), "Timestamp", notes),
        contact=_contact(header),
        oddities=notes.all(),
    )


def _sender(header: Node) -> OrganisationRef:
    sender = _organisation(_child(header, "From"))
    if not sender.code:
        raise _missing("From/OrganId")
    return sender


def _recipients(header: Node, notes: Notes) -> tuple[OrganisationRef, ...]:
    """Every To once: a body listed twice, or without a code, is noted."""
    found: dict[str, OrganisationRef] = {}
    for node in header.all("To"):
        recipient = _organisation(node)
        if not recipient.code:
            notes.add("recipient_without_code", "To", recipient.name)
        elif recipient.code in found:
            notes.add("recipient_repeated", "To", recipient.code)
        else:
            found[recipient.code] = recipient
    if not found:
        raise _missing("To/OrganId")
    return tuple(found.values())


def _organisation(node: Node) -> OrganisationRef:
    return OrganisationRef(
        code=_code(node),
        name=node.value("OrganName"),
        in_charge=node.value("OrganizationInCharge"),
        address=node.value("OrganAdd"),
        email=node.value("Email"),
        telephone=node.value("Telephone"),
        fax=node.value("Fax"),
        website=node.value("Website"),
    )


def _signer(header: Node) -> Signer | None:
    node = _child(header, "SignerInfo")
    signer = Signer(node.value("FullName"), node.value("Position"), node.value("Competence"))
    return signer if signer != Signer("") else None


def _other_info(node: Node, notes: Notes) -> OtherInfo:
    priority = number(node.value("Priority"), "Priority", notes)
    if priority is not None and priority not in _PRIORITIES:
        notes.add("priority_unknown", "Priority", str(priority))
        priority = None
    return OtherInfo(
        priority=priority,
        sphere=node.value("SphereOfPromulgation"),
        typist=node.value("TyperNotation"),
        copies=number(node.value("PromulgationAmount"), "PromulgationAmount", notes),
        pages=number(node.value("PageAmount"), "PageAmount", notes),
        appendixes=_values(_child(node, "Appendixes"), "Appendix"),
    )


def _answers(header: Node, notes: Notes) -> tuple[DocumentReference, ...]:
    """ResponseFor may be an empty element, which answers nothing."""
    found = (_reference(node, notes) for node in header.all("ResponseFor"))
    return tuple(reference for reference in found if reference != DocumentReference())


def _reference(node: Node, notes: Notes) -> DocumentReference:
    return DocumentReference(
        organisation_code=_code(node),
        code=node.value("Code"),
        issued_on=day(node.value("PromulgationDate"), "ResponseFor/PromulgationDate", notes),
        document_id=node.value("DocumentId"),
    )


def _contact(parent: Node) -> Contact | None:
    node = _child(parent, "StaffInfo")
    contact = Contact(node.value("Department"), node.value("Staff"), node.value("Email"), node.value("Mobile"))
    return contact if contact != Contact() else None


def _trace(node: Node, notes: Notes) -> tuple[TraceHop, ...]:
    return tuple(
        TraceHop(_code(hop), moment(hop.value("Timestamp"), "TraceHeader/Timestamp", notes))
        for hop in node.all("TraceHeader")
    )


def _business(node: Node, notes: Notes) -> Business:
    """What the packet is for; a packet that does not say is a new document."""
    if node is _NO_NODE:
        notes.add("business_missing", "Bussiness")
        return Business()
    kind = number(node.value("BussinessDocType"), "BussinessDocType", notes)
    if kind not in set(BusinessKind):
        notes.add("business_unknown", "BussinessDocType", node.value("BussinessDocType"))
        kind = BusinessKind.NEW
    return Business(
        kind=BusinessKind(kind),
        reason=node.value("BussinessDocReason"),
        document_id=node.value("DocumentId"),
        update=_update(node.child("BussinessDocumentInfo")),
        replacements=tuple(
            Replacement(item.value("DocumentId"), _values(_child(item, "OrganIdList"), "OrganId"))
            for item in _child(node, "ReplacementInfoList").all("ReplacementInfo")
        ),
        contact=_contact(node),
        paper=number(node.value("Paper"), "Paper", notes),
    )


def _update(node: Node | None) -> UpdateInfo | None:
    if node is None:
        return None
    return UpdateInfo(
        fields_changed=flag(node.value("DocumentInfo")),
        receivers_changed=flag(node.value("DocumentReceiver")),
        receivers=tuple(
            ReceiverChange(_code(item), flag(item.value("ReceiverType")))
            for item in _child(node, "ReceiverList").all("Receiver")
        ),
    )


def _secrecy(header: Node, notes: Notes) -> str:
    """The older generation had OtherInfo/Secret; whatever it says is handed to the one who guards secrets."""
    for holder in (header, _child(header, "OtherInfo")):
        for child in holder.children:
            if child.name.rpartition("}")[2] == "Secret" and child.text:
                notes.add("secrecy_element", "OtherInfo/Secret", child.text)
                return child.text
    return ""


def _note_gaps(packet: DocumentPacket, notes: Notes) -> None:
    """Note what a complete packet would say; the clerk fills it in from the document itself."""
    if not packet.subject:
        notes.add("subject_missing", "Subject")
    if not packet.code_number or not packet.code_notation:
        notes.add("code_missing", "Code")
    if packet.issued_on is None:
        notes.add("issued_on_missing", "PromulgationDate")
    if not packet.attachments and packet.business.kind is not BusinessKind.REVOKE:
        notes.add("no_attachment", "AttachmentEncoded")


def _with_oddities(packet: DocumentPacket, notes: Notes) -> DocumentPacket:
    return replace(packet, oddities=notes.all())


def _values(node: Node, name: str) -> tuple[str, ...]:
    return tuple(text for text in (child.text for child in node.all(name)) if text)


def _code(node: Node) -> str:
    code = node.value("OrganId")
    return "" if code == _NULL else code


def _child(node: Node, name: str) -> Node:
    return node.child(name) or _NO_NODE


def _required(node: Node, name: str) -> str:
    text = node.value(name)
    if not text:
        raise _missing(name)
    return text


def _missing(name: str) -> RuleBroken:
    return RuleBroken("edxml.incomplete", _("Gói tin thiếu trường bắt buộc %(name)s.") % {"name": name})


def _other_vocabulary(root: Node) -> RuleBroken:
    namespace = root.name.partition("}")[0].lstrip("{")
    if namespace in names.OLDER_NAMESPACES:
        return RuleBroken(
            "edxml.generation", _("Gói tin theo thế hệ edXML cũ, không còn được nhận; đề nghị bên gửi gửi lại.")
        )
    return RuleBroken("edxml.not_edxml", _("Tệp không phải gói tin edXML theo QCVN 102:2016/BTTTT."))
