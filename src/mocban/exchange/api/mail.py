"""The official mailbox over the API: what waits, one message, declining it, taking that back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field

from mocban.api.paging import Listing, PageQuery, listing
from mocban.people.selectors import today
from mocban.secrecy.choices import Channel
from mocban.ui.pages import get
from mocban.ui.paging import keyset

from .. import border, mail_selectors, services
from ..models import Mail

router = Router(tags=["mail"])


class MailOut(Schema):
    id: UUID
    state: str = Field(examples=["waiting"])
    sender_name: str = Field(examples=["Sở Nội vụ tỉnh Lam Sơn"])
    sender_address: str = Field(examples=["vanthu@snv.lamson.example"])
    subject: str = Field(examples=["Về việc báo cáo công tác văn thư"])
    received_at: datetime
    sent_at: datetime | None
    spf: str = Field(description="As the trusted server wrote it; empty: not checked", examples=["pass"])
    dkim: str = Field(examples=["pass"])
    dmarc: str = Field(examples=["pass"])
    size: int = Field(description="Bytes of the whole message", examples=[48213])
    obstacle: str = Field(description="Why it still lies on the mail server; empty otherwise", examples=[""])
    document_id: UUID | None


class MailFileOut(Schema):
    id: UUID
    object_id: UUID | None = Field(description="Fetch it under /content/; null when it could not be looked at")
    name: str = Field(examples=["cong-van-12.pdf"])
    media_type: str = Field(examples=["application/pdf"])
    size: int
    inside: str = Field(description="The forwarded message or winmail.dat that held it", examples=[""])
    obstacle: str = Field(examples=[""])


class MailDetail(MailOut):
    text: str
    body: str = Field(description="The body of the directory that the address belongs to", examples=["Sở Nội vụ"])
    oddities: list[str]
    raw_id: UUID | None = Field(description="The message whole, as .eml")
    attachments: list[MailFileOut]
    decline_reason: str


class Declining(Schema):
    reason: str = Field(examples=["Thư quảng cáo, không phải văn bản gửi cơ quan"])
    answer: bool = Field(default=False, description="Tell the sender by mail")


@router.get("", response=Listing[MailOut], summary="Mail of the official box by list, newest first")
def mail_list(
    request: Any, q: Query[PageQuery], show: Literal["waiting", "registered", "declined", "reports"] = "waiting"
) -> dict[str, Any]:
    mails = mail_selectors.desk(request.actor, show)
    return listing(keyset(mails, order=("-received_at",), cursor=q.cursor, size=q.size, exact=q.exact))


@router.get("/{uuid:pk}", response=MailDetail, summary="One message with its text, files and what is odd about it")
def mail_detail(request: Any, pk: UUID) -> dict[str, Any]:
    return shape(request.actor, pk)


@router.post("/{uuid:pk}/decline", response=MailDetail, summary="Decline a waiting message, with a reason")
def mail_decline(request: Any, pk: UUID, given: Declining) -> dict[str, Any]:
    mail = get(Mail, request.actor, pk=pk, related=["organisation"])
    border.check_mail_words(given.reason, mail=mail, actor=request.actor, channel=Channel.API)
    services.decline_mail(mail=mail, reason=given.reason, answer=given.answer, actor=request.actor, on=today())
    return shape(request.actor, pk)


@router.post("/{uuid:pk}/restore", response=MailDetail, summary="Put a declined message back where it was")
def mail_restore(request: Any, pk: UUID) -> dict[str, Any]:
    mail = get(Mail, request.actor, pk=pk, related=["organisation"])
    services.restore_mail(mail=mail, actor=request.actor, on=today())
    return shape(request.actor, pk)


def shape(actor: Any, pk: UUID) -> dict[str, Any]:
    """The message as it stands now."""
    mail = get(Mail, actor, pk=pk, related=["organisation"])
    body = mail_selectors.known_sender(mail)
    return {
        **{name: getattr(mail, name) for name in MailOut.model_fields},
        "text": mail.text,
        "body": body.name if body else "",
        "oddities": [str(sentence) for sentence in mail_selectors.oddities(mail)],
        "raw_id": mail.raw_id,
        "attachments": list(mail.attachments.all()),
        "decline_reason": mail.decline_reason,
    }
