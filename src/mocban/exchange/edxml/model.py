"""What a packet says, as frozen plain values. Texts are NFC; an empty text means that the element was not there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum


class BusinessKind(IntEnum):
    """BussinessDocType (spelt so in the format): what the packet is for."""

    NEW = 0
    REVOKE = 1
    UPDATE = 2
    REPLACE = 3


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something odd that did not stop the reading: `code` of oddities.SENTENCES, where, and the text as received."""

    code: str
    where: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationRef:
    """A body as the sender wrote it. Only `code` is sure; names are free text and often wrong."""

    code: str
    name: str = ""
    in_charge: str = ""
    address: str = ""
    email: str = ""
    telephone: str = ""
    fax: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    name: str
    position: str = ""
    competence: str = ""  # TL., KT., Q. …


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """ResponseFor: the document answered, revoked or reported on; `code` is the full "number/symbol"."""

    organisation_code: str = ""
    code: str = ""
    issued_on: date | None = None
    document_id: str = ""


@dataclass(frozen=True, slots=True)
class OtherInfo:
    """`priority`: 0 thường, 1 khẩn, 2 thượng khẩn, 3 hỏa tốc, 4 hỏa tốc hẹn giờ; None when not said."""

    priority: int | None = None
    sphere: str = ""
    typist: str = ""
    copies: int | None = None
    pages: int | None = None
    appendixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """StaffInfo: the clerk behind a packet or a status."""

    department: str = ""
    staff: str = ""
    email: str = ""
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class TraceHop:
    """One hop of the packet; hubs write hops without a code, so `organisation_code` may be empty."""

    organisation_code: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReceiverChange:
    organisation_code: str
    added: bool


@dataclass(frozen=True, slots=True)
class UpdateInfo:
    """BussinessDocumentInfo of an update: whether fields or receivers changed."""

    fields_changed: bool = False
    receivers_changed: bool = False
    receivers: tuple[ReceiverChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Replacement:
    """A replaced document and the bodies that hold it."""

    document_id: str
    organisation_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Business:
    kind: BusinessKind = BusinessKind.NEW
    reason: str = ""
    document_id: str = ""
    update: UpdateInfo | None = None
    replacements: tuple[Replacement, ...] = ()
    contact: Contact | None = None
    paper: int | None = None  # 0 = no paper copy follows; other values are disputed between implementations


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the packet, already taken out of base64 and of the wrapping zip."""

    name: str
    data: bytes = field(repr=False)
    description: str = ""
    content_id: str = field(default="", compare=False)  # ties the manifest to the file inside one packet
    declared_type: str = field(default="", compare=False)  # as the sender claimed; never trusted


@dataclass(frozen=True, slots=True)
class DocumentPacket:
    """A document on its way. `document_id` is the sender's identifier: opaque text, never a file name."""

    sender: OrganisationRef
    recipients: tuple[OrganisationRef, ...]
    document_id: str
    subject: str
    code_number: str = ""
    code_notation: str = ""
    place: str = ""
    issued_on: date | None = None
    type_code: int | None = None  # not comparable between senders: use type_name
    type_detail: int | None = None
    type_name: str = ""
    content: str = ""
    signer: Signer | None = None
    due_on: date | None = None
    other: OtherInfo = OtherInfo()
    answers: tuple[DocumentReference, ...] = ()
    steering_type: int | None = None
    to_places: tuple[str, ...] = ()
    trace: tuple[TraceHop, ...] = ()
    business: Business = Business()
    attachments: tuple[Attachment, ...] = ()
    secrecy_hint: str = field(default="", compare=False)  # OtherInfo/Secret of an older generation
    has_signature: bool = field(default=False, compare=False)  # untrusted: the proof is inside the attached PDF
    oddities: tuple[Oddity, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class StatusPacket:
    """A status about a document: `about.document_id` is the original sender's DocumentId."""

    sender: OrganisationRef
    about: DocumentReference
    code: str
    description: str = ""
    at: datetime | None = None
    contact: Contact | None = None
    oddities: tuple[Oddity, ...] = field(default=(), compare=False)


Packet = DocumentPacket | StatusPacket
