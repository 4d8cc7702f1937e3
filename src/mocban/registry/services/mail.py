"""Enter a mail in the incoming register, and send an issued document by mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from mocban.exchange import services as exchange
from mocban.exchange.events import TELL_MAIL_FAILED
from mocban.exchange.models import Mail, MailDelivery
from mocban.exchange.senders import address_of
from mocban.exchange.services import OutgoingMail
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.notices import services as notices
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.selectors import holders
from mocban.records import selectors as record_selectors
from mocban.records.choices import ObjectRole

from .. import access, rules
from ..choices import OutgoingStatus
from ..models import Book, Incoming, Outgoing
from .incoming import Arrival, register_incoming


@dataclass(frozen=True)
class Addressee:
    """One line of the recipient list (or, without an id, somebody beside it) and where to send the mail."""

    address: str
    name: str
    recipient_id: UUID | None = None


@transaction.atomic
def register_mail(
    *, mail: Mail, arrival: Arrival, book: Book, actor: Actor, on: date, answer: bool = False
) -> Incoming:
    """Enter a waiting mail in the register with the files that `arrival.stored` names; `answer` tells its sender.

    Raises as `register_incoming`, and RuleBroken(`mail.wrong_state` | `mail.no_answer` | sending rules).
    """
    access.require(actor, "incoming.register", book)
    held = basis("receive_incoming", on=on, regime=book.organisation.regime)
    mail = Mail.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=mail.pk)
    rules.check_own(book.organisation_id, mail.organisation_id, citation=held.citation)
    entry = register_incoming(arrival=arrival, book=book, actor=actor, on=on)
    exchange.register_mail(mail=mail, document_id=entry.document_id, actor=actor, on=on)
    if answer:
        text = _(
            "Kính gửi Quý cơ quan,\n\n%(body)s đã tiếp nhận thư “%(subject)s” và đăng ký văn bản đến số %(number)s "
            "ngày %(day)s.\n\nTrân trọng."
        )
        details = {"number": entry.number_value, "day": f"{on:%d/%m/%Y}"}
        exchange.answer_mail(mail=mail, text=text, details=details, actor=actor, on=on)
    return entry


@transaction.atomic
def send_by_mail(*, outgoing: Outgoing, addressees: Sequence[Addressee], actor: Actor, on: date) -> list[MailDelivery]:
    """Queue the issued document, sealed file unchanged, to each address; to the same line and address only once.

    Raises PermissionDenied, RuleBroken(`outgoing.not_issued` | `mail.no_addressee` | sending rules).
    """
    access.require(actor, "outgoing.issue", outgoing)
    document = outgoing.document
    held = basis("issue_outgoing", on=on, regime=outgoing.organisation.regime)
    sealed = record_selectors.parts(document).filter(role=ObjectRole.ISSUED).last()
    if outgoing.status != OutgoingStatus.ISSUED or sealed is None:
        message = _("Chỉ gửi được văn bản đã phát hành và còn hiệu lực gửi.")
        raise RuleBroken("outgoing.not_issued", message, held.citation)
    annexes = [part.object for part in record_selectors.parts(document).filter(role=ObjectRole.ANNEX)]
    if not addressees:
        raise RuleBroken("mail.no_addressee", _("Hãy ghi ít nhất một địa chỉ thư."))
    with override("vi"):
        subject = f"{document.printed_code} {document.subject}"
        text = _letter_text(outgoing)
    return [
        exchange.queue_mail(
            letter=OutgoingMail(
                address=one.address,
                name=one.name,
                subject=subject,
                text=text,
                files=[sealed.object, *annexes],
                recipient_id=one.recipient_id,
                document_id=document.pk,
            ),
            organisation=outgoing.organisation,
            actor=actor,
            on=on,
        )
        for one in addressees
    ]


def send_to_known(outgoing: Outgoing, *, actor: Actor, on: date) -> list[MailDelivery]:
    """At issue: send to the recipients without a packet whose address the directory knows, when a mailbox sends."""
    if not exchange.sends_mail(outgoing.organisation):
        return []
    unreached = [one for one in outgoing.recipients.all() if one.packet_id is None]
    addressees = [Addressee(address_of(one.name, one.code, on=on), one.name, one.pk) for one in unreached]
    sent: list[MailDelivery] = []
    for one in addressees:
        if not one.address:
            continue
        try:
            with transaction.atomic():
                sent += send_by_mail(outgoing=outgoing, addressees=[one], actor=actor, on=on)
        except RuleBroken as refused:  # the document is issued all the same; the clerks send by another way
            _tell_unsent(outgoing, one, refused, on=on)
    return sent


def _tell_unsent(outgoing: Outgoing, one: Addressee, refused: RuleBroken, *, on: date) -> None:
    clerks = holders(outgoing.organisation_id, Role.CLERK, on=on)
    details = {"address": one.address, "reason": str(refused.message)[:400]}
    url = f"/registry/outgoing/{outgoing.pk}/mail/"
    notices.send(TELL_MAIL_FAILED, to=clerks, about=outgoing, url=url, details=details)


def _letter_text(outgoing: Outgoing) -> str:
    document = outgoing.document
    day = f"{document.issued_on:%d/%m/%Y}" if document.issued_on else ""
    text = _(
        "Kính gửi Quý cơ quan,\n\n%(body)s gửi văn bản số %(code)s ngày %(day)s: %(subject)s.\n"
        "Tệp kèm theo là bản điện tử đã ký số; xin giữ nguyên tệp để kiểm tra chữ ký.\n\nTrân trọng."
    )
    return text % {
        "body": outgoing.organisation.name,
        "code": document.printed_code,
        "day": day,
        "subject": document.subject,
    }
