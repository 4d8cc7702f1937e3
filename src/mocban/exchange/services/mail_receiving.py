"""Take in one message: read in the sandbox, look at every word and file, then keep it whole in one transaction.

What may not come in stays where it lies and has a row that says why.
"""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.examine import Examined, describe
from mocban.content.models import DigitalObject
from mocban.lib.errors import RuleBroken
from mocban.lib.hashing import sha256_hex
from mocban.notices import services as notices
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation, Position
from mocban.people.selectors import holders, positions_in_force
from mocban.secrecy import services as secrecy
from mocban.secrecy.choices import Channel
from mocban.secrecy.marks import detect_marks
from mocban.secrecy.models import Incident
from mocban.secrecy.services import SecretRefused

from .. import access, events, mail, mail_rules, ports
from ..adapters import mail_reader
from ..choices import MailState
from ..mail.oddities import SENTENCES
from ..models import CaptureAddress, Mail, MailAttachment, Mailbox
from .mail_sending import delivery_meant, record_report

MESSAGE_TYPE = "message/rfc822"
STAYS = (MailState.LEFT, MailState.REFUSED)  # rows whose message stays on the server as it is


@dataclass(frozen=True)
class Place:
    """Where a message lies: at a server under a UID, or nowhere when somebody brought it as a file."""

    organisation: Organisation
    received_at: datetime
    channel: Channel
    mailbox: Mailbox | None = None
    uid_validity: int | None = None
    uid: int | None = None
    owner: Position | None = None


@dataclass(frozen=True)
class Looked:
    """A part after the inspection; without `examined` it could not be looked at, for `obstacle`."""

    part: mail.Part
    examined: Examined | None
    obstacle: str = ""


def take(data: bytes, place: Place, *, actor: Actor, on: date) -> tuple[Mail, str]:
    """Take in one message; return its row and "new", "known", "left" or "refused". Call it outside a transaction.

    Nothing of it is written before the inspector has let its words and every file pass. Raises PermissionDenied; for a
    message that a person brings, SecretRefused and RuleBroken `mail.unreadable`.
    """
    access.require(actor, "mail.upload" if place.mailbox is None else "mail.fetch", place.organisation)
    try:
        message = mail_reader.read(data)
    except mail.BadMail as bad:
        if place.mailbox is None:
            raise RuleBroken("mail.unreadable", _unreadable(bad)) from bad
        reason = _("%(reason)s Thư vẫn nằm trên máy chủ thư.") % {"reason": _unreadable(bad)}
        return leave(_head_of(data), reason, place, size=len(data), actor=actor, on=on), "left"
    place = replace(place, owner=place.owner or _owner(message, place, on=on))
    known = _known(message.fingerprint, sha256_hex(data), place)
    if known is not None:
        advance(place)
        return known, "known"
    key = f"mail:{message.fingerprint[:40]}"
    earlier = Incident.objects.filter(organisation=place.organisation, channel=Channel.MAIL, packet_id=key).first()
    if earlier is not None and place.mailbox is not None:  # a crash after the incident: it is not opened twice
        return _refuse(message, earlier.pk, place, len(data), actor=actor), "refused"
    try:
        looked = _inspect(message, data, key, place, actor=actor)
    except SecretRefused as refused:
        if place.mailbox is None:  # whoever brought it is told at once
            raise
        return _refuse(message, refused.incident_id, place, len(data), actor=actor), "refused"
    return _keep(message, data, looked, place, actor=actor, on=on), "new"


def leave(head: bytes, reason: str, place: Place, *, size: int, actor: Actor, on: date) -> Mail:
    """Keep a row for a message that stays on the server: its header lines and why it may not come in.

    A subject that bears a secrecy mark opens the incident here too. Call it outside a transaction.
    """
    try:
        message = mail_reader.read(head + b"\r\n\r\n") if head else None
    except mail.BadMail:
        message = None
    fingerprint = sha256_hex(b"head\0" + str(size).encode() + head) if head else ""
    known = Mail.objects.filter(mailbox=place.mailbox, fingerprint=fingerprint).first() if head else None
    if known is not None:
        advance(place)
        return known
    if message is None:
        return _leave(None, fingerprint, reason, place, size=size, actor=actor, on=on)
    place = replace(place, owner=_owner(message, place, on=on))
    try:
        words = mail_rules.subject_lines(message.subject)
        secrecy.refuse_if_secret(text=words, **_about(message, f"mail:{fingerprint[:40]}", place, actor))
    except SecretRefused as refused:
        return _refuse(replace(message, fingerprint=fingerprint), refused.incident_id, place, size, actor=actor)
    return _leave(message, fingerprint, reason, place, size=size, actor=actor, on=on)


@transaction.atomic
def _leave(
    message: mail.Message | None, fingerprint: str, reason: str, place: Place, *, size: int, actor: Actor, on: date
) -> Mail:
    access.require(actor, "mail.fetch", place.organisation)
    advance(place)
    row: Mail = Mail.objects.create(
        **_where(place),
        **(_described(message) if message else {}),
        state=MailState.LEFT,
        fingerprint=fingerprint,
        size=size,
        obstacle=reason[:500],
    )
    _allow(row, place)
    details = {"sender": row.sender_address or "–", "reason": reason[:400]}
    audit.record(actor, events.MAIL_LEFT, row, details=details)
    notices.send(events.TELL_MAIL_LEFT, to=_readers(place, on=on), about=row, url=_page(row), details=details)
    return row


def _about(message: mail.Message, key: str, place: Place, actor: Actor) -> dict[str, Any]:
    return {
        "channel": place.channel,
        "sender": (message.sender_name or message.sender_address)[:200],
        "packet_id": key,
        "actor": actor,
        "organisation": place.organisation,
    }


def _inspect(message: mail.Message, data: bytes, key: str, place: Place, *, actor: Actor) -> list[Looked]:
    """Look at every word of the message, then at each file, in memory. Raises SecretRefused."""
    about = _about(message, key, place, actor)
    names = [line for part in message.parts for line in (part.name, part.name.rpartition(".")[0])]
    # Each text is a document of its own: a marking stands at its head, wherever it lies in the message.
    texts = [mail_rules.subject_lines(message.subject), "\n".join(names), *message.texts]
    marked = next((text for text in texts if detect_marks(text)), "")
    secrecy.refuse_if_secret(text=marked, sha256=sha256_hex(data), **about)
    look = ports.inspector()
    return [_look_at(part, look, about) for part in message.parts]


def _look_at(part: mail.Part, look: ports.Inspector, about: dict[str, Any]) -> Looked:
    if part.obstacle:
        with override("vi"):
            return Looked(part, None, str(SENTENCES[part.obstacle]))
    if part.media_type == MESSAGE_TYPE:  # its words and files were looked at one by one
        name = part.name if part.name.lower().endswith(".eml") else f"{part.name}.eml"
        return Looked(part, describe(part.data, name, MESSAGE_TYPE))
    name = part.name
    if "." not in name:
        name += mimetypes.guess_extension(part.media_type) or ""
    try:
        with override("vi"):
            return Looked(part, look(part.data, name, fields=[part.name], **about).examined)
    except SecretRefused:
        raise
    except RuleBroken as refused:
        return Looked(part, None, str(refused.message)[:500])


@transaction.atomic
def _keep(message: mail.Message, data: bytes, looked: list[Looked], place: Place, *, actor: Actor, on: date) -> Mail:
    """Keep a message: whole as .eml, its files, a row that waits; a report goes to the message of ours it is about."""
    access.require(actor, "mail.upload" if place.mailbox is None else "mail.fetch", place.organisation)
    Organisation.objects.select_for_update().get(pk=place.organisation.pk)  # two workers must not both find it unknown
    digest = sha256_hex(data)
    known = _known(message.fingerprint, digest, place)
    if known is not None:
        advance(place)
        return known
    meant = delivery_meant(message.report, place.organisation) if message.report else None
    raw = content.store(
        examined=describe(data, f"{digest[:16]}.eml", MESSAGE_TYPE),
        data=data,
        organisation=place.organisation,
        actor=actor,
    )
    odd = list(message.oddities)
    if message.message_id and _same_id(message.message_id, place):
        odd.append("same_id")
    trusted = place.mailbox.authserv_id if place.mailbox else ""
    checked = mail.checked(message.authentication, trusted)
    row: Mail = Mail.objects.create(
        **_where(place),
        **_described(message),
        state=MailState.REPORT if meant else MailState.WAITING,
        fingerprint=message.fingerprint,
        sha256=digest,
        size=len(data),
        text=message.text,
        spf=checked.spf,
        dkim=checked.dkim,
        dmarc=checked.dmarc,
        automatic=message.automatic,
        oddities=odd,
        raw=raw,
    )
    attached = [
        _attach(row, one, ordinal, place.organisation, actor=actor)
        for ordinal, one in enumerate([] if meant else looked, 1)
    ]
    ports.signatures().queue([stored for stored in attached if stored is not None])
    _allow(row, place)
    advance(place)
    sender = row.sender_address or row.sender_name or "–"
    if meant and message.report:
        audit.record(actor, events.MAIL_REPORTED, row, details={"sender": sender})
        record_report(delivery=meant, report=message.report, mail=row, actor=actor, on=on)
        return row
    audit.record(actor, events.MAIL_RECEIVED, row, details={"sender": sender})
    notices.send(events.TELL_MAIL, to=_readers(place, on=on), about=row, url=_page(row))
    return row


def _page(row: Mail) -> str:
    return reverse("exchange:mail", args=[row.pk])


def _attach(row: Mail, one: Looked, ordinal: int, organisation: Organisation, *, actor: Actor) -> DigitalObject | None:
    stored = None
    if one.examined is not None:
        stored = content.store(examined=one.examined, data=one.part.data, organisation=organisation, actor=actor)
    MailAttachment.objects.create(
        mail=row,
        object=stored,
        ordinal=ordinal,
        name=one.part.name[:255] or (stored.name if stored else ""),
        media_type=(stored.media_type if stored else one.part.media_type)[:120],
        size=len(one.part.data),
        inside=one.part.inside[:255],
        text=one.part.text,
        obstacle=one.obstacle,
    )
    return stored


@transaction.atomic
def _refuse(message: mail.Message, incident_id: UUID, place: Place, size: int, *, actor: Actor) -> Mail:
    """Keep only that a message was refused: who sent it and which incident it opened, nothing of what it says."""
    access.require(actor, "mail.upload" if place.mailbox is None else "mail.fetch", place.organisation)
    advance(place)
    row: Mail = Mail.objects.create(
        **_where(place),
        state=MailState.REFUSED,
        fingerprint=message.fingerprint,
        size=size,
        sender_address=message.sender_address,
        incident_id=incident_id,
    )
    _allow(row, place)
    audit.record(actor, events.MAIL_REFUSED, row, details={"sender": message.sender_address or "–"})
    return row


def _described(message: mail.Message) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "sender_name": message.sender_name[:200],
        "sender_address": message.sender_address,
        "recipients_shown": ", ".join(message.recipients)[:1000],
        "subject": message.subject,
        "headers": [list(pair) for pair in message.headers],
        "sent_at": message.sent_at,
    }


def _where(place: Place) -> dict[str, Any]:
    return {
        "organisation": place.organisation,
        "mailbox": place.mailbox,
        "uid_validity": place.uid_validity,
        "uid": place.uid,
        "owner": place.owner,
        "received_at": place.received_at,
    }


def _known(fingerprint: str, digest: str, place: Place) -> Mail | None:
    """The same message taken in before, for the same desk or person."""
    mine = Mail.objects.filter(organisation=place.organisation, owner=place.owner)
    return mine.filter(Q(fingerprint=fingerprint) | Q(sha256=digest)).first()


def _same_id(message_id: str, place: Place) -> bool:
    return Mail.objects.filter(organisation=place.organisation, owner=place.owner, message_id=message_id).exists()


def _owner(message: mail.Message, place: Place, *, on: date) -> Position | None:
    """The person to whose personal address the message was sent."""
    if place.mailbox is None:
        return None
    word = mail_rules.token_in(message.recipients, mailbox=place.mailbox.address, tag=place.mailbox.capture_tag)
    address = CaptureAddress.objects.filter(organisation=place.organisation, token=word).first() if word else None
    return positions_in_force(on).filter(pk=address.position_id).first() if address else None


def _allow(row: Mail, place: Place) -> None:
    if place.owner is not None:
        tokens = [grants.person_token(place.owner.person_id, place.organisation.pk)]
    else:
        tokens = [grants.role_token(place.organisation.pk, role) for role in access.READERS]
    grants.allow(row, tokens, reason="exchange")


def _readers(place: Place, *, on: date) -> list[Position]:
    return [place.owner] if place.owner else list(holders(place.organisation.pk, Role.CLERK, on=on))


def advance(place: Place) -> None:
    """Move the cursor of the mailbox past the message: in the transaction that keeps or refuses it."""
    if place.mailbox is not None and place.uid is not None:
        behind = Mailbox.objects.filter(pk=place.mailbox.pk, uid_validity=place.uid_validity, last_uid__lt=place.uid)
        behind.update(last_uid=place.uid)


def _head_of(data: bytes) -> bytes:
    """The header lines alone."""
    return data[:65_536].replace(b"\r\n", b"\n").partition(b"\n\n")[0]


def _unreadable(bad: mail.BadMail) -> str:
    reasons = {
        "too_many_parts": _("Thư có quá nhiều phần, có dấu hiệu là thư phá hoại."),
        "too_heavy": _("Thư có cấu trúc quá nặng để mở an toàn."),
        "empty": _("Thư rỗng."),
    }
    return reasons.get(bad.reason, _("Thư hỏng, không đọc được."))
