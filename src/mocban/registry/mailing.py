"""What the page and the endpoint of a mail do alike: first values of the form, which file is the document, entering."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mocban.capture.fields import read_fields
from mocban.capture.services import intake_text
from mocban.content import services as content
from mocban.content.examine import describe
from mocban.content.models import DigitalObject
from mocban.exchange.models import Mail, MailAttachment
from mocban.exchange.senders import body_behind
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.people.models import Organisation
from mocban.people.selectors import in_force
from mocban.secrecy.choices import Channel

from .border import AlreadyRegistered, look_at
from .choices import ReceivedVia
from .duplicates import find_earlier
from .forms import PacketArrivalForm
from .models import Incoming
from .services.incoming import Arrival
from .services.mail import register_mail
from .signature_checks import check_stored

WHOLE = "mail"  # the choice of the message itself as the document


class MailArrivalForm(PacketArrivalForm):
    """The desk's fields for a mail: which of its files is the document, and whether its sender is told."""

    main = forms.ChoiceField(label=_("Văn bản chính"))
    answer = forms.BooleanField(label=_("Gửi thư báo đã tiếp nhận cho người gửi"), required=False)

    def __init__(self, *args: Any, mail: Mail, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["main"].choices = main_choices(mail)  # type: ignore[attr-defined]
        if mail.automatic or not mail.sender_address:
            del self.fields["answer"]


def stored_attachments(mail: Mail) -> list[MailAttachment]:
    """The files of a mail that could be looked at, the messages inside it last."""
    held = mail.attachments.exclude(object=None).select_related("object")
    return sorted(held, key=lambda one: (one.media_type == "message/rfc822", one.ordinal))


def main_choices(mail: Mail) -> list[tuple[str, Any]]:
    files = [(str(one.pk), one.name) for one in stored_attachments(mail)]
    return [*files, (WHOLE, _("Chính bức thư (.eml)"))]


def likely_main(mail: Mail) -> str:
    """The first PDF, else the first office file, else the message itself."""
    held = stored_attachments(mail)
    for wanted in ("application/pdf", "application/"):
        for one in held:
            if one.media_type.startswith(wanted):
                return str(one.pk)
    return WHOLE


def mail_values(mail: Mail, *, main: str, on: date) -> dict[str, Any]:
    """The form's first values: the sender from the directory, the subject, and what the chosen file says."""
    body = body_behind(mail.sender_address, on=on)
    values: dict[str, Any] = {
        "arrived_on": on,
        "issuer_name": body.name if body else "",
        "issuer_code": body.code if body else "",
        "subject": mail.subject,
        "main": main,
    }
    attachment = next((one for one in stored_attachments(mail) if str(one.pk) == main), None)
    if attachment is None or attachment.object is None or attachment.media_type == "message/rfc822":
        return values
    stored: DigitalObject = attachment.object
    try:
        data = content.read_bytes(stored)
    except RuleBroken:  # frozen meanwhile: the form comes with what the mail itself says
        return values
    read = intake_text(data, describe(data, stored.name, stored.media_type))
    return {**values, **{guess.name: guess.value for guess in read_fields(read.text)}}


def enter_mail(
    form: MailArrivalForm, mail: Mail, *, channel: Channel, actor: Actor, organisation: Organisation, on: date
) -> Incoming:
    """Register a waiting mail as the cleaned form describes it.

    Raises AlreadyRegistered, InvalidSignature, SecretRefused, RuleBroken, PermissionDenied.
    """
    cleaned, document = form.cleaned_data, form.document()
    sender = mail.sender_address
    look_at([], document, level="", sender=sender, channel=channel, actor=actor, organisation=organisation)
    files = _files(mail, cleaned["main"])
    if not cleaned["confirmed"]:
        key = in_force(organisation, "registry.duplicate_key", on=on)
        digests = [one.sha256 for one in files]
        found = find_earlier(document, organisation=organisation, actor=actor, key=key, digests=digests)
        if found:
            raise AlreadyRegistered(found, key.citation)
    invalid = check_stored(files, seen=cleaned["signatures_seen"], organisation=organisation, on=on)
    arrival = Arrival(
        invalid_seen=invalid,
        document=document,
        arrived_on=cleaned["arrived_on"],
        received_via=ReceivedVia.MAIL,
        stored=files,
        handle_by=cleaned["handle_by"],
        late_reason=cleaned["late_reason"],
    )
    answer = bool(cleaned.get("answer"))
    return register_mail(mail=mail, arrival=arrival, book=cleaned["book"], answer=answer, actor=actor, on=on)


def _files(mail: Mail, main: str) -> list[DigitalObject]:
    """The document first, then the other files; the message itself goes last where it is not the document."""
    held = stored_attachments(mail)
    ordered = [one for one in held if str(one.pk) == main] + [one for one in held if str(one.pk) != main]
    files = [one.object for one in ordered if one.object is not None]
    whole = [mail.raw] if mail.raw else []
    return [*whole, *files] if main == WHOLE else [*files, *whole]
