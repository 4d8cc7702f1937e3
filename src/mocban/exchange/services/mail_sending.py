"""Send mail of the body: queued in the transaction of the step, handed to the server once, followed by its reports.

A message is never handed over twice by itself. When the line breaks after the final dot nobody knows whether the
server took it: the delivery is then uncertain, and only a person has it sent again, under the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.models import DigitalObject
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.lib.ids import new_id
from mocban.lib.text import clean_line, clean_text
from mocban.notices import services as notices
from mocban.people import grants
from mocban.people.actor import Actor, system_actor
from mocban.people.choices import Role
from mocban.people.models import Organisation
from mocban.people.selectors import holders, today

from .. import access, events, mail, mail_rules
from ..adapters.smtp import SmtpSink
from ..choices import DeliveryPurpose, DeliveryState
from ..models import Mail, Mailbox, MailDelivery
from ..ports import MailFailed
from .mailboxes import smtp_account

ATTEMPTS = 6
_AGAIN = RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=5)  # seconds: 5, 25, 125, … together about an hour


@dataclass(frozen=True)
class OutgoingMail:
    """What goes to one address. `recipient_id` and `document_id` are the register's; `files` go unchanged."""

    address: str
    name: str
    subject: str
    text: str
    files: Sequence[DigitalObject] = ()
    recipient_id: UUID | None = None
    document_id: UUID | None = None
    answers: Mail | None = None


@transaction.atomic
def queue_mail(*, letter: OutgoingMail, organisation: Organisation, actor: Actor, on: date) -> MailDelivery:
    """Queue one message from the body's mailbox; a document goes to the same recipient and address only once.

    Raises PermissionDenied, RuleBroken (`mail.no_mailbox`, `mail.address`, `mail.too_large`, `content.frozen`).
    """
    access.require(actor, "mail.send", organisation)
    held = basis("issue_outgoing", on=on, regime=organisation.regime)
    mailbox = sending_mailbox(organisation)
    address = clean_line(letter.address)
    mail_rules.check_address(address)
    mail_rules.check_size(sum(stored.size for stored in letter.files), limit=settings.MAIL_LIMIT_BYTES)
    known = _sent_before(letter, address, organisation)
    if known is not None:
        return known
    delivery: MailDelivery = MailDelivery.objects.create(
        organisation=organisation,
        mailbox=mailbox,
        purpose=DeliveryPurpose.ANSWER if letter.answers else DeliveryPurpose.DOCUMENT,
        recipient_id=letter.recipient_id,
        document_id=letter.document_id,
        answers=letter.answers,
        name=clean_line(letter.name)[:200],
        address=address,
        message_id=f"{new_id().hex}.{new_id().hex[-12:]}@{mailbox.address.rpartition('@')[2]}",
        subject=clean_line(letter.subject)[:500],
        text=clean_text(letter.text),
        queued_at=timezone.now(),
    )
    delivery.enclosures.set(letter.files)
    grants.allow(delivery, [grants.role_token(organisation.pk, role) for role in access.READERS], reason="exchange")
    audit.record(actor, events.DELIVERY_QUEUED, delivery, basis=held.citations, details={"address": address})
    deliver.defer(delivery_id=str(delivery.pk))
    return delivery


@transaction.atomic
def send_again(*, delivery: MailDelivery, actor: Actor, on: date) -> MailDelivery:
    """Have a failed or uncertain message sent once more, the same message. Raises PermissionDenied, RuleBroken."""
    access.require(actor, "mail.send", delivery)
    delivery = MailDelivery.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=delivery.pk)
    if delivery.state not in mail_rules.AGAIN:
        raise RuleBroken("mail.under_way", _("Thư này đang được gửi hoặc đã gửi, không cần gửi lại."))
    held = basis("issue_outgoing", on=on, regime=delivery.organisation.regime)
    delivery.state, delivery.attempts, delivery.server_answer = DeliveryState.QUEUED, 0, ""
    delivery.save(update_fields=["state", "attempts", "server_answer"])
    details = {"address": delivery.address}
    audit.record(actor, events.DELIVERY_AGAIN, delivery, basis=held.citations, details=details)
    deliver.defer(delivery_id=str(delivery.pk))
    return delivery


def hand_over(*, delivery: MailDelivery, actor: Actor) -> MailDelivery:
    """Hand a queued message to the mail server. Call it outside a transaction; anything not queued is left alone.

    Raises PermissionDenied; MailFailed when it is to be tried again.
    """
    access.require(actor, "mail.send", delivery)
    claimed = _claim(delivery, actor=actor)
    if claimed is None:
        return MailDelivery.objects.get(pk=delivery.pk)
    try:
        with override("vi"):
            data = mail.build(_letter(claimed))
            sink = SmtpSink(smtp_account(claimed.mailbox))
            answer = sink.send(
                data, sender=claimed.mailbox.address, recipient=claimed.address, envelope_id=claimed.pk.hex
            )
    except MailFailed as failed:
        return _not_sent(claimed, failed, actor=actor)
    except RuleBroken as refused:
        return _move(claimed, DeliveryState.FAILED, str(refused.message), actor=actor)
    return _move(claimed, DeliveryState.SENT, answer, actor=actor)


@app.task(queue="interactive", name="exchange.deliver_mail", pass_context=False, retry=_AGAIN)
def deliver(delivery_id: str) -> None:
    """Hand over one message in the background; a server that fails is asked again later."""
    delivery = MailDelivery.objects.select_related("organisation").get(pk=delivery_id)
    hand_over(delivery=delivery, actor=system_actor(delivery.organisation))


@transaction.atomic
def record_report(*, delivery: MailDelivery, report: mail.Report, mail: Mail, actor: Actor, on: date) -> MailDelivery:
    """Keep what a report says about a message of ours; its state only moves forward. Raises PermissionDenied."""
    access.require(actor, "mail.fetch", delivery)
    delivery = MailDelivery.objects.select_for_update().get(pk=delivery.pk)
    event, said = _told(report, delivery.address)
    state = mail_rules.state_after(delivery.state, event)
    failed = state == DeliveryState.FAILED and delivery.state != DeliveryState.FAILED
    delivery.state, delivery.report, delivery.answered_at = state, mail, mail.received_at
    if said:
        delivery.server_answer = said
    delivery.save(update_fields=["state", "report", "answered_at", "server_answer"])
    with override("vi"):
        details = {"address": delivery.address, "state": str(delivery.get_state_display()), "reason": said}
        audit.record(actor, events.DELIVERY_REPORTED, delivery, about=[mail], details=details)
    if failed:
        _tell_failed(delivery, on=on)
    return delivery


def sends_mail(organisation: Organisation) -> bool:
    """Whether the body has a mailbox that sends."""
    return Mailbox.objects.filter(organisation=organisation, active=True).exclude(smtp_host="").exists()


def sending_mailbox(organisation: Organisation) -> Mailbox:
    """The mailbox from which the body sends. Raises RuleBroken `mail.no_mailbox`."""
    mailbox = Mailbox.objects.filter(organisation=organisation, active=True).exclude(smtp_host="").first()
    if mailbox is None:
        message = _("Cơ quan chưa thiết lập hộp thư công vụ để gửi thư; hãy báo quản trị hệ thống.")
        raise RuleBroken("mail.no_mailbox", message)
    found: Mailbox = mailbox
    return found


def delivery_meant(report: mail.Report, organisation: Organisation) -> MailDelivery | None:
    """The message of ours that a report is about. Both marks are random: only who got the message knows them."""
    about = Q(message_id=report.message_id) if report.message_id else Q(pk=None)
    with suppress(ValueError):
        about |= Q(pk=UUID(hex=report.envelope_id))
    found: MailDelivery | None = MailDelivery.objects.filter(about, organisation=organisation).first()
    return found


@transaction.atomic
def _claim(delivery: MailDelivery, *, actor: Actor) -> MailDelivery | None:
    """Note that the message is on its way, before it is; who finds such a note later knows that somebody crashed."""
    locked = MailDelivery.objects.select_for_update(of=["self"]).select_related("mailbox", "organisation")
    held: MailDelivery = locked.get(pk=delivery.pk)
    if held.state == DeliveryState.SENDING:
        _move(held, DeliveryState.UNCERTAIN, "", actor=actor)
        return None
    if held.state != DeliveryState.QUEUED:
        return None
    held.state, held.attempts = DeliveryState.SENDING, held.attempts + 1
    held.save(update_fields=["state", "attempts"])
    return held


def _not_sent(delivery: MailDelivery, failed: MailFailed, *, actor: Actor) -> MailDelivery:
    if failed.reason == "uncertain":
        return _move(delivery, DeliveryState.UNCERTAIN, failed.sentence, actor=actor)
    if failed.reason == "refused" or delivery.attempts >= ATTEMPTS:
        return _move(delivery, DeliveryState.FAILED, failed.sentence, actor=actor)
    back = {"state": DeliveryState.QUEUED, "server_answer": failed.sentence[:500]}
    MailDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENDING).update(**back)
    raise failed


@transaction.atomic
def _move(delivery: MailDelivery, state: DeliveryState, said: str, *, actor: Actor) -> MailDelivery:
    delivery.state, delivery.server_answer = state, said[:500]
    if state == DeliveryState.SENT:
        delivery.sent_at = timezone.now()
    delivery.save(update_fields=["state", "server_answer", "sent_at"])
    details = {"address": delivery.address}
    if state == DeliveryState.SENT:
        audit.record(actor, events.DELIVERY_SENT, delivery, details=details)
    elif state == DeliveryState.UNCERTAIN:
        audit.record(actor, events.DELIVERY_UNCERTAIN, delivery, details=details)
        _tell_failed(delivery, on=today())
    else:
        audit.record(actor, events.DELIVERY_FAILED, delivery, details={**details, "reason": delivery.server_answer})
        _tell_failed(delivery, on=today())
    return delivery


def _tell_failed(delivery: MailDelivery, *, on: date) -> None:
    clerks = holders(delivery.organisation_id, Role.CLERK, on=on)
    reason = delivery.server_answer or _("chưa rõ thư đã đi hay chưa.")
    details = {"address": delivery.address, "reason": reason}
    url = reverse("exchange:delivery_list")
    notices.send(events.TELL_MAIL_FAILED, to=clerks, about=delivery, url=url, details=details)


def _letter(delivery: MailDelivery) -> mail.Letter:
    """Raises RuleBroken when a file may not be read any more."""
    files = [(one.name, one.media_type, content.read_bytes(one)) for one in delivery.enclosures.order_by("stored_at")]
    answered = delivery.answers.message_id if delivery.answers else ""
    return mail.Letter(
        message_id=delivery.message_id,
        sender_name=delivery.organisation.name,
        sender_address=delivery.mailbox.address,
        recipient_name=delivery.name,
        recipient_address=delivery.address,
        subject=delivery.subject,
        text=delivery.text,
        at=delivery.queued_at,
        files=files,
        answers=answered,
        ask_receipt=delivery.purpose == DeliveryPurpose.DOCUMENT,
        automatic=delivery.purpose == DeliveryPurpose.ANSWER,
    )


def _sent_before(letter: OutgoingMail, address: str, organisation: Organisation) -> MailDelivery | None:
    if letter.document_id is None:
        return None
    same = MailDelivery.objects.filter(
        organisation=organisation, document_id=letter.document_id, recipient_id=letter.recipient_id
    )
    found: MailDelivery | None = same.filter(address__iexact=address).exclude(state__in=mail_rules.AGAIN).first()
    return found


def _told(report: mail.Report, address: str) -> tuple[str, str]:
    """(what the report means, the server's sentence): of several recipients the one that was meant."""
    if report.kind == "reading":
        return ("displayed" if report.displayed else "", "")
    mine = [one for one in report.outcomes if one.address.casefold() == address.casefold()]
    found = next(iter(mine or report.outcomes), None)
    return (found.action, found.sentence) if found else ("", "")
