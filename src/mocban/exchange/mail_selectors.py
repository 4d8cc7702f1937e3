"""Reads of mail: lists, what its sender is known as, what was found out about it, deliveries and their tones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from mocban.people.actor import Actor
from mocban.people.selectors import today

from .choices import AuthenticationResult, DeliveryState, MailState
from .mail.oddities import SENTENCES
from .models import CaptureAddress, Mail, Mailbox, MailDelivery
from .senders import KnownBody, bodies_behind, body_behind

GOOD = (AuthenticationResult.PASS,)
DOUBTFUL = (AuthenticationResult.SOFTFAIL, AuthenticationResult.NEUTRAL, AuthenticationResult.TEMPERROR)
MAIL_TONES = {
    MailState.WAITING: "warning",
    MailState.REGISTERED: "success",
    MailState.CAPTURED: "success",
    MailState.DECLINED: "neutral",
    MailState.LEFT: "warning",
    MailState.REFUSED: "danger",
    MailState.REPORT: "info",
}
DELIVERY_TONES = {
    DeliveryState.QUEUED: "neutral",
    DeliveryState.SENDING: "neutral",
    DeliveryState.SENT: "info",
    DeliveryState.DELIVERED: "success",
    DeliveryState.READ: "success",
    DeliveryState.FAILED: "danger",
    DeliveryState.UNCERTAIN: "warning",
}
# What the lists show: open business first, then what was decided.
LISTS: dict[str, tuple[MailState, ...]] = {
    "waiting": (MailState.WAITING, MailState.LEFT, MailState.REFUSED),
    "registered": (MailState.REGISTERED, MailState.CAPTURED),
    "declined": (MailState.DECLINED,),
    "reports": (MailState.REPORT,),
}


def desk(actor: Actor, name: str = "waiting") -> Any:
    """Mail of the body's own box in one of the lists, newest first; not what went to personal addresses."""
    found = Mail.objects.visible_to(actor).filter(owner=None, state__in=LISTS.get(name, LISTS["waiting"]))
    return found.annotate(files=Count("attachments")).order_by("-received_at", "-id")


def own(actor: Actor) -> Any:
    """Mail that came to the actor's personal address or that the actor brought, newest first."""
    found = Mail.objects.visible_to(actor).filter(owner_id=actor.position_id)
    return found.annotate(files=Count("attachments")).order_by("-received_at", "-id")


def own_address(actor: Actor) -> str:
    """The personal address of the actor's position, "" before it was made or without a mailbox."""
    mailbox = Mailbox.objects.visible_to(actor).filter(active=True).first()
    held = CaptureAddress.objects.visible_to(actor).filter(position_id=actor.position_id).first()
    if mailbox is None or held is None:
        return ""
    local, _at, domain = mailbox.address.rpartition("@")
    return f"{local}+{mailbox.capture_tag}-{held.token}@{domain}"


def mailbox_of(actor: Actor) -> Mailbox | None:
    found: Mailbox | None = Mailbox.objects.visible_to(actor).first()
    return found


def known_sender(mail: Mail) -> KnownBody | None:
    return body_behind(mail.sender_address, on=today())


def known_senders(addresses: Sequence[str]) -> dict[str, KnownBody]:
    """The bodies behind the addresses of a list, by address in small letters."""
    return bodies_behind(addresses)


def checks(mail: Mail) -> list[tuple[str, str, str]]:
    """(method, what the trusted server found, tone) for SPF, DKIM and DMARC."""
    return [_check(name, getattr(mail, name)) for name in ("spf", "dkim", "dmarc")]


def _check(name: str, result: str) -> tuple[str, str, str]:
    if not result:
        return name.upper(), _("chưa kiểm tra"), "neutral"
    tone = "success" if result in GOOD else "warning" if result in DOUBTFUL else "danger"
    return name.upper(), str(AuthenticationResult(result).label), "neutral" if result == "none" else tone


def verdict(mail: Mail) -> tuple[str, str]:
    """One badge for a list: what the checks say together."""
    results = [mail.spf, mail.dkim, mail.dmarc]
    if not any(results):
        return _("chưa kiểm tra"), "neutral"
    if mail.dmarc == "pass" or (not mail.dmarc and "pass" in results and not set(results) & {"fail", "hardfail"}):
        return _("người gửi đã xác thực"), "success"
    if set(results) & {"fail", "hardfail", "policy"}:
        return _("người gửi có thể giả mạo"), "danger"
    return _("chưa xác thực được"), "warning"


def oddities(mail: Mail) -> list[Any]:
    return [SENTENCES[code] for code in mail.oddities if code in SENTENCES]


def deliveries(actor: Actor) -> QuerySet[Any]:
    """Mail of the body that goes out, newest first."""
    return MailDelivery.objects.visible_to(actor).order_by("-queued_at", "-id")


def deliveries_of_document(document_id: UUID) -> dict[UUID | None, list[MailDelivery]]:
    """Deliveries of a document by the line of its recipient list; its page has checked who reads."""
    found: dict[UUID | None, list[MailDelivery]] = {}
    for delivery in MailDelivery.objects.filter(document_id=document_id):
        found.setdefault(delivery.recipient_id, []).append(delivery)
    return found


def can_read_object(object_id: UUID, actor: Actor) -> bool:
    """Whether a stored object belongs to a mail that the actor may see (settings.CONTENT_READERS)."""
    mine = Mail.objects.visible_to(actor)
    return bool(mine.filter(Q(raw_id=object_id) | Q(attachments__object_id=object_id)).exists())


def names_of_objects(object_ids: Collection[UUID], actor: Actor) -> dict[UUID, str]:
    """Subject of the mails that brought stored objects, as far as they may be seen (settings.CONTENT_NAMERS)."""
    mine = Mail.objects.visible_to(actor).filter(attachments__object_id__in=object_ids)
    return {pk: subject or _("Thư") for pk, subject in mine.values_list("attachments__object_id", "subject")}


def page_of_object(object_id: UUID, actor: Actor) -> tuple[str, str] | None:
    """Name and address of the mail that brought a stored object (settings.CONTENT_HOLDERS)."""
    mine = Mail.objects.visible_to(actor)
    mail = mine.filter(Q(raw_id=object_id) | Q(attachments__object_id=object_id)).first()
    return (mail.subject[:60] or _("Thư"), reverse("exchange:mail", args=[mail.pk])) if mail else None
