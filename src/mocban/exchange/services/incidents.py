"""What happens to packets and mail when a stored file turns out to be secret (settings.SECRECY_FREEZERS, _ERASERS).

The raw message holds the file once more, so it is frozen and erased with it; the words of the header go at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.notices import services as notices
from mocban.people.actor import Actor

from .. import access, events
from ..models import Mail, MailDelivery, Packet
from ..models.mail import TELLING

_WORDS = ("reason", "kind_name", "signer_name", "signer_title", "code_number", "code_notation")


@transaction.atomic
def freeze_ids(object_ids: Iterable[UUID], *, actor: Actor) -> None:
    """Freeze the raw message of every packet and mail that carries one of the objects; blank what its row tells."""
    object_ids = list(object_ids)
    _freeze_mail(object_ids, actor)
    _blank_deliveries(object_ids, actor)
    for packet in _carrying(object_ids, actor):
        access.require(actor, "packet.freeze", packet)
        for name in _WORDS:
            setattr(packet, name, "")
        packet.subject, packet.issued_on, packet.due_on, packet.warnings = "(văn bản bị phong tỏa)", None, None, []
        packet.save()
        packet.attachments.update(name="(tệp bị phong tỏa)")
        content.freeze(packet.raw, actor=actor)
        audit.record(actor, events.PACKET_FROZEN, packet)


@transaction.atomic
def erase_ids(object_ids: Iterable[UUID], *, actor: Actor) -> None:
    """Erase the raw messages of those packets, after two persons confirmed.

    Sender and receiver on one installation share the bytes: they leave the disk with the last of the two rows.
    Raises PermissionDenied, RuleBroken.
    """
    object_ids = list(object_ids)
    for mail in _mail_carrying(object_ids, actor):
        access.require(actor, "mail.erase", mail)
        if mail.raw:
            content.erase(mail.raw, actor=actor)
        audit.record(actor, events.MAIL_ERASED, mail)
    for packet in _carrying(object_ids, actor):
        access.require(actor, "packet.erase", packet)
        content.erase(packet.raw, actor=actor)
        audit.record(actor, events.PACKET_ERASED, packet)


def _freeze_mail(ids: list[UUID], actor: Actor) -> None:
    for mail in _mail_carrying(ids, actor):
        access.require(actor, "mail.freeze", mail)
        if mail.subject:
            notices.forget(mail.subject, organisation_id=mail.organisation_id)
        for name in TELLING:
            setattr(mail, name, "")
        mail.subject, mail.headers, mail.oddities = "(thư bị phong tỏa)", [], []
        mail.save()
        mail.attachments.update(name="(tệp bị phong tỏa)", inside="", text="")
        if mail.raw:
            content.freeze(mail.raw, actor=actor)
        audit.record(actor, events.MAIL_FROZEN, mail)


def _blank_deliveries(ids: list[UUID], actor: Actor) -> None:
    """The words of our own letters that carry one of the objects; what was not sent yet fails on the frozen file."""
    mine = MailDelivery.objects.filter(organisation_id=actor.organisation_id, enclosures__in=ids).values("pk")
    blank = "(thư bị phong tỏa)"
    MailDelivery.objects.filter(pk__in=mine).update(subject=blank, text=blank)


def _mail_carrying(ids: list[UUID], actor: Actor) -> list[Mail]:
    found = Mail.objects.filter(Q(attachments__object_id__in=ids) | Q(raw_id__in=ids))
    own = found.filter(organisation_id=actor.organisation_id).values("pk")
    return list(Mail.objects.select_for_update(of=["self"]).select_related("raw").filter(pk__in=own))


def _carrying(object_ids: Iterable[UUID], actor: Actor) -> list[Packet]:
    ids = list(object_ids)
    found = Packet.objects.filter(Q(attachments__object_id__in=ids) | Q(raw_id__in=ids))
    own = found.filter(organisation_id=actor.organisation_id).values("pk")
    return list(Packet.objects.select_for_update(of=["self"]).select_related("raw").filter(pk__in=own))
