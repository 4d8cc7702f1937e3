"""What the registry's endpoints take and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from mocban.records.shapes import DocumentOut, HistoryOut, PartOut, Versioned


class BookOut(Schema):
    id: UUID
    name: str
    year: int
    direction: str
    next_number: int = Field(description="the number that the next entry would get; nothing is held back")


class DescriptionIn(Schema):
    """The fields of a document as the desk types them; what is left out is an empty box."""

    kind_code: str | None = Field(None, examples=["official-letter"], description="a code of /registry/kinds")
    subject: str | None = Field(None, examples=["Về việc báo cáo công tác văn thư năm 2026"])
    issuer_name: str | None = Field(None, examples=["Ủy ban nhân dân xã Hòa Bình"])
    issuer_code: str | None = Field(None, examples=["H99.27"], description="a code of /people/agencies")
    printed_code: str | None = Field(None, examples=["12/UBND-VP"])
    issued_on: date | None = Field(None, examples=["2026-11-02"])
    signer_name: str | None = Field(None, examples=["Nguyễn Văn An"])
    signer_title: str | None = Field(None, examples=["Chủ tịch"])
    urgency: Literal[0, 1, 2, 3] | None = Field(None, examples=[0])
    page_amount: int | None = Field(None, ge=1, examples=[3])
    handle_by: date | None = None
    description: str | None = Field(None, examples=["Kèm 02 phụ lục"])


class ArrivalIn(DescriptionIn):
    book: UUID | None = Field(None, description="an open book of /registry/incoming/books")
    arrived_on: date | None = Field(None, examples=["2026-11-04"])
    secrecy: str | None = Field(None, description="declared level of secrecy; any level is refused here", examples=[""])
    confirmed: bool = Field(False, description="register although it may have been registered before")
    signatures_seen: bool = Field(False, description="register although a signature in a file is not valid")
    received_via: Literal["", "paper", "upload"] | None = Field(None, examples=["paper"])
    late_reason: str | None = Field(
        None, examples=["Văn bản gửi nhầm sang cơ quan khác"], description="why it is entered after the allowed day"
    )
    scan: UUID | None = Field(None, description="a file taken from the scan folder; it becomes the document")


class PacketArrivalIn(DescriptionIn):
    """What is left out is taken from the packet."""

    book: UUID | None = None
    arrived_on: date | None = None
    confirmed: bool = False
    signatures_seen: bool = False


class CorrectionIn(DescriptionIn, Versioned):
    pass


class OrdersIn(Versioned):
    """A leader's instruction (bút phê)."""

    opinion: str = Field(examples=["Giao Phòng Văn thư – Lưu trữ tham mưu trả lời."])
    lead_unit: UUID
    officer: UUID | None = None
    cooperating: list[UUID] = []
    handle_by: date | None = Field(None, examples=["2026-11-10"])


class TaskOut(Schema):
    id: UUID
    incoming_id: UUID
    number: int
    subject: str
    unit_id: UUID
    unit: str
    role: str
    status: str
    assignee_id: UUID | None
    assignee: str
    handle_by: date | None
    result: str
    done_on: date | None
    version: int

    @staticmethod
    def resolve_number(task: Any) -> int:
        return int(task.incoming.number_value)

    @staticmethod
    def resolve_subject(task: Any) -> str:
        return str(task.incoming.document.subject)

    @staticmethod
    def resolve_unit(task: Any) -> str:
        return str(task.unit)

    @staticmethod
    def resolve_assignee(task: Any) -> str:
        return str(task.assignee or "")


class AssignIn(Versioned):
    officer: UUID


class ResultIn(Versioned):
    result: str = Field(examples=["Đã trả lời bằng công văn 12/SNV-VTLT."])


class InstructionOut(Schema):
    id: UUID
    opinion: str
    lead_unit_id: UUID
    written_by: str
    written_at: datetime
    handle_by: date | None
    tasks: list[UUID]


class IncomingOut(Schema):
    id: UUID
    number: int = Field(examples=[15])
    book_id: UUID
    arrived_on: date
    received_via: str
    present_by: date
    handle_by: date | None
    status: str = Field(examples=["registered"])
    has_file: bool
    version: int
    document: DocumentOut

    @staticmethod
    def resolve_number(entry: Any) -> int:
        return int(entry.number_value)


class IncomingDetail(Schema):
    entry: IncomingOut
    files: list[PartOut]
    instructions: list[InstructionOut]
    replies: list[UUID]
    history: list[HistoryOut]


class DraftIn(Schema):
    kind_code: str | None = Field(None, examples=["official-letter"])
    subject: str | None = Field(None, examples=["Về việc trả lời công văn số 12/UBND-VP"])
    signer: UUID | None = Field(None, description="the position that signs")
    later_signers: list[UUID] = Field([], description="positions that sign after the signer, in order")
    recipients: list[UUID] = Field([], description="bodies that the exchange reaches")
    other_recipients: str | None = Field(
        None,
        examples=["Sở Tài chính | H99.05"],
        description="one a line, a name or `name | code`; sent to where the exchange reaches the code",
    )
    urgency: Literal[0, 1, 2, 3] | None = Field(None, examples=[0])
    due_on: date | None = None
    secrecy: str | None = Field(None, examples=[""], description="any level is refused here")
    issuer: UUID | None = Field(None, description="a body of /registry/issuers; none: the body itself")
    joint_bodies: str | None = Field(None, examples=["Ban Tổ chức; BTC"], description="one a line: name; symbol")


class NumberIn(Versioned):
    book: UUID = Field(description="an open book of /registry/outgoing/books")
    reserved: UUID | None = Field(None, description="a number reserved in the book's series, instead of the next")


class KeyIn(Versioned):
    pin: str = Field("", examples=[""], description="PIN or pass phrase of the key, where it asks for one")
    otp: str = Field("", examples=[""], description="one-time code of a remote signing service, where it asks for one")
    last_try: bool = Field(False, description="spend the last try of the PIN before the token locks")


class SignIn(KeyIn):
    unread_confirmed: bool = Field(False, description="sign although the caller never opened the prepared file")


class OutgoingOut(Schema):
    id: UUID
    status: str = Field(examples=["draft"])
    unit_id: UUID | None
    drafter_id: UUID | None
    signer_id: UUID | None
    issuer_id: UUID | None
    reply_to_id: UUID | None
    task_id: UUID | None
    book_id: UUID | None
    number: int | None
    return_reason: str
    signed_on: date | None
    issue_by: date | None
    issued_at: datetime | None
    version: int
    document: DocumentOut

    @staticmethod
    def resolve_number(outgoing: Any) -> int | None:
        return outgoing.number_value  # type: ignore[no-any-return]


class RecipientOut(Schema):
    name: str
    code: str
    packet_id: UUID | None
    statuses: list[str] = Field(description="exchange statuses reported so far, oldest first")


class OutgoingDetail(Schema):
    outgoing: OutgoingOut
    files: list[PartOut]
    recipients: list[RecipientOut]
    history: list[HistoryOut]
