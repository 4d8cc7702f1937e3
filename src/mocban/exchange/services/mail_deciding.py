"""What becomes of a mail that waits: registered, captured into a file, declined, taken back, fetched anew."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.people.actor import Actor

from .. import access, events, mail_rules
from ..models import Mail, Mailbox
from .mail_sending import OutgoingMail, queue_mail

_REASON_LENGTH = 500  # characters of Mail.decline_reason


@transaction.atomic
def register_mail(*, mail: Mail, document_id: UUID, actor: Actor, on: date) -> Mail:
    """Note that a waiting mail was entered in the register as `document_id`.

    Raises PermissionDenied, RuleBroken `mail.wrong_state`.
    """
    access.require(actor, "mail.register", mail)
    mail = _locked(mail)
    held = basis("receive_incoming", on=on, regime=mail.organisation.regime)
    _decide(mail, "register", actor, citation=held.citation, document_id=document_id)
    audit.record(actor, events.MAIL_REGISTERED, mail, basis=held.citations)
    return mail


@transaction.atomic
def capture_mail(*, mail: Mail, document_id: UUID, actor: Actor, on: date) -> Mail:
    """Note that a waiting mail went into a file as `document_id`. Raises PermissionDenied, RuleBroken."""
    access.require(actor, "mail.capture", mail)
    mail = _locked(mail)
    held = basis("describe_document", on=on, regime=mail.organisation.regime)
    _decide(mail, "capture", actor, citation=held.citation, document_id=document_id)
    audit.record(actor, events.MAIL_CAPTURED, mail, basis=held.citations)
    return mail


@transaction.atomic
def decline_mail(*, mail: Mail, reason: str, actor: Actor, on: date, answer: bool = False) -> Mail:
    """Decline a waiting mail with a reason; with `answer` its sender is told by mail. It is kept and may come back.

    Raises PermissionDenied, RuleBroken (`mail.wrong_state`, `mail.no_reason`, `mail.no_answer`, sending rules).
    """
    access.require(actor, "mail.decline", mail)
    mail = _locked(mail)
    held = basis("receive_incoming", on=on, regime=mail.organisation.regime)
    reason = clean_line(reason)
    mail_rules.check_reason(reason, longest=_REASON_LENGTH)
    _decide(mail, "decline", actor, citation=held.citation, decline_reason=reason)
    audit.record(actor, events.MAIL_DECLINED, mail, basis=held.citations, details={"reason": reason})
    if answer:
        text = _(
            "Kính gửi Quý cơ quan,\n\n%(body)s không tiếp nhận thư “%(subject)s”.\nLý do: %(reason)s\n\nTrân trọng."
        )
        answer_mail(mail=mail, text=text, details={"reason": reason}, actor=actor, on=on)
    return mail


@transaction.atomic
def restore_mail(*, mail: Mail, actor: Actor, on: date) -> Mail:
    """Put a declined mail back where it was. Raises PermissionDenied, RuleBroken `mail.wrong_state`."""
    access.require(actor, "mail.decline", mail)
    mail = _locked(mail)
    held = basis("receive_incoming", on=on, regime=mail.organisation.regime)
    mail.state = mail_rules.next_state(mail.state, "restore", whole=mail.raw_id is not None, citation=held.citation)
    mail.decided_at, mail.decided_by, mail.decline_reason = None, "", ""
    mail.save(update_fields=["state", "decided_at", "decided_by", "decline_reason"])
    audit.record(actor, events.MAIL_RESTORED, mail, basis=held.citations)
    return mail


@transaction.atomic
def retry_mail(*, mail: Mail, actor: Actor) -> None:
    """Have a mail that was left on the server looked at again by the next fetch, as when the limit was raised.

    Its row goes, for the next fetch writes it anew. Raises PermissionDenied, RuleBroken `mail.wrong_state`.
    """
    access.require(actor, "mail.decline", mail)
    mail = _locked(mail)
    mail_rules.next_state(mail.state, "retry")
    if mail.mailbox is None or mail.uid is None:
        raise RuleBroken("mail.wrong_state", _("Thư này không nằm trên máy chủ thư."))
    mailbox = Mailbox.objects.select_for_update().get(pk=mail.mailbox_id)
    if mailbox.uid_validity == mail.uid_validity:
        mailbox.last_uid = min(mailbox.last_uid, mail.uid - 1)
        mailbox.save(update_fields=["last_uid"])
    audit.record(actor, events.MAIL_RETRIED, mail, about=[mailbox])
    mail.delete()


@transaction.atomic
def answer_mail(*, mail: Mail, text: str, details: dict[str, object], actor: Actor, on: date) -> None:
    """Answer the sender of a mail by a program's letter; `text` names %(body)s, %(subject)s and the `details`.

    Raises PermissionDenied, RuleBroken `mail.no_answer` for a mail that no program may answer, and sending rules.
    """
    access.require(actor, "mail.send", mail)
    if mail.automatic or not mail.sender_address:
        message = _("Thư này do máy gửi hoặc không có địa chỉ người gửi nên không trả lời được.")
        raise RuleBroken("mail.no_answer", message)
    with override("vi"):
        said = text % {"body": mail.organisation.name, "subject": mail.subject, **details}
        letter = OutgoingMail(
            address=mail.sender_address,
            name=mail.sender_name,
            subject=f"Re: {mail.subject}",
            text=said,
            answers=mail,
        )
    queue_mail(letter=letter, organisation=mail.organisation, actor=actor, on=on)


def _decide(mail: Mail, verb: str, actor: Actor, *, citation: str, **values: object) -> None:
    mail.state = mail_rules.next_state(mail.state, verb, citation=citation)
    mail.decided_at, mail.decided_by = timezone.now(), actor.person_name
    for name, value in values.items():
        setattr(mail, name, value)
    mail.save(update_fields=["state", "decided_at", "decided_by", *values])


def _locked(mail: Mail) -> Mail:
    locked: Mail = Mail.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=mail.pk)
    return locked
